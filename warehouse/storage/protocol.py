"""The protocol of a dataset's root, for those who read and write it.

This module declares what the rest relies on; the implementations live in `local` and `s3`. Paths
are relative to the root, with forward slashes.

Writing and removing exclude each other: any number of runs may write at once, but a run that
removes files does so alone. A writer that has read the newest version while writing can rely on its
files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

SCHEME = "s3://"
"""The start of the name of a root in an object store; any other name is a folder."""
PATIENCE = 10.0
"""Seconds for which a run waits for others to end, unless its caller sets another limit."""


@dataclass(frozen=True, slots=True)
class Written:
    """What `write_once` did: paths of new files, and of damaged files that were repaired."""

    new: tuple[str, ...] = ()
    repaired: tuple[str, ...] = ()


class Storage(Protocol):
    """A root, as readers of a dataset need it."""

    def __hash__(self) -> int:
        """Return the same for storages of the same root, which are equal."""

    def describe(self, path: str = "") -> str:
        """Return the name of the root, or of a file in it, for a message."""

    @property
    def near(self) -> bool:
        """Whether a file can be read so quickly that it may be read just to check it."""

    def local(self, paths: Sequence[str]) -> AbstractContextManager[tuple[Path, ...]]:
        """Return local paths of these files while the context lasts: the files, or copies.

        A missing file is missing there too.
        """

    def read(self, path: str) -> bytes:
        """Return a file's bytes; raise `SourceError` if it is missing or cannot be read."""

    def read_all(self, paths: Sequence[str]) -> Mapping[str, bytes]:
        """Return the bytes of many files by path; raise `SourceError` as `read` does."""

    def size(self, path: str) -> int | None:
        """Return a file's length in bytes, or None if it is missing."""

    def sizes(self, paths: Sequence[str]) -> Mapping[str, int | None]:
        """Return the `size` of many files, by path."""

    def below(self, folder: str) -> Mapping[str, int]:
        """Return the length in bytes of every file below a folder, by path."""

    def names(self, folder: str) -> tuple[str, ...]:
        """Return the names in a folder, sorted; none if there is no such folder."""

    def tidy(self, needed: Callable[[], frozenset[str]]) -> None:
        """Remove what killed writers left behind, if that is possible.

        A file that a killed writer had already put in place stays if `needed` returns it; that is
        called while no run is writing.
        """

    def writing(self) -> AbstractContextManager[Writer]:
        """Enter writing; raise `SourceError` if the root cannot be written."""

    def removing(self, patience: float = PATIENCE) -> AbstractContextManager[Writer]:
        """Enter writing alone, to remove files.

        Args:
            patience: For how many seconds to wait for others.

        Raises:
            SourceError: Others still write after that time.
        """


class Writer(Protocol):
    """A root being written; what a method wrote is durable when it returns."""

    def write_once(self, files: Mapping[str, bytes]) -> Written:
        """Write files named by their content; leave those that are there and whole."""

    def claim(self, path: str, data: bytes) -> bool:
        """Write a file unless its name is taken; return whether it was written."""

    def replace(
        self, path: str, make: Callable[[Path], object], *, beside: Sequence[str] = ()
    ) -> None:
        """Let `make` write a local file, then move it to `path` in one step.

        Files and empty folders with the names `beside`, in the same folder, are removed before
        that, and again after it.
        """

    def delete(self, paths: Iterable[str]) -> None:
        """Remove files; skip missing ones."""
