"""A root that is a folder of this machine.

Here belongs how a file system keeps what `promises` says: written aside, synced, then put in
place by one step that a reader sees wholly or not at all. Nothing here knows what the files mean.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.errors import SourceError
from pipelines.files.regular_files import read_regular, regular_size
from warehouse.storage.data_paths import data_paths
from warehouse.storage.local_errors import file_errors_named
from warehouse.storage.local_locks import Aside, exclusive_lock, shared_lock, sweep
from warehouse.storage.protocol import PATIENCE, Written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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

    @property
    def near(self) -> bool:
        """A file of this machine is read at the price of its bytes."""
        return True

    @contextmanager
    def local(self, paths: Sequence[str]) -> Iterator[tuple[Path, ...]]:
        """Return the files themselves."""
        root = self.root.absolute()
        yield tuple(root / path for path in paths)

    def read(self, path: str) -> bytes:
        """Return a file's bytes; `SourceError` where it is missing or cannot be read."""
        with file_errors_named("read", self.root / path):
            return read_regular(self.root / path)

    def size(self, path: str) -> int | None:
        """Return a file's length in bytes, or None where there is none."""
        with file_errors_named("read", self.root / path):
            return regular_size(self.root / path)

    def sizes(self, paths: Sequence[str]) -> Mapping[str, int | None]:
        """Return the length of many files."""
        with file_errors_named("read", self.root):
            # Texts, not paths, and no call but one: each build asks for every file there is.
            start = f"{self.root}/"
            return {path: regular_size(start + path) for path in paths}

    def below(self, folder: str) -> Mapping[str, int]:
        """Return the path of every file below a folder, with its length."""
        with file_errors_named("read", self.root / folder):
            return {
                path.relative_to(self.root).as_posix(): path.stat().st_size
                for path in sorted((self.root / folder).rglob("*"))
                if path.is_file()
            }

    def names(self, folder: str) -> tuple[str, ...]:
        """Return the names in a folder, sorted; none where there is no such folder."""
        with file_errors_named("read", self.root / folder):
            try:
                return tuple(sorted(os.listdir(self.root / folder)))  # noqa: PTH208 - names alone
            except FileNotFoundError:
                return ()

    def tidy(self, needed: Callable[[], frozenset[str]]) -> None:
        """Remove what killed writers left behind; a root that cannot be written stays as it is."""
        with suppress(OSError):
            sweep(self.root, lambda placed: self._forget(placed, needed))

    def _forget(self, placed: list[str], needed: Callable[[], frozenset[str]]) -> bool:
        """Remove the files that a killed writer put in place for nothing, if nobody writes now."""
        with exclusive_lock(self.root, 0) as mine:
            if mine:
                try:
                    _delete(self.root, data_paths(placed) - needed())
                except SourceError:
                    return False  # a version cannot be read: what it needs is not known
        return mine

    @contextmanager
    def writing(self) -> Iterator[LocalWriter]:
        """Enter writing; `SourceError` where the root cannot be written."""
        with ExitStack() as stack:
            with file_errors_named("write", self.root):
                self.root.mkdir(parents=True, exist_ok=True)
                stack.enter_context(shared_lock(self.root))
                aside = Aside.open(self.root)
                stack.callback(aside.close)
            yield LocalWriter(self.root, aside)

    @contextmanager
    def removing(self, patience: float = PATIENCE) -> Iterator[LocalWriter]:
        """Enter writing alone; `SourceError` where others do not stop writing."""
        with ExitStack() as stack:
            with file_errors_named("write", self.root):
                if not stack.enter_context(exclusive_lock(self.root, patience)):
                    raise SourceError(
                        f"{self.root} is being written by another run; wait for its end and run "
                        "the command again"
                    )
                aside = Aside.open(self.root)
                stack.callback(aside.close)
            yield LocalWriter(self.root, aside)


@dataclass(frozen=True, slots=True)
class LocalWriter:
    """A folder being written, through files aside."""

    root: Path
    aside: Aside

    def write_once(self, files: Mapping[str, bytes]) -> Written:
        """Write files named by their content; one that stands there whole is left alone."""
        with file_errors_named("write", self.root):
            missing = {
                path: regular_size(self.root / path)
                for path, data in files.items()
                if not _holds(self.root / path, data)
            }
            if not missing:
                return Written()
            waiting = {path: self.aside.write(files[path]) for path in missing}
            _sync(waiting.values())
            self.aside.note(missing)
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
        with file_errors_named("write", target):
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

    def replace(
        self, path: str, make: Callable[[Path], object], *, beside: Sequence[str] = ()
    ) -> None:
        """Let `make` write a local file, then put it in the place of `path` at once.

        Files of the names `beside` go before that, and again after it.
        """
        target = self.root / path
        temporary = self.aside.name(suffix=target.suffix)
        with file_errors_named("write", target):
            make(temporary)
            _sync([temporary])
            _delete(self.root, beside)
            temporary.replace(target)
            _delete(self.root, beside)
            _sync([target.parent])

    def delete(self, paths: Iterable[str]) -> None:
        """Remove files; those that are not there are passed over."""
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


def _holds(path: Path, data: bytes) -> bool:
    return regular_size(path) == len(data) and read_regular(path) == data


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
    from pipelines.files.fsync import sync

    todo = list(paths)
    if len(todo) <= _FEW:
        for path in todo:
            sync(path)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(sync, todo))
