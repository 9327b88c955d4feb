"""Two large releases, published as the product publishes: Parquet files and a descriptor a version.

    python -m examples.scale.generated ROOT ROWS

This module makes them: few columns filled, three figures a row; some rows go and come, some are
retuned, a third is printed again without a new measurement. What is done with them lives in
`engines`.
"""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from pipelines.contract import BENCHMARKS, MEASUREMENTS, PUBLISHED_TABLES, PublishedTable, Table
from warehouse.schema import parquet
from warehouse.schema.types import arrow_schema
from warehouse.versions import Prepared, publish
from warehouse.versions.merge import INPUTS_OF_RELEASES, STORED

if TYPE_CHECKING:
    from collections.abc import Sequence

BASE, TARGET = "2.19.1", "2.20.2"
FIGURES = (
    ("throughput", "mean", "inferences/s"),
    ("latency", "p50", "ms"),
    ("latency", "p99", "ms"),
)
MOST_GONE = 1_000
"""How many rows go and come at most."""
SCALE = 10_000
"""Figures have four decimals: times this, they are whole numbers in every engine."""
_PRIME = 9_999_991  # more than there are rows: no two rows of a release share a figure

_BENCHMARKS = """
    SELECT
        md5('{release}' || i)[:16] AS benchmark_id,
        'accelerator=inf2 | workload=inference | model=m-' || k AS comparison_key,
        't' AS table_id, '{release}' AS release, i AS row,
        CASE WHEN k % 3 = 0 THEN '2.17.0' ELSE '{release}' END AS measured_release,
        'inference' AS workload, 'inf2' AS accelerator, 'm-' || k AS model,
        ['inf2.xlarge'] AS instance_types,
        CASE WHEN k % 20 = {number} THEN 64 ELSE 16 END AS batch_size,
        []::VARCHAR[] AS scripts, MAP {{}}::MAP(VARCHAR, VARCHAR) AS attributes
    FROM (SELECT i, i + {number} * {gone} AS k FROM range({rows}) AS r(i)) ORDER BY i
"""
_MEASUREMENTS = """
    SELECT
        md5('{release}' || i)[:16] AS benchmark_id, '{release}' AS release,
        f.metric, f.statistic, f.unit, '' AS text, 't' AS table_id, i AS row, f.place AS "column",
        1000 + (k * 7919 + f.place * 104729 + {number} * [0, 99991, 1299709][k % 3 + 1])
            % {prime} / {scale} AS value
    FROM (SELECT i, i + {number} * {gone} AS k FROM range({rows}) AS r(i))
    CROSS JOIN (VALUES {figures}) AS f(metric, statistic, unit, place)
    ORDER BY i, f.place
"""


def generate(root: str, rows: int, gone: int = MOST_GONE) -> None:
    """Publish two releases of so many rows each: two versions."""
    for number, release in enumerate((BASE, TARGET)):
        put(root, release, number, rows, gone)


def put(root: str, release: str, number: int, rows: int, gone: int = MOST_GONE) -> None:
    """Publish a release; its figures and its rows are those of a number."""
    moment = datetime(2026, 1, 1 + number, tzinfo=UTC)
    publish(root, [prepared(release, number, rows, gone)], source="generated", now=moment)


def prepared(release: str, number: int, rows: int, gone: int) -> Prepared:
    """Return a release ready to store: one published table, its rows and figures.

    Args:
        release: The release.
        number: The place of the release, from 0: it moves figures and rows.
        rows: How many benchmarks it has.
        gone: How many rows go, and as many come, from one number to the next; at most a tenth.
    """
    given = {
        "release": release,
        "number": number,
        "rows": rows,
        "gone": min(gone, rows // 10),
        "prime": _PRIME,
        "scale": SCALE,
        "figures": ", ".join(str((*figure, at)) for at, figure in enumerate(FIGURES)),
    }
    encoded = {table.name: parquet.encode(table, release, ()) for table in STORED}
    published = PublishedTable(
        "t", release, "inf2-inference", 0, (), None, None, (), rows, (), "inference"
    )
    encoded[PUBLISHED_TABLES.name] = parquet.encode(PUBLISHED_TABLES, release, (published,))
    for table, sql in ((BENCHMARKS, _BENCHMARKS), (MEASUREMENTS, _MEASUREMENTS)):
        encoded[table.name] = _encoded(table, release, sql.format(**given))
    return Prepared(
        release,
        encoded,
        rows={table.name: () for table in INPUTS_OF_RELEASES},
        heads={table.name: () for table in STORED},
    )


def _encoded(table: Table, release: str, sql: str) -> parquet.Encoded:
    with duckdb.connect() as connection:
        some = connection.sql(sql).to_arrow_table()
    data = parquet.to_bytes(_in_schema(table, some))
    return parquet.Encoded(table, release, data, hashlib.sha256(data).hexdigest(), some.num_rows)


def _in_schema(table: Table, some: pa.Table) -> pa.Table:
    """Return rows with all columns of a table; those that are not there are None."""
    schema = arrow_schema(table)
    there = set(some.column_names)
    columns = [
        some[field.name].cast(field.type)
        if field.name in there
        else pa.nulls(some.num_rows, field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def main(arguments: Sequence[str]) -> None:
    """Publish, and say how much."""
    root, rows = arguments
    generate(root, int(rows))
    print(json.dumps({"benchmarks": 2 * int(rows)}))


if __name__ == "__main__":
    main(sys.argv[1:])
