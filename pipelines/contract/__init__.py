"""The dataset's contract: every table and column, defined once.

The names are fixed: other people's queries use them. To add a column, add a field to its table's
row class; to add a table, declare it beside its kin and list it in `TABLES`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence  # noqa: TC003 - read at run time
from dataclasses import dataclass
from typing import Any

from pipelines.contract.benchmarks import (
    BENCHMARKS,
    MEASUREMENTS,
    QUALITY_FLAGS,
    Benchmark,
    Measurement,
    QualityFlag,
    Severity,
)
from pipelines.contract.column import Column, Table
from pipelines.contract.edits import CELL_CHANGES, CellChange
from pipelines.contract.hardware import INSTANCES, Instance
from pipelines.contract.packages import (
    FRAMEWORK_SUPPORT,
    PACKAGE_VERSIONS,
    RELEASE_DATES,
    FrameworkSupport,
    PackageVersion,
    ReleaseDate,
)
from pipelines.contract.prices import HOURLY_RATES, HourlyRate
from pipelines.contract.published import (
    PAGES,
    PUBLISHED_CELLS,
    PUBLISHED_TABLES,
    RELEASES,
    Page,
    PublishedCell,
    PublishedTable,
    Release,
)

__all__ = [
    "BENCHMARKS",
    "CELL_CHANGES",
    "FRAMEWORK_SUPPORT",
    "HOURLY_RATES",
    "INSTANCES",
    "MEASUREMENTS",
    "PACKAGE_VERSIONS",
    "PAGES",
    "PUBLISHED_CELLS",
    "PUBLISHED_TABLES",
    "QUALITY_FLAGS",
    "RELEASES",
    "RELEASE_DATES",
    "TABLES",
    "Benchmark",
    "CellChange",
    "Column",
    "FrameworkSupport",
    "HourlyRate",
    "Instance",
    "Measurement",
    "PackageVersion",
    "Page",
    "PublishedCell",
    "PublishedTable",
    "QualityFlag",
    "Release",
    "ReleaseDate",
    "ReleaseTables",
    "Severity",
    "Table",
]

TABLES: tuple[Table, ...] = (
    RELEASES,
    PAGES,
    PUBLISHED_TABLES,
    PUBLISHED_CELLS,
    BENCHMARKS,
    MEASUREMENTS,
    HOURLY_RATES,
    PACKAGE_VERSIONS,
    FRAMEWORK_SUPPORT,
    RELEASE_DATES,
    INSTANCES,
    QUALITY_FLAGS,
    CELL_CHANGES,
)


@dataclass(frozen=True, slots=True)
class ReleaseTables:
    """All rows of one release, by table name; `releases` itself is derived when they are stored."""

    release: str
    rows: Mapping[str, Sequence[Any]]
