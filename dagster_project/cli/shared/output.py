"""What commands write: rows and reports to standard output, remarks to standard error.

This module has what several commands share; how rows look lives in `warehouse.output.render`.
"""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from dagster_project.cli.shared.options import PARQUET
from warehouse.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pyarrow as pa

    from warehouse.answers.answer import Answer

PROGRAM = "neuron-warehouse"
WIDTH = 100
"""Characters across a report where neither a terminal nor COLUMNS says how many."""


def terminal_width() -> int | None:
    """Return the width of tables in characters; None where output goes elsewhere.

    A pipe must not lose columns, so that COLUMNS counts for a terminal alone.
    """
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def text_width() -> int:
    """Return the width of sentences: the terminal's, or else what COLUMNS says, or else `WIDTH`."""
    columns = os.environ.get("COLUMNS", "")
    named = int(columns) if columns.isascii() and columns.isdecimal() else 0
    return terminal_width() or named or WIDTH


def write(rows: Answer | pa.Table, form: str) -> None:
    """Write rows to standard output, as wide as the terminal where there is one.

    Args:
        rows: The rows; an Arrow table where they are to be Parquet.
        form: One of `options.FORMATS`.
    """
    from warehouse.answers.answer import Answer
    from warehouse.output.render import render, render_text

    if isinstance(rows, Answer):
        render_text(rows, form, sys.stdout.buffer, width=terminal_width())
    else:
        render(rows, form, sys.stdout.buffer, width=terminal_width())
    sys.stdout.flush()


def write_records(rows: Iterable[Mapping[str, Any]], form: str, columns: Mapping[str, str]) -> None:
    """Write rows by their names to standard output, in any form but a terminal's table.

    Args:
        rows: The rows.
        form: One of `options.FORMATS`.
        columns: Their columns, as `records_table` takes them.
    """
    from warehouse.answers.declared_rows import records_table

    write(records_table(rows, columns), form)


def write_texts(names: Sequence[str], rows: Sequence[tuple[str, ...]], form: str) -> None:
    """Write rows of texts as `write` does.

    Args:
        names: The names of the columns.
        rows: The rows.
        form: One of `options.FORMATS`.
    """
    if form == PARQUET:
        import pyarrow as pa

        schema = pa.schema([(name, pa.string()) for name in names])
        named = [dict(zip(names, row, strict=True)) for row in rows]
        write(pa.Table.from_pylist(named, schema=schema), form)
    else:
        from warehouse.answers.answer import Answer

        write(Answer(tuple(names), (False,) * len(names), tuple(rows)), form)


def tell(text: str, *, beside: bool = False) -> None:
    """Write a line to standard output, or `beside` it to standard error.

    A name, address or remark in it may come from a page.
    """
    print(visible(text), file=sys.stderr if beside else sys.stdout)


def tell_wrapped(text: str) -> None:
    """Write a sentence to standard output, in lines as wide as `text_width`."""
    from textwrap import wrap

    # Names of models and packages stay whole.
    for line in wrap(visible(text), text_width(), break_on_hyphens=False):
        print(line)


def write_file(name: str, content: bytes) -> None:
    """Write a file whole, or leave what stands there as it is.

    Raises:
        SourceError: the file cannot be written.
    """
    from pathlib import Path

    from pipelines.errors import SourceError

    path = Path(name)
    try:
        # A device or pipe is no file that another could replace.
        if path.exists() and not path.is_file():
            path.write_bytes(content)
            return
        staging = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            staging.write_bytes(content)
            staging.replace(path)
        except OSError:
            # Where no file can be, none can be deleted either.
            with suppress(OSError):
                staging.unlink()
            raise
    except OSError as error:
        raise SourceError(f"cannot write {name}: {error.strerror}") from error


def print_error(text: str) -> None:
    """Write to standard error what went wrong, each line in the program's name."""
    for line in visible(text).split("\n"):
        print(f"{PROGRAM}: {line}", file=sys.stderr)
