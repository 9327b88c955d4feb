"""What a comparison costs.

This module times the command against an import of DuckDB, and the macro on five million generated
measurements against the plain join that one would write by hand over the same Parquet files.
"""

from __future__ import annotations

import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from benchmarks.timing import COMMAND, Timing, command, timed
from pipelines.contract import TABLES
from pipelines.releases import known_releases, minor_of, release_order
from warehouse.comparison.macros import macros
from warehouse.comparison.statements import TUNED
from warehouse.schema.types import create_statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BENCHMARKS_A_RELEASE = 111_112
MEMORY = "1GB"
_FILE = "big.duckdb"
BASE, TARGET = "2.19.1", "2.20.2"
FIGURES = (
    ("throughput", "mean", "inferences/s"),
    ("latency", "p50", "ms"),
    ("latency", "p99", "ms"),
    ("ttft", "p50", "ms"),
    ("cost", "mean", "USD per 1M inferences"),
)


def measurements() -> Iterator[Timing]:
    """Yield one measure after another."""
    with tempfile.TemporaryDirectory() as folder:
        root = str(Path(folder) / "data")
        command([COMMAND, "build", "--root", root])()
        yield timed(
            "neuron-warehouse compare 2.19 2.20 / python -c 'import duckdb'",
            command([COMMAND, "compare", "2.19", "2.20", "--root", root]),
            command([sys.executable, "-c", "import duckdb"]),
            goal="at most 0.6 s and 2.5 times",
            meets=lambda ours, theirs: ours <= min(0.6, 2.5 * theirs),
            rounds=15,
        )
        yield from at_scale(Path(folder))


def at_scale(folder: Path) -> Iterator[Timing]:
    """Time the comparison of two releases of a generated dataset, with the macro and by hand."""
    # Made in another process and opened again in this one, as people do: DuckDB plans a stored
    # macro differently from a new one.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
        other.submit(generate, folder).result()
    with duckdb.connect(str(folder / _FILE), read_only=True) as connection:
        # One thread, as for `sql` and `compare`: of two, the one without work waits for it busily,
        # and that counts.
        connection.execute(
            f"SET memory_limit = '{MEMORY}'; SET temp_directory = '{folder}/spill'; "
            "SET enable_progress_bar = false; SET threads = 1"
        )
        figures = "comparison_key, metric, statistic, unit, base_value, target_value, change"
        call = f"compare_releases('{BASE}', '{TARGET}')"
        for name, ours, theirs, rounds in (
            (
                "figures and verdict / plain full join",
                f"{figures}, verdict AS said FROM {call}",
                plain_full_join(folder),
                7,
            ),
            (
                "figures of exact pairs / plain join of exact pairs",
                f"{figures} FROM {call} WHERE match = 'exact'",
                plain_join(folder),
                15,  # it is near its goal
            ),
            (
                "all columns / that join with both rows",
                f"*, verdict AS said FROM {call}",
                plain_join_with_rows(folder),
                7,
            ),
        ):
            yield timed(
                f"macro on 5 million measurements, {name} over Parquet",
                kept(connection, f"SELECT {ours}"),
                kept(connection, theirs),
                goal="at most 2",
                meets=lambda ours, theirs: ours <= 2 * theirs,
                rounds=rounds,
            )


def kept(connection: duckdb.DuckDBPyConnection, query: str) -> Callable[[], object]:
    """Return a call that runs a query and keeps its whole result, in place of the one before."""
    # Dropped first: two results at once would not fit into the memory, and would be spilled.
    return lambda: connection.execute(
        f"DROP TABLE IF EXISTS answer; CREATE TEMP TABLE answer AS {query}"
    )


def plain_join_with_rows(folder: Path) -> str:
    """Return `plain_join` with all columns of the benchmarks of both sides."""
    figures = plain_join(folder, ", o.base_id, o.target_id")
    base, target = (f"{folder}/benchmarks/{release}.parquet" for release in (BASE, TARGET))
    return f"""
        SELECT figures.*, b.* EXCLUDE (comparison_key), t.* EXCLUDE (comparison_key)
        FROM ({figures}) AS figures
        JOIN read_parquet('{base}') AS b ON b.benchmark_id = base_id
        JOIN read_parquet('{target}') AS t ON t.benchmark_id = target_id
    """  # noqa: S608 - names of ours


def plain_join(folder: Path, columns: str = "") -> str:
    """Return the quickest join: exact pairs only, without rows that came, went or were retuned."""
    return f"""
        {_base_figures(folder, "JOIN")}
        SELECT o.comparison_key, o.metric, o.statistic, o.unit, o.value AS base_value,
            n.value AS target_value, n.value / o.value - 1 AS change{columns}
        FROM base_figures AS o
        JOIN {_read(folder, "measurements", TARGET)} AS n ON n.benchmark_id = o.target_id
            AND n.metric = o.metric AND n.statistic = o.statistic AND n.unit = o.unit
    """  # noqa: S608 - names of ours


