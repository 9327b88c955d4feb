"""What the newest version holds, as rows, for code that compares before publishing.

This module reads live files back. A file that is missing or damaged reads as no rows: the next
build replaces it. Queries by people live in `warehouse.database.query`.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from pipelines.contract import PAGES, PUBLISHED_TABLES, Table
from pipelines.errors import SourceError
from warehouse.schema import parquet
from warehouse.storage.roots import Storage, open_root
from warehouse.versions.listing import newest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyarrow as pa

    from warehouse.versions.descriptor import Descriptor, FileEntry


def live_rows(
    root: str | Path | Storage, table: Table, release: str, version: Descriptor | None = None
) -> tuple[Any, ...]:
    """Return the rows of a release's table; none if the release is not published.

    Args:
        root: The dataset's root.
        table: The table.
        release: The release.
        version: The version to read, for a caller that reads many releases; None for the newest.
    """
    storage = open_root(root)
    descriptor = version or newest(storage)
    file = live_file(descriptor, table, release) if descriptor else None
    return (load_rows(storage, table, file) or ()) if file else ()


def live_file(version: Descriptor, table: Table, release: str) -> FileEntry | None:
    """Return the file of a release's table in a version, or None if it has none."""
    files = version.files_of(table.name)
    return next((file for file in files if file.release == release), None)


def live_headers(
    root: str | Path | Storage, release: str, version: Descriptor | None = None
) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Return the header of each live table of a release, by page and `table_id`.

    A page without tables has an empty entry; a release that is not published has no pages.
    """
    storage = open_root(root)
    headers: dict[str, dict[str, tuple[str, ...]]] = {
        page.page: {} for page in live_rows(storage, PAGES, release, version)
    }
    for table in live_rows(storage, PUBLISHED_TABLES, release, version):
        headers.setdefault(table.page, {})[table.table_id] = table.header
    return headers


def load_rows(storage: Storage, table: Table, file: FileEntry) -> tuple[Any, ...] | None:
    """Return a live file's rows, or None if it is missing or damaged."""
    arrow = load_file(storage, file)
    return None if arrow is None else parquet.from_arrow(table, arrow)


def load_file(storage: Storage, file: FileEntry) -> pa.Table | None:
    """Return a live file as an Arrow table, or None if it is missing or damaged."""
    try:
        data = storage.read(file.path)
    except SourceError:
        return None
    if hashlib.sha256(data).hexdigest() != file.sha256:
        return None
    return parquet.read(data, storage.describe(file.path))
