"""The dataset's contract: every table and column, metric and accelerator, defined once.

The names are fixed: other people's queries use them. To add a column, add a field to its table's
row class; to add a table, declare it beside those of its subject and list it in `tables`. Metrics
live in `metrics`, accelerators in `accelerators`.

The names below are imported when they are first used: a comparison needs `metrics` alone, and would
spend a tenth of its time on row classes that it does not use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
    from pipelines.contract.tables import TABLES, TABLES_IN_ORDER, ReleaseTables

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
    "TABLES_IN_ORDER",
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

_MODULES = (
    "column",
    "published",
    "benchmarks",
    "prices",
    "packages",
    "hardware",
    "edits",
    "tables",
)


def __getattr__(name: str) -> Any:
    """Return one of the names above, from the first module that has it."""
    if name in __all__:
        for module in _MODULES:
            found = import_module(f"{__name__}.{module}")
            if hasattr(found, name):
                globals()[name] = getattr(found, name)
                return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
