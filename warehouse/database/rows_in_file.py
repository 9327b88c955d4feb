"""Published rows as values, from the warehouse file where it has them.

This module reads them back for code that judges a whole history. A thousand releases are thousands
of small Parquet files, each of which takes longer to open than its rows take to read; the warehouse
file has nearly all of them. What is judged lives in `warehouse.versions.cross_release_flags`.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from warehouse.schema import parquet
from warehouse.schema.quoting import listed, quoted
from warehouse.schema.types import arrow_schema
from warehouse.storage.companions import is_there_whole
from warehouse.storage.data_paths import FILE
from warehouse.storage.roots import open_root
from warehouse.versions import load_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import duckdb

    from pipelines.contract import Table
    from warehouse.storage.roots import Storage
    from warehouse.versions import Descriptor, FileEntry
    from warehouse.versions.cross_release_flags import Load

_FEW_FILES = 1_000
"""Up to so many files, reading them costs less than importing DuckDB and hashing its file."""
_AT_ONCE = 64
"""As many releases as are read together: all of a long history would fill the memory."""


@contextmanager
def stored_rows(root: str | Storage, version: Descriptor | None) -> Iterator[Load]:
    """Return what loads the rows of a version's files, release by release, oldest first.

    Args:
        root: The dataset's root.
        version: The version; None before the first one.
    """
    storage = open_root(root)
    from_parquet = partial(load_rows, storage)
    if version is None or len(version.files) <= _FEW_FILES:
        yield from_parquet
        return
    # Imported for a long history alone: it takes longer than to read a short one.
    from warehouse.database.connect import connect
    from warehouse.database.version_tables import version_like

    if not is_there_whole(storage):
        yield from_parquet
        return
    with storage.local([FILE]) as (path,), connect(str(path), rows=version.row_count) as connection:
        known = version_like(version, connection, storage)
        if known is None:
            yield from_parquet
            return
        blocks = {name: at // _AT_ONCE for at, name in enumerate(known.releases)}
        yield _InFile(connection, blocks, frozenset(known.files), from_parquet).load


@dataclass(frozen=True, slots=True)
class _InFile:
    """The rows of an open warehouse file.

    Attributes:
        connection: The connection to it.
        blocks: The number of the block of each release; a block is read at once.
        shared: The files whose rows it has.
        others: Loads the rows of other files.
        read: The rows of the block that was read last, by release, for each table.
    """

    connection: duckdb.DuckDBPyConnection
    blocks: Mapping[str, int]
    shared: frozenset[FileEntry]
    others: Load
    read: dict[str, Mapping[str, tuple[Any, ...]]] = field(default_factory=dict)

    def load(self, table: Table, file: FileEntry) -> tuple[Any, ...] | None:
        """Return the rows of a table's file."""
        from warehouse.schema.engine import duckdb

        if file not in self.shared:
            return self.others(table, file)
        if file.release not in self.read.get(table.name, {}):
            try:
                self.read[table.name] = self._block(table, self.blocks[file.release])
            except duckdb.Error:  # whatever it is, the Parquet file has the same rows
                return self.others(table, file)
        return self.read[table.name][file.release]

    def _block(self, table: Table, number: int) -> Mapping[str, tuple[Any, ...]]:
        releases = [name for name, block in self.blocks.items() if block == number]
        names = ", ".join(quoted(column.name) for column in table.columns)
        # Rows were inserted in the order of their Parquet file, and `rowid` counts them.
        found = self.connection.sql(
            f"SELECT {names} FROM {quoted(table.name)} "  # noqa: S608 - names of the contract
            f"WHERE {quoted(table.home)} IN {listed(releases)} ORDER BY rowid"
        ).to_arrow_table()
        rows: dict[str, list[Any]] = defaultdict(list)
        for row in parquet.from_arrow(table, found.cast(arrow_schema(table))):
            rows[getattr(row, table.home)].append(row)
        return {name: tuple(rows[name]) for name in releases}
