"""`warehouse.duckdb`: the newest version as one file that can be moved and opened anywhere.

This module makes the file. What is in it lives in `layout`; a file without rows, in `blank_file`;
rows, in `load`; opening the file, in `connect`.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pipelines.errors import SourceError
from warehouse.contract_checks import require_promises
from warehouse.database.blank_file import writable, write_blank
from warehouse.database.connect import connect, foreign, is_ours
from warehouse.database.duckdb_errors import first_line
from warehouse.database.layout import describe_dataset, has_layout, layout
from warehouse.database.load import fill, refill, unproven
from warehouse.database.version_tables import version_like
from warehouse.storage.companions import (
    checksum,
    checksum_note,
    copied_checksum,
    noted_checksums,
    side_files,
)
from warehouse.storage.data_paths import CHECKSUM, FILE, SIDE_FILES
from warehouse.storage.local_errors import advice
from warehouse.storage.roots import Storage, Writer, open_root
from warehouse.versions import Descriptor, numbers, require_newest
from warehouse.views.release_parts import RESULTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import duckdb

_READ_ONLY = 0o444
_NO_ROOM = 2**18
"""Bytes: the size of DuckDB's blocks; a disk with less room than one is full."""


class _UnlikeError(Exception):
    """A copy of the present file cannot become that of the version."""


@dataclass(frozen=True, slots=True)
class Built:
    """What building did: the file, the version that it holds, and whether it was built again."""

    path: str
    version: int
    rebuilt: bool


def build_database(root: str | Path | Storage, *, checking: bool = False) -> Built:
    """Build `warehouse.duckdb` from the newest version, unless it holds that version already.

    Readers keep what they opened; the next one to open the file sees the new version.

    Args:
        root: The dataset's root.
        checking: Whether to hold the rows that the present file lacks against the contract.

    Raises:
        PromiseError: Rows break a promise; the file is unchanged.
        SourceError: There is no version, a file of it is missing or damaged, or the root cannot be
            written; the file is unchanged.
    """
    storage = open_root(root)
    descriptor = require_newest(storage)
    if _holds(storage, descriptor):
        if checking and descriptor.restored is not None:
            _check_restored(storage, descriptor)
        return Built(storage.describe(FILE), descriptor.version, rebuilt=False)
    while True:
        written: list[str] = []
        with storage.writing() as writer:
            # Read again under the lock: files of the newest version stay while we write.
            descriptor = require_newest(storage)
            rows = partial(_write_rows, storage=storage, descriptor=descriptor, checking=checking)
            make = partial(_write, rows, writer=writer, storage=storage, note=written.append)
            writer.replace(FILE, make, beside=SIDE_FILES)
        # Two builds at once may put their files in place in either order, or the file of one beside
        # the checksum of the other: a build that finds a newer version, or a checksum that is not
        # its own, takes another turn.
        is_newest = numbers(storage)[-1] == descriptor.version
        if is_newest and storage.size(CHECKSUM) and written[-1] in noted_checksums(storage):
            return Built(storage.describe(FILE), descriptor.version, rebuilt=True)


def _holds(storage: Storage, descriptor: Descriptor) -> bool:
    """Return whether the file holds this version, with this software's tables and views.

    Raises:
        SourceError: The file is a DuckDB database of something else, which is not ours to replace.
    """
    if storage.size(FILE) is None or side_files(storage):
        return False
    from warehouse.schema.engine import duckdb

    try:
        with storage.local([FILE]) as (path,), connect(str(path), rows=1) as connection:
            if not is_ours(connection) and _holds_tables(connection):
                raise SourceError(foreign(storage.describe(FILE)))
            found = connection.execute(
                "SELECT version, epoch_ms(created_at), layout FROM dataset"
            ).fetchall()
    except duckdb.Error:
        return False
    created = int(descriptor.created.timestamp() * 1000)
    return found == [(descriptor.version, created, layout())]


def _check_restored(storage: Storage, descriptor: Descriptor) -> None:
    """Hold the file of a restored version against the contract: nothing did when it was made."""
    rows = descriptor.row_count
    with storage.local([FILE]) as (path,), connect(str(path), rows=rows) as connection:
        require_promises(connection, descriptor.version, None)


def _holds_tables(connection: duckdb.DuckDBPyConnection) -> bool:
    ((found,),) = connection.execute("FROM duckdb_tables() SELECT count(*)").fetchall()
    return bool(found)


