"""Every check of every table: each is declared once, for rows in Python and for tables in SQL.

Both sides derive from the contract. Put a new kind of promise here. How rows are checked lives in
`problems`, how tables are in `breaches`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from operator import attrgetter
from typing import Any, Literal

from pipelines.contract import TABLES, Column, Table
from warehouse.schema.quoting import literal, quoted

Kind = Literal["not-null", "values", "unique", "reference"]
Rows = Mapping[str, Sequence[Any]]
Key = tuple[Any, ...]

OTHERS = "others"
"""The schema of the rows that are not looked at, where rows of some releases alone are."""

HOMES = {table.name: table.home for table in TABLES}
"""The column of each table that names the release of a row."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a table.

    Attributes:
        name: Its name.
        table: The table.
        kind: What is checked.
        columns: The columns concerned.
        description: What must hold, for people.
        expected: What is expected instead of a value that breaks it.
        violations: Yields the values that break it, from the rows of one release by table.
        condition: SQL that chooses the rows that break it, if each row shows that by itself.
        query: Otherwise, a query on the warehouse that returns what breaks it, with its release.
        query_beside_others: The same query of rows of some releases, if rows of others decide too:
            the schema `OTHERS` has them.
    """

    name: str
    table: str
    kind: Kind
    columns: tuple[str, ...]
    description: str
    expected: str
    violations: Callable[[Rows], Iterator[Key]]
    condition: str = ""
    query: str = ""
    query_beside_others: str = ""

    @property
    def sql(self) -> str:
        """A query on the warehouse that returns the rows that break it, each with its release."""
        table = quoted(self.table)
        return self.query or f"SELECT * FROM {table} WHERE {self.condition}"  # noqa: S608 - ours


@cache
def contract_checks() -> tuple[Check, ...]:
    """Return every check of every table, in the contract's order."""
    return tuple(check for table in TABLES for check in _checks_of(table))


def _checks_of(table: Table) -> Iterator[Check]:
    for column in table.columns:
        if not column.nullable:
            yield _not_null(table, column)
    for column in table.columns:
        if column.facts.values:
            yield _values(table, column)
        if column.facts.pattern:
            yield _pattern(table, column)
        facts = column.facts
        closed = facts.values or facts.pattern
        if column.type is str and column.nullable and not (closed or facts.can_be_empty):
            yield _not_empty(table, column)
    yield _unique(table)
    for other, columns in table.references:
        yield _reference(table, other, columns)


def _not_null(table: Table, column: Column) -> Check:
    get = attrgetter(column.name)
    return Check(
        name=f"{table.name}_{column.name}_not_null",
        table=table.name,
        kind="not-null",
        columns=(column.name,),
        description=f"Column `{column.name}` of `{table.name}` is never null.",
        expected="a value",
        condition=f"{quoted(column.name)} IS NULL",
        violations=lambda rows: _equal(None, get, rows[table.name]),
    )


def _values(table: Table, column: Column) -> Check:
    get = attrgetter(column.name)
    allowed = frozenset((*column.facts.values, None))
    listed = ", ".join(literal(value) for value in column.facts.values)
    return Check(
        name=f"{table.name}_{column.name}_values",
        table=table.name,
        kind="values",
        columns=(column.name,),
        description=f"Column `{column.name}` of `{table.name}` holds known values only.",
        expected=f"one of {', '.join(column.facts.values)}",
        condition=f"{quoted(column.name)} NOT IN ({listed})",
        violations=lambda rows: (
            (value,) for value in map(get, rows[table.name]) if value not in allowed
        ),
    )


def _pattern(table: Table, column: Column) -> Check:
    get = attrgetter(column.name)
    matches = re.compile(column.facts.pattern, re.ASCII).fullmatch
    return Check(
        name=f"{table.name}_{column.name}_pattern",
        table=table.name,
        kind="values",
        columns=(column.name,),
        description=f"Column `{column.name}` of `{table.name}` holds values of one form alone.",
        expected=f"a value that matches {column.facts.pattern}",
        condition=(
            f"NOT regexp_full_match({quoted(column.name)}, {literal(column.facts.pattern)})"
        ),
        violations=lambda rows: (
            (value,)
            for value in map(get, rows[table.name])
            if value is not None and not matches(value)
        ),
    )


