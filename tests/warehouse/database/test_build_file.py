"""`warehouse.duckdb`: what is in the file, when it is built, and where it can be opened."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from pipelines.contract import TABLES, Measurement
from pipelines.contract.metrics import METRIC_NAMES, UNITS
from pipelines.errors import SourceError
from tests.warehouse.conftest import NOW, Publish, a_flag, a_release, state, tree
from warehouse.contract_checks import contract_checks
from warehouse.database.build_file import build_database
from warehouse.database.connect import connect
from warehouse.database.layout import DATASET_COLUMNS
from warehouse.database.open_version import open_newest, open_warehouse
from warehouse.storage.data_paths import CHECKSUM
from warehouse.storage.local import LocalWriter
from warehouse.versions.verify import verify_versions
from warehouse.views.all_views import views
from warehouse.views.metric_columns import METRIC_COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

FILE = "warehouse.duckdb"


def _ask(path: Path, query: str) -> list[tuple[object, ...]]:
    with connect(str(path)) as connection:
        return connection.execute(query).fetchall()


def test_every_table_column_and_view_has_a_comment(built: Path) -> None:
    path = built / FILE
    named = dict(_ask(path, "SELECT table_name, comment FROM duckdb_tables()"))
    named |= dict(_ask(path, "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal"))
    parts = {"repeated_keys", "instance_lists", "series", "figure_kinds", "results"}
    parts |= {"hardware", "latest_rates", "keyed_results", "results_with_series"}
    assert set(named) - parts == {t.name for t in TABLES} | {v.name for v in views()} | {"dataset"}
    assert all(named.values())
    # The columns of the parts are those of the views that read them.
    columns = _ask(
        path,
        "SELECT table_name, column_name, comment FROM duckdb_columns() "
        "WHERE NOT internal AND schema_name = 'main'",
    )
    assert [column for column in columns if not column[2]] == []
    assert len(columns) == (
        sum(len(table.columns) for table in TABLES)
        + sum(len(view.columns) for view in views())
        + len(DATASET_COLUMNS)
    )


def test_columns_stand_in_the_order_in_which_they_are_declared(built: Path) -> None:
    with connect(str(built / FILE)) as connection:
        for thing in (*TABLES, *views()):
            got = connection.execute(f"DESCRIBE {thing.name}").fetchall()
            assert [row[0] for row in got] == [column.name for column in thing.columns]


def test_columns_that_may_not_be_null_say_so(built: Path) -> None:
    with connect(str(built / FILE)) as connection:
        for table in TABLES:
            got = connection.execute(f"DESCRIBE {table.name}").fetchall()
            nullable = {row[0]: row[2] == "YES" for row in got}
            assert nullable == {column.name: column.nullable for column in table.columns}


def test_the_file_keeps_every_check_of_the_contract(built: Path) -> None:
    with connect(str(built / FILE)) as connection:
        for check in contract_checks():
            assert connection.execute(check.sql).fetchall() == []


def test_the_dataset_says_what_it_stands_on(built: Path) -> None:
    ((version, when, source, licence),) = _ask(
        built / FILE, "SELECT version, created_at::VARCHAR, source, licence FROM dataset"
    )
    assert (version, source, licence) == (1, "a test", "CC-BY-SA-4.0")
    assert when == NOW.strftime("%Y-%m-%d %H:%M:%S+00")


def test_rows_stand_in_release_order(built: Path) -> None:
    found = _ask(built / FILE, "SELECT DISTINCT release, rowid // 100 FROM pages ORDER BY rowid")
    assert [row[0] for row in found] == ["2.9.0", "2.20.0"]


def test_the_file_can_be_moved_and_opened_anywhere(built: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.move(built / FILE, elsewhere / "mailed.duckdb")
    shutil.rmtree(built)
    script = (
        "import duckdb; c = duckdb.connect('mailed.duckdb', read_only=True)\n"
        "print(c.execute('SELECT count(*), sum(latency_p50_ms) FROM benchmark_results').fetchone())"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=elsewhere, capture_output=True, text=True, check=True
    )
    assert run.stdout == "(4, 7.0)\n"
    for path in (elsewhere / "mailed.duckdb", *elsewhere.iterdir()):
        assert str(tmp_path).encode() not in path.read_bytes()


def test_a_file_of_this_version_is_left_alone(built: Path) -> None:
    before = state(built / FILE)
    assert not build_database(built).rebuilt
    assert state(built / FILE) == before


@pytest.mark.parametrize("change", ["version", "layout", "bytes", "missing"])
def test_any_other_file_is_replaced(built: Path, change: str) -> None:
    path = built / FILE
    path.chmod(0o644)
    if change == "bytes":
        path.write_bytes(b"not a database")
    elif change == "missing":
        path.unlink()
    else:
        with duckdb.connect(str(path)) as connection:
            connection.execute(f"UPDATE dataset SET {change} = 0")  # noqa: S608
    assert build_database(built).rebuilt
    assert _ask(path, "SELECT version FROM dataset") == [(1,)]


def test_a_reader_keeps_what_it_opened(put: Publish, built: Path) -> None:
    with open_warehouse(built) as reader:
        put(a_release(rows=7), now=NOW + timedelta(1))
        build_database(built)
        assert reader.execute("SELECT version FROM dataset").fetchall() == [(1,)]
        assert reader.execute("SELECT count(*) FROM benchmarks").fetchall() == [(4,)]
    assert _ask(built / FILE, "SELECT count(*) FROM benchmarks") == [(9,)]


def test_a_damaged_parquet_file_is_named_and_the_old_database_stays(
    put: Publish, built: Path
) -> None:
    done = put(a_release(rows=7), now=NOW + timedelta(1))
    path = next(path for path in done.new if "/benchmarks/" in path)
    data = bytearray((built / path).read_bytes())
    data[40] ^= 1
    (built / path).write_bytes(data)
    before = tree(built)
    with pytest.raises(SourceError, match=rf"{path} is damaged.*build --release 2\.20\.0"):
        build_database(built)
    assert tree(built) == before


def test_without_a_version_there_is_nothing_to_build(root: Path) -> None:
    with pytest.raises(SourceError, match="holds no dataset yet; run `neuron-warehouse build`"):
        build_database(root)


def test_every_metric_and_unit_of_the_contract_has_a_column() -> None:
    assert {column.metric for column in METRIC_COLUMNS} == set(METRIC_NAMES)
    assert {unit for column in METRIC_COLUMNS for unit, _ in column.factors} == set(UNITS)
    assert len({column.name for column in METRIC_COLUMNS}) == len(METRIC_COLUMNS)


def test_no_measurement_is_missing_from_the_wide_view(put: Publish, root: Path) -> None:
    good = a_release(rows=len(METRIC_COLUMNS))
    figures = [
        Measurement(
            f"b-2.20.0-{row}", "2.20.0", c.metric, c.statistic, row + 0.5, c.unit, None, "",
            "t-2.20.0", row, 0,
        )
        for row, c in enumerate(METRIC_COLUMNS)
    ]  # fmt: skip
    put(a_release(rows=len(METRIC_COLUMNS), benchmarks=good.rows["benchmarks"],
                  measurements=figures))  # fmt: skip
    names = ", ".join(column.name for column in METRIC_COLUMNS)
    query = f"SELECT {names} FROM benchmark_results ORDER BY row"  # noqa: S608
    with open_newest(root, views=True) as connection:
        rows = connection.execute(query).fetchall()
    assert len(rows) == len(METRIC_COLUMNS)
    for row, found in enumerate(rows):
        assert list(found) == [row + 0.5 if c == row else None for c in range(len(found))]


def test_the_wide_view_brings_figures_to_the_unit_of_their_column(put: Publish, root: Path) -> None:
    good = a_release(rows=1)
    seconds = Measurement(
        "b-2.20.0-0", "2.20.0", "ttft", "p50", 0.25, "s", None, "0.25", "t-2.20.0", 0, 0
    )
    put(a_release(rows=1, benchmarks=good.rows["benchmarks"], measurements=[seconds]))
    with open_newest(root, views=True) as connection:
        found = connection.execute("SELECT ttft_p50_ms FROM benchmark_results").fetchall()
    assert found == [(250.0,)]


def test_a_cost_is_in_the_column_of_what_throughput_counts(put: Publish, root: Path) -> None:
    rows = (
        ("inferences/s", "USD per 1M inferences"),
        ("tokens/s", "USD per 1K inferences"),
        ("output tokens/s", "USD per 1M tokens"),
    )
    figures = [
        Measurement(
            f"b-2.20.0-{row}", "2.20.0", metric, "mean", 2.0, unit, None, "2", "t-2.20.0", row, at
        )
        for row, units in enumerate(rows)
        for at, (metric, unit) in enumerate(zip(("throughput", "cost"), units, strict=True))
    ]
    benchmarks = a_release(rows=3).rows["benchmarks"]
    put(a_release(rows=3, benchmarks=benchmarks, measurements=figures))
    build_database(root)
    wide = _ask(
        root / FILE,
        "SELECT usd_per_1m_inferences, usd_per_1m_tokens, usd_per_1m_output_tokens, "
        "published_cost_unit FROM benchmark_results ORDER BY row",
    )
    assert wide == [
        (2.0, None, None, "USD per 1M inferences"),
        (None, 2000.0, None, "USD per 1K inferences"),
        (None, None, 2.0, "USD per 1M tokens"),
    ]
    history = _ask(
        root / FILE,
        "SELECT value, unit, published_unit FROM history WHERE metric = 'cost' ORDER BY row",
    )
    assert history == [
        (2.0, "USD per 1M inferences", "USD per 1M inferences"),
        (2.0, "USD per 1K tokens", "USD per 1K inferences"),
        (2.0, "USD per 1M output tokens", "USD per 1M tokens"),
    ]


def test_the_wide_view_spells_out_where_a_row_stands_and_what_is_flagged(
    put: Publish, root: Path
) -> None:
    flags = [a_flag("2.20.0", rule=rule) for rule in ("one", "two")]
    flags += [a_flag("2.20.0", severity="warning"), a_flag("2.20.0", benchmark_id=None)]
    put(a_release(quality_flags=flags))
    with open_newest(root, views=True) as connection:
        found = connection.execute(
            "SELECT page, section, tab, instance_type, price_basis, token_basis, error_flags, "
            "warning_flags, minor, is_latest_patch FROM benchmark_results ORDER BY row"
        ).fetchall()
    where = ("inf2-inference", "Performance > Encoder", "Throughput optimized")
    said = ("inf2.xlarge, inf2.8xlarge", "on-demand", None)
    assert found == [
        (*where, *said, 2, 1, "2.20", True),
        (*where, *said, 0, 0, "2.20", True),
    ]


def test_the_checksum_of_a_build_at_the_same_time_is_not_left_beside_the_file(
    put: Publish, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(a_release())
    others = iter([b"0" * 64 + b"  warehouse.duckdb\n"])
    replace_file = LocalWriter.replace

    def replaced(writer: LocalWriter, path: str, *arguments: Any, **named: Any) -> None:
        replace_file(writer, path, *arguments, **named)
        for line in others if path == FILE else ():
            (root / CHECKSUM).write_bytes(line)

    monkeypatch.setattr(LocalWriter, "replace", replaced)
    assert build_database(root).rebuilt
    assert next(others, None) is None
    assert verify_versions(root).clean


@pytest.mark.slow
def test_a_build_killed_between_the_checksum_and_the_file_has_left_a_sound_file(
    put: Publish, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(a_release())
    build_database(root)
    put(a_release(rows=5))
    replace_file = LocalWriter.replace

    def killed(writer: LocalWriter, path: str, make: Any, **named: Any) -> None:
        def make_and_die(staged: Path) -> None:
            make(staged)
            raise KeyboardInterrupt

        replace_file(writer, path, make_and_die if path == FILE else make, **named)

    with monkeypatch.context() as patch:
        patch.setattr(LocalWriter, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            build_database(root)
    assert "# before it: " in (root / CHECKSUM).read_text("utf-8")
    assert verify_versions(root).clean
    assert build_database(root).rebuilt
    assert verify_versions(root).clean
    done = subprocess.run(["sha256sum", "--check", CHECKSUM], cwd=root, check=False)
    assert done.returncode == 0
