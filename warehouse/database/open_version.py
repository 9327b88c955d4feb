"""Opening the warehouse, read-only: the newest version from its file, others in memory.

This module chooses a version and opens it. Queries on it live in `query`; the file's own settings,
in `connect`. Most queries go to the file: what other versions need is imported for them alone.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from pipelines.errors import SourceError, UsageError
from warehouse.database.connect import connect, open_file
from warehouse.database.duckdb_errors import first_line, own_fault
from warehouse.storage.roots import Storage, open_root

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

    from warehouse.versions import Descriptor


@contextmanager
def open_warehouse(
    root: str | Path | Storage,
    version: int | None = None,
    *,
    described: bool = False,
    alone: bool = False,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse for reading: the newest version, or the one with that number.

    Args:
        root: The dataset's root.
        version: The number of the version; None for the newest.
        described: Whether an older version needs its hundreds of comments, which take longer to
            make than all else. The newest version's file has them.
        alone: Whether the process does nothing else with DuckDB: then the newest version's file is
            opened sooner, with one thread.

    Raises:
        SourceError: There is no warehouse, or it cannot be read.
        UsageError: There is no version with that number.
    """
    storage = open_root(root)
    if version is None:
        with open_file(storage, alone=alone) as connection:
            yield connection
        return
    from warehouse.versions import read_version

    descriptor = read_version(storage, version)
    with _in_memory(storage, descriptor, described=described) as (connection, _):
        yield connection


@contextmanager
def _in_memory(
    storage: Storage, descriptor: Descriptor, *, unchecked: bool = False, **layout: bool
) -> Iterator[tuple[duckdb.DuckDBPyConnection, tuple[str, ...]]]:
    """Open a version in memory.

    Args:
        storage: The dataset's root.
        descriptor: The version.
        unchecked: Whether the rows are enough that the contract's checks have not seen.
        layout: What there is beside tables, as `load_version` takes it.

    Yields:
        A connection, and the releases whose rows it has; none are named where it has all.
    """
    from warehouse.database.version_tables import load_changes, load_version

    with connect(rows=descriptor.row_count) as connection:
        with _loading(storage, descriptor):
            changed = load_changes(connection, storage, descriptor) if unchecked else ()
            if not changed:
                load_version(connection, storage, descriptor, **layout)
        with _querying(storage, descriptor):
            yield connection, changed


@contextmanager
def _querying(storage: Storage, descriptor: Descriptor) -> Iterator[None]:
    """Turn an error of DuckDB about a query into a `SourceError` of one line."""
    from warehouse.schema.engine import duckdb

    try:
        yield
    except duckdb.Error as error:
        what = f"the query on {_named_version(storage, descriptor)}"
        raise SourceError(
            own_fault(error, what) or f"{what} failed: {first_line(error)}"
        ) from error


def _named_version(storage: Storage, descriptor: Descriptor) -> str:
    return f"version {descriptor.version} of {storage.describe()}"


@contextmanager
def _loading(storage: Storage, descriptor: Descriptor) -> Iterator[None]:
    """Turn an error of DuckDB about a version's files into a `SourceError` of one line."""
    from warehouse.schema.engine import duckdb

    try:
        yield
    except duckdb.Error as error:
        name = _named_version(storage, descriptor)
        raise SourceError(
            own_fault(error, f"loading {name}")
            or f"{name} is damaged: its files do not match its descriptor ({first_line(error)}); "
            "restore it from a copy"
        ) from error


@contextmanager
def open_newest(
    root: str | Path | Storage, *, views: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the newest version's tables in memory, even if the file holds another version.

    Args:
        root: The dataset's root.
        views: Whether there are views and macros, too. Nothing is described.

    Raises:
        SourceError: There is no version, or it cannot be read.
    """
    from warehouse.versions import require_newest

    storage = open_root(root)
    opened = _in_memory(storage, require_newest(storage), views=views, described=False)
    with opened as (connection, _):
        yield connection


@contextmanager
def open_unchecked(
    root: str | Path | Storage,
) -> Iterator[tuple[duckdb.DuckDBPyConnection, tuple[str, ...]]]:
    """Open what the contract's checks have to look at of the newest version, in memory.

    Args:
        root: The dataset's root.

    Yields:
        A connection, and the releases whose rows are looked at: those that changed since the
        warehouse file was built, beside the schema `OTHERS`. None are named where the tables have
        the rows of all.

    Raises:
        SourceError: There is no version, or it cannot be read.
    """
    from warehouse.versions import require_newest

    storage = open_root(root)
    newest = require_newest(storage)
    with _in_memory(storage, newest, unchecked=True, views=False, described=False) as opened:
        yield opened


def resolve_version(
    root: str | Path | Storage, version: int | None, as_of: str | None
) -> int | None:
    """Return the number of the version to read; None for the newest.

    Args:
        root: The dataset's root.
        version: The number that `--version` names.
        as_of: What `--as-of` names: a date, which means its end in UTC, or an ISO time, in UTC
            unless it has a zone.

    Raises:
        UsageError: Both are given, the text is not a date, or there was no version then.
    """
    if as_of is None:
        return version
    if version is not None:
        raise UsageError("--version and --as-of both choose the version; use one of them")
    from warehouse.versions import at

    return at(root, _moment(as_of)).version


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"--as-of must be a date such as 2026-11-01 or 2026-11-01T15:30:00Z, got {text!r}"
        ) from None
    if _DATE.fullmatch(text):
        return datetime.combine(moment.date(), time.max, UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_DATE = re.compile(r"\d{4}-?(\d{2}-?\d{2}|W\d{2}-?\d)", re.ASCII)
