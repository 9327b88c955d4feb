"""Dataset versions: which Parquet files are live together, and what changed from one to the next.

This package does everything about `versions/NNNNNN.json`. How rows become files lives in
`warehouse.schema.parquet`, how files reach a disk in `warehouse.storage`, and what is built from a
version in `warehouse.database`.
"""

from warehouse.versions.descriptor import Descriptor, FileEntry, TableChange
from warehouse.versions.listing import (
    at,
    descriptor_bytes,
    newest,
    numbers,
    read_version,
    require_newest,
)
from warehouse.versions.live import live_file, live_headers, live_rows, load_rows
from warehouse.versions.merge import Prepared
from warehouse.versions.prune import Pruning, plan_prune, prune
from warehouse.versions.publish import Published, prepare, publish
from warehouse.versions.restore import Restored, restore

__all__ = [
    "Descriptor",
    "FileEntry",
    "Prepared",
    "Pruning",
    "Published",
    "Restored",
    "TableChange",
    "at",
    "descriptor_bytes",
    "live_file",
    "live_headers",
    "live_rows",
    "load_rows",
    "newest",
    "numbers",
    "plan_prune",
    "prepare",
    "prune",
    "publish",
    "read_version",
    "require_newest",
    "restore",
]
