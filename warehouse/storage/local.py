"""A root that is a folder of this machine.

This module implements `protocol` on a file system: a file is written in a staging folder, synced,
then moved to its place in one step, so that a reader sees all of it or nothing. Locks and staged
files live in `local_locks`, which only those who write import.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from pipelines.errors import SourceError
from pipelines.files.regular_files import read_regular, regular_size
from warehouse.storage.data_paths import content_paths
from warehouse.storage.local_errors import file_errors_named
from warehouse.storage.protocol import PATIENCE, Written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from warehouse.storage.local_locks import Staging

_QUICK = 0.1
"""Seconds in which a quick disk is done: threads would cost more than they save."""


@dataclass(frozen=True, slots=True)
class LocalFolder:
    """A root that is a folder of this machine."""

    root: Path

    def describe(self, path: str = "") -> str:
        """Return the name of the root, or of a file in it, for a message."""
        return str(self.root / path)

    @property
    def near(self) -> bool:
        """True: a file of this machine can be read quickly."""
        return True

    @contextmanager
    def local(self, paths: Sequence[str]) -> Iterator[tuple[Path, ...]]:
        """Return the files themselves."""
        root = self.root.absolute()
        yield tuple(root / path for path in paths)

    def read(self, path: str) -> bytes:
        """Return a file's bytes; raise `SourceError` if it is missing or cannot be read."""
        with file_errors_named("read", self.root / path):
            return read_regular(self.root / path)

    def read_all(self, paths: Sequence[str]) -> Mapping[str, bytes]:
        """Return the bytes of many files by path; raise `SourceError` if one cannot be read."""
        return {path: self.read(path) for path in paths}

    def size(self, path: str) -> int | None:
        """Return a file's length in bytes, or None if it is missing."""
        with file_errors_named("read", self.root / path):
            return regular_size(self.root / path)

    def sizes(self, paths: Sequence[str]) -> Mapping[str, int | None]:
        """Return the length of many files in bytes, or None for a missing one, by path."""
        with file_errors_named("read", self.root):
            # Texts instead of paths, and one call a file: each build does this for every file.
            start = f"{self.root}/"
            return {path: regular_size(start + path) for path in paths}

    def below(self, folder: str) -> Mapping[str, int]:
        """Return the length in bytes of every file below a folder, by path."""
        with file_errors_named("read", self.root / folder):
            return {
                path.relative_to(self.root).as_posix(): path.stat().st_size
                for path in sorted((self.root / folder).rglob("*"))
                if path.is_file()
            }

    def names(self, folder: str) -> tuple[str, ...]:
        """Return the names in a folder, sorted; none if there is no such folder."""
        with file_errors_named("read", self.root / folder):
            try:
                return tuple(sorted(os.listdir(self.root / folder)))  # noqa: PTH208 - names alone
            except FileNotFoundError:
                return ()

    def tidy(self, needed: Callable[[], frozenset[str]]) -> None:
        """Remove what killed writers left behind; leave a root that cannot be written unchanged."""
        from warehouse.storage.local_locks import sweep

        with suppress(OSError):
            sweep(self.root, lambda placed: self._forget(placed, needed))

    def _forget(self, placed: list[str], needed: Callable[[], frozenset[str]]) -> bool:
        """Remove the unneeded files of a killed writer, unless another run is writing now.

        Returns:
            Whether they were dealt with.
        """
        from warehouse.storage.local_locks import exclusive_lock

        with exclusive_lock(self.root, 0) as mine:
            if mine:
                try:
                    _delete(self.root, content_paths(placed) - needed())
                except SourceError:
                    return False  # a version cannot be read: what it needs is not known
        return mine

    @contextmanager
    def writing(self) -> Iterator[LocalWriter]:
        """Enter writing; raise `SourceError` if the root cannot be written."""
        from warehouse.storage.local_locks import Staging, shared_lock

        with ExitStack() as stack:
            with file_errors_named("write", self.root):
                self.root.mkdir(parents=True, exist_ok=True)
                stack.enter_context(shared_lock(self.root))
                staging = Staging.open(self.root)
                stack.callback(staging.close)
            yield LocalWriter(self.root, staging)

    @contextmanager
    def removing(self, patience: float = PATIENCE) -> Iterator[LocalWriter]:
        """Enter writing alone; raise `SourceError` if others still write after `patience` s."""
        from warehouse.storage.local_locks import Staging, exclusive_lock

        with ExitStack() as stack:
            with file_errors_named("write", self.root):
                if not stack.enter_context(exclusive_lock(self.root, patience)):
                    raise SourceError(
                        f"{self.root} is being written by another run; wait until it ends and run "
                        "the command again"
                    )
                staging = Staging.open(self.root)
                stack.callback(staging.close)
            yield LocalWriter(self.root, staging)


