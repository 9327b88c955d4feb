"""The stored rows of the wide views: after any changes they are what the tables say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.contract import TABLES, HourlyRate, Instance, Measurement
from pipelines.releases import latest_patches, minor_of, release_order
from tests.forms import FULL
from tests.warehouse.conftest import NOW, Publish, a_benchmark, a_flag, a_release
from warehouse.database import load
from warehouse.database.build_file import build_database
from warehouse.database.connect import connected
from warehouse.database.fill_parts import fill_parts, parts_refilled
from warehouse.database.open_version import open_newest, open_warehouse
from warehouse.schema.parquet import to_arrow
from warehouse.schema.parts import SCHEMA
from warehouse.schema.types import create_statement
from warehouse.versions.restore import restore
from warehouse.views.all_views import views
from warehouse.views.release_parts import (
    HARDWARE,
    INPUTS,
    INSTANCE_LISTS,
    LATEST_RATES,
    REPEATED_KEYS,
    RESULTS,
    SERIES,
    computed_parts,
    stored_parts,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import duckdb

    from pipelines.contract import ReleaseTables

pytestmark = pytest.mark.slow

WIDE = ("benchmark_results", "latest_results", "history", "run_hardware")
PARTS = (
    REPEATED_KEYS,
    INSTANCE_LISTS,
    HARDWARE,
    LATEST_RATES,
    f"{SCHEMA}.keyed_results",
    f"{SCHEMA}.results_with_series",
)
FILLED = ("releases", "pages", "instances", *INPUTS)
RELEASES = ("2.9.0", "2.10.0", "2.10.1", "2.11.0", "2.12.0")
FIGURES = (
    ("throughput", "mean", "inferences/s", None),
    ("latency", "p50", "ms", None),
    ("cost", "mean", "USD per 1M inferences", "on-demand"),
)

# Few values of each, so that workloads, names, tunings, SDKs and figures often agree.
rows = st.fixed_dictionaries(
    {
        "comparison_key": st.sampled_from(("k1", "k2", "k3")),
        "model": st.sampled_from(("m1", "m2")),
        "model_family": st.sampled_from(("encoder", "decoder")),
        "batch_size": st.sampled_from((4, 8)),
        "framework_version": st.sampled_from((None, "1.13")),
        "measured_release": st.sampled_from((None, "2.9.0", "2.10.1")),
        "instance_types": st.sampled_from((("inf2.xlarge",), ("inf2.xlarge", "trn1.2xlarge"), ())),
        "nodes": st.sampled_from((None, 2)),
        "factor": st.sampled_from((1, 2)),
        "figures": st.integers(0, len(FIGURES)),
        "flagged": st.booleans(),
    }
)
releases = st.fixed_dictionaries(
    {
        "rows": st.lists(rows, max_size=4),
        "rate": st.sampled_from((0.2, 0.5)),
        "devices": st.sampled_from((None, 1, 2)),
    }
)
changes = st.dictionaries(
    st.sampled_from(RELEASES), st.none() | releases, min_size=1, max_size=len(RELEASES)
)


def tables_of(release: str, drawn: Mapping[str, Any]) -> ReleaseTables:
    """Return a drawn release's tables."""
    numbered = list(enumerate(drawn["rows"]))
    own = {"factor", "figures", "flagged"}
    benchmarks = [
        a_benchmark(release, n, **{name: row[name] for name in row.keys() - own})
        for n, row in numbered
    ]
    figures = [
        Measurement(
            f"b-{release}-{n}", release, metric, statistic, 100.5 * row["factor"], unit, basis,
            str(100.5 * row["factor"]), f"t-{release}", n, at,
        )
        for n, row in numbered
        for at, (metric, statistic, unit, basis) in enumerate(FIGURES[: row["figures"]])
    ]  # fmt: skip
    flags = [
        a_flag(release, benchmark_id=f"b-{release}-{n}") for n, row in numbered if row["flagged"]
    ]
    usd = drawn["rate"]
    rate = HourlyRate(release, "inf2.xlarge", "on-demand", usd, usd, usd, 1, agrees=True)
    instance: dict[str, Any] = dict.fromkeys(Instance.__slots__)
    instance |= {"release": release, "accelerator": "inf2", "device": "Inferentia2"}
    instance |= {"table_id": f"t-{release}"}
    instance |= {"instance_type": "inf2.xlarge", "devices": drawn["devices"], "neuron_cores": 2}
    return a_release(
        release,
        benchmarks=benchmarks,
        measurements=figures,
        quality_flags=flags,
        hourly_rates=[rate],
        instances=[Instance(**instance)] if drawn["devices"] else [],
    )


def empty(parts: Sequence[str]) -> duckdb.DuckDBPyConnection:
    """Return a database of tables and views without rows, the parts made by these statements."""
    connection = connected()
    for table in TABLES:
        connection.execute(create_statement(table))
    for statement in (*parts, *(view.select for view in views())):
        connection.execute(statement)
    return connection