def plain_full_join(folder: Path) -> str:
    """Return the join that loses no figure, as the macro loses none: no verdicts, no duplicates."""
    shared = ("comparison_key", "metric", "statistic", "unit")
    return f"""
        {_base_figures(folder, "FULL JOIN")},
        target_figures AS NOT MATERIALIZED (
            SELECT p.*, n.metric, n.statistic, n.unit, n.value
            FROM pairs AS p
            JOIN {_read(folder, "measurements", TARGET)} AS n ON n.benchmark_id = p.target_id
        )
        SELECT {", ".join(f"coalesce(o.{name}, n.{name}) AS {name}" for name in shared)},
            o.value AS base_value, n.value AS target_value, n.value / o.value - 1 AS change
        FROM base_figures AS o
        FULL JOIN target_figures AS n ON n.target_id = o.target_id
            AND n.metric = o.metric AND n.statistic = o.statistic AND n.unit = o.unit
    """  # noqa: S608 - names of ours


def _base_figures(folder: Path, join: str) -> str:
    """Return pairs of rows by key and tuned columns, and the figures of their bases."""
    tuned = " AND ".join(f"t.{name} IS NOT DISTINCT FROM b.{name}" for name in TUNED)
    # Exact pairs must be materialized: otherwise the optimizer joins the figures first, and never
    # ends.
    hint = "MATERIALIZED" if join == "JOIN" else "NOT MATERIALIZED"
    return f"""
        WITH pairs AS MATERIALIZED (
            SELECT coalesce(b.comparison_key, t.comparison_key) AS comparison_key,
                b.benchmark_id AS base_id, t.benchmark_id AS target_id
            FROM {_read(folder, "benchmarks", BASE)} AS b
            {join} {_read(folder, "benchmarks", TARGET)} AS t
                ON t.comparison_key = b.comparison_key AND {tuned}
        ),
        base_figures AS {hint} (
            SELECT p.*, o.metric, o.statistic, o.unit, o.value
            FROM pairs AS p
            JOIN {_read(folder, "measurements", BASE)} AS o ON o.benchmark_id = p.base_id
        )"""  # noqa: S608 - names of ours


def _read(folder: Path, table: str, release: str) -> str:
    return f"read_parquet('{folder}/{table}/{release}.parquet')"


def generate(folder: Path) -> None:
    """Make the warehouse file and the Parquet files of a generated dataset."""
    with duckdb.connect(str(folder / _FILE)) as connection:
        _generate(connection, folder)


def _generate(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Make nine releases: some rows come and go, some are retuned, most are measured again."""
    for table in TABLES:
        connection.execute(create_statement(table))
    for macro in macros():
        connection.execute(macro.create)
    for number, release in enumerate(known_releases()):
        connection.execute(
            "INSERT INTO releases BY NAME SELECT ? AS release, ? AS minor, ? AS release_order, "
            "true AS is_latest_patch, 0 AS page_count, 0 AS table_count, 0 AS benchmark_count, "
            "0 AS flag_count",
            [release, minor_of(release), release_order(release)],
        )
        connection.execute(
            _BENCHMARKS.format(release=release, number=number, rows=BENCHMARKS_A_RELEASE)
        )
        for column, (metric, statistic, unit) in enumerate(FIGURES):
            connection.execute(
                _MEASUREMENTS.format(
                    release=release,
                    number=number,
                    metric=metric,
                    statistic=statistic,
                    unit=unit,
                    column=column,
                )
            )
        for name in ("benchmarks", "measurements"):
            (folder / name).mkdir(exist_ok=True)
            connection.execute(
                f"COPY (FROM {name} WHERE release = '{release}') "
                f"TO '{folder}/{name}/{release}.parquet' (COMPRESSION zstd)"
            )
    connection.execute("CHECKPOINT")


_BENCHMARKS = """
    INSERT INTO benchmarks BY NAME
    SELECT
        md5('{release}' || i)[:16] AS benchmark_id,
        'accelerator=inf2 | workload=inference | model_family=encoder | optimized_for=throughput | '
        || 'application_type=Batch | model=organisation/model-' || k || ' | '
        || 'task=Sequence Classification | instance_types=inf2.xlarge | sequence_length=128'
            AS comparison_key,
        't' AS table_id, '{release}' AS release, i AS row,
        CASE WHEN i % 3 = 0 THEN '2.17.0' ELSE '{release}' END AS measured_release,
        'inference' AS workload, 'inf2' AS accelerator, 'encoder' AS model_family,
        'throughput' AS optimized_for, 'Batch' AS application_type,
        'organisation/model-' || k AS model, 'Sequence Classification' AS task,
        'PyTorch' AS framework, '2.{number}' AS framework_version,
        ['inf2.xlarge'] AS instance_types, 128 AS sequence_length,
        CASE WHEN i % 20 = {number} THEN 64 ELSE 16 END AS batch_size,
        ['FP32'] AS model_data_types, 'Matmult-BF16' AS autocast_data_type,
        []::VARCHAR[] AS scripts, MAP {{}}::MAP(VARCHAR, VARCHAR) AS attributes
    FROM (SELECT i, i + {number} * 1000 AS k FROM range({rows}) AS r(i))
"""
_MEASUREMENTS = """
    INSERT INTO measurements BY NAME
    SELECT benchmark_id, release, '{metric}' AS metric, '{statistic}' AS statistic,
        1000 + hash(row, {column}, CASE WHEN row % 3 = 0 THEN 0 ELSE {number} END) % 1000 / 10
            AS value,
        '{unit}' AS unit, CASE '{metric}' WHEN 'cost' THEN 'on-demand' END AS basis, '' AS text,
        table_id, row, {column} AS "column"
    FROM benchmarks
    WHERE release = '{release}'
"""
