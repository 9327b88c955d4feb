"""`docs/data-dictionary.md`, written by `python -m warehouse.output.data_dictionary`.

This module holds the document's form. Its words live with the tables in `pipelines.contract`, with
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
    from collections.abc import Iterable, Iterator

    from warehouse.comparison.macros import Macro
    from warehouse.schema.views import View, ViewColumn

PATH = Path(__file__).parents[2] / "docs" / "data-dictionary.md"

_HEAD = """# Data dictionary

Every table, view, macro and column of the warehouse. This file is written from the contract by
`python -m warehouse.output.data_dictionary`; edit the descriptions there. The same texts are in the
database itself (`SELECT * FROM duckdb_columns()`), in the Parquet files' field metadata and in
every version's descriptor.

Releases never sort as text: order by `release_order`.

Rows, columns, lines and places are counted from 0 everywhere: in `row`, `column`, `line`,
`list_number` and `position`, and where a message says "row 1". Only `change_number` starts at 1.

"One of" lists a closed set. Words as published, such as tasks and data types, are an open set: a
release may bring new ones.
"""
_MANY_VALUES = 12
_COLUMNS = "| Column | Type | Unit | Description |\n|---|---|---|---|"


def dictionary_text() -> str:
    """Return the whole document."""
    sections = (
        *(_view(view) for view in views()),
        *(_macro(macro) for macro in all_macros()),
        *(_table(table) for table in (*TABLES, OWN_MEASUREMENTS)),
        _dataset(),
    )
    return "\n".join((_HEAD, *sections))


def write_dictionary() -> None:
    """Write the document."""
    PATH.write_text(dictionary_text(), encoding="utf-8")


def _view(view: View) -> str:
    text = f"{view.description}\n\nKey: {_listed(view.key)}."
    return _section(f"`{view.name}` (view)", text, _rows(view.columns))


def _macro(macro: Macro) -> str:
    title = f"`{macro.name}({macro.arguments})`"
    if not macro.columns:
        return f"## {title} (function)\n\n{macro.description}\n"
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
    return "\n".join((f"## {title}", "", text, "", _COLUMNS, *rows, ""))


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