@dataclass(frozen=True, slots=True)
class LocalWriter:
    """A folder being written, through a staging folder."""

    root: Path
    staging: Staging

    def write_once(self, files: Mapping[str, bytes]) -> Written:
        """Write files named by their content; leave those that are there and whole."""
        with file_errors_named("write", self.root):
            missing = {
                path: regular_size(self.root / path)
                for path, data in files.items()
                if not _holds(self.root / path, data)
            }
            if not missing:
                return Written()
            waiting = {path: self.staging.write(files[path]) for path in missing}
            _sync(waiting.values())
            self.staging.note(missing)
            folders = _make_folders(self.root, {(self.root / path).parent for path in missing})
            for path, temporary in waiting.items():
                temporary.replace(self.root / path)
            _sync(folders)
        return Written(
            new=tuple(path for path, length in missing.items() if length is None),
            repaired=tuple(path for path, length in missing.items() if length is not None),
        )

    def claim(self, path: str, data: bytes) -> bool:
        """Write a file unless its name is taken; return whether it was written."""
        target = self.root / path
        with file_errors_named("write", target):
            temporary = self.staging.write(data)
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

    def replace(
        self, path: str, make: Callable[[Path], object], *, beside: Sequence[str] = ()
    ) -> None:
        """Let `make` write a local file, then move it to `path` in one step.

        Files with the names `beside` are removed before that, and again after it.
        """
        target = self.root / path
        temporary = self.staging.name(suffix=target.suffix)
        with file_errors_named("write", target):
            make(temporary)
            _sync([temporary])
            _clear(self.root, beside)
            temporary.replace(target)
            _clear(self.root, beside)
            _sync([target.parent])

    def delete(self, paths: Iterable[str]) -> None:
        """Remove files; skip missing ones."""
        with file_errors_named("delete from", self.root):
            _delete(self.root, paths)


def _delete(root: Path, paths: Iterable[str]) -> None:
    """Remove files for good, and the folders that they leave empty."""
    folders = set()
    for path in paths:
        (root / path).unlink(missing_ok=True)
        folders.add((root / path).parent)
    _sync(folder for folder in folders if folder.is_dir())
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()


def _clear(root: Path, paths: Iterable[str]) -> None:
    """Remove what other programs put at these paths; a folder only if it is empty."""
    for path in paths:
        with suppress(FileNotFoundError):
            if (root / path).is_dir() and not (root / path).is_symlink():
                (root / path).rmdir()
    _delete(root, paths)


def _holds(path: Path, data: bytes) -> bool:
    return regular_size(path) == len(data) and read_regular(path) == data


def _make_folders(root: Path, folders: set[Path]) -> set[Path]:
    """Make folders; return all folders whose entries change, which must be synced."""
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
    """Make files or folders durable; on a slow disk many at once, which it commits together."""
    from pipelines.files.fsync import sync

    todo = iter(tuple(paths))
    end = monotonic() + _QUICK
    for path in todo:
        sync(path)
        if monotonic() > end:
            break
    rest = tuple(todo)
    if rest:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(8) as pool:
            tuple(pool.map(sync, rest))
