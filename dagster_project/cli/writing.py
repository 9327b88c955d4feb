"""Rows on standard output, in the form that was asked for.

Here belongs what all commands that answer with rows share; how rows look stands in
`warehouse.render`.
"""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


def write(answer: pa.Table, form: str) -> None:
    """Write an answer to standard output, as wide as the terminal where there is one."""
    from warehouse.render import render  # noqa: PLC0415 - see the package's words

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    render(answer, form, sys.stdout.buffer, width=width)
    sys.stdout.flush()
