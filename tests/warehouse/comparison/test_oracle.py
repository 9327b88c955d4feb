"""The macros against the oracle: the same pairs, values and verdicts on every pair of releases."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, pairwise
from random import Random
from typing import TYPE_CHECKING

import pytest

from pipelines.releases import in_order, latest_patches
from tests.forms import some
from tests.warehouse.comparison.answers import Answer, mirrored, seen, told
from tests.warehouse.comparison.conftest import NINE
from tests.warehouse.comparison.oracle import Oracle

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from pipelines.contract import ReleaseTables

NEIGHBOURS = tuple(pairwise(NINE))
PAIRS = (
    *some(NEIGHBOURS, 2),
    *some(Random(15).sample(sorted({*combinations(NINE, 2)} - {*NEIGHBOURS}), 10), 4),  # noqa: S311 - the same every time
)
"""Neighbours, and pairs of releases that are further apart: seven, or eighteen in full form.

In short form, made-up releases have what these leave out: `test_generated`.
"""
MEASURED = (
    ("2.18.2", "2.19.0"),
    *some((*combinations(("2.18.0", "2.17.0", "2.20.0", "2.18.1"), 2), *PAIRS), 5),
)
"""Pairs of releases: on both of the first nothing was measured, on the others something."""
BEYOND = (("2.10.0", "2.17.0"), ("2.16.1", "2.17.0"), ("2.20.2", "2.21.0"), ("2.21.0", "2.32.0"))
"""Pairs with a release that is older or newer than the nine: other pages, names and metrics."""


@pytest.fixture(scope="module")
def oracle(bundled: Mapping[str, ReleaseTables]) -> Oracle:
    return Oracle({release: bundled[release] for release in NINE})


@pytest.fixture(scope="module")
def oracle_of_all(bundled: Mapping[str, ReleaseTables]) -> Oracle:
    return Oracle(bundled)


@pytest.mark.stress
@pytest.mark.parametrize(
    ("axis", "base", "target"),
    [*(("published", *pair) for pair in PAIRS), *(("measured", *pair) for pair in MEASURED)],
)
def test_the_macros_say_what_the_oracle_says(
    warehouse: duckdb.DuckDBPyConnection, oracle: Oracle, axis: str, base: str, target: str
) -> None:
    assert_same(warehouse, oracle, axis, base, target)


@pytest.mark.stress
@pytest.mark.parametrize(
    ("axis", "base", "target"),
    [
        *(("published", *pair) for pair in BEYOND),
        *(("measured", *pair) for pair in some(BEYOND[::-1], 2)),
    ],
)
def test_older_and_newer_releases_are_compared_as_the_oracle_does(
    all_releases: duckdb.DuckDBPyConnection,
    oracle_of_all: Oracle,
    axis: str,
    base: str,
    target: str,
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


@pytest.mark.stress
@pytest.mark.parametrize("macro", ["compare_releases", "compare_measured"])
def test_both_directions_mirror_each_other(
    warehouse: duckdb.DuckDBPyConnection, macro: str
) -> None:
    # Many pairs agree with the oracle already; neighbours and minors suffice here.
    rows = 0
    for base, target in some((*pairwise(("2.17", "2.18", "2.20")), *NEIGHBOURS), 6):
        there = told(warehouse, f"{macro}('{base}', '{target}')")
        back = told(warehouse, f"{macro}('{target}', '{base}')")
        rows += len(there)
        assert Counter(map(mirrored, there.elements())) == Counter(map(seen, back.elements()))
    assert rows


@pytest.mark.stress
@pytest.mark.parametrize("macro", ["compare_releases", "compare_measured"])
def test_a_release_against_itself_is_carried_over_whole(
    warehouse: duckdb.DuckDBPyConnection, macro: str
) -> None:
    for release in some(NINE, 4):
        found = told(warehouse, f"{macro}('{release}', '{release}')")
        assert {row.verdict for row in found} <= {"carried-over"}
        assert found or macro == "compare_measured"
        assert all(row.base_id == row.target_id for row in found)
