"""A small root of two versions, of which the second brings a new release.

Put here what sets the scene for reports and flags; no test.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipelines.contract import QUALITY_FLAGS, Measurement, QualityFlag, ReleaseTables
from warehouse.database.build_file import build_database
from warehouse.versions import publish

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

MOMENT = datetime(2026, 1, 2, tzinfo=UTC)


def two_versions(root: Path, bundled: Mapping[str, ReleaseTables]) -> None:
    """Publish 2.19.1 and 2.20.0, then 2.20.1 with faster BERT and one more error."""
    publish(root, [bundled["2.19.1"], bundled["2.20.0"]], source="a test", now=MOMENT)
    publish(root, [_third(bundled["2.20.1"])], source="a test", now=MOMENT)
    build_database(root)


def error(release: str, observed: str, rule: str = "degrees") -> QualityFlag:
    """Return an error flag."""
    message = f"The page of {release} says {observed}."
    return QualityFlag(
        release, None, "trn1-training", rule, "error", message, observed, "something else"
    )


def with_flags(tables: ReleaseTables, flags: Iterable[QualityFlag]) -> ReleaseTables:
    """Return a release with more flags."""
    rows = (*tables.rows[QUALITY_FLAGS.name], *flags)
    return replace(tables, rows={**tables.rows, QUALITY_FLAGS.name: rows})


def _third(tables: ReleaseTables) -> ReleaseTables:
    """Return the release with another measured release and throughput of its BERT rows."""
    models = {one.benchmark_id: one.model for one in tables.rows["benchmarks"]}

    def moved(row: Measurement) -> Measurement:
        is_bert = models[row.benchmark_id] == "bert-base-cased" and row.metric == "throughput"
        return replace(row, value=row.value * 1.5) if is_bert else row

    benchmarks = tuple(
        replace(row, measured_release="2.20.1") if row.model == "bert-base-cased" else row
        for row in tables.rows["benchmarks"]
    )
    measurements = tuple(moved(row) for row in tables.rows["measurements"])
    rows = {**tables.rows, "benchmarks": benchmarks, "measurements": measurements}
    return with_flags(replace(tables, rows=rows), [error("2.20.1", "a new thing")])
