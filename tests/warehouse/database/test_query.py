"""Questions to the warehouse: answers, old versions, and what is said when there is no answer."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from pipelines.contract import TABLES
from pipelines.errors import SourceError, UsageError
from tests.warehouse.conftest import NOW, Publish, a_release
from warehouse.database.build_file import build_database
from warehouse.database.duckdb_errors import unreadable
from warehouse.database.open_version import open_warehouse
from warehouse.database.own_imports.import_records import TABLE_NAME
from warehouse.database.query import list_tables, run_sql
from warehouse.storage.data_paths import FILE
from warehouse.storage.roots import open_root
from warehouse.views.all_views import views

EVERYTHING = [thing.name for thing in (*TABLES, *views())] + ["dataset"]


def test_a_query_is_answered(built: Path) -> None:
    answer = run_sql(built, "SELECT release, model FROM benchmark_results ORDER BY ALL LIMIT 1")
    assert answer.to_pylist() == [{"release": "2.20.0", "model": "model-0"}]


@pytest.mark.slow
def test_an_old_version_answers_as_it_did(put: Publish, built: Path) -> None:
    before = _everything(built)
    count = "SELECT count(*) AS n FROM benchmarks"
    put(a_release("2.20.0", rows=9), a_release("2.20.1"), now=NOW + timedelta(1))
    build_database(built)
    assert run_sql(built, "SELECT version FROM dataset").to_pylist() == [{"version": 2}]
    assert _everything(built, version=1) == before
    assert run_sql(built, count).to_pylist() == [{"n": len(before["benchmarks"]) + 9}]


# What the views read is stored in the newest version's file alone, in a schema of its own.
COMMENTS = """
    SELECT column_name AS name, comment FROM DuckDB_Columns()
    WHERE NOT internal AND schema_name = 'main'
    UNION ALL SELECT view_name, comment FROM duckdb_views()
    WHERE NOT internal AND schema_name = 'main'
    UNION ALL SELECT function_name, comment FROM duckdb_functions() WHERE comment IS NOT NULL
"""


@pytest.mark.parametrize(
    "query",
    [
        COMMENTS,
        """SELECT table_name AS name, TABLE_COMMENT AS comment FROM Information_Schema.tables
        WHERE table_schema = 'main'""",
    ],
    ids=["DuckDB's functions", "the views of the standard"],
)
def test_an_old_version_describes_what_it_has_as_the_newest_does(built: Path, query: str) -> None:
    newest, old = (
        sorted(run_sql(built, query, version).to_pylist(), key=repr) for version in (None, 1)
    )
    assert newest == old
    assert any(row["comment"] for row in old)


def _everything(root: Path, version: int | None = None) -> dict[str, list[tuple[object, ...]]]:
    with open_warehouse(root, version) as connection:
        return {
            name: sorted(connection.execute(f"FROM {name}").fetchall(), key=repr)
            for name in EVERYTHING
        }


@pytest.mark.parametrize("query", ["", " ; ", "-- nothing"])
def test_an_empty_query_is_wrong_usage(built: Path, query: str) -> None:
    with pytest.raises(UsageError, match="the query is empty"):
        run_sql(built, query)


def test_a_version_that_is_not_there_is_wrong_usage(built: Path) -> None:
    with pytest.raises(UsageError, match="there is no dataset version 9; there are 1 to 1"):
        run_sql(built, "SELECT 1", version=9)


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("SELEKT 1", "syntax error"),
        ("SELECT nothing FROM benchmarks", "nothing"),
        ("SELECT 'a'::INTEGER", "Could not convert"),
        ("DELETE FROM benchmarks", "read-only mode"),
    ],
)
def test_a_wrong_query_is_wrong_usage_in_one_line(built: Path, sql: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence) as caught:
        run_sql(built, sql)
    assert "\n" not in str(caught.value)


def test_a_missing_warehouse_tells_how_to_build_it(root: Path) -> None:
    with pytest.raises(SourceError, match=r"there is no warehouse at .*neuron-warehouse build"):
        run_sql(root, "SELECT 1")


@pytest.mark.parametrize("size", [0, 100, 6000])
def test_a_damaged_warehouse_is_named(built: Path, size: int) -> None:
    path = built / "warehouse.duckdb"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(SourceError, match=r"warehouse\.duckdb is damaged.*neuron-warehouse build"):
        run_sql(built, "SELECT 1")


def test_a_locked_warehouse_is_named(built: Path) -> None:
    script = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(flush=True); input()"
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(built / "warehouse.duckdb")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(SourceError, match="is locked: another program has it open for writing"):
            run_sql(built, "SELECT 1")
        holder.communicate(b"\n")


def test_a_warehouse_of_a_newer_duckdb_is_named(built: Path) -> None:
    error = duckdb.IOException(
        "IO Error: Trying to read a database file with version number 99, but we can only read "
        "versions between 64 and 67.\nThe database file was created with a newer version of DuckDB."
    )
    said = unreadable(error, open_root(built), built / FILE)
    assert "was written by a newer DuckDB" in said


def test_everything_that_a_query_can_name_is_listed(built: Path) -> None:
    listed = {one.name: one for one in list_tables(built)}
    assert set(listed) == {*EVERYTHING, TABLE_NAME}
    assert (listed["benchmark_results"].kind, listed["benchmark_results"].rows) == ("view", 4)
    assert (listed["releases"].kind, listed["releases"].rows) == ("table", 2)
    assert all(one.description for one in listed.values())


def test_importing_the_warehouse_loads_neither_duckdb_nor_pyarrow() -> None:
    script = (
        "import sys\n"
        "import warehouse.database.query, warehouse.output.render, warehouse.versions\n"
        "import warehouse.output.data_dictionary, warehouse.contract_checks\n"
        "print(sorted({'duckdb', 'pyarrow', 'rich', 'dagster'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "[]\n"
