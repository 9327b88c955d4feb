"""Opening DuckDB: the warehouse file for reading, or an empty database in memory.

This module has a connection's settings, and decides whether a file may be opened. What DuckDB's
errors mean lives in `duckdb_errors`. A command that reads the file imports this, and nothing of how
the file is made.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from pipelines.errors import SourceError
from pipelines.files.regular_files import regular_size
from warehouse.database.duckdb_errors import MEMORY, first_line, interrupts_kept, unreadable
from warehouse.schema.quoting import literal
from warehouse.storage.companions import side_files
from warehouse.storage.data_paths import FILE
from warehouse.storage.local_errors import file_errors_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

    from warehouse.storage.protocol import Storage

    _Config = dict[str, str | bool | int | float | list[str]]

_MANY_ROWS = 1_000_000
"""With fewer rows, a second thread costs more than it saves."""
_ISOLATED: dict[str, str] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
    "enable_external_file_cache": "false",
}
"""Settings of every connection: it loads no extension, and reads no secret of the user. It keeps no
copy of Parquet files, of which it reads each once: a fifth of the time of loading small ones."""
_PLAIN = (
    "SET TimeZone = 'UTC'; SET enable_progress_bar = false; SET python_scan_all_frames = false; "
    "SET python_enable_replacements = false"
)
"""No result may depend on the machine's time zone, or be mixed with a progress bar, which DuckDB
prints to standard output if it thinks that the process is interactive. A name in a query must not
mean one of our variables."""
_ATTACHED = "warehouse"
_LOCKED = (
    f"SET memory_limit = '{MEMORY}'; SET temp_directory = ''; SET threads = 1; "
    "SET enable_external_access = false; SET lock_configuration = true"
)
"""One thread: where more work on a query, DuckDB does not look for Ctrl-C, and runs on for ever."""


@contextmanager
def connect(
    path: str = ":memory:", *, rows: int | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Connect to a DuckDB file, read-only, or to an empty database in memory.

    Args:
        path: The file, or `:memory:`.
        rows: About how many rows it will work on, if that is known.

    Raises:
        duckdb.Error: The file cannot be opened.
        KeyboardInterrupt: A query was interrupted.
    """
    with interrupts_kept(), connected(path, rows=rows) as connection:
        yield connection


def connected(path: str = ":memory:", *, rows: int | None = None) -> duckdb.DuckDBPyConnection:
    """Return what `connect` yields, for a caller that closes it."""
    from warehouse.schema.engine import duckdb

    config: _Config = {**_ISOLATED}
    if rows is not None and rows < _MANY_ROWS:
        config["threads"] = 1
    connection = duckdb.connect(path, read_only=path != ":memory:", config=config)
    connection.execute(_PLAIN)
    return connection


@contextmanager
def attached(path: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB file, read-only, in the database that importing DuckDB has made already.

    A second database would take a twentieth of a whole `compare`. This is for a process that does
    nothing else with DuckDB: from then on it has one thread, and the settings of this module.

    Args:
        path: The file.

    Raises:
        duckdb.Error: The file cannot be opened.
        KeyboardInterrupt: A query was interrupted.
    """
    from warehouse.schema.engine import duckdb

    settings = (f"SET {name} = {value}" for name, value in _ISOLATED.items())
    with interrupts_kept(), duckdb.cursor() as connection:
        connection.execute(
            # As for a database of its own, what memory cannot hold is beside the file.
            f"{_PLAIN}; {'; '.join(settings)}; SET threads = 1; "
            f"SET temp_directory = {literal(f'{path}.tmp')}; "
            f"ATTACH {literal(path)} AS {_ATTACHED} (READ_ONLY)"
        )
        try:
            connection.execute(f"USE {_ATTACHED}")
            yield connection
        finally:
            # After a failure DuckDB may refuse this too; the failure itself says more.
            with suppress(duckdb.Error):
                connection.execute(f"USE memory; DETACH {_ATTACHED}")


def lock_down(connection: duckdb.DuckDBPyConnection) -> None:
    """Deny a connection all but what it has open: no file, no network, no setting.

    Call it before an untrusted query; it cannot be undone.
    """
    connection.execute(_LOCKED)


@contextmanager
def open_file(storage: Storage, *, alone: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse file for reading.

    Args:
        storage: The dataset's root.
        alone: Whether the process does nothing else with DuckDB, as for `attached`.

    Raises:
        SourceError: It is missing, it cannot be read, or another program has written to it; also
            if that shows only while the connection is used.
    """
    from warehouse.schema.engine import duckdb

    name = storage.describe(FILE)
    if storage.size(FILE) is None:
        raise SourceError(f"there is no warehouse at {name}; run `neuron-warehouse build` first")
    refuse_side_files(storage)
    with storage.local([FILE]) as (path,):
        with file_errors_named("read", path):
            regular_size(path)
        try:
            opened = attached(str(path)) if alone else connect(str(path))
            with opened as connection:
                if not is_ours(connection):
                    raise SourceError(foreign(name))
                yield connection
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise SourceError(
                f"{name} lacks something that this release of Neuron Warehouse needs "
                f"({first_line(error)}); run `neuron-warehouse build`"
            ) from error
        except duckdb.Error as error:
            raise SourceError(unreadable(error, storage, path)) from error


def refuse_side_files(storage: Storage) -> None:
    """Refuse a warehouse file that another program has written to.

    Raises:
        SourceError: A file of `SIDE_FILES` exists.
    """
    if not storage.near:
        return  # copies are opened, and side files are not copied
    for side in side_files(storage):
        raise SourceError(
            f"{storage.describe(side)} was left by another program that opened {FILE} for "
            "writing, and would change what is read; close that program, then run "
            "`neuron-warehouse build`, which moves it away"
        )


def is_ours(connection: duckdb.DuckDBPyConnection) -> bool:
    """Return whether the database is a warehouse of any release of this project."""
    from warehouse.schema.engine import duckdb

    try:
        # Cheaper than a look-up in the list of tables, and each command does it.
        connection.execute("SELECT version FROM dataset LIMIT 0")
    except (duckdb.CatalogException, duckdb.BinderException):
        return False
    return True


def foreign(name: str) -> str:
    """Return the sentence for a DuckDB file that is not a warehouse."""
    return (
        f"{name} is not a Neuron Warehouse: it is a DuckDB database of something else; move it "
        "away, or choose another --root"
    )
