"""A version's rows into tables that exist: from Parquet, or from a file that holds them already.

Here belongs where each row is taken from. A thousand small Parquet files take seconds to open; the
warehouse file before has nearly all of their rows, in the same order. It is used only if it is
byte for byte what we wrote, which its checksum beside it tells.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.contract import TABLES, Table
from pipelines.errors import SourceError
from warehouse.schema import quoted
from warehouse.versions.verify import faults_of, require

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from io import BufferedReader
    from pathlib import Path

    import duckdb

    from warehouse.storage import Storage
    from warehouse.versions import Descriptor, FileEntry

KNOWN = "known"
"""The name under which the file before is attached."""


@dataclass(frozen=True, slots=True)
class _Span:
    """Files that follow each other, and the first of their rows in the known file, if it is."""

    files: tuple[FileEntry, ...]
    first: int | None

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)


def checksum(stream: BufferedReader) -> str:
    """Give the checksum of a file, as `sha256sum` would."""
    return hashlib.file_digest(stream, "sha256").hexdigest()


def fill(
    connection: duckdb.DuckDBPyConnection,
    storage: Storage,
    descriptor: Descriptor,
    known: Descriptor | None = None,
) -> None:
    """Fill every table of the current database with a version's rows, oldest release first.

    `known` is the version that the attached file before holds, where there is one to use.

    Raises `SourceError` where a file that is read is missing or is not what was published.
    """
    if known is not None and known.schemas != descriptor.schemas:
        known = None
    spans = {table: tuple(_spans(table, descriptor, known)) for table in TABLES}
    fresh = [f for some in spans.values() for s in some if s.first is None for f in s.files]
    with storage.local([file.path for file in fresh]) as paths:
        local = dict(zip(fresh, paths, strict=True))
        require(storage, faults_of(local))
        connection.execute("BEGIN")
        for table, some in spans.items():
            for span in some:
                if span.first is None:
                    _from_parquet(connection, table, descriptor, [local[f] for f in span.files])
                else:
                    _from_known(connection, table, span.first, span.rows)
            _count(connection, table, descriptor)
        connection.execute("COMMIT")


def _spans(table: Table, descriptor: Descriptor, known: Descriptor | None) -> Iterator[_Span]:
    """Give a table's files in order, those together that can be taken in one go."""
    files = descriptor.files_of(table.name)
    starts = {} if known is None else _starts(known.files_of(table.name))
    run: list[FileEntry] = []
    first = following = None
    for file in files:
        start = starts.get(file)
        if run and (start != following if start is not None else first is not None):
            yield _Span(tuple(run), first)
            run = []
        if not run:
            first = start
        run.append(file)
        following = None if start is None else start + file.rows
    if run:
        yield _Span(tuple(run), first)


def _starts(files: Sequence[FileEntry]) -> Mapping[FileEntry, int]:
    """Give the number of each file's first row in the warehouse file, which fills in order."""
    starts, rows = {}, 0
    for file in files:
        starts[file] = rows
        rows += file.rows
    return starts


def lacking(table: Table, descriptor: Descriptor) -> frozenset[str]:
    """Give the columns that the contract has gained since the version was published."""
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
    connection.execute(
        # The path's `rel=` is for engines that only see paths; here the column tells.
        f"INSERT INTO {quoted(table.name)} BY NAME SELECT {names} "  # noqa: S608 - registry names
        "FROM read_parquet($files, hive_partitioning = false, union_by_name = true)",
        {"files": [str(path) for path in paths]},
    )


def _from_known(connection: duckdb.DuckDBPyConnection, table: Table, first: int, rows: int) -> None:
    name = quoted(table.name)
    connection.execute(
        f"INSERT INTO {name} SELECT * FROM {KNOWN}.{name} "  # noqa: S608 - registry names
        f"WHERE rowid >= {first} AND rowid < {first + rows}"
    )


def _count(connection: duckdb.DuckDBPyConnection, table: Table, descriptor: Descriptor) -> None:
    query = f"SELECT count(*) FROM {quoted(table.name)}"  # noqa: S608 - a name of the registry
    (found,) = connection.execute(query).fetchall()[0]
    published = sum(file.rows for file in descriptor.files_of(table.name))
    if found != published:
        raise SourceError(f"table {table.name} has {found} rows where {published} were published")
