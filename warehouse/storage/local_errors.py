"""What an operating system's errors mean for a dataset's root, and what to do about them.

This module holds those sentences. The caller says which step met the error.
"""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipelines.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ADVICE = {
    errno.ENOSPC: "the disk is full; free some space and run the command again",
    errno.EDQUOT: "your quota is used up; free some space and run the command again",
    errno.EFBIG: "a file may not grow so large here; raise the limit (`ulimit -f`)",
    errno.EACCES: "permission denied; run as the folder's owner or choose another --root",
    errno.EPERM: "not permitted here; choose another --root",
    errno.EROFS: "the file system is read-only; choose another --root",
    errno.ENOENT: "there is no such file or folder; build again, or choose another --root",
    errno.ENOTDIR: "there is a file where a folder should be; choose another --root",
    errno.ENOTEMPTY: "a folder is there that is not empty; move it away",
    errno.EOPNOTSUPP: "the file system has no hard links; choose another --root",
}


def advice(error: OSError) -> str:
    """Return what an operating system's error means and what to do, as half a sentence."""
    known = _ADVICE.get(error.errno or 0)
    return known or f"{error.strerror or error}"


@contextmanager
def file_errors_named(action: str, path: Path) -> Iterator[None]:
    """Turn an operating system's error in the block into a `SourceError` that names the file.

    Args:
        action: What was tried, as in "read".
        path: The file or folder, if the error does not name one.
    """
    try:
        yield
    except OSError as error:
        where = error.filename if isinstance(error.filename, str) else path
        raise SourceError(f"cannot {action} {where}: {advice(error)}") from error
