"""A version in memory: its tables and views, for queries on any version but the file's.

This module fills them, with all rows, or with those that the contract's checks have not seen.
Versions share most of their files, so most rows are in the warehouse file already, and one file is
read much faster than thousands. The Parquet files have the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.contract import TABLES
from pipelines.releases import in_order
from warehouse.contract_checks import make_others
from warehouse.database.layout import DATASET, describe_dataset, has_layout, make_layout
from warehouse.database.load import (
    Files,
    changed_releases,
    count,
    differing,
    fill,
    insert,
    unproven,
)
from warehouse.schema.quoting import listed, literal, quoted
from warehouse.storage.companions import is_there_whole
from warehouse.storage.data_paths import FILE
from warehouse.versions import numbers, read_version
from warehouse.versions.verify import require, short_faults

if TYPE_CHECKING:
    from collections.abc import Collection

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


def load_changes(
    connection: duckdb.DuckDBPyConnection, storage: Storage, descriptor: Descriptor
) -> tuple[str, ...]:
    """Make the tables of a version with the rows of the releases that the warehouse file lacks.

    A file is built of rows that have passed the contract's checks, so only the others have to be
    checked. Those of the file are in the schema `OTHERS`, for checks that need both.

    Args:
        connection: The connection; it keeps the file open.
        storage: The dataset's root.
        descriptor: The version.

    Returns:
        The releases that changed since the file's version. If there are none, nothing was made:
        there is no such file, or it was built of a restored version, which nothing checked again.

    Raises:
        SourceError: A Parquet file of the version is missing or is not what was published.
    """
    known = _attached(connection, storage, descriptor)
    if known is None:
        return ()
    differences = differing(known, descriptor)
    changed = unproven(known, changed_releases(*differences))
    if not (changed and has_layout(connection, f"{_EARLIER}.{DATASET}")):
        connection.execute(f"DETACH {_EARLIER}")
        return ()
    # The rows of few releases: a second thread would wait for the first, and be busy with it.
    connection.execute("SET threads = 1")
    make_layout(connection, descriptor, views=False)
    _insert_rows(connection, storage, descriptor, differences, only=changed)
    make_others(connection, _EARLIER, changed)
    return in_order(changed)


def _filled_from_file(
    connection: duckdb.DuckDBPyConnection, storage: Storage, descriptor: Descriptor
) -> bool:
    """Fill every table from the warehouse file and the Parquet files that it lacks.

    Returns:
        Whether it was done: the file must be what we wrote, and hold the same tables.

    Raises:
        SourceError: A Parquet file of the version is missing or is not what was published.
    """
    known = _attached(connection, storage, descriptor)
    if known is None:
        return False
    try:
        _insert_rows(connection, storage, descriptor, differing(known, descriptor))
    finally:
        connection.execute(f"DETACH {_EARLIER}")
    return True


def _attached(
    connection: duckdb.DuckDBPyConnection, storage: Storage, descriptor: Descriptor
) -> Descriptor | None:
    """Open the warehouse file beside the current database; return the version that it holds.

    Returns:
        The version; None where the file is not open: it is not what we wrote, it has other tables,
        or the version has so few files that they are read sooner.
    """
    if len(descriptor.files) <= _FEW_FILES or not is_there_whole(storage):
        return None
    with storage.local([FILE]) as (path,):
        connection.execute(f"ATTACH {literal(str(path))} AS {_EARLIER} (READ_ONLY)")
    known = version_like(descriptor, connection, storage, f"{_EARLIER}.{DATASET}")
    if known is None:
        connection.execute(f"DETACH {_EARLIER}")
    return known


def _insert_rows(
    connection: duckdb.DuckDBPyConnection,
    storage: Storage,
    descriptor: Descriptor,
    differences: tuple[Files, Files],
    *,
    only: Collection[str] | None = None,
) -> None:
    """Insert the rows that the open file has, then those that it lacks.

    Args:
        connection: The connection.
        storage: The dataset's root.
        descriptor: The version whose rows are inserted.
        differences: The files that only the version of the open file has, and those that only this
            one has.
        only: The releases that are wanted, among them all that differ; all, if not given.

    Raises:
        SourceError: A Parquet file of the version is missing or is not what was published.
    """
    gone, fresh = differences
    require(storage, short_faults(storage, descriptor.files))
    connection.execute("BEGIN")
    for table in TABLES:
        name, home = quoted(table.name), quoted(table.home)
        old = listed(file.release for file in gone.get(table.name, ()))
        kept = [f"{home} NOT IN {old}"] if table.name in gone else []
        wanted = [f"{home} IN {listed(only)}"] if only is not None else []
        chosen = " AND ".join((*kept, *wanted)) or "true"
        connection.execute(f"INSERT INTO {name} BY NAME FROM {_EARLIER}.{name} WHERE {chosen}")
    insert(connection, storage, descriptor, fresh)
    count(connection, descriptor, only)
    connection.execute("COMMIT")


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
