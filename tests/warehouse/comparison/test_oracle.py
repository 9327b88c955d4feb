"""The macros against the oracle: the same pairs, values and verdicts on every pair of releases."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import combinations, pairwise
from random import Random
from typing import TYPE_CHECKING

import pytest

from pipelines.releases import in_order, latest_patches
from tests.warehouse.comparison.conftest import NINE
from tests.warehouse.comparison.matching import IDENTITY
from tests.warehouse.comparison.oracle import Oracle, Told, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from pipelines.contract import ReleaseTables

# The columns of an answer, in the order of `Told`.
_BEFORE = (
    "comparison_key, base_release, target_release, base_measured_release, target_measured_release"
)
_AFTER = (
    'metric, statistic, unit, base_value, target_value, change, better, "match", changed, verdict, '
    "remeasured, base_usd_per_hour, target_usd_per_hour, target_value_at_base_rate, speed_change, "
    "price_change, base_unit, target_unit, base_basis, target_basis, base_flags, target_flags, "
    "error_flags, base_benchmark_id, target_benchmark_id"
)
COLUMNS = f"{_BEFORE}, {', '.join(IDENTITY)}, {_AFTER}"
_FIRST, _LAST = 5, 5 + len(IDENTITY)
PAIRS = (
    *pairwise(NINE),
    *Random(15).sample(sorted({*combinations(NINE, 2)} - {*pairwise(NINE)}), 10),  # noqa: S311 - the same every time
)
"""All neighbours, and ten pairs of releases that are further apart."""
BEYOND = (("2.10.0", "2.17.0"), ("2.16.1", "2.17.0"), ("2.20.2", "2.21.0"), ("2.21.0", "2.32.0"))
"""Pairs with a release that is older or newer than the nine: other pages, names and metrics."""
Answer = Counter[Told]


def told(connection: duckdb.DuckDBPyConnection, call: str) -> Answer:
    rows = connection.execute(f"SELECT {COLUMNS} FROM {call}").fetchall()  # noqa: S608 - a test's
    return Counter(
        Told(*map(plain, (*row[:_FIRST], row[_FIRST:_LAST], *row[_LAST:]))) for row in rows
    )


@pytest.fixture(scope="module")
def oracle(bundled: Mapping[str, ReleaseTables]) -> Oracle:
    return Oracle({release: bundled[release] for release in NINE})


@pytest.fixture(scope="module")
def oracle_of_all(bundled: Mapping[str, ReleaseTables]) -> Oracle:
    return Oracle(bundled)


@pytest.mark.parametrize(("base", "target"), PAIRS)
@pytest.mark.parametrize("axis", ["published", "measured"])
def test_the_macros_say_what_the_oracle_says(
    warehouse: duckdb.DuckDBPyConnection, oracle: Oracle, base: str, target: str, axis: str
) -> None:
    assert_same(warehouse, oracle, axis, base, target)


@pytest.mark.parametrize(("base", "target"), BEYOND)
@pytest.mark.parametrize("axis", ["published", "measured"])
def test_older_and_newer_releases_are_compared_as_the_oracle_does(
    all_releases: duckdb.DuckDBPyConnection,
    oracle_of_all: Oracle,
    base: str,
    target: str,
    axis: str,
) -> None:
    assert_same(all_releases, oracle_of_all, axis, base, target)


def assert_same(
    warehouse: duckdb.DuckDBPyConnection, oracle: Oracle, axis: str, base: str, target: str
) -> None:
    macro = {"published": "compare_releases", "measured": "compare_measured"}[axis]
    expected = getattr(oracle, axis)(base, target)
    found = told(warehouse, f"{macro}('{base}', '{target}')")
    assert found - expected == Counter()
    assert expected - found == Counter()


def test_another_tolerance_moves_the_same_border(
    bundled: Mapping[str, ReleaseTables], warehouse: duckdb.DuckDBPyConnection
) -> None:
    releases = {release: bundled[release] for release in ("2.19.1", "2.20.2")}
    expected = Oracle(releases, tolerance=0.1).published("2.19.1", "2.20.2")
    assert told(warehouse, "compare_releases('2.19.1', '2.20.2', tolerance := 0.1)") == expected


def test_release_changes_is_each_minor_against_the_one_before(
    warehouse: duckdb.DuckDBPyConnection, oracle: Oracle
) -> None:
    latest = in_order(latest_patches(frozenset(NINE)))
    expected: Answer = Counter()
    for base, target in pairwise(latest):
        expected += oracle.published(base, target)
    assert told(warehouse, "release_changes") == expected


MIRRORED = {
    "added": "removed",
    "removed": "added",
    "improved": "regressed",
    "regressed": "improved",
}


Mirror = tuple[object, ...]


def mirrored(row: Told) -> Mirror:
    """Return what a row says of its pair, seen from the other side."""
    return seen(
        replace(
            row,
            base_id=row.target_id,
            target_id=row.base_id,
            base_value=row.target_value,
            target_value=row.base_value,
            better=None if row.better is None else not row.better,
            verdict=MIRRORED.get(row.verdict, row.verdict),
        )
    )


def seen(row: Told) -> Mirror:
    """Return what both directions say alike."""
    values = row.base_value, row.target_value
    ids = row.base_id, row.target_id
    return *ids, row.metric, row.statistic, *values, row.unit, row.better, row.match, row.verdict


@pytest.mark.parametrize("macro", ["compare_releases", "compare_measured"])
def test_both_directions_mirror_each_other(
    warehouse: duckdb.DuckDBPyConnection, macro: str
) -> None:
    # Many pairs agree with the oracle already; neighbours and minors suffice here.
    rows = 0
    for base, target in (*pairwise(NINE), *pairwise(("2.17", "2.18", "2.20"))):
        there = told(warehouse, f"{macro}('{base}', '{target}')")
        back = told(warehouse, f"{macro}('{target}', '{base}')")
        rows += len(there)
        assert Counter(map(mirrored, there.elements())) == Counter(map(seen, back.elements()))
    assert rows


@pytest.mark.parametrize("macro", ["compare_releases", "compare_measured"])
def test_a_release_against_itself_is_carried_over_whole(
    warehouse: duckdb.DuckDBPyConnection, macro: str
) -> None:
    for release in NINE:
        found = told(warehouse, f"{macro}('{release}', '{release}')")
        assert {row.verdict for row in found} <= {"carried-over"}
        assert found or macro == "compare_measured"
        assert all(row.base_id == row.target_id for row in found)