def _not_empty(table: Table, column: Column) -> Check:
    """Return the check that no text is empty: what is not there is null, and nothing else."""
    get = attrgetter(column.name)
    return Check(
        name=f"{table.name}_{column.name}_not_empty",
        table=table.name,
        kind="values",
        columns=(column.name,),
        description=f"Column `{column.name}` of `{table.name}` holds null, and no empty text.",
        expected="a text, or null",
        condition=f"{quoted(column.name)} = ''",
        violations=lambda rows: _equal("", get, rows[table.name]),
    )


def _unique(table: Table) -> Check:
    key = _key(table.key)
    name, names = quoted(table.name), ", ".join(map(quoted, table.key))
    release = "" if "release" in table.key else "min(release) AS release, "
    rows = f"SELECT {names}, release FROM"
    others = f"{rows} {OTHERS}.{name} SEMI JOIN {name} USING ({names})"
    # For GROUP BY, NULL equals NULL, as it must in a key.
    repeated = (
        f'SELECT {names}, {release}count(*) AS "rows" FROM {{}} '  # noqa: S608
        f"GROUP BY {names} HAVING count(*) > 1"
    )
    return Check(
        name=f"{table.name}_key_unique",
        table=table.name,
        kind="unique",
        columns=table.key,
        description=f"No two rows of `{table.name}` share {', '.join(table.key)}.",
        expected="a key once only",
        query=repeated.format(name),
        query_beside_others=(
            repeated.format(f"({rows} {name} UNION ALL {others})") if is_named_alone(table) else ""
        ),
        violations=lambda rows: _repeated(list(map(key, rows[table.name]))),
    )


def is_named_alone(table: Table) -> bool:
    """Return whether neither a release nor a row that is referred to is part of the table's key.

    Other keys cannot be those of two releases, where references lead to rows of their own release
    and the keys of those are unique.
    """
    above = (columns for _, columns in table.references)
    return table.home not in table.key and not any(set(table.key) >= set(one) for one in above)


def _reference(table: Table, other: str, columns: tuple[str, ...]) -> Check:
    key = _key(columns)
    home = f"t.{quoted(table.home)} = o.{quoted(HOMES[other])}"
    alike = " AND ".join((home, *(f"t.{name} = o.{name}" for name in map(quoted, columns))))
    return Check(
        name=f"{table.name}_{other}_reference",
        table=table.name,
        kind="reference",
        columns=columns,
        description=f"Every row of `{table.name}` has its row of the same release in `{other}`.",
        expected=f"a row of {other}",
        query=(
            f"SELECT t.* FROM {quoted(table.name)} AS t "  # noqa: S608 - names of the registry
            f"ANTI JOIN {quoted(other)} AS o ON {alike}"
        ),
        violations=lambda rows: _missing(rows[table.name], rows[other], key),
    )


def _equal(value: str | None, get: Callable[[Any], Any], rows: Sequence[Any]) -> Iterator[Key]:
    # Looking it up takes less time than counting it, and nearly always finds nothing.
    times = [*map(get, rows)].count(value) if value in map(get, rows) else 0
    return repeat((value,), times)


def _repeated(keys: list[Key]) -> Iterator[Key]:
    # Counting takes three times as long as this check, and nearly always finds nothing.
    if len(set(keys)) < len(keys):
        yield from (key for key, times in Counter(keys).items() if times > 1)


def _missing(
    rows: Sequence[Any], others: Sequence[Any], key: Callable[[Any], Key]
) -> Iterator[Key]:
    missing = set(map(key, rows)).difference(map(key, others))
    return (value for value in map(key, rows) if value in missing) if missing else iter(())


def _key(columns: tuple[str, ...]) -> Callable[[Any], Key]:
    get = attrgetter(*columns)
    return (lambda row: (get(row),)) if len(columns) == 1 else get
