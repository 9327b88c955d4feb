"""A version in memory: its tables and views, for queries on any version but the file's.

This module fills them. Versions share most of their files, so that most rows are in the warehouse
file already, and one file is read much faster than thousands. The Parquet files have the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.contract import TABLES
from warehouse.database.layout import DATASET, describe_dataset, make_layout
from warehouse.database.load import count, differing, fill, insert
from warehouse.schema.quoting import listed, literal, quoted
from warehouse.storage.companions import is_there_whole
from warehouse.storage.data_paths import FILE
from warehouse.versions import numbers, read_version
from warehouse.versions.verify import require, short_faults

if TYPE_CHECKING:
    import duckdb

    from warehouse.storage.roots import Storage
    from warehouse.versions import Descriptor

_FEW_FILES = 100
"""Up to so many files, reading them costs less than hashing the warehouse file."""
_EARLIER = "earlier_file"
"""The name of the warehouse file while its rows are copied."""


def load_version(
    connection: duckdb.DuckDBPyConnection,
    storage: Storage,
    descriptor: Descriptor,
    *,
    views: bool = True,
    described: bool = True,
) -> None:
    """Make every table, row, view and comment of a version in a connection's current database.

    Args:
        connection: The connection.
        storage: The dataset's root.
        descriptor: The version.
        views: As in `make_layout`.
        described: As in `make_layout`.

    Raises:
        SourceError: A file of the version is missing or is not what was published.
    """
    make_layout(connection, descriptor, views=views, described=described)
    if not _filled_from_file(connection, storage, descriptor):
        fill(connection, storage, descriptor)
    describe_dataset(connection, descriptor)


def _filled_from_file(
    connection: duckdb.DuckDBPyConnection, storage: Storage, descriptor: Descriptor
) -> bool:
    """Fill every table from the warehouse file and the Parquet files that it lacks.

    Returns:
        Whether it was done: the file must be what we wrote, and hold the same tables.

    Raises:
        SourceError: A Parquet file of the version is missing or is not what was published.
    """
    if len(descriptor.files) <= _FEW_FILES or not is_there_whole(storage):
        return False
    with storage.local([FILE]) as (path,):
        connection.execute(f"ATTACH {literal(str(path))} AS {_EARLIER} (READ_ONLY)")
    try:
        known = version_like(descriptor, connection, storage, f"{_EARLIER}.{DATASET}")
        if known is None:
            return False
        gone, fresh = differing(known, descriptor)
        require(storage, short_faults(storage, descriptor.files))
        connection.execute("BEGIN")
        for table in TABLES:
            name, home = quoted(table.name), quoted(table.home)
            old = listed(file.release for file in gone.get(table.name, ()))
            kept = f"WHERE {home} NOT IN {old}" if table.name in gone else ""
            connection.execute(f"INSERT INTO {name} BY NAME FROM {_EARLIER}.{name} {kept}")
        insert(connection, storage, descriptor, fresh)
        count(connection, descriptor)
        connection.execute("COMMIT")
    finally:
        connection.execute(f"DETACH {_EARLIER}")
    return True


def version_like(
    descriptor: Descriptor,
    connection: duckdb.DuckDBPyConnection,
    storage: Storage,
    dataset: str = DATASET,
) -> Descriptor | None:
    """Return the version that a warehouse file holds, if it has the same tables as another.

    Args:
        descriptor: The other version.
        connection: A connection that has the file open.
        storage: The dataset's root.
        dataset: The name of the file's table `dataset`.

    Returns:
        The version; None if its tables differ, or if it was pruned.
    """
    query = f"SELECT version FROM {dataset}"  # noqa: S608 - a constant
    ((version,),) = connection.execute(query).fetchall()
    known = read_version(storage, version) if version in numbers(storage) else None
    return known if known and known.schemas == descriptor.schemas else None
