"""The command `sql`: odd values are shown as they are, and a query touches nothing else."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dagster_project.cli import main
from pipelines.errors import SourceError, UsageError
from tests.forms import some
from tests.warehouse.conftest import tree
from warehouse.database import untrusted_query
from warehouse.database.query import rows_of_sql, run_sql
from warehouse.output.render import FORMATS, render, render_text
from warehouse.storage.data_paths import FILE

if TYPE_CHECKING:
    from pathlib import Path


def _shown(root: Path, sql: str, form: str = "csv", version: int | None = None) -> str:
    stream, as_printed = io.BytesIO(), io.BytesIO()
    render(run_sql(root, sql, version), form, stream)
    render_text(rows_of_sql(root, sql, version), form, as_printed)
    assert as_printed.getvalue() == stream.getvalue()
    return stream.getvalue().decode()


_BEFORE_2 = duckdb.__version__.startswith(("0.", "1."))
VALUES = (
    ("DATE '0044-03-15 (BC)'", "-0043-03-15"),
    ("DATE '0001-12-31 (BC)'", "0000-12-31"),
    ("DATE '0001-01-01'", "0001-01-01"),
    ("DATE '9999-12-31'", "9999-12-31"),
    ("DATE '10000-01-01'", "10000-01-01"),
    ("DATE '12024-02-29'", "12024-02-29"),
    ("DATE 'infinity'", "infinity"),
    ("DATE '-infinity'", "-infinity"),
    ("TIMESTAMP '20000-01-02 03:04:05.000006'", "20000-01-02T03:04:05.000006"),
    ("TIMESTAMP '-infinity'", "-infinity"),
    ("TIMESTAMPTZ '0044-03-15 (BC) 12:00:00+00'", "-0043-03-15T12:00:00Z"),
    ("TIMESTAMP_NS '2020-01-02 03:04:05.123456789'", "2020-01-02T03:04:05.123456789"),
    ("TIMESTAMP_NS '2020-01-02 03:04:05'", "2020-01-02T03:04:05"),
    ("TIMESTAMP_S '30000-01-01 00:00:01'", "30000-01-01T00:00:01"),
    ("TIMESTAMP_MS '30000-01-01 00:00:00.5'", "30000-01-01T00:00:00.5"),
    ("TIME_NS '10:00:00.123456789'", "10:00:00.123456789"),
    ("'NaN'::DOUBLE", "NaN"),
    ("'Infinity'::DOUBLE", "Infinity"),
    ("'-inf'::FLOAT", "-Infinity"),
    ("[DATE '10000-01-01', NULL]", '["10000-01-01", null]'),
    ("{'a': TIMESTAMP 'infinity'}", '{"a": "infinity"}'),
    ("MAP {[1]: DATE '10000-01-01'}", '{"[1]": "10000-01-01"}'),
    # DuckDB 2 gives the fields names of its own.
    ("ROW(1, 2)", '{"": 1, "_1": 2}' if _BEFORE_2 else '{"element1": 1, "element2": 2}'),
    ("12345678901234567890.123456789::DECIMAL(38, 9)", "12345678901234567890.123456789"),
)
"""Values that Python has no type for, and how each is shown."""


@pytest.fixture(scope="module")
def shown_values(built_once: Path) -> list[tuple[str, object]]:
    """Return every value as CSV and JSON have it: of one query, which takes longer than a value."""
    query = _query_of_values()
    (_, line) = csv.reader(io.StringIO(_shown(built_once, query)))
    (row,) = json.loads(_shown(built_once, query, "json"))
    return list(zip(line, row.values(), strict=True))


def _query_of_values() -> str:
    columns = (f"{value} AS v{number}" for number, (value, _) in enumerate(VALUES))
    return f"SELECT {', '.join(columns)}"


@pytest.mark.parametrize("number", range(len(VALUES)), ids=[value for value, _ in VALUES])
def test_a_value_that_python_has_no_type_for_is_shown(
    built_once: Path, shown_values: list[tuple[str, object]], number: int
) -> None:
    value, text = VALUES[number]
    in_csv, in_json = shown_values[number]
    assert in_csv == text
    assert text in (in_json, json.dumps(in_json))
    # Without a column that Arrow alone can hold beside it, it may come straight from DuckDB.
    alone = io.BytesIO()
    render_text(rows_of_sql(built_once, f"SELECT {value} AS v"), "json", alone)
    assert json.loads(alone.getvalue()) == [{"v": in_json}]


@pytest.mark.parametrize("form", FORMATS)
def test_such_values_are_shown_beside_null_in_every_form(built_once: Path, form: str) -> None:
    nulls = ", ".join("NULL" for _ in VALUES)
    query = f"{_query_of_values()} UNION ALL SELECT {nulls}"
    stream = io.BytesIO()
    render(run_sql(built_once, query), form, stream)
    assert stream.getvalue()


def test_bytes_that_are_no_text_are_shown_as_bytes() -> None:
    odd = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\3\0\0\0"), pa.py_buffer(b"a\xffb")]
    )
    for form in ("table", "csv", "json", "markdown"):
        stream = io.BytesIO()
        render(pa.table({"v": odd}), form, stream)
        assert b"xffb" in stream.getvalue()


@pytest.mark.parametrize("kind", ["UHUGEINT", "BIT", "BIGNUM", "TIMETZ"])
def test_a_type_that_would_come_out_as_another_value_is_refused(built: Path, kind: str) -> None:
    value = "'10:00:00+02'" if kind == "TIMETZ" else "'1'"
    with pytest.raises(UsageError, match="cast it"):
        run_sql(built, f"SELECT {value}::{kind} AS v")
    assert run_sql(built, f"SELECT ({value}::{kind})::VARCHAR AS v").num_rows == 1


def test_no_column_is_lost_where_two_have_one_name(built: Path) -> None:
    sql = "SELECT 1 AS a, 2 AS a, 3 AS a_1, 4 AS a"
    assert json.loads(_shown(built, sql, "json")) == [{"a": 1, "a_2": 2, "a_1": 3, "a_3": 4}]
    stream = io.BytesIO()
    render(run_sql(built, sql), "parquet", stream)
    assert pq.read_table(io.BytesIO(stream.getvalue())).num_columns == 4
    assert _shown(built, sql) == "a,a,a_1,a\n1,2,3,4\n"


@pytest.mark.parametrize(
    "sql", ["SELECT 1; SELECT 2", "SELECT 1; DROP TABLE pages", "SELECT 1; PIVOT pages ON page"]
)
def test_more_than_one_statement_is_refused(built: Path, sql: str) -> None:
    with pytest.raises(UsageError, match="found 2 statements; write one query"):
        run_sql(built, sql)


QUESTIONS = (
    "SELECT 1;",
    "FROM releases",
    "WITH x AS (SELECT 1) FROM x",
    "SHOW TABLES",
    "DESCRIBE releases",
    "SUMMARIZE releases",
    "PIVOT pages ON page USING count(*)",
    "EXPLAIN FROM releases",
    "VALUES (1)",
)


# A version other than the file's is loaded for each query, which takes longer.
@pytest.mark.stress
@pytest.mark.parametrize(
    ("sql", "version"),
    [*((sql, None) for sql in QUESTIONS), *((sql, 1) for sql in some(QUESTIONS[3:], 6))],
)
def test_every_kind_of_question_is_answered(
    built_once: Path, sql: str, version: int | None
) -> None:
    assert run_sql(built_once, sql, version).num_columns


ACTS = (
    "COPY releases TO '{root}/versions/000001.json'",
    "COPY (SELECT 'x') TO '{root}/warehouse.duckdb.wal' (FORMAT csv)",
    "EXPLAIN ANALYZE COPY (SELECT 'x') TO '{root}/warehouse.duckdb.wal' (FORMAT csv)",
    "EXPORT DATABASE '{root}/out'",
    "FROM read_text('{root}/versions/000001.json')",
    "FROM '{root}/versions/000001.json'",
    "FROM read_csv('/etc/passwd')",
    "FROM read_parquet('{root}/parquet/pages/*/*.parquet')",
    "FROM glob('/etc/*')",
    "FROM read_parquet('http://127.0.0.1:9/x.parquet')",
    "FROM 's3://bucket/x.parquet'",
    "ATTACH '{root}/other.duckdb'",
    "ATTACH ':memory:' AS m",
    "INSTALL httpfs",
    "LOAD httpfs",
    "CREATE SECRET (TYPE s3)",
    "CREATE PERSISTENT SECRET s (TYPE http)",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "RESET memory_limit",
    "SET threads = 64",
    "PRAGMA enable_profiling",
    "CALL enable_logging()",
    "FROM enable_logging(storage = 'file', storage_path = '{root}/log')",
    "FROM \"enable_logging\"(storage = 'file', storage_path = '{root}/log')",
    "FROM query('FROM enable_' || 'logging()')",
    "FROM enable_profiling(save_location = '{root}/p.json')",
    "FROM force_checkpoint ()",
    "CREATE TABLE t AS SELECT 1",
    "CREATE TEMP TABLE t AS SELECT 1",
    "DELETE FROM releases",
    "DROP VIEW benchmark_results",
    "VACUUM",
    "CHECKPOINT",
    "BEGIN",
    "USE memory",
    "IMPORT DATABASE '{root}'",
    "PREPARE p AS SELECT 1",
    "UPDATE releases SET minor = 'x'",
)


@pytest.fixture(scope="module")
def untouched(
    built_once: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, str]]:
    """Return a root for queries that may not touch it, and every file below it."""
    root = tmp_path_factory.mktemp("untouched") / "data"
    shutil.copytree(built_once, root)
    return root, tree(root)


@pytest.mark.stress
@pytest.mark.parametrize(
    ("act", "version"), [*((act, None) for act in ACTS), *((act, 1) for act in some(ACTS, 39))]
)
def test_a_query_touches_nothing_but_the_dataset(
    untouched: tuple[Path, dict[str, str]], act: str, version: int | None
) -> None:
    root, before = untouched
    with pytest.raises(UsageError) as caught:
        run_sql(root, act.replace("{root}", str(root)), version)
    assert "\n" not in str(caught.value)
    assert tree(root) == before


def test_no_name_means_a_variable_of_ours(built: Path) -> None:
    precious = pa.table({"a": [1]})
    assert precious.num_rows
    with pytest.raises(UsageError, match="precious"):
        run_sql(built, "FROM precious")


@pytest.mark.parametrize("version", [None, 1])
def test_memory_is_bounded_and_nothing_is_put_on_the_disk(built: Path, version: int | None) -> None:
    settings = run_sql(
        built,
        "SELECT current_setting('memory_limit') AS m, current_setting('temp_directory') AS t, "
        "current_setting('lock_configuration') AS l, current_setting('enable_external_access') AS e"
        ", current_setting('allow_persistent_secrets') AS p",
        version,
    ).to_pylist()
    assert settings == [{"m": "1.8 GiB", "t": "", "l": True, "e": False, "p": False}]


def test_an_answer_too_large_to_hold_is_refused(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(untrusted_query, "MOST_BYTES", 2**20)
    with pytest.raises(UsageError, match="the answer is larger than 1 MiB; add"):
        run_sql(built, "SELECT range, repeat('x', 100) AS t FROM range(10_000_000_000)")


def _ends(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> object:
    monkeypatch.setattr(sys, "argv", ["neuron-warehouse", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


@pytest.mark.parametrize(
    "arguments",
    [
        ("sql", "SELECT '\udcff'"),
        ("sql", "SELECT 1", "--root", "d\udcffta"),
        ("compare", "2.20", "2.21", "--model", "\udce9"),
        ("build", "--source", "\udcff"),
    ],
)
def test_an_argument_that_is_no_utf8_is_wrong_usage(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert _ends(monkeypatch, *arguments) == 2
    said = capfd.readouterr().err
    assert "is not valid UTF-8" in said
    assert said.count("\n") == 1


def test_another_commands_query_on_an_older_file_is_one_line(built: Path) -> None:
    import duckdb

    from warehouse.database.connect import open_file
    from warehouse.storage.roots import open_root

    (built / FILE).chmod(0o644)
    with duckdb.connect(str(built / FILE)) as connection:
        connection.execute("DROP VIEW capture_changes")
    with (
        pytest.raises(SourceError, match="lacks something") as caught,
        open_file(open_root(built)) as connection,
    ):
        connection.execute("FROM capture_changes")
    assert "\n" not in str(caught.value)
