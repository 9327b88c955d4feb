"""The macros against the oracle: the same pairs, values and verdicts on every pair of releases."""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from pipelines.releases import known_releases
from tests.warehouse.comparison.oracle import Oracle, Told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import duckdb

    from pipelines.contract import ReleaseTables

COLUMNS = (
    "base_benchmark_id, target_benchmark_id, metric, statistic, base_value, target_value, unit, "
    'better, "match", verdict'
)
RELEASES = known_releases()
NOT_MEASURED = "2.19.0"
"""One of the releases on which nothing was measured: one is as empty as another."""
MEASURED = ("2.17.0", "2.18.0", "2.18.1", NOT_MEASURED, "2.20.0")
"""Those of the releases on which something was measured, and the one above."""
COMPARED = {"compare_releases": RELEASES, "compare_measured": MEASURED}
Answer = Counter[Told]


def told(connection: duckdb.DuckDBPyConnection, call: str) -> Answer:
    rows = connection.execute(f"SELECT {COLUMNS} FROM {call}").fetchall()  # noqa: S608 - a test's
    return Counter(Told(*row) for row in rows)


@pytest.fixture(scope="module")
def oracle(bundled: Mapping[str, ReleaseTables]) -> Oracle:
    return Oracle(bundled)


@pytest.fixture(scope="module")
def asked(warehouse: duckdb.DuckDBPyConnection) -> Callable[[str, str, str], Answer]:
    """Return a function that asks a macro; tests ask for the same pairs, and each pair is slow."""

    @cache
    def ask(macro: str, base: str, target: str) -> Answer:
        return told(warehouse, f"{macro}('{base}', '{target}')")

    return ask


@pytest.mark.parametrize("base", RELEASES)
@pytest.mark.slow
def test_pages_are_compared_as_the_oracle_compares_them(
    asked: Callable[[str, str, str], Answer], oracle: Oracle, base: str
) -> None:
    for target in RELEASES:
        _agree(asked("compare_releases", base, target), oracle.published(base, target))


def test_measured_releases_are_those_that_have_rows(oracle: Oracle) -> None:
    measured = {row.measured_release for row in oracle.benchmarks}
    assert [sdk for sdk in RELEASES if sdk in measured] == [
        sdk for sdk in MEASURED if sdk != NOT_MEASURED
    ]


@pytest.mark.parametrize("base", MEASURED)
@pytest.mark.slow
def test_measurements_are_compared_as_the_oracle_compares_them(
    asked: Callable[[str, str, str], Answer], oracle: Oracle, base: str
) -> None:
    for target in MEASURED:
        _agree(asked("compare_measured", base, target), oracle.measured(base, target))


def _agree(found: Answer, expected: Answer) -> None:
    assert found - expected == Counter()
    assert expected - found == Counter()


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


@pytest.mark.parametrize(("macro", "releases"), COMPARED.items())
@pytest.mark.slow
def test_both_directions_mirror_each_other(
    asked: Callable[[str, str, str], Answer], macro: str, releases: tuple[str, ...]
) -> None:
    # All pairs agree with the oracle already; neighbours and minors suffice here.
    answers = []
    for base, target in (*pairwise(releases), *pairwise(("2.17", "2.18", "2.20"))):
        there, back = asked(macro, base, target), asked(macro, target, base)
        assert Counter({mirrored(row): n for row, n in there.items()}) == back
        answers.append(there)
    assert any(answers)


@pytest.mark.parametrize(("macro", "releases"), COMPARED.items())
def test_a_release_against_itself_is_carried_over_whole(
    asked: Callable[[str, str, str], Answer], macro: str, releases: tuple[str, ...]
) -> None:
    for release in releases:
        found = asked(macro, release, release)
        assert bool(found) == (macro == "compare_releases" or release != NOT_MEASURED)
        assert {row.verdict for row in found} == ({"carried-over"} if found else set())
        assert all(row.base_id == row.target_id for row in found)