def put_tables(
    connection: duckdb.DuckDBPyConnection, changed: Mapping[str, ReleaseTables | None]
) -> None:
    """Replace the rows of releases, or drop them, and say again which patches are the latest."""
    for release, tables in changed.items():
        for table in (one for one in TABLES if one.name in FILLED):
            connection.execute(f"DELETE FROM {table.name} WHERE release = '{release}'")  # noqa: S608
            some = tables.rows[table.name] if tables and table.name != "releases" else ()
            if some:
                connection.register("filling", to_arrow(table, release, some))
                connection.execute(f"INSERT INTO {table.name} BY NAME FROM filling")
                connection.unregister("filling")
        if tables:
            facts = (release, minor_of(release), release_order(release))
            connection.execute(
                "INSERT INTO releases VALUES (?, ?, ?, NULL, false, NULL, 0, 0, 0, 0)", facts
            )
    there = [row[0] for row in connection.execute("SELECT release FROM releases").fetchall()]
    connection.execute("UPDATE releases SET is_latest_patch = false")
    for release in latest_patches(frozenset(there)):
        connection.execute(
            f"UPDATE releases SET is_latest_patch = true WHERE release = '{release}'"  # noqa: S608
        )


def with_other_figures(tables: ReleaseTables) -> ReleaseTables:
    """Return the same release, whose figures alone are others."""
    figures = [replace(one, value=one.value + 1, text="2") for one in tables.rows["measurements"]]
    return replace(tables, rows={**tables.rows, "measurements": figures})


def wide(connection: duckdb.DuckDBPyConnection, view: str) -> list[tuple[Any, ...]]:
    """Return all rows of a view, every cell."""
    return connection.execute(f"SELECT * FROM {view} ORDER BY ALL").fetchall()  # noqa: S608


@pytest.fixture(scope="module")
def stored() -> duckdb.DuckDBPyConnection:
    """Return a database whose parts are tables."""
    return empty(stored_parts())


@pytest.fixture(scope="module")
def computed() -> duckdb.DuckDBPyConnection:
    """Return a database whose parts are views: what the tables say."""
    return empty(computed_parts())


@pytest.mark.stress
@settings(max_examples=60 if FULL else 6)
@given(st.lists(changes, min_size=1, max_size=3), st.booleans())
def test_stored_rows_are_what_the_tables_say_after_any_changes(
    stored: duckdb.DuckDBPyConnection,
    computed: duckdb.DuckDBPyConnection,
    steps: list[dict[str, dict[str, Any] | None]],
    begins_whole: bool,  # noqa: FBT001 - drawn
) -> None:
    nothing: dict[str, ReleaseTables | None] = dict.fromkeys(RELEASES)
    for connection in (stored, computed):
        put_tables(connection, nothing)
    fill_parts(stored)
    for number, step in enumerate(steps):
        changed = {name: drawn and tables_of(name, drawn) for name, drawn in step.items()}
        put_tables(computed, changed)
        if number == 0 and begins_whole:
            put_tables(stored, changed)
            fill_parts(stored)
        else:
            stored.execute("BEGIN")
            try:
                with parts_refilled(stored, tuple(changed)):
                    put_tables(stored, changed)
            finally:
                stored.execute("COMMIT")
        # In short form after the last: changes before it are the last ones of other examples.
        if FULL or number == len(steps) - 1:
            for part in PARTS:
                assert wide(stored, part) == wide(computed, part)
    for view in WIDE:
        assert wide(stored, view) == wide(computed, view)


