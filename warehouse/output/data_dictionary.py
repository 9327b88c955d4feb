"""The pages of `docs/reference/tables`, written by `python -m warehouse.output.data_dictionary`.

This module holds their form. Its words live with the tables in `pipelines.contract`, with
the views in `warehouse.views.all_views`, and with the macros in `warehouse.comparison.macros` and
`warehouse.views.question_macros`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.contract import QUALITY_FLAGS, TABLES, Column, Table
from pipelines.quality.rules import RULES
from warehouse.database.layout import DATASET, DATASET_COLUMNS, DATASET_DESCRIPTION
from warehouse.database.own_imports.own_table import OWN_MEASUREMENTS
from warehouse.schema.types import column_type
from warehouse.views.all_views import views
from warehouse.views.question_macros import all_macros

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from warehouse.comparison.macros import Macro
    from warehouse.schema.views import View, ViewColumn

FOLDER = Path(__file__).parents[2] / "docs" / "reference" / "tables"

_HEAD = """# Data dictionary

Every table, view, macro and column of the warehouse. These pages are written from the contract by
`python -m warehouse.output.data_dictionary`; edit the descriptions there. The same texts are in the
database itself (`SELECT * FROM duckdb_columns()`), in the Parquet files' field metadata and in
every version's descriptor.

Releases never sort as text: order by `release_order`.

Rows, columns, lines and places are counted from 0 everywhere: in `row`, `column`, `line`,
`list_number` and `position`, and where a message says "row 1". Only `change_number` starts at 1.

"One of" lists a closed set. Words as published, such as tasks and data types, are an open set: a
release may bring new ones.

![The tables with their keys, and which refers to which](../../images/tables.svg)
"""
_FIRST = ("benchmark_results", "history", "release_comparisons")
"""What most people open: these come first."""
_MANY_VALUES = 12
_COLUMNS = "| Column | Type | Unit | Description |\n|---|---|---|---|"


def dictionary_text() -> str:
    """Return all pages as one text."""
    return "\n".join(dictionary_pages().values())


def dictionary_pages() -> Mapping[str, str]:
    """Return the text of each page by its name: one a view, macro and table, their index first."""
    shown = {view.name: view for view in views()}
    in_order = [*(shown.pop(name) for name in _FIRST), *shown.values()]
    tables = (*TABLES, OWN_MEASUREMENTS)
    listed = (
        ("Views", [(view.name, view.description) for view in in_order]),
        ("Macros", [(macro.name, macro.description) for macro in all_macros()]),
        ("Tables", [(table.name, table.description) for table in tables]),
        ("The dataset itself", [(DATASET, DATASET_DESCRIPTION)]),
    )
    return {
        "index": "\n".join((_HEAD, *(_index_part(title, named) for title, named in listed))),
        **{view.name: _view(view) for view in in_order},
        **{macro.name: _macro(macro) for macro in all_macros()},
        **{table.name: _table(table) for table in tables},
        DATASET: _dataset(),
    }


def write_dictionary() -> None:
    """Write the pages, and remove those of tables that are gone."""
    pages = dictionary_pages()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.glob("*.md"):
        if path.stem not in pages:
            path.unlink()
    for name, text in pages.items():
        (FOLDER / f"{name}.md").write_text(text, encoding="utf-8")


def _index_part(title: str, named: Iterable[tuple[str, str]]) -> str:
    rows = (f"| [`{name}`]({name}.md) | {description} |" for name, description in named)
    return "\n".join((f"## {title}", "", "| Name | What it holds |", "|---|---|", *rows, ""))


def _view(view: View) -> str:
    text = f"{view.description}\n\nKey: {_listed(view.key)}."
    return _section(f"`{view.name}` (view)", text, _rows(view.columns))


def _macro(macro: Macro) -> str:
    title = f"`{macro.name}({macro.arguments})`"
    if not macro.columns:
        return f"# {title} (function)\n\n{macro.description}\n"
    return _section(f"{title} (table macro)", macro.description, _rows(macro.columns))


def _rows(columns: Iterable[ViewColumn]) -> Iterator[str]:
    for column in columns:
        said = f"{column.description}{_one_of(column.values)}"
        yield _row(column.name, column.label, column.unit, said)


def _table(table: Table) -> str:
    text = f"{table.description}\n\nKey: {_listed(table.key)}."
    for other, columns in table.references:
        text += f" {_listed(columns)} {'refer' if len(columns) > 1 else 'refers'} to `{other}`."
    rows = (
        _row(column.name, _type(column), column.facts.unit, " ".join(_said(column)))
        for column in table.columns
    )
    return _section(f"`{table.name}`", text, rows)


def _dataset() -> str:
    rows = (_row(name, kind.lower(), None, text) for name, kind, text in DATASET_COLUMNS)
    return _section(f"`{DATASET}`", DATASET_DESCRIPTION, rows)


def _section(title: str, text: str, rows: Iterable[str]) -> str:
    return "\n".join((f"# {title}", "", text, "", _COLUMNS, *rows, ""))


def _row(name: str, kind: str, unit: str | None, description: str) -> str:
    return f"| `{name}` | {kind} | {unit or ''} | {description} |"


def _type(column: Column) -> str:
    return column_type(column).label + (", or null" if column.nullable else "")


def _said(column: Column) -> Iterator[str]:
    yield column.description
    values = closed_values(column)
    if values:
        yield f"One of {_listed(values)}."
    if column.facts.pattern:
        pattern = column.facts.pattern.replace("|", "\\|")
        yield f"Matches `{pattern}`."


def closed_values(column: Column) -> tuple[str, ...]:
    """Return the closed set of a column's values, if it has one."""
    if column in QUALITY_FLAGS.columns and column.name == "rule":
        return tuple(sorted(rule.name for rule in RULES))
    return column.facts.values


def _one_of(values: tuple[str, ...]) -> str:
    """Return a sentence about a closed set; a long one that a table has is named, not repeated."""
    if not values:
        return ""
    if len(values) > _MANY_VALUES:
        table, column = next(
            (table.name, column.name)
            for table in TABLES
            for column in table.columns
            if column.facts.values == values
        )
        return f" One of the values of `{table}.{column}`."
    return f" One of {_listed(values)}."


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    write_dictionary()
