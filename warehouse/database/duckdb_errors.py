"""What DuckDB's errors mean for the warehouse file, and what to do about them.

This module holds those sentences. A file is called damaged only if DuckDB found wrong bytes in it,
or if it does not match its checksum; every other failure has a sentence of its own.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from warehouse.storage.companions import is_what_was_written
from warehouse.storage.data_paths import FILE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

    from warehouse.storage.protocol import Storage

MEMORY = "2GB"
"""The memory of an untrusted query; it has no folder for temporary files."""
_INTERRUPTED = "Query interrupted"


@contextmanager
def interrupts_kept() -> Iterator[None]:
    """Let an interrupt of a query be a `KeyboardInterrupt`, as anywhere else in Python."""
    try:
        yield
    except RuntimeError as error:
        # That is how DuckDB reports Ctrl-C: before 2.0 with a cause, since then by these words.
        if isinstance(error.__cause__, KeyboardInterrupt) or str(error) == _INTERRUPTED:
            raise KeyboardInterrupt from error
        raise


def first_line(error: Exception) -> str:
    """Return the first line of a DuckDB error: the sentence, without the query's picture."""
    return str(error).partition("\n")[0].rstrip(".")


def with_hints(error: Exception) -> str:
    """Return a DuckDB error about a query in one line: the sentence, then DuckDB's own hints.

    Hints are such as `Did you mean "releases"?`, candidate columns, and candidate functions. The
    query's picture is left out, and a long list of candidates is cut.
    """
    sentence, *hints = _PICTURE.sub("", str(error)).split("\n")
    text = sentence.rstrip(".!")
    hint = " ".join(" ".join(hints).split()).replace(": : ", ": ")
    if not hint:
        return text
    if len(hint) > _LONGEST_HINT:
        hint = f"{hint[:_LONGEST_HINT].rpartition(' ')[0]} …"
    return f"{text}; {hint[0].lower()}{hint[1:]}"


_PICTURE = re.compile(r"\n\s*LINE \d+:.*", re.DOTALL)
_LONGEST_HINT = 200


def own_fault(error: duckdb.Error, what: str) -> str | None:
    """Return the sentence for a failure that says nothing about the data; None for any other.

    Args:
        error: What DuckDB raised.
        what: What was done, as in "the query on data/warehouse.duckdb".
    """
    from warehouse.schema.engine import duckdb

    if isinstance(error, duckdb.OutOfMemoryException):
        return f"{what} needs more memory than DuckDB may use ({_used(error)}); select less"
    if isinstance(error, duckdb.InterruptException):
        return f"{what} was interrupted; run the command again"
    if isinstance(error, duckdb.InternalException | duckdb.FatalException):
        return (
            f"{what} failed by a fault of DuckDB itself ({first_line(error)}); run the command "
            "again, and if that fails too, report this"
        )
    return None


def _used(error: duckdb.Error) -> str:
    return first_line(error).removeprefix("Out of Memory Error: ")


def unreadable(error: duckdb.Error, storage: Storage, path: Path) -> str:
    """Return the sentence for a warehouse file on which DuckDB failed.

    Args:
        error: What DuckDB raised.
        storage: The dataset's root.
        path: The local path of the file, or of the copy that was opened.

    Raises:
        SourceError: The file cannot be read at all.
    """
    from warehouse.schema.engine import duckdb

    name, reason = storage.describe(FILE), first_line(error)
    own = own_fault(error, f"the query on {name}")
    if "Could not set lock" in reason:
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
    if isinstance(error, duckdb.OutOfMemoryException | duckdb.InterruptException):
        return str(own)
    # Any other failure may follow from wrong bytes, whatever it says.
    if is_damage(error) or not is_what_was_written(storage, path):
        return (
            f"{name} is damaged: DuckDB cannot read it; delete it and run "
            "`neuron-warehouse build`, which makes it again from the Parquet files"
        )
    return own or (
        f"DuckDB cannot read {name} ({reason}); run the command again, and if that fails too, "
        "report this"
    )


def is_damage(error: duckdb.Error) -> bool:
    """Return whether DuckDB itself found that the bytes of a file are wrong."""
    from warehouse.schema.engine import duckdb

    if isinstance(error, duckdb.SerializationException):
        return True
    text = str(error)
    return isinstance(error, duckdb.IOException | duckdb.FatalException) and any(
        words in text for words in _WRONG_BYTES
    )


_WRONG_BYTES = ("orrupt", "not a valid DuckDB", "Could not read enough bytes")
