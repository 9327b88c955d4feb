"""Regular files, read within a bound.

This module opens what must be a regular file: with a pipe, a device or a socket in its place, the
reader would wait for ever. Use it for every file that others may have written; what a file means
lives with its reader.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from io import BufferedReader
    from pathlib import Path

# Opening a pipe without O_NONBLOCK waits until another process writes to it.
_READ = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_LEAST, _MOST = 2**12, 2**26
"""Bytes that are read at once, whatever length a file is said to have."""


class IrregularFileError(OSError):
    """Something that is not a regular file, or a file that is too large to be read."""

    def __init__(self, reason: str, path: str | Path) -> None:
        super().__init__(errno.EINVAL, reason, str(path))


def regular_size(path: str | Path) -> int | None:
    """Return a regular file's length in bytes, or None where there is no file.

    Raises:
        IrregularFileError: What is there is not a regular file.
    """
    try:
        facts = os.stat(path)  # noqa: PTH116 - asked for every file there is; a text costs less
    except (FileNotFoundError, NotADirectoryError):
        return None
    _check(facts.st_mode, path)
    return facts.st_size


def open_regular(path: str | Path, *, flags: int = 0) -> BufferedReader:
    """Return a regular file opened for reading.

    Args:
        path: The file.
        flags: What `os.open` gets beside the flags for reading.

    Raises:
        OSError: It cannot be opened.
        IrregularFileError: It is a folder, pipe, device or socket.
    """
    descriptor, _ = _opened(path, flags)
    try:
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_regular(path: str | Path, most: int | None = None) -> bytes:
    """Return the bytes of a regular file.

    Args:
        path: The file.
        most: How many bytes it may have; None for any number.

    Raises:
        OSError: It cannot be read.
        IrregularFileError: It is not a regular file, or is larger than `most`.
    """
    # Without a file object: a build reads a thousand small files, some of them three times.
    descriptor, size = _opened(path)
    try:
        parts = []
        left = sys.maxsize if most is None else most + 1
        # One byte more than there should be: the file may have grown since.
        chunk = min(max(size, _LEAST), _MOST) + 1
        while left and (part := os.read(descriptor, min(chunk, left))):
            parts.append(part)
            left -= len(part)
    finally:
        os.close(descriptor)
    if not left:
        raise IrregularFileError(f"is larger than {most:,} bytes", path)
    return b"".join(parts)


def _opened(path: str | Path, flags: int = 0) -> tuple[int, int]:
    """Open a regular file for reading; return its descriptor and its length in bytes."""
    _check(os.stat(path).st_mode, path)  # noqa: PTH116 - a device must not even be opened
    descriptor = os.open(path, _READ | flags)
    try:
        # The name may lead to something else since.
        facts = os.fstat(descriptor)
        _check(facts.st_mode, path)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor, facts.st_size


def _check(mode: int, path: str | Path) -> None:
    if not stat.S_ISREG(mode):
        raise IrregularFileError("is not a regular file; move it away", path)
