"""Regular files, read within a bound.

This module opens what must be a regular file: a pipe, a device or a socket in its place would keep
the reader waiting for ever. Put here what every reader of files from outside needs; what a file
means lives with its reader.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pathlib import Path

_WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class IrregularFileError(OSError):
    """Something that is no regular file, or one that is too large to be read."""

    def __init__(self, reason: str, path: Path) -> None:
        super().__init__(errno.EINVAL, reason, str(path))


def open_regular(path: Path) -> BinaryIO:
    """Return a regular file opened for reading.

    Raises:
        OSError: `path` cannot be opened, or is a folder, pipe, device or socket.
    """
    _check(os.stat(path).st_mode, path)  # noqa: PTH116 - a device must not even be opened
    descriptor = os.open(path, os.O_RDONLY | _WITHOUT_WAITING)
    try:
        # The name may lead to something else since.
        _check(os.fstat(descriptor).st_mode, path)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_regular(path: Path, most: int) -> bytes:
    """Return the bytes of a regular file.

    Args:
        path: The file.
        most: How many bytes it may have.

    Raises:
        OSError: It cannot be read, is no regular file, or is larger than `most`.
    """
    with open_regular(path) as file:
        body = file.read(most + 1)
    if len(body) > most:
        raise IrregularFileError(f"is larger than {most:,} bytes", path)
    return body


def _check(mode: int, path: Path) -> None:
    if not stat.S_ISREG(mode):
        raise IrregularFileError("is no regular file", path)
