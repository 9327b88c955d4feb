"""A version's rows into tables that exist: from Parquet, all of them or those that changed.

This module inserts rows. A thousand small Parquet files take seconds to open, but the previous
warehouse file has nearly all of their rows, so a copy of it needs only the others. When that copy
may be used is decided in `build_file`.
"""

from __future__ import annotations

from contextlib import nullcontext
from itertools import chain
from typing import TYPE_CHECKING

from pipelines.contract import TABLES, Table
from pipelines.errors import SourceError
from warehouse.database.fill_parts import fill_parts, parts_refilled
from warehouse.schema.quoting import listed, path_pattern, quoted
from warehouse.versions.verify import faults_of, require
from warehouse.views.release_parts import INPUTS, NAMING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    import duckdb

    from warehouse.storage.roots import Storage
    from warehouse.versions import Descriptor, FileEntry

MOST_CHANGED = 0.2
"""Where more than this part of all benchmarks changed, deriving all rows again is quicker."""
Files = dict[str, list["FileEntry"]]
"""Files by the name of their table, in the order in which they are given."""


def fill(
    connection: duckdb.DuckDBPyConnection,
    storage: Storage,
    descriptor: Descriptor,
    *,
    stored: bool = False,
) -> None:
    """Fill every table of the current database, all empty, oldest release first.

    Args:
        connection: The connection.
        storage: The dataset's root.
        descriptor: The version.
        stored: Whether the rows of the wide views are tables too; see `make_layout`.

    Raises:
        SourceError: A file that is read is missing or is not what was published.
    """
    connection.execute("BEGIN")
    insert(connection, storage, descriptor, _by_table(descriptor.files))
    count(connection, descriptor)
    connection.execute("COMMIT")
    if stored:
        fill_parts(connection)


def refill(
    connection: duckdb.DuckDBPyConnection,
    storage: Storage,
    descriptor: Descriptor,
    known: Descriptor,
) -> frozenset[str]:
    """Update every table of the current database from the version `known` to another one.

    The rows of a release that changed come after those of all others.

    Returns:
        The releases whose rows differ between the two versions.

    Raises:
        SourceError: A file that is read is missing or is not what was published.
    """
    gone, fresh = differing(known, descriptor)
    changed = tuple(chain(*gone.values(), *fresh.values()))
    releases = {file.release for file in changed if file.table in INPUTS}
    are_few = _are_few(releases, descriptor)
    are_named = not any(file.table in NAMING for file in changed)
    parts = parts_refilled(connection, releases, are_named=are_named) if are_few else nullcontext()
    connection.execute("BEGIN")
    with parts:
        for table in TABLES:
            if table.name in gone:
                name, home = quoted(table.name), quoted(table.home)
                old = listed(file.release for file in gone[table.name])
                connection.execute(f"DELETE FROM {name} WHERE {home} IN {old}")  # noqa: S608
        insert(connection, storage, descriptor, fresh)
    count(connection, descriptor)
    connection.execute("COMMIT")
    if not are_few:
        fill_parts(connection)
    return changed_releases(gone, fresh)


def differing(known: Descriptor, descriptor: Descriptor) -> tuple[Files, Files]:
    """Return the files that only the version `known` has, and those that only the other has."""
    before, after = frozenset(known.files), frozenset(descriptor.files)
    return _by_table(before - after), _by_table(f for f in descriptor.files if f not in before)


def changed_releases(gone: Files, fresh: Files) -> frozenset[str]:
    """Return the releases of the files that `differing` returns."""
    files = chain.from_iterable((*gone.values(), *fresh.values()))
    return frozenset(file.release for file in files)


def unproven(known: Descriptor, changed: frozenset[str]) -> frozenset[str] | None:
    """Return the releases that the contract's checks have to look at.

    Args:
        known: The version that the present file holds.
        changed: The releases whose rows differ from it.

    Returns:
        The releases; None for all: what was restored was not checked again. A file of any other
        version was checked when a build made it.
    """
    return changed if known.restored is None else None


def _are_few(releases: Collection[str], descriptor: Descriptor) -> bool:
    """Return whether changed releases are so few that bringing up their parts is quicker."""
    benchmarks = descriptor.files_of("benchmarks")
    changed = sum(file.rows for file in benchmarks if file.release in releases)
    return changed <= MOST_CHANGED * sum(file.rows for file in benchmarks)


def _by_table(files: Iterable[FileEntry]) -> Files:
    found: Files = {}
    for file in files:
        found.setdefault(file.table, []).append(file)
    return found


def insert(
    connection: duckdb.DuckDBPyConnection, storage: Storage, descriptor: Descriptor, files: Files
) -> None:
    """Insert the rows of some files; raise `SourceError` for one that is not as published."""
    # Each file is read once, and whole: all columns at once take less time than one by one.
    connection.execute("SET prefetch_all_parquet_files = true")
    entries = [file for some in files.values() for file in some]
    with storage.local([file.path for file in entries]) as paths:
        local: Mapping[FileEntry, Path] = dict(zip(entries, paths, strict=True))
        require(storage, faults_of(local))
        for table in TABLES:
            if table.name in files:
                paths_of = [local[file] for file in _different(files[table.name])]
                _from_parquet(connection, table, descriptor, paths_of)


def _different(files: Iterable[FileEntry]) -> Iterable[FileEntry]:
    """Return files without repetitions of one that has no row; the same bytes have none again."""
    return {file.path if file.rows else file.sha256: file for file in files}.values()


def lacking(table: Table, descriptor: Descriptor) -> frozenset[str]:
    """Return the columns of the contract that the version does not have."""
    known = descriptor.schemas.get(table.name)
    there = {field["name"] for field in known["schema"]["fields"]} if known else set()
    return frozenset(column.name for column in table.columns if column.name not in there)


def _from_parquet(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    descriptor: Descriptor,
    paths: Sequence[Path],
) -> None:
    absent = lacking(table, descriptor)
    names = ", ".join(quoted(c.name) for c in table.columns if c.name not in absent)
    files = listed(path_pattern(str(path)) for path in paths)
    connection.execute(
        # The path's `rel=` is for engines that see only paths; the column says the same.
        f"INSERT INTO {quoted(table.name)} BY NAME SELECT {names} "  # noqa: S608 - registry names
        f"FROM read_parquet({files}, hive_partitioning = false, union_by_name = true)"
    )


def count(
    connection: duckdb.DuckDBPyConnection,
    descriptor: Descriptor,
    releases: Collection[str] | None = None,
) -> None:
    """Raise `SourceError` if a table has another number of rows than was published.

    Args:
        connection: The connection.
        descriptor: The version.
        releases: The releases whose rows are there; all, if not given.
    """
    files = _by_table(
        file for file in descriptor.files if releases is None or file.release in releases
    )
    for table in TABLES:
        query = f"SELECT count(*) FROM {quoted(table.name)}"  # noqa: S608 - a registry's name
        ((found,),) = connection.execute(query).fetchall()
        published = sum(file.rows for file in files.get(table.name, ()))
        if found != published:
            raise SourceError(
                f"table {table.name} has {found} rows where {published} were published"
            )