@pytest.mark.stress
def test_the_file_is_what_its_version_says_after_changes_and_a_restored_version(
    put: Publish, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(*(a_release(release, rows=3) for release in RELEASES))
    build_database(root)
    calls: list[str] = []
    whole = load.fill_parts
    monkeypatch.setattr(load, "fill_parts", lambda c: (calls.append("whole"), whole(c)))
    same = {"comparison_key": "k-0", "model": "model-0"}
    twice = [a_benchmark("2.10.1", n, **same) for n in range(2)]
    steps = (
        lambda: put(a_release("2.10.1", benchmarks=twice), now=NOW + timedelta(1)),
        lambda: put(a_release("2.12.1"), now=NOW + timedelta(2)),
        lambda: put(with_other_figures(a_release("2.12.1")), now=NOW + timedelta(2, 1)),
        lambda: restore(root, 2, now=NOW + timedelta(3)),
        lambda: restore(root, 1, now=NOW + timedelta(4)),
        lambda: put(*(a_release(one, rows=4) for one in RELEASES), now=NOW + timedelta(5)),
    )
    for number, step in enumerate(steps):
        step()
        assert build_database(root).rebuilt
        if not FULL and number in (1, 3):
            continue  # what these leave wrong, the next step leaves wrong too
        with open_warehouse(root) as file, open_newest(root, views=True) as parquet:
            for view in WIDE:
                assert wide(file, view) == wide(parquet, view)
    assert calls == ["whole"]


def test_a_changed_release_touches_its_own_rows_alone(
    stored: duckdb.DuckDBPyConnection,
) -> None:
    made = {release: a_release(release, rows=20) for release in RELEASES}
    put_tables(stored, made)
    fill_parts(stored)
    query = f"SELECT rowid, release, f.* EXCLUDE (origin) FROM {RESULTS} AS f"  # noqa: S608
    others = f"{query} WHERE release <> '2.11.0' ORDER BY rowid"
    before = stored.execute(others).fetchall()
    after = with_other_figures(made["2.11.0"])
    with parts_refilled(stored, ["2.11.0"]):
        put_tables(stored, {"2.11.0": after})
    assert stored.execute(others).fetchall() == before
    # Of the next release, where its figures come from is told again: they are no longer the same.
    told = stored.execute(f"SELECT DISTINCT release, origin FROM {RESULTS}").fetchall()  # noqa: S608
    assert dict(told) == {
        "2.9.0": "first-printed",
        "2.10.0": "relabelled",
        "2.10.1": "relabelled",
        "2.11.0": "remeasured",
        "2.12.0": "remeasured",
    }


def test_rows_of_one_kind_are_stored_together(stored: duckdb.DuckDBPyConnection) -> None:
    drawn = {"rate": 0.2, "devices": None}
    row = {"comparison_key": "k", "factor": 1, "flagged": False}
    several = [row | {"figures": n % (len(FIGURES) + 1)} for n in range(12)]
    made = {one: tables_of(one, drawn | {"rows": several}) for one in RELEASES}
    put_tables(stored, made)
    fill_parts(stored)
    with parts_refilled(stored, ["2.10.0"]):
        put_tables(stored, {"2.10.0": made["2.10.0"]})
    placed = f"SELECT release, kinds_number FROM {RESULTS} ORDER BY rowid"  # noqa: S608
    groups = [group for group, _ in groupby(stored.execute(placed).fetchall())]
    assert len(groups) == len(set(groups)) == len(RELEASES) * (len(FIGURES) + 1)


def test_rows_whose_figures_alone_change_keep_their_series(
    stored: duckdb.DuckDBPyConnection, computed: duckdb.DuckDBPyConnection
) -> None:
    same = {"comparison_key": "k-0", "model": "model-0"}
    made = {release: a_release(release, rows=3) for release in RELEASES}
    made["2.10.0"] = a_release(
        "2.10.0", benchmarks=[a_benchmark("2.10.0", n, **same) for n in (0, 1)]
    )
    for connection in (stored, computed):
        put_tables(connection, made)
    fill_parts(stored)
    for release in ("2.10.0", "2.11.0"):
        change = {release: with_other_figures(made[release])}
        with parts_refilled(stored, [release], are_named=True):
            put_tables(stored, change)
        put_tables(computed, change)
        for part in PARTS:
            assert wide(stored, part) == wide(computed, part)


def test_a_row_is_judged_by_the_one_before_it_however_many_releases_ago(
    stored: duckdb.DuckDBPyConnection, computed: duckdb.DuckDBPyConnection
) -> None:
    with_row = {one: a_release(one, rows=2) for one in ("2.9.0", "2.12.0")}
    without = {one: a_release(one, rows=1) for one in ("2.10.0", "2.10.1", "2.11.0")}
    comes = {"2.10.1": a_release("2.10.1", rows=2)}
    for connection in (stored, computed):
        put_tables(connection, with_row | without)
    fill_parts(stored)
    for change in (comes, {"2.10.1": without["2.10.1"]}):
        with parts_refilled(stored, ["2.10.1"]):
            put_tables(stored, change)
        put_tables(computed, change)
        for part in PARTS:
            assert wide(stored, part) == wide(computed, part)


def test_the_texts_of_a_series_are_stored_once_and_go_with_its_last_row(
    stored: duckdb.DuckDBPyConnection,
) -> None:
    put_tables(stored, {release: a_release(release, rows=3) for release in RELEASES})
    fill_parts(stored)
    keys = f"SELECT comparison_key FROM {SERIES} ORDER BY ALL"  # noqa: S608 - a constant
    assert stored.execute(keys).fetchall() == [("k-0",), ("k-1",), ("k-2",)]
    fewer = {release: a_release(release, rows=2) for release in RELEASES}
    for release, left in zip(RELEASES, (3, 3, 3, 3, 2), strict=True):
        with parts_refilled(stored, [release]):
            put_tables(stored, {release: fewer[release]})
        assert len(stored.execute(keys).fetchall()) == left


@pytest.mark.parametrize("name", ["warehouse", "elsewhere"])
def test_an_attached_file_answers_under_any_name(built: Path, name: str) -> None:
    with connected() as connection:
        connection.execute(f"ATTACH '{built}/warehouse.duckdb' AS {name} (READ_ONLY)")
        for view in WIDE:
            connection.execute(f"SELECT count(*) FROM {name}.{view}").fetchall()  # noqa: S608
