"""What the contract does not allow in the rows of one release, before they are published.

This module holds rows in Python against the checks of `declared`. What merely looks odd in a figure
is a quality flag and lives in `pipelines.quality`.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from pipelines.contract import TABLES, ReleaseTables
from pipelines.errors import Problem
from pipelines.quality.publishing import (
    another_release,
    duplicate_key,
    missing_reference,
    missing_value,
    unknown_table,
    unknown_value,
)
from warehouse.contract_checks.declared import HOMES, Key, Kind, Rows, contract_checks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipelines.quality.rule import Rule

_REMEDY = "correct the code in `pipelines` that makes it, or its declaration in pipelines/contract"
_RULES: Mapping[Kind, Rule] = {
    "not-null": missing_value.RULE,
    "values": unknown_value.RULE,
    "unique": duplicate_key.RULE,
    "reference": missing_reference.RULE,
}


def problems_of(tables: ReleaseTables) -> tuple[Problem, ...]:
    """Return what the contract does not allow in one release, one problem a check.

    A problem names the first value that breaks the check, and how many do. The table `releases` is
    not checked: it is derived when the rows are stored.
    """
    unknown = sorted(set(tables.rows) - {table.name for table in TABLES[1:]})
    if unknown:
        return (
            _problem(
                unknown_table.RULE,
                unknown[0],
                (),
                (unknown[0],),
                expected="a known table",
                times=1,
            ),
        )
    rows = {table.name: tables.rows.get(table.name, ()) for table in TABLES[1:]}
    return (*_misplaced(tables.release, rows), *_broken(rows))


def _misplaced(release: str, rows: Rows) -> Iterator[Problem]:
    for table, content in rows.items():
        home = attrgetter(HOMES[table])
        others = [one for one in map(home, content) if one != release]
        if others:
            yield _problem(
                another_release.RULE,
                table,
                (HOMES[table],),
                (others[0],),
                expected=release,
                times=len(others),
            )


def _broken(rows: Rows) -> Iterator[Problem]:
    for check in contract_checks():
        if rows.get(check.table):  # most pages have rows of few tables
            broken = list(check.violations(rows))
            if broken:
                rule = _RULES[check.kind]
                yield _problem(
                    rule,
                    check.table,
                    check.columns,
                    broken[0],
                    expected=check.expected,
                    times=len(broken),
                )


def _problem(  # noqa: PLR0913 - each is one fact of the sentence
    rule: Rule, table: str, columns: Sequence[str], met: Key, *, expected: str, times: int
) -> Problem:
    where = f"table {table}"
    if columns:
        where += f", column{'s' if len(columns) > 1 else ''} {', '.join(columns)}"
    if times > 1:
        where += f", {times} times"
    observed = ", ".join("null" if value is None else str(value) for value in met)
    return Problem(rule, where, observed, expected, _REMEDY)
