"""One comparison of two releases, by three engines over the same files of a version.

    python -m examples.scale.engines duckdb|macro|spark|export|spark-delta ROOT

This module has the plain comparison as one text of SQL for DuckDB and Spark, and the product's own
macro in the same form: how many figures have each verdict, and a fingerprint of them. Equal
fingerprints mean the same keys, metrics and values on both sides.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from examples.scale.generated import BASE, SCALE, TARGET
from pipelines.contract import TABLES
from warehouse.comparison.macros import macros
from warehouse.comparison.statements import TUNED
from warehouse.comparison.verdicts import DEFAULT_TOLERANCE
from warehouse.schema.types import create_statement
from warehouse.storage.data_paths import FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MEMORY = "6GB"
"""DuckDB's."""
EXECUTORS, EXECUTOR_MEMORY = 2, 1024
"""Spark's: with the driver, three processes of a gigabyte."""
_SIDES = {"base": BASE, "target": TARGET}

Answer = dict[str, tuple[int, int]]
"""The verdicts, each with the number of figures and their fingerprint."""

# Spark and DuckDB read this the same way. A row pairs with the one of its key and tuned columns.
_PLAIN = """
WITH pairs AS (
    SELECT coalesce(b.comparison_key, t.comparison_key) AS comparison_key,
        b.benchmark_id AS base_id, t.benchmark_id AS target_id,
        b.measured_release IS NOT DISTINCT FROM t.measured_release AS same_measurement
    FROM base_benchmarks AS b
    FULL JOIN target_benchmarks AS t ON t.comparison_key = b.comparison_key AND {tuned}
),
base_figures AS (
    SELECT p.comparison_key, p.target_id, p.same_measurement,
        m.metric, m.statistic, m.unit, m.value
    FROM pairs AS p JOIN base_measurements AS m ON m.benchmark_id = p.base_id
),
target_figures AS (
    SELECT p.comparison_key, p.target_id, m.metric, m.statistic, m.unit, m.value
    FROM pairs AS p JOIN target_measurements AS m ON m.benchmark_id = p.target_id
),
figures AS (
    SELECT coalesce(o.comparison_key, n.comparison_key) AS comparison_key,
        coalesce(o.metric, n.metric) AS metric,
        coalesce(o.statistic, n.statistic) AS statistic,
        coalesce(o.unit, n.unit) AS unit,
        o.value AS base_value, n.value AS target_value, o.same_measurement
    FROM base_figures AS o
    FULL JOIN target_figures AS n ON n.target_id = o.target_id
        AND n.metric = o.metric AND n.statistic = o.statistic AND n.unit = o.unit
),
judged AS (
    SELECT *, CASE
        WHEN target_value IS NULL THEN 'removed'
        WHEN base_value IS NULL THEN 'added'
        WHEN same_measurement AND base_value = target_value THEN 'carried-over'
        WHEN same_measurement THEN 'revised'
        WHEN greatest(base_value, target_value)
            <= least(base_value, target_value) * CAST({limit} AS DOUBLE) THEN 'unchanged'
        WHEN (metric = 'throughput') = (target_value > base_value) THEN 'improved'
        ELSE 'regressed'
    END AS verdict
    FROM figures
)
"""
# The macro pairs a row that was retuned too: for the plain query it went and came.
_MACRO = """
WITH judged AS (
    SELECT comparison_key, metric, statistic, unit, unnest(
        CASE WHEN "match" = 'retuned' THEN [
            {{'verdict': 'removed', 'base_value': base_value, 'target_value': NULL}},
            {{'verdict': 'added', 'base_value': NULL, 'target_value': target_value}}
        ] ELSE [
            {{'verdict': verdict, 'base_value': base_value, 'target_value': target_value}}
        ] END, recursive := true)
    FROM compare_releases('{base}', '{target}')
)
"""
_SUMMARY = """
SELECT verdict, count(*) AS figures, sum({number}) AS fingerprint
FROM (
    SELECT verdict, substr(md5(concat_ws('|', comparison_key, metric, statistic, unit,
        {base_value}, {target_value})), 1, 8) AS digits
    FROM judged
) AS hashed
GROUP BY verdict
"""
_NUMBERS = {
    "duckdb": "CAST('0x' || digits AS BIGINT)",
    "spark": "CAST(conv(digits, 16, 10) AS BIGINT)",
}


def summary(engine: str) -> str:
    """Return SQL that sums up `judged`: the count and fingerprint of each verdict."""
    values = {
        name: f"coalesce(CAST(CAST(round({name} * {SCALE}) AS BIGINT) AS STRING), '-')"
        for name in ("base_value", "target_value")
    }
    return _SUMMARY.format(number=_NUMBERS[engine], **values)


def plain(engine: str) -> str:
    """Return the plain comparison in the words of an engine."""
    tuned = " AND ".join(f"t.{name} IS NOT DISTINCT FROM b.{name}" for name in TUNED)
    return _PLAIN.format(tuned=tuned, limit=1 + DEFAULT_TOLERANCE) + summary(engine)


def files_of_version(root: Path) -> Mapping[str, Sequence[str]]:
    """Return the files of each table, from the descriptor of the newest version alone."""
    newest = max((root / "versions").glob("*.json"))
    found: dict[str, list[str]] = {}
    for one in json.loads(newest.read_text("utf-8"))["resources"]:
        table = Path(one["path"]).relative_to(FOLDER).parts[0]
        found.setdefault(table, []).append(str(root / one["path"]))
    return found


