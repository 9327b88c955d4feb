"""The macros against the oracle: the same pairs, values and verdicts on every pair of releases."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from pipelines.releases import known_releases
from tests.warehouse.comparison.oracle import Oracle, Told

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from pipelines.contract import ReleaseTables

COLUMNS = (
    "base_benchmark_id, target_benchmark_id, metric, statistic, base_value, target_value, unit, "
    'better, "match", verdict'
)
RELEASES = known_releases()
Answer = Counter[Told]


def told(connection: duckdb.DuckDBPyConnection, call: str) -> Answer:
    rows = connection.execute(f"SELECT {COLUMNS} FROM {call}").fetchall()  # noqa: S608 - a test's
    return Counter(Told(*row) for row in rows)


@pytest.fixture(scope="module")
def oracle(bundled: Mapping[str, ReleaseTables]) -> Oracle:
    return Oracle(bundled)


@pytest.mark.parametrize("base", RELEASES)
@pytest.mark.parametrize("axis", ["published", "measured"])
def test_the_macros_say_what_the_oracle_says(
    warehouse: duckdb.DuckDBPyConnection, oracle: Oracle, base: str, axis: str
) -> None:
    macro = {"published": "compare_releases", "measured": "compare_measured"}[axis]
    for target in RELEASES:
        expected = getattr(oracle, axis)(base, target)
        found = told(warehouse, f"{macro}('{base}', '{target}')")
        assert found - expected == Counter(), (base, target)
        assert expected - found == Counter(), (base, target)


def test_another_tolerance_moves_the_same_border(
    bundled: Mapping[str, ReleaseTables], warehouse: duckdb.DuckDBPyConnection
) -> None:
    expected = Oracle(bundled, tolerance=0.1).published("2.19.1", "2.20.2")
    assert told(warehouse, "compare_releases('2.19.1', '2.20.2', tolerance := 0.1)") == expected


def test_release_changes_is_each_minor_against_the_one_before(
    warehouse: duckdb.DuckDBPyConnection, oracle: Oracle
) -> None:
    latest = ("2.17.0", "2.18.2", "2.19.1", "2.20.2")
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


def mirrored(row: Told) -> Told:
    return Told(
        row.target_id,
        row.base_id,
        row.metric,
        row.statistic,
        row.target_value,
        row.base_value,
        row.unit,
        None if row.better is None else not row.better,
        row.match,
        MIRRORED.get(row.verdict, row.verdict),
    )


@pytest.mark.parametrize("macro", ["compare_releases", "compare_measured"])
def test_both_directions_mirror_each_other(
    warehouse: duckdb.DuckDBPyConnection, macro: str
) -> None:
    # All pairs agree with the oracle already; neighbours and minors suffice here.
    for base, target in (*pairwise(RELEASES), *pairwise(("2.17", "2.18", "2.20"))):
        there = told(warehouse, f"{macro}('{base}', '{target}')")
        back = told(warehouse, f"{macro}('{target}', '{base}')")
        assert Counter({mirrored(row): n for row, n in there.items()}) == back


@pytest.mark.parametrize("macro", ["compare_releases", "compare_measured"])
def test_a_release_against_itself_is_carried_over_whole(
    warehouse: duckdb.DuckDBPyConnection, macro: str
) -> None:
    for release in RELEASES:
        found = told(warehouse, f"{macro}('{release}', '{release}')")
        assert {row.verdict for row in found} <= {"carried-over"}
        assert all(row.base_id == row.target_id for row in found)
