"""A root that is a folder of this machine.

Here belongs how a file system keeps the promises of `storage`: written aside, synced, then put in
place by one step that a reader sees wholly or not at all. Nothing here knows what the files mean.
"""

from __future__ import annotations

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.errors import SourceError
from warehouse.aside import Aside, sweep
from warehouse.storage import Written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

_FEW = 4
"""So few files are not worth threads."""


@dataclass(frozen=True, slots=True)
class LocalFolder:
    """A root that is a folder of this machine."""

    root: Path

    def describe(self, path: str = "") -> str:
        """Name the root, or a file in it, for a message."""
        return str(self.root / path)

    def location(self, path: str) -> str:
        """Give the address under which DuckDB opens a file."""
        return str(self.root.absolute() / path)

    def read(self, path: str) -> bytes:
        """Give a file's bytes; `SourceError` where it is missing or cannot be read."""
        with _telling("read", self.root / path):
            return (self.root / path).read_bytes()

    def size(self, path: str) -> int | None:
        """Give a file's length in bytes, or None where there is none."""
        with _telling("read", self.root / path):
            return _length(self.root / path)

    def names(self, folder: str) -> tuple[str, ...]:
        """Give the names in a folder, sorted; none where there is no such folder."""
        with _telling("read", self.root / folder):
            try:
                return tuple(sorted(os.listdir(self.root / folder)))  # noqa: PTH208 - names alone
            except FileNotFoundError:
                return ()

    def tidy(self) -> None:
        """Remove what killed writers left behind; a root that cannot be written stays as it is."""
        with suppress(OSError):
            sweep(self.root)

    @contextmanager
    def writing(self) -> Iterator[LocalWriter]:
        """Enter writing; `SourceError` where the root cannot be written."""
        with _telling("write", self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            aside = Aside.open(self.root)
        try:
            yield LocalWriter(self.root, aside)
        finally:
            aside.close()


@dataclass(frozen=True, slots=True)
class LocalWriter:
    """A folder being written, through files aside."""

    root: Path
    aside: Aside

    def write_once(self, files: Mapping[str, bytes]) -> Written:
        """Write files named by their content; one that stands there whole is left alone."""
        with _telling("write", self.root):
            missing = {
                path: _length(self.root / path)
                for path, data in files.items()
                if not _holds(self.root / path, data)
            }
            if not missing:
                return Written()
            waiting = {path: self.aside.write(files[path]) for path in missing}
            _sync(waiting.values())
            folders = _make_folders(self.root, {(self.root / path).parent for path in missing})
            for path, temporary in waiting.items():
                temporary.replace(self.root / path)
            _sync(folders)
        return Written(
            new=tuple(path for path, length in missing.items() if length is None),
            mended=tuple(path for path, length in missing.items() if length is not None),
        )

    def claim(self, path: str, data: bytes) -> bool:
        """Write a file whole unless there is one of that name; tell whether it was written."""
        target = self.root / path
        with _telling("write", target):
            temporary = self.aside.write(data)
            _sync([temporary])
            folders = _make_folders(self.root, {target.parent})
            try:
                target.hardlink_to(temporary)
            except FileExistsError:
                return False
            finally:
                temporary.unlink()
            _sync(folders)
        return True

    def replace(self, path: str, make: Callable[[Path], None]) -> None:
        """Let `make` write a local file, then put it in the place of `path` at once."""
        target = self.root / path
        temporary = self.aside.name(suffix=target.suffix)
        make(temporary)
        with _telling("write", target):
            _sync([temporary])
            temporary.replace(target)
            _sync([target.parent])

    def delete(self, path: str) -> None:
        """Remove a file; nothing happens where there is none."""
        with _telling("delete", self.root / path):
            (self.root / path).unlink(missing_ok=True)


def _length(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return None


def _holds(path: Path, data: bytes) -> bool:
    return _length(path) == len(data) and path.read_bytes() == data


def _make_folders(root: Path, folders: set[Path]) -> set[Path]:
    """Make folders; give all whose entries change, which must be synced for them to last."""
    touched = set(folders)
    for folder in sorted(folders):
        while not folder.is_dir():
            touched.add(folder.parent)
            folder = folder.parent  # noqa: PLW2901 - climbs to the first that exists
            if folder == root:
                break
    for folder in sorted(folders):
        folder.mkdir(parents=True, exist_ok=True)
    return touched


def _sync(paths: Iterable[Path]) -> None:
    """Make files or folders durable; many at once, so that a disk can commit them together."""
    todo = list(paths)
    if len(todo) <= _FEW:
        for path in todo:
            _sync_one(path)
        return
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(_sync_one, todo))


def _sync_one(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


_ADVICE = {
    errno.ENOSPC: "the disk is full; free some space and run the command again",
    errno.EDQUOT: "your quota is used up; free some space and run the command again",
    errno.EFBIG: "a file may not grow so large here; raise the limit (`ulimit -f`)",
    errno.EACCES: "permission denied; run as the folder's owner or choose another --root",
    errno.EPERM: "not permitted here; choose another --root",
    errno.EROFS: "the file system is read-only; choose another --root",
    errno.ENOENT: "there is no such file; run `neuron-warehouse build` to make it again",
    errno.ENOTDIR: "there is a file where a folder should be; choose another --root",
    errno.EOPNOTSUPP: "the file system has no hard links; choose another --root",
}


def advice(error: OSError) -> str:
    """Give what an operating system's error means here and what to do, as half a sentence."""
    known = _ADVICE.get(error.errno or 0)
    return known or f"{error.strerror or error}"


@contextmanager
def _telling(action: str, path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        where = error.filename if isinstance(error.filename, str) else path
        raise SourceError(f"cannot {action} {where}: {advice(error)}") from error