def files_of_delta(root: Path) -> Mapping[str, Sequence[str]]:
    """Return the files of the Delta tables beside a root, as Delta's own log lists them."""
    from deltalake import DeltaTable

    names = ("benchmarks", "measurements")
    return {name: DeltaTable(str(delta_folder(root) / name)).file_uris() for name in names}


def delta_folder(root: Path) -> Path:
    """Return where the Delta tables of a root are."""
    return root.with_name(f"{root.name}-delta")


def with_duckdb(root: Path) -> Answer:
    """Compare by the plain query in DuckDB."""
    with _duckdb(root) as connection:
        for name, files in files_of_version(root).items():
            _duckdb_views(connection, name, files)
        return _answer(connection.execute(plain("duckdb")).fetchall())


def _duckdb_views(connection: Any, table: str, files: Sequence[str]) -> None:
    for side, release in _SIDES.items():
        rows = f"FROM read_parquet({files}, hive_partitioning = false)"
        connection.execute(f"CREATE VIEW {side}_{table} AS {rows} WHERE release = '{release}'")


def with_macro(root: Path) -> Answer:
    """Compare by the product's macro `compare_releases`, on tables as in the warehouse file."""
    with _duckdb(root, "macro.duckdb") as connection:
        files = files_of_version(root)
        for table in TABLES:
            connection.execute(create_statement(table))
            connection.execute(
                f"INSERT INTO {table.name} BY NAME "
                f"FROM read_parquet({files[table.name]}, hive_partitioning = false)"
            )
        for macro in macros():
            connection.execute(macro.create)
        sql = _MACRO.format(base=BASE, target=TARGET) + summary("duckdb")
        return _answer(connection.execute(sql).fetchall())


def _duckdb(root: Path, file: str = ":memory:") -> duckdb.DuckDBPyConnection:
    work = root.with_name(f"{root.name}-duckdb")
    work.mkdir(exist_ok=True)
    connection = duckdb.connect(file if file == ":memory:" else str(work / file))
    connection.execute(f"SET memory_limit = '{MEMORY}'; SET temp_directory = '{work}/spill'")
    connection.execute("SET preserve_insertion_order = false; SET threads = 2")
    return connection


def with_spark(root: Path, files: Mapping[str, Sequence[str]]) -> Answer:
    """Compare by the plain query in Spark, in executors that are processes of their own."""
    session = _spark(root.parent / "spark")
    try:
        for name, paths in files.items():
            frame = session.read.options(**_base_path(name, paths)).parquet(*paths)
            for side, release in _SIDES.items():
                frame.where(frame.release == release).createOrReplaceTempView(f"{side}_{name}")
        answer = _answer(session.sql(plain("spark")).collect())
        print(f"Spark ran {_executors(session)} executors beside its driver")
        return answer
    finally:
        _end(session)


def _base_path(table: str, paths: Sequence[str]) -> dict[str, str]:
    """Return the folder below which Delta keeps the column `release` in names of folders."""
    above = paths[0].partition(f"/{table}/")[0]
    return {"basePath": f"{above}/{table}"} if "/release=" in paths[0] else {}


def _spark(work: Path) -> Any:
    import pyspark
    from pyspark.sql import SparkSession

    work.mkdir(exist_ok=True)
    # Executors start from here; where they write is not the environment's folder.
    os.environ |= {"SPARK_HOME": str(Path(pyspark.__file__).parent), "SPARK_WORKER_DIR": str(work)}
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    settings = {
        "spark.driver.memory": "1g",
        "spark.executor.memory": f"{EXECUTOR_MEMORY}m",
        "spark.local.dir": str(work),
        "spark.scheduler.minRegisteredResourcesRatio": "1.0",
        "spark.sql.shuffle.partitions": "32",
        # Else `2.20` in the name of a folder becomes the number 2.2.
        "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.master(f"local-cluster[{EXECUTORS},1,{EXECUTOR_MEMORY}]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def _executors(session: Any) -> int:
    return len(session.sparkContext._jsc.sc().statusTracker().getExecutorInfos()) - 1  # noqa: SLF001


def _end(session: Any) -> None:
    """Stop Spark, and wait until its processes have ended: their time counts."""
    process = session.sparkContext._gateway.proc  # noqa: SLF001
    session.stop()
    process.stdin.close()
    process.wait(60)


def _answer(rows: Sequence[Sequence[Any]]) -> Answer:
    return {verdict: (int(count), int(mark)) for verdict, count, mark in sorted(map(tuple, rows))}


ENGINES: Mapping[str, Callable[[Path], Answer]] = {
    "duckdb": with_duckdb,
    "macro": with_macro,
    "spark": lambda root: with_spark(
        root,
        {
            name: files
            for name, files in files_of_version(root).items()
            if name in ("benchmarks", "measurements")
        },
    ),
    "spark-delta": lambda root: with_spark(root, files_of_delta(root)),
}


def export(root: Path) -> int:
    """Export a root to Delta tables beside it, a commit a version; return the last version."""
    from warehouse.output.delta import export_delta

    return export_delta(root, str(delta_folder(root)), history=True).version


def main(arguments: Sequence[str]) -> None:
    """Compare or export, and print what came of it."""
    engine, root = arguments
    call = export if engine == "export" else ENGINES[engine]
    print(json.dumps(call(Path(root))))


if __name__ == "__main__":
    main(sys.argv[1:])
