"""Pairing on small made-up releases: copies, retuned, ambiguous and corrected rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import astuple, replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.contract import TABLES, Benchmark, Measurement, ReleaseTables
from tests.warehouse.comparison.oracle import Oracle, Told
from tests.warehouse.comparison.test_oracle import mirrored, told
from tests.warehouse.conftest import a_benchmark
from warehouse.comparison.macros import macros
from warehouse.database.connect import connect
from warehouse.schema.types import create_statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

OLD, NEW = "2.19.0", "2.20.0"
CALL = f"compare_releases('{OLD}', '{NEW}')"


def a_row(release: str, number: int, **changes: object) -> Benchmark:
    facts = {"comparison_key": "k", "model": "m", "measured_release": "2.18.0", "attributes": {}}
    return a_benchmark(release, number, **{**facts, **changes})


def figure(row: Benchmark, value: float, unit: str = "inferences/s") -> Measurement:
    where = (row.table_id, row.row, 0)
    return Measurement(
        row.benchmark_id, row.release, "throughput", "mean", value, unit, None, "", *where
    )


@pytest.fixture(scope="module")
def empty() -> Iterator[duckdb.DuckDBPyConnection]:
    with connect() as connection:
        connection.execute("SET threads = 1")
        for table in TABLES:
            connection.execute(create_statement(table))
        for macro in macros():
            connection.execute(macro.create)
        connection.execute(
            "INSERT INTO releases VALUES ('2.19.0', '2.19', 2019000, NULL, true, NULL, 0, 0, 0, 0),"
            "('2.20.0', '2.20', 2020000, NULL, true, NULL, 0, 0, 0, 0)"
        )
        yield connection


def compared(
    connection: duckdb.DuckDBPyConnection, rows: Sequence[tuple[Benchmark, float]]
) -> tuple[Counter[Told], Counter[Told]]:
    """Return what the macro says of these rows, and what the oracle says."""
    connection.execute("DELETE FROM benchmarks; DELETE FROM measurements")
    releases = {}
    for release in (OLD, NEW):
        own = [(row, value) for row, value in rows if row.release == release]
        benchmarks = [row for row, _ in own]
        figures = [figure(row, value) for row, value in own]
        tables = {"benchmarks": benchmarks, "measurements": figures, "hourly_rates": []}
        releases[release] = ReleaseTables(release, tables)
        for name, content in (("benchmarks", benchmarks), ("measurements", figures)):
            for one in content:
                values = [list(v) if isinstance(v, tuple) else v for v in astuple(one)]
                marks = ", ".join("?" * len(values))
                connection.execute(f"INSERT INTO {name} VALUES ({marks})", values)  # noqa: S608
    return told(connection, CALL), Oracle(releases).published(OLD, NEW)


def verdicts(found: Counter[Told]) -> list[tuple[str | None, str]]:
    return sorted((str(row.match), row.verdict) for row in found.elements())


ROWS = st.lists(
    st.tuples(
        st.sampled_from([OLD, NEW]),
        st.sampled_from(["k", "l", "m"]),
        st.sampled_from([1, 4]),
        st.sampled_from(["2.18.0", "2.20.0", None]),
        st.sampled_from([100.0, 101.0, 150.0]),
    ),
    max_size=9,
)


@settings(max_examples=25)
@given(ROWS)
def test_any_rows_are_paired_as_the_oracle_pairs_them(
    empty: duckdb.DuckDBPyConnection, drawn: list[tuple[str, str, int, str | None, float]]
) -> None:
    rows = [
        (a_row(release, n, comparison_key=key, batch_size=batch, measured_release=sdk), value)
        for n, (release, key, batch, sdk, value) in enumerate(drawn)
    ]
    found, expected = compared(empty, rows)
    assert verdicts(found) == verdicts(expected)
    back = told(empty, f"compare_releases('{NEW}', '{OLD}')")
    assert verdicts(Counter(map(mirrored, found.elements()))) == verdicts(back)
    ids = Counter(
        one for row in found.elements() for one in (row.base_id, row.target_id) if one is not None
    )
    assert ids == Counter(row.benchmark_id for row, _ in rows)


def test_a_retuned_row_is_paired_where_it_is_the_only_one_left(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    same, other = a_row(OLD, 0), a_row(OLD, 1, batch_size=16)
    after = [a_row(NEW, 0), replace(a_row(NEW, 1, batch_size=8), measured_release="2.20.0")]
    found, _ = compared(empty, [(same, 5), (other, 10), (after[0], 5), (after[1], 20)])
    assert verdicts(found) == [("exact", "carried-over"), ("retuned", "improved")]
    ((changed,),) = empty.execute(
        f"SELECT changed FROM {CALL} WHERE match = 'retuned'"  # noqa: S608
    ).fetchall()
    assert changed == ["batch_size 16 → 8", "measured_release 2.18.0 → 2.20.0"]


def test_several_rows_left_are_ambiguous_and_never_paired_by_position(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    before = [(a_row(OLD, n, batch_size=n + 1), 10.0 * n) for n in range(2)]
    after = [(a_row(NEW, n, batch_size=n + 5), 10.0 * n) for n in range(3)]
    found, _ = compared(empty, [*before, *after])
    assert verdicts(found) == [("ambiguous", "not-comparable")] * 5
    assert all(row.base_id is None or row.target_id is None for row in found)


def test_copies_of_a_row_are_paired_copy_by_copy(empty: duckdb.DuckDBPyConnection) -> None:
    rows = [(a_row(OLD, n), 10) for n in range(2)] + [(a_row(NEW, n), 10) for n in range(3)]
    found, _ = compared(empty, rows)
    assert verdicts(found) == [("None", "added"), *[("exact", "carried-over")] * 2]


def test_what_copies_leave_alone_is_exact(empty: duckdb.DuckDBPyConnection) -> None:
    rows = [(a_row(OLD, 0), 10), (a_row(OLD, 1), 20), (a_row(NEW, 0), 10), (a_row(NEW, 1), 30)]
    found, _ = compared(empty, rows)
    assert verdicts(found) == [("exact", "carried-over"), ("exact", "revised")]


def test_a_mended_name_is_a_correction_and_not_a_row_gone_and_a_row_come(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    rows = [
        (a_row(OLD, 0, comparison_key="a", model="Perveriver"), 10),
        (a_row(NEW, 0, comparison_key="b", model="Perceiver"), 10),
    ]
    found, _ = compared(empty, rows)
    assert verdicts(found) == [("mended", "corrected")]
    ((changed,),) = empty.execute(f"SELECT changed FROM {CALL}").fetchall()  # noqa: S608
    assert changed == ["model Perveriver → Perceiver"]


def test_two_rows_that_could_be_the_mended_one_are_none(empty: duckdb.DuckDBPyConnection) -> None:
    rows = [
        (a_row(OLD, 0, comparison_key="a"), 10),
        (a_row(NEW, 0, comparison_key="b"), 10),
        (a_row(NEW, 1, comparison_key="c"), 10),
    ]
    found, _ = compared(empty, rows)
    assert verdicts(found) == [("None", "added"), ("None", "added"), ("None", "removed")]
