"""How a view is declared: its SQL in a file, and a description of every column.

This module holds the mechanism. Which views there are lives in `warehouse.views.all_views`;
macros, which are views with arguments, in `warehouse.comparison.macros`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any

from warehouse.schema.quoting import quoted
from warehouse.schema.types import column_type, comment, type_labelled, with_description

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipelines.contract import Table


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """One column of a view; `label` is its type in a text for people.

    `values` is the closed set of its values, if it has one.
    """

    name: str
    label: str
    description: str
    unit: str | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """One view of the warehouse.

    Attributes:
        name: Its name.
        description: What it is for.
        columns: Its columns.
        select: The statement that creates it.
        key: Columns that are unique together, where null is a value like another.
    """

    name: str
    description: str
    columns: tuple[ViewColumn, ...]
    select: str
    key: tuple[str, ...]

    @property
    def comments(self) -> tuple[str, ...]:
        """The statements that describe the view and its columns."""
        return (
            comment("VIEW", quoted(self.name), self.description),
            *(
                comment(
                    "COLUMN",
                    f"{quoted(self.name)}.{quoted(column.name)}",
                    with_description(column.description, column.unit),
                )
                for column in self.columns
            ),
        )


def columns_of(table: Table, *names: str) -> Iterator[ViewColumn]:
    """Yield columns of a table as columns of a view."""
    columns = {column.name: column for column in table.columns}
    for name in names:
        column = columns[name]
        facts = column.facts
        label = column_type(column).label
        yield ViewColumn(name, label, facts.description, facts.unit, facts.values)


def table_schema_of_view(view: View) -> dict[str, Any]:
    """Return a view's JSON Table Schema; a view has no keys and demands nothing."""
    return {"fields": [_field(column) for column in view.columns]}


def _field(column: ViewColumn) -> dict[str, Any]:
    unit = {} if column.unit is None else {"unit": column.unit}
    return {
        "name": column.name,
        "type": type_labelled(column.label).table_schema,
        "description": column.description,
        **unit,
    }


def sql_text(name: str, parts: Mapping[str, str]) -> str:
    """Return the text of `sql/<name>.sql` with its `$placeholders` filled in."""
    return Template(_file(name)).substitute(parts)


@cache
def _file(name: str) -> str:
    return files("warehouse").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
