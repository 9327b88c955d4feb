"""Opening files that somebody else may have put there: regular files only.

A pipe, a socket or a device in the place of a file would make a reader wait for ever. Every file
of a root is opened through this module, or checked by it before a library opens it.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from io import BufferedReader
    from pathlib import Path

_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


class NotRegularError(OSError):
    """A file that is a pipe, a socket, a device or a folder."""

    def __init__(self, path: str | Path) -> None:
        super().__init__(errno.EINVAL, "it is not a regular file; move it away", str(path))


def regular_size(path: str | Path) -> int | None:
    """Return a regular file's length in bytes, or None where there is no file.

    Raises:
        NotRegularError: what is there is not a regular file.
    """
    try:
        facts = os.stat(path)  # noqa: PTH116 - asked for every file there is; a text costs less
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not stat.S_ISREG(facts.st_mode):
        raise NotRegularError(path)
    return facts.st_size


def open_regular(path: str | Path, *, flags: int = 0) -> BufferedReader:
    """Open a regular file for reading.

    Args:
        path: the file.
        flags: what `os.open` gets besides those for reading.

    Raises:
        NotRegularError: what is there is not a regular file.
        OSError: it cannot be opened.
    """
    # Opening a pipe without this flag waits until somebody writes to it.
    descriptor = os.open(path, _READ | flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NotRegularError(path)
    return open(descriptor, "rb")  # noqa: PTH123 - it is open already


def read_regular(path: str | Path) -> bytes:
    """Return the bytes of a regular file; raises as `open_regular` does."""
    with open_regular(path) as stream:
        return stream.read()
