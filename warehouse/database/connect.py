"""Opening DuckDB: the warehouse file for reading, or an empty database in memory.

Here belong a connection's settings, and what to say when the file does not open. A command that
asks the file imports this and nothing of how the file is made.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipelines.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

    from warehouse.storage.protocol import Storage

    _Config = dict[str, str | bool | int | float | list[str]]

FILE = "warehouse.duckdb"
_MANY_ROWS = 1_000_000
"""With fewer rows, a second thread costs more than it brings."""


def connect(path: str = ":memory:", *, rows: int | None = None) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB file read-only, or an empty database in memory; raises what DuckDB raises.

    `rows` is about how many there will be to work on, where that is known.
    """
    import duckdb

    config: _Config = {"autoinstall_known_extensions": "false"}
    if rows is not None and rows < _MANY_ROWS:
        config["threads"] = 1
    connection = duckdb.connect(path, read_only=path != ":memory:", config=config)
    # No answer may depend on the machine's time zone; none may be mixed with a bar of progress,
    # which DuckDB prints to standard output where it takes a process for an interactive one.
    connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    return connection


@contextmanager
def open_file(storage: Storage) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse file for reading.

    Raises `SourceError` where there is none, or it cannot be read.
    """
    import duckdb

    name = storage.describe(FILE)
    if storage.size(FILE) is None:
        raise SourceError(f"there is no warehouse at {name}; run `neuron-warehouse build` first")
    with storage.local([FILE]) as (path,):
        try:
            connection = connect(str(path))
        except duckdb.Error as error:
            raise SourceError(_unreadable(name, first_line(error))) from error
        with connection:
            yield connection


def _unreadable(name: str, reason: str) -> str:
    """Return the sentence for a file that DuckDB does not open, told from its own words."""
    if "lock" in reason:
        return (
            f"{name} is locked: another program has it open for writing; close that program or "
            "let it open the file read-only"
        )
    if "version number" in reason or "newer version" in reason:
        return (
            f"{name} was written by a newer DuckDB than this one; upgrade with "
            "`pip install --upgrade duckdb`"
        )
    if "Permission denied" in reason:
        return f"{name} cannot be read: permission denied; run as the folder's owner"
    return (
        f"{name} is damaged: DuckDB cannot open it; delete it and run `neuron-warehouse build`, "
        "which makes it again from the Parquet files"
    )


def first_line(error: Exception) -> str:
    """Return the first line of a DuckDB error: the sentence, without the query's picture."""
    return str(error).partition("\n")[0].rstrip(".")