def _write(
    write_rows: Callable[[Path], object],
    path: Path,
    *,
    writer: Writer,
    storage: Storage,
    note: Callable[[str], object],
) -> None:
    """Write the file to a path, and its checksum to the root; call `note` with the checksum."""
    write_rows(path)
    # The checksum first: a checksum without its file costs one slower build, but a file without its
    # checksum would never get one.
    with path.open("rb") as stream:
        made = checksum(stream)
    before = noted_checksums(storage)[:1] if storage.size(CHECKSUM) else ()
    data = checksum_note(made, *(before or (None,)))
    writer.replace(CHECKSUM, lambda staged: staged.write_bytes(data))
    note(made)
    # A client cannot change by mistake what DuckDB cannot write to.
    path.chmod(_READ_ONLY)


def _write_rows(path: Path, *, storage: Storage, descriptor: Descriptor, checking: bool) -> None:
    """Write a file with the rows of a version; with `checking`, refuse those that break promises.

    Raises:
        PromiseError: Rows break a promise.
        SourceError: The file cannot be made.
    """
    from warehouse.schema.engine import duckdb

    try:
        if not _updated_copy(path, storage, descriptor, checking=checking):
            write_blank(path, descriptor)
            with writable(path, descriptor, partial(_check, descriptor)) as connection:
                fill(connection, storage, descriptor, stored=True)
                _complete(connection, descriptor, None, checking=checking)
    except (duckdb.Error, OSError) as error:
        reason = advice(error) if isinstance(error, OSError) else first_line(error)
        # The engine's message depends on the step that found no room, and may not say so.
        if "No space left" in str(error) or shutil.disk_usage(path.parent).free < _NO_ROOM:
            reason = "the disk is full; free some space and run the command again"
        raise SourceError(
            f"cannot build {storage.describe(FILE)}: {reason}; the previous file is unchanged, and "
            f"version {descriptor.version} is published: the next `neuron-warehouse build` makes "
            "its file"
        ) from error


def _updated_copy(path: Path, storage: Storage, descriptor: Descriptor, *, checking: bool) -> bool:
    """Make the file from a copy of the present one, if we wrote that; return whether we did."""
    if not _copied(path, storage):
        return False
    check = partial(_check, descriptor)
    with suppress(_UnlikeError), writable(path, descriptor, check) as connection:
        known = version_like(descriptor, connection, storage) if has_layout(connection) else None
        if known is None:
            raise _UnlikeError
        changed = refill(connection, storage, descriptor, known)
        _complete(connection, descriptor, unproven(known, changed), checking=checking)
        return True
    path.unlink()
    return False


def _complete(
    connection: duckdb.DuckDBPyConnection,
    descriptor: Descriptor,
    changed: frozenset[str] | None,
    *,
    checking: bool,
) -> None:
    """Write which version a filled file holds, and check the rows of the releases that changed."""
    describe_dataset(connection, descriptor)
    if checking:
        require_promises(connection, descriptor.version, changed)


def _copied(path: Path, storage: Storage) -> bool:
    """Copy the present file; return whether the copy is what we wrote."""
    if storage.size(FILE) is None or storage.size(CHECKSUM) is None:
        return False
    with storage.local([FILE]) as (present,):
        # Of the bytes that are copied: another build may replace the file at any moment.
        copied = copied_checksum(present, path)
    if copied in noted_checksums(storage):
        return True
    path.unlink()
    return False


def _check(descriptor: Descriptor, connection: duckdb.DuckDBPyConnection) -> None:
    """Look into the written file as a reader does, before it is moved to its place."""
    # Counting stored rows reads none; the wide view looks up the same rows in small tables.
    found = connection.execute(
        f"SELECT version, (SELECT count(*) FROM {RESULTS}) FROM dataset"  # noqa: S608
    ).fetchall()
    # One column binds them all; reading every one of them would take as long as all else here.
    connection.execute("SELECT benchmark_id FROM benchmark_results LIMIT 1")
    benchmarks = sum(file.rows for file in descriptor.files_of("benchmarks"))
    if found != [(descriptor.version, benchmarks)]:
        raise SourceError(
            f"the warehouse of version {descriptor.version} was built wrongly (found {found}, "
            f"expected {benchmarks} benchmarks); the previous file is unchanged"
        )
