"""This module declares the table `own_measurements`: one row for each figure that a user imported.

Its settings are the columns of `benchmarks`, its figures those of `measurements`, each with the
description that it has there. Put here what only an import knows. It is no table of the contract:
no version, descriptor or checksum of the dataset has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, make_dataclass
from datetime import datetime
from typing import Any

from pipelines.contract import BENCHMARKS, MEASUREMENTS, Column, Table
from pipelines.contract.column import ColumnFacts
from warehouse.database.own_imports.import_records import TABLE_NAME

_ROLES = ("identity", "tuned", "software")


def _own(name: str, kind: Any, description: str, unit: str | None = None) -> Column:
    return Column(name, kind, nullable=True, facts=ColumnFacts(description, unit))


def _always(column: Column) -> Column:
    return Column(column.name, column.type, nullable=False, facts=column.facts)


SETTINGS: tuple[Column, ...] = (
    *(
        Column(one.name, one.type, nullable=True, facts=one.facts)
        for one in BENCHMARKS.columns
        if one.facts.role in _ROLES
    ),
    _own("concurrency", int, "Requests in flight at once, as the load generator was told."),
)
"""What a run was made with: every setting that a published row has, and the load."""
SETTING_NAMES = tuple(one.name for one in SETTINGS)
ALWAYS_KNOWN = ("workload", "accelerator", "model", "instance_types")
"""The settings without which nothing is imported."""

_WHERE = (
    _always(_own("import_number", int, "Number of the import, from 1.")),
    _always(_own("run", int, "Which run of the file the figure is of, from 0.")),
    _always(_own("tool", str, "Load generator whose format the file has.")),
    _always(_own("file_name", str, "Name of the imported file.")),
    _always(_own("file_sha256", str, "SHA-256 of the imported file.")),
    _always(_own("imported_at", datetime, "When it was imported.", "UTC")),
    _own("measured_release", str, "SDK release that the figures were measured on."),
    _own("release_from", str, "How the SDK release is known: option or packages."),
    _own("model_in_file", str, "Name of the model in the file, where it is another one."),
)
_FIGURE = ("metric", "statistic", "value", "unit", "basis", "text")
_SAID = (
    _always(_own("attributes", Mapping[str, str], "What else the file says of the run, by name.")),
    _own("flag", str, "Check that the figure fails, such as unit-slip; null for none."),
    _own("flag_message", str, "What is wrong with it, with the figures."),
)
COLUMNS: tuple[Column, ...] = (
    *_WHERE,
    *(_always(one) if one.name in ALWAYS_KNOWN else one for one in SETTINGS),
    *(one for one in MEASUREMENTS.columns if one.name in _FIGURE),
    *_SAID,
)


def _row_class(columns: tuple[Column, ...]) -> type:
    """Return the class of rows that `Table` asks for: its columns are declared elsewhere."""
    return make_dataclass(
        "OwnMeasurement",
        [
            (
                one.name,
                one.type | None if one.nullable else one.type,
                field(metadata={"facts": one.facts}),
            )
            for one in columns
        ],
        frozen=True,
        slots=True,
    )


OWN_MEASUREMENTS = Table(
    TABLE_NAME,
    _row_class(COLUMNS),
    "Figures that you imported, one row each; never part of a published table.",
    key=("import_number", "run", "metric", "statistic", "unit"),
    sort=("import_number", "run", "metric", "statistic", "unit"),
    home="import_number",
    group="own",
    made_from=("imported_files",),
)
