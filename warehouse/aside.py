"""Files aside: where a writer makes files before they take their place, and who cleans up.

Here belongs telling a live writer's files from those of a killed one. A writer holds a lock on a
file of its own, which the kernel lets go when the process dies, however it dies; a leftover is a
file whose lock nobody holds. Process numbers would not do: containers that share a folder do not
share them.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover - a system without file locks keeps its leftovers
    fcntl = None  # type: ignore[assignment]

FOLDER = ".aside"
_LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class Aside:
    """One writer's place aside: files `<id>-<number>` beside the lock `<id>.lock`."""

    folder: Path
    writer: str
    descriptor: int
    numbers: count[int] = field(default_factory=count)

    @classmethod
    def open(cls, root: Path) -> Aside:
        """Take a place aside of a root that exists; `OSError` where it cannot be written."""
        sweep(root)
        folder = root / FOLDER
        while True:
            writer = uuid4().hex
            try:
                folder.mkdir(exist_ok=True)
                descriptor = os.open(folder / f"{writer}{_LOCK}", os.O_CREAT | os.O_EXCL, 0o644)
            except FileNotFoundError:  # another writer, leaving, removed the empty folder
                continue
            if _lock(descriptor) and os.fstat(descriptor).st_nlink:
                return cls(folder, writer, descriptor)
            os.close(descriptor)  # another writer's sweep came between creating and locking

    def name(self, suffix: str = "") -> Path:
        """Give a name for a new file aside."""
        return self.folder / f"{self.writer}-{next(self.numbers)}{suffix}"

    def write(self, data: bytes) -> Path:
        """Write a new file aside; it is not synced yet."""
        path = self.name()
        path.write_bytes(data)
        return path

    def close(self) -> None:
        """Remove what is left here and let the lock go."""
        with suppress(OSError):
            _remove(self.folder, self.writer)
            self.folder.rmdir()
        os.close(self.descriptor)


def sweep(root: Path) -> None:
    """Remove the files aside of writers that are no more, as far as they can be removed."""
    folder = root / FOLDER
    if fcntl is None:  # pragma: no cover - the living cannot be told from the dead
        return
    try:
        names = os.listdir(folder)  # noqa: PTH208 - names alone
    except FileNotFoundError:
        return
    # A writer makes its lock first and removes it last: files without one belong to nobody.
    for writer in sorted({name[:32] for name in names}):
        with suppress(OSError):
            _sweep_one(folder, writer)
    with suppress(OSError):
        folder.rmdir()


def _sweep_one(folder: Path, writer: str) -> None:
    try:
        descriptor = os.open(folder / f"{writer}{_LOCK}", os.O_RDONLY)
    except FileNotFoundError:
        # Listed anew: the lock may have gone with all its files since.
        _remove(folder, writer)
        return
    try:
        if _lock(descriptor):
            _remove(folder, writer)
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
    for path in sorted(folder.glob(f"{writer}-*")):
        path.unlink(missing_ok=True)
    (folder / f"{writer}{_LOCK}").unlink(missing_ok=True)
