"""Staging files of a folder, and its locks: who writes, who removes, and which files are left over.

This module holds the locks and the staging folder. A writer holds a lock on a file of its own, and
the kernel releases the lock when the process dies, however it dies; a staged file without a held
lock is left over. Process numbers would not do: containers that share a folder do not share them.
"""

from __future__ import annotations

import os
import re
import stat
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from pipelines.files.regular_files import open_regular

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover - a system without file locks keeps its leftovers
    fcntl = None  # type: ignore[assignment]

FOLDER = ".aside"
_LOCK = ".lock"
_PAUSE = 0.02
_NEW = os.O_CREAT | os.O_EXCL | os.O_WRONLY
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NAME = re.compile(r"([0-9a-f]{32})(?:-.*|\.lock)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Staging:
    """One writer's staged files, `<id>-<number>`, beside its lock `<id>.lock`."""

    folder: Path
    writer: str
    descriptor: int
    numbers: count[int] = field(default_factory=count)

    @classmethod
    def open(cls, root: Path) -> Staging:
        """Open staging in a root that exists; raise `OSError` if the root cannot be written."""
        from uuid import uuid4

        folder = root / FOLDER
        while True:
            writer = uuid4().hex
            try:
                folder.mkdir(exist_ok=True)
                descriptor = os.open(folder / f"{writer}{_LOCK}", _NEW, 0o644)
            except FileNotFoundError:  # another writer, leaving, removed the empty folder
                continue
            except FileExistsError:
                # It was there, and went before `mkdir` looked whether it is a folder.
                if not _gone_or_folder(folder):
                    raise
                continue
            if _lock(descriptor) and os.fstat(descriptor).st_nlink:
                return cls(folder, writer, descriptor)
            os.close(descriptor)  # another writer's sweep came between creating and locking

    def name(self, suffix: str = "") -> Path:
        """Return a name for a new staged file."""
        return self.folder / f"{self.writer}-{next(self.numbers)}{suffix}"

    def write(self, data: bytes) -> Path:
        """Write a new staged file; it is not synced yet."""
        path = self.name()
        path.write_bytes(data)
        return path

    def note(self, paths: Iterable[str]) -> None:
        """Note the paths that follow, for the run that cleans up if this writer is killed."""
        os.write(self.descriptor, "".join(f"{path}\n" for path in paths).encode())

    def close(self) -> None:
        """Remove what is left here and release the lock."""
        with suppress(OSError):
            _remove(self.folder, self.writer)
            self.folder.rmdir()
        os.close(self.descriptor)


def _gone_or_folder(path: Path) -> bool:
    """Return whether a path is a folder or nothing, as one look shows."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except FileNotFoundError:
        return True


def sweep(root: Path, forget: Callable[[list[str]], bool]) -> None:
    """Remove the staged files of dead writers, as far as they can be removed.

    Args:
        root: The dataset's folder.
        forget: Called with the paths that a dead writer was putting in place; returns whether it
            dealt with them. If not, the writer's files stay for the next sweep.
    """
    folder = root / FOLDER
    if fcntl is None:  # pragma: no cover - the living cannot be told from the dead
        return
    try:
        names = os.listdir(folder)  # noqa: PTH208 - names alone
    except FileNotFoundError:
        return
    # A writer makes its lock first and removes it last: a file without a lock is left over.
    writers = {found[1] for name in names if (found := _NAME.fullmatch(name))}
    for writer in sorted(writers):
        with suppress(OSError):
            _sweep_one(folder, writer, forget)
    with suppress(OSError):
        folder.rmdir()


def _sweep_one(folder: Path, writer: str, forget: Callable[[list[str]], bool]) -> None:
    lock = folder / f"{writer}{_LOCK}"
    try:
        stream = open_regular(lock, flags=_NO_LINK)
    except FileNotFoundError:
        # Listed again: the lock may have gone with all its files since.
        _remove(folder, writer)
        return
    with stream:
        if _lock(stream.fileno()):
            placed = stream.read().decode(errors="replace").split()
            if not placed or forget(placed):
                _remove(folder, writer)


@contextmanager
def shared_lock(root: Path) -> Iterator[None]:
    """Hold a root together with other writers; wait while another run holds it alone."""
    with _held(root) as descriptor:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield


@contextmanager
def exclusive_lock(root: Path, patience: float) -> Iterator[bool]:
    """Hold a root alone; yield False if others still hold it after `patience` seconds."""
    with _held(root) as descriptor:
        end = time.monotonic() + patience
        while not (mine := _lock(descriptor)) and time.monotonic() < end:
            time.sleep(_PAUSE)
        yield mine


@contextmanager
def _held(root: Path) -> Iterator[int]:
    # The folder itself is locked: a lock file would be one more thing to leave behind.
    descriptor = os.open(root, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    if fcntl is None:  # pragma: no cover
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _remove(folder: Path, writer: str) -> None:
    """Remove a writer's files, its lock last."""
    for name in sorted(os.listdir(folder)):  # noqa: PTH208 - names alone
        if name.startswith(f"{writer}-"):
            (folder / name).unlink(missing_ok=True)
    (folder / f"{writer}{_LOCK}").unlink(missing_ok=True)
