"""Neuron Warehouse as people import it: `import neuron_warehouse as nw`.

This package opens a dataset and returns rows as Arrow, pandas or Polars. Put here what is worth
calling from a notebook; everything it does lives in `warehouse`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuron_warehouse.bundled_copy import reading_root
from pipelines.errors import NeuronWarehouseError, SourceError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from neuron_warehouse.frames import Rows
    from neuron_warehouse.opened import Warehouse

__all__ = [
    "NeuronWarehouseError",
    "Rows",
    "SourceError",
    "UsageError",
    "Warehouse",
    "open",
]


def open(  # noqa: A001 - read as nw.open
    root: str | Path | None = None, *, version: int | None = None, as_of: str | None = None
) -> Warehouse:
    """Return a dataset to ask.

    Args:
        root: Its folder, or `s3://bucket/prefix`. By default NEURON_WAREHOUSE_ROOT, or else `data`
            if there is a dataset in it, or else the capture that this package brings: it is built
            into the user's cache folder the first time, and standard error says so.
        version: The number of the dataset version to read; by default the newest.
        as_of: Read the newest version published by then: a date, or an ISO time.

    Raises:
        UsageError: There is no such version, or `as_of` is not a date.
        SourceError: There is no warehouse, or it cannot be read.
    """
    from neuron_warehouse.opened import Warehouse
    from warehouse.database.open_version import open_warehouse, resolve_version

    where = reading_root() if root is None else str(root)
    number = resolve_version(where, version, as_of)
    # A folder without a dataset is told here, and not at the first question.
    with open_warehouse(where, number):
        return Warehouse(where, number)


def __getattr__(name: str) -> object:
    # `Rows` and `Warehouse` are for annotations; the command line does without them.
    if name == "Rows":
        from neuron_warehouse.frames import Rows

        return Rows
    if name == "Warehouse":
        from neuron_warehouse.opened import Warehouse

        return Warehouse
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
