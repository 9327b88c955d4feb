"""The view `history`: which rows make one series, and where each figure comes from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.warehouse.conftest import a_benchmark, a_flag, a_release
from tests.warehouse.in_memory import empty_database, put_in_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

    from pipelines.contract import ReleaseTables


def _release(release: str, *rows: dict[str, Any], factor: float = 1.0) -> ReleaseTables:
    """Return a release of these rows; `factor` multiplies all of its figures."""
    made = a_release(release, rows=len(rows), quality_flags=())
    benchmarks = [a_benchmark(release, number, **facts) for number, facts in enumerate(rows)]
    figures = [replace(m, value=m.value * factor) for m in made.rows["measurements"]]
    return replace(made, rows={**made.rows, "benchmarks": benchmarks, "measurements": figures})


@pytest.fixture(scope="module")
def empty() -> Iterator[duckdb.DuckDBPyConnection]:
    with empty_database() as connection:
        yield connection


Rows = Callable[[Sequence["ReleaseTables"], str], list[tuple[Any, ...]]]


@pytest.fixture
def rows_of(empty: duckdb.DuckDBPyConnection) -> Rows:
    """Return a function that returns columns of the throughputs of some releases."""

    def ask(releases: Sequence[ReleaseTables], columns: str) -> list[tuple[Any, ...]]:
        by_name = {tables.release: tables for tables in releases}
        put_in_memory(empty, by_name, releases[0].rows.keys())
        return empty.execute(
            f"SELECT {columns} FROM history WHERE metric = 'throughput' "  # noqa: S608
            "ORDER BY release_order, row"
        ).fetchall()

    return ask


def test_every_figure_stands_in_history_once(all_releases: duckdb.DuckDBPyConnection) -> None:
    ((figures, distinct, published),) = all_releases.execute(
        "SELECT count(*), count(DISTINCT (series_id, release, metric, statistic)), "
        "(SELECT count(*) FROM measurements) FROM history"
    ).fetchall()
    assert figures == distinct == published


def test_a_series_has_one_name_and_a_name_one_series(
    all_releases: duckdb.DuckDBPyConnection,
) -> None:
    ((pairs, ids, names),) = all_releases.execute(
        "SELECT count(DISTINCT (series_id, series)), count(DISTINCT series_id), "
        "count(DISTINCT series) FROM history"
    ).fetchall()
    assert pairs == ids == names


def test_a_retuned_row_stays_in_its_series(rows_of: Rows) -> None:
    key = {"comparison_key": "k", "model": "m"}
    before, after = rows_of(
        [
            _release("2.9.0", key | {"batch_size": 4}),
            _release("2.10.0", key | {"batch_size": 8}),
        ],
        "series_id, batch_size",
    )
    assert (before[0] == after[0], before[1], after[1]) == (True, 4, 8)


def test_rows_of_one_workload_in_one_release_are_a_series_for_each_tuning(rows_of: Rows) -> None:
    key = {"comparison_key": "k", "model": "m"}
    small, large = key | {"batch_size": 4}, key | {"batch_size": 8}
    rows = rows_of(
        [_release("2.9.0", small), _release("2.10.0", large, small)],
        "series_id, series",
    )
    (alone, tuned_large, tuned_small) = rows
    assert alone == tuned_small
    assert tuned_large[0] != tuned_small[0]
    assert "batch_size 8" in tuned_large[1]


def test_copies_of_one_row_are_series_of_their_own(rows_of: Rows) -> None:
    key = {"comparison_key": "k", "model": "m"}
    rows = rows_of([_release("2.9.0", key, key)], "series_id, series")
    assert len({row[0] for row in rows}) == 2
    assert [row[1].endswith("copy 2") for row in rows] == [False, True]


def test_a_series_keeps_its_name_when_a_release_is_added(rows_of: Rows) -> None:
    key = {"comparison_key": "k", "model": "m"}
    first = _release("2.9.0", key)
    ((before,),) = rows_of([first], "series_id")
    after = rows_of([first, _release("2.10.0", key)], "series_id")
    assert after == [(before,), (before,)]


def test_the_origin_of_a_figure_is_told_against_the_release_before(rows_of: Rows) -> None:
    key = {"comparison_key": "k", "model": "m"}
    on = lambda release: key | {"measured_release": release}  # noqa: E731
    found = rows_of(
        [
            _release("2.9.0", on("2.9.0")),
            _release("2.10.0", on("2.9.0")),
            _release("2.11.0", on("2.9.0"), factor=2),
            _release("2.12.0", on("2.12.0"), factor=2),
            _release("2.13.0", on("2.13.0"), factor=3),
        ],
        "origin, is_newly_measured",
    )
    assert found == [
        ("first-printed", True),
        ("carried-over", False),
        ("revised", False),
        ("relabelled", False),
        ("remeasured", True),
    ]


def test_a_row_that_the_oldest_release_took_over_is_not_newly_measured(rows_of: Rows) -> None:
    old = {"comparison_key": "k", "model": "m", "measured_release": "2.8.0"}
    new = {"comparison_key": "l", "model": "m", "measured_release": "2.9.0"}
    found = rows_of([_release("2.9.0", old, new)], "origin")
    assert found == [("carried-over",), ("first-printed",)]


def test_a_figure_of_a_row_with_an_error_flag_is_not_believable(rows_of: Rows) -> None:
    release = _release("2.9.0", {"comparison_key": "k"}, {"comparison_key": "l"})
    flagged = replace(release, rows={**release.rows, "quality_flags": [a_flag("2.9.0")]})
    found = rows_of([flagged], "is_believable, error_flags")
    assert found == [(False, 1), (True, 0)]


def test_only_costs_are_recalculated_at_the_latest_rate(
    all_releases: duckdb.DuckDBPyConnection,
) -> None:
    metrics = all_releases.execute(
        "SELECT DISTINCT metric FROM history WHERE usd_per_1m_at_latest_rate IS NOT NULL"
    ).fetchall()
    assert metrics == [("cost",)]
    ((off,),) = all_releases.execute(
        "SELECT count(*) FROM history AS h JOIN benchmark_results AS b USING (benchmark_id) WHERE "
        "h.metric = 'cost' AND h.usd_per_1m_at_latest_rate "
        "IS DISTINCT FROM b.usd_per_1m_at_latest_rate_ours"
    ).fetchall()
    assert off == 0


def test_each_figure_links_to_its_page(all_releases: duckdb.DuckDBPyConnection) -> None:
    ((off,),) = all_releases.execute(
        "SELECT count(*) FROM history AS h JOIN pages AS p USING (release, page) "
        "WHERE h.url IS DISTINCT FROM p.url"
    ).fetchall()
    assert off == 0


def test_series_that_differ_in_their_family_alone_are_named_by_it(rows_of: Rows) -> None:
    rows = [
        {"comparison_key": name, "model": "m", "model_family": name} for name in ("cnn", "encoder")
    ]
    found = rows_of([_release("2.9.0", *rows)], "series")
    assert [name.endswith(end) for (name,), end in zip(found, ("cnn", "encoder"), strict=True)] == [
        True,
        True,
    ]
