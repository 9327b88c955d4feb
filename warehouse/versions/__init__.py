"""Dataset versions: which Parquet files are live together, and what changed from one to the next.

Here belongs everything about `versions/NNNNNN.json`. How rows become files stands in `parquet`,
how files reach a disk in `storage`, and what is built from a version in `database`.
"""

from warehouse.versions.catalog import newest, numbers, read_version
from warehouse.versions.descriptor import Descriptor, FileEntry, TableChange
from warehouse.versions.live import live_headers, live_rows
from warehouse.versions.publish import Published, publish

__all__ = [
    "Descriptor",
    "FileEntry",
    "Published",
    "TableChange",
    "live_headers",
    "live_rows",
    "newest",
    "numbers",
    "publish",
    "read_version",
]
