"""What the macros answer: rows as the oracle writes them, and as they are seen from either side."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.warehouse.comparison.matching import IDENTITY
from tests.warehouse.comparison.oracle import Told, plain

if TYPE_CHECKING:
    import duckdb

# The columns of an answer, in the order of `Told`.
_BEFORE = (
    "comparison_key, base_release, target_release, base_measured_release, target_measured_release"
)
_AFTER = (
    'metric, statistic, unit, base_value, target_value, change, better, "match", changed, verdict, '
    "remeasured, base_usd_per_hour, target_usd_per_hour, target_value_at_base_rate, speed_change, "
    "price_change, base_unit, target_unit, base_basis, target_basis, base_flags, target_flags, "
    "error_flags, base_benchmark_id, target_benchmark_id"
)
COLUMNS = f"{_BEFORE}, {', '.join(IDENTITY)}, {_AFTER}"
_FIRST, _LAST = 5, 5 + len(IDENTITY)
Answer = Counter[Told]
Mirror = tuple[object, ...]
MIRRORED = {
    "added": "removed",
    "removed": "added",
    "improved": "regressed",
    "regressed": "improved",
}


def told(connection: duckdb.DuckDBPyConnection, call: str) -> Answer:
    """Return the rows of an answer."""
    rows = connection.execute(f"SELECT {COLUMNS} FROM {call}").fetchall()  # noqa: S608 - a test's
    return Counter(
        Told(*map(plain, (*row[:_FIRST], row[_FIRST:_LAST], *row[_LAST:]))) for row in rows
    )


def mirrored(row: Told) -> Mirror:
    """Return what a row says of its pair, seen from the other side."""
    return seen(
        replace(
            row,
            base_id=row.target_id,
            target_id=row.base_id,
            base_value=row.target_value,
            target_value=row.base_value,
            better=None if row.better is None else not row.better,
            verdict=MIRRORED.get(row.verdict, row.verdict),
        )
    )


def seen(row: Told) -> Mirror:
    """Return what both directions say alike."""
    values = row.base_value, row.target_value
    ids = row.base_id, row.target_id
    return *ids, row.metric, row.statistic, *values, row.unit, row.better, row.match, row.verdict
