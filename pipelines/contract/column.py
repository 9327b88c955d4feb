"""How a table of the dataset is declared: a frozen dataclass, one annotated field a column.

Here belongs the mechanism alone. The tables stand in this package's other modules; whatever needs
to know a column (Parquet schema, DuckDB comments, checks, data dictionary) derives it from them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property
from types import NoneType
from typing import Any, get_args, get_type_hints


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What a declaration says of a column beside its name and type."""

    description: str
    unit: str | None = None
    values: tuple[str, ...] = ()


def described(description: str, *, unit: str | None = None, values: tuple[str, ...] = ()) -> Any:
    """Declare a column: one line of description, its unit, and the closed set of its values."""
    return field(metadata={"facts": ColumnFacts(description, unit, values)})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table; `type` is the Python type of a value, without `None`."""

    name: str
    type: Any
    nullable: bool
    facts: ColumnFacts

    @property
    def description(self) -> str:
        """The line that reaches Parquet, DuckDB, Dagster and the data dictionary."""
        return self.facts.description


@dataclass(frozen=True)
class Table:
    """One table of the dataset.

    `key` is unique within the table; `sort` is the order of its rows in Parquet; `references`
    maps another table's name to the columns that must exist there. `home` is the column that
    names the docs release whose pages the row was read from.
    """

    name: str
    row: type
    description: str
    key: tuple[str, ...]
    sort: tuple[str, ...]
    references: tuple[tuple[str, tuple[str, ...]], ...] = ()
    home: str = "release"

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns in their published order."""
        hints = get_type_hints(self.row)
        return tuple(_column(f.name, hints[f.name], f.metadata["facts"]) for f in fields(self.row))


def _column(name: str, hint: Any, facts: ColumnFacts) -> Column:
    parts = get_args(hint)
    if NoneType in parts:
        (inner,) = (part for part in parts if part is not NoneType)
        return Column(name, inner, nullable=True, facts=facts)
    return Column(name, hint, nullable=False, facts=facts)
