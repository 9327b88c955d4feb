"""A warehouse file without rows: its tables, views and macros, with what describes them.

This module opens a file for writing, and starts one that a build fills. Its hundreds of statements
take 0.4 s of processor time, and say the same in every build. So the file that they make is kept as
Python keeps a compiled module: beside this one, or not at all where that folder cannot be written.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager, suppress
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.database.connect import connect
from warehouse.database.layout import is_whole, layout, make_layout
from warehouse.schema.quoting import literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import duckdb

    from warehouse.versions import Descriptor

_STORAGE_VERSION = "v1.0.0"
"""Old on purpose: the DuckDB drivers in BI tools are old too."""
_FEW_ROWS = 400_000
"""With fewer rows, texts that DuckDB does not try to compress as FSST, and figures that it does not
try as ALP, cost a tenth more bytes at most. Trying takes a seventh of the time that the file of
sixteen releases takes."""
BLANKS: dict[str, bytes] = {}
"""The bytes of the blank file that this process made or read, by the fingerprint of its layout."""
_KEPT = ".kept"
_HASH_BYTES = 32


def write_blank(path: Path, descriptor: Descriptor) -> None:
    """Write a warehouse file without rows, for the rows of a version."""
    # An old version lacks columns that must be NOT NULL in others: its layout is its own.
    is_common = is_whole(descriptor)
    if is_common and layout() not in BLANKS:
        BLANKS.update(_read_kept())
    if is_common and layout() in BLANKS:
        path.write_bytes(BLANKS[layout()])
        return
    with writable(path, descriptor) as connection:
        make_layout(connection, descriptor, stored=True)
    if is_common:
        BLANKS[layout()] = path.read_bytes()
        _keep(BLANKS[layout()])


def _kept_path() -> Path:
    """Return where the blank file of this layout and this engine is kept."""
    from warehouse.schema.engine import duckdb

    name = f"blank_file-{layout()}-{_STORAGE_VERSION}-{duckdb.__version__}{_KEPT}"
    return Path(cache_from_source(__file__)).with_name(name)


def _read_kept() -> dict[str, bytes]:
    """Return the kept bytes by the layout's fingerprint, if there are some and they are whole."""
    with suppress(OSError, NotImplementedError):
        kept = _kept_path().read_bytes()
        noted, blank = kept[:_HASH_BYTES], kept[_HASH_BYTES:]
        if hashlib.sha256(blank).digest() == noted:
            return {layout(): blank}
    return {}


def _keep(blank: bytes) -> None:
    """Keep the bytes for later processes, in place of those of other layouts, if Python would."""
    if sys.dont_write_bytecode:
        return
    with suppress(OSError, NotImplementedError):
        path = _kept_path()
        staged = path.with_suffix(f".{os.getpid()}")
        staged.write_bytes(hashlib.sha256(blank).digest() + blank)
        staged.replace(path)
        for other in path.parent.glob(f"blank_file-*{_KEPT}"):
            if other != path:
                other.unlink()


@contextmanager
def writable(
    path: Path,
    descriptor: Descriptor,
    check: Callable[[duckdb.DuckDBPyConnection], object] | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a file as the current database, for the rows of a version; make it if it is missing.

    Args:
        path: The file.
        descriptor: The version.
        check: Called with the written file, opened again as a reader opens it, read-only.
    """
    with _without_question(path) as plain, connect(rows=descriptor.row_count) as connection:
        # No write-ahead log: a file that is not finished is thrown away, not recovered.
        options = f"STORAGE_VERSION '{_STORAGE_VERSION}', RECOVERY_MODE no_wal_writes"
        with _current(connection, plain, options):
            if descriptor.row_count < _FEW_ROWS:
                connection.execute("SET disabled_compression_methods = 'fsst,alp,alprd'")
            yield connection
        if check is not None:
            with _current(connection, plain, "READ_ONLY"):
                check(connection)


@contextmanager
def _current(connection: duckdb.DuckDBPyConnection, path: Path, options: str) -> Iterator[None]:
    """Make a file the current database, and close it at the end of a block that does not fail."""
    connection.execute(f"ATTACH {literal(str(path))} AS built ({options}); USE built")
    yield
    connection.execute("USE memory; DETACH built")


@contextmanager
def _without_question(path: Path) -> Iterator[Path]:
    """Yield a path without a question mark, whose file is copied to `path` at the end.

    DuckDB reads what follows a question mark as parameters, and looks for side files elsewhere.
    """
    if "?" not in str(path):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="neuron-warehouse-") as folder:
        plain = Path(folder) / path.name
        if path.exists():
            shutil.copyfile(path, plain)
        yield plain
        shutil.copyfile(plain, path)
