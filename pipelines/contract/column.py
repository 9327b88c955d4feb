"""How a table of the dataset is declared: a frozen dataclass, one annotated field a column.

This module has the mechanism. Put tables in this package's other modules; the Parquet schema,
DuckDB comments, checks, comparison keys and the data dictionary derive from their columns.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields
from functools import cache, cached_property
from types import NoneType
from typing import Any, Literal, TypeVar, get_args, get_type_hints

from pipelines.contract.declaration import DeclarationError, check_stated, must_state

SOURCE = "neuron_documentation"
"""The input of a table that is made from no other table."""

Row = TypeVar("Row")

Role = Literal["identity", "tuned", "software", "measured"]
"""What a column of `benchmarks` is in a comparison: part of the workload's identity, tuned for the
best figure, a fact of the software, or what the figures were measured on."""


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What a column's declaration says besides its name and type; see `described`."""

    description: str
    unit: str | None = None
    values: tuple[str, ...] = ()
    pattern: str = ""
    can_be_empty: bool = False
    role: Role | None = None
    place: int = 0


def described(  # noqa: PLR0913 - each is a fact of the column
    description: str,
    *,
    unit: str | None = None,
    values: tuple[str, ...] = (),
    pattern: str = "",
    can_be_empty: bool = False,
    role: Role | None = None,
    place: int = 0,
) -> Any:
    """Return a dataclass field that declares a column.

    Args:
        description: One line about the column.
        unit: Unit of its values.
        values: The closed set of its values, if it has one.
        pattern: The regular expression that a whole value matches, if it has one.
        can_be_empty: Whether an empty text says something else than null does.
        role: What it does in a comparison, if anything.
        place: Its place among the columns with its role, from 1; 0 means the table's order.
    """
    facts = ColumnFacts(description, unit, values, pattern, can_be_empty, role, place)
    return field(metadata={"facts": facts})


def quickly_made(row: type[Row]) -> type[Row]:
    """Return a frozen dataclass with slots whose rows take half as long to make.

    A build makes a hundred thousand rows. The dataclass's own `__init__` looks each field up by its
    name to get around what makes it frozen; this one fills the slots themselves.

    Raises:
        DeclarationError: The row has more than fields without defaults, which this would lose.
    """
    declared = fields(row)  # type: ignore[arg-type] # a dataclass
    plain = all(one.default is MISSING and one.default_factory is MISSING for one in declared)
    if not plain or hasattr(row, "__post_init__"):
        raise DeclarationError(f"{row.__name__} has a default or __post_init__: make it as usual")
    names = [one.name for one in declared]
    fill: dict[str, Any] = {f"fill_{name}": getattr(row, name).__set__ for name in names}
    lines = (f"    fill_{name}(self, {name})" for name in names)
    exec("\n".join((f"def __init__(self, {', '.join(names)}):", *lines)), fill)  # noqa: S102 - ours
    init = fill["__init__"]
    init.__qualname__, init.__module__ = row.__init__.__qualname__, row.__module__
    row.__init__ = init  # type: ignore[method-assign]
    return row


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

    Attributes:
        name: Its name in the dataset.
        row: The dataclass of its rows.
        description: One line about the table.
        key: Columns that are unique together.
        sort: Columns that order its rows in Parquet.
        references: Other tables, each with the columns whose values must exist there.
        home: The column with the docs release whose pages the row was read from.
        group: The asset group.
        made_from: The tables that it is made from, or `SOURCE`.
    """

    name: str
    row: type
    description: str
    key: tuple[str, ...]
    sort: tuple[str, ...]
    references: tuple[tuple[str, tuple[str, ...]], ...] = ()
    home: str = "release"
    group: str = must_state("its asset group: group='published'")
    made_from: tuple[str, ...] = must_state("what it is made from: made_from=('pages',)")

    def __post_init__(self) -> None:
        """Check the declaration."""
        check_stated("table", self.name, self)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns in their published order."""
        hints = get_type_hints(self.row)
        return tuple(_column(f.name, hints[f.name], f.metadata["facts"]) for f in fields(self.row))

    def with_role(self, role: Role) -> tuple[str, ...]:
        """Return the names of the columns with a role, in their order."""
        return with_role(self.row, role)


@cache
def with_role(row: type, role: Role) -> tuple[str, ...]:
    """Return the names of a row class's columns with a role, in the order of their places.

    Raises:
        DeclarationError: Some have a place, and the places are not 1, 2, 3 and so on.
    """
    facts: dict[str, ColumnFacts] = {f.name: f.metadata["facts"] for f in fields(row)}
    found = sorted(
        (name for name, one in facts.items() if one.role == role),
        key=lambda name: facts[name].place,
    )
    places = [facts[name].place for name in found]
    if any(places) and places != list(range(1, len(found) + 1)):
        raise DeclarationError(f"{row.__name__}: columns with role {role!r} have places {places}")
    return tuple(found)


def _column(name: str, hint: Any, facts: ColumnFacts) -> Column:
    parts = get_args(hint)
    if NoneType in parts:
        (inner,) = (part for part in parts if part is not NoneType)
        return Column(name, inner, nullable=True, facts=facts)
    return Column(name, hint, nullable=False, facts=facts)
