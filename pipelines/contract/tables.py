"""All tables of the dataset, and the rows of one release.

Declare a table beside those of its subject, and list it in `TABLES`: its columns, its asset group
and what it is made from reach Parquet, DuckDB, Dagster and the data dictionary from there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence  # noqa: TC003 - read at run time
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter
from typing import Any

from pipelines.contract.benchmarks import BENCHMARKS, MEASUREMENTS, QUALITY_FLAGS
from pipelines.contract.column import SOURCE, Table
from pipelines.contract.declaration import DeclarationError
from pipelines.contract.edits import CELL_CHANGES
from pipelines.contract.hardware import INSTANCES
from pipelines.contract.packages import FRAMEWORK_SUPPORT, PACKAGE_VERSIONS, RELEASE_DATES
from pipelines.contract.prices import HOURLY_RATES
from pipelines.contract.published import PAGES, PUBLISHED_CELLS, PUBLISHED_TABLES, RELEASES

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


def inputs_first(tables: Sequence[Table]) -> tuple[Table, ...]:
    """Return tables in an order in which each comes after those that it is made from.

    Raises:
        DeclarationError: A table is made from an unknown table.
    """
    by_name = {table.name: table for table in tables}
    for table in tables:
        unknown = set(table.made_from) - {*by_name, SOURCE}
        if unknown:
            raise DeclarationError(
                f"table {table.name!r} is made from {min(unknown)!r}, which is not a table"
            )
    order = TopologicalSorter({table.name: table.made_from for table in tables}).static_order()
    return tuple(by_name[name] for name in order if name != SOURCE)


TABLES_IN_ORDER = inputs_first(TABLES)
"""The tables, each after those that it is made from."""


@dataclass(frozen=True, slots=True)
class ReleaseTables:
    """All rows of one release, by table name; `releases` itself is derived when they are stored."""

    release: str
    rows: Mapping[str, Sequence[Any]]

    def with_rows(self, table: Table, rows: Sequence[Any]) -> ReleaseTables:
        """Return the release with other rows of one table."""
        return replace(self, rows={**self.rows, table.name: rows})
