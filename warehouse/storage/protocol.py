"""What a dataset's root promises to those who read and write it, whatever it stands on.

Here belong the promises that the rest relies on, and nothing that keeps them: those that do are
`local` and `s3`. Paths are relative to the root, with forward slashes.

Who writes and who removes exclude each other: any number write at once, and whoever removes files
does so alone. A writer that has looked at the newest version while writing can rely on its files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

SCHEME = "s3://"
"""How the name of a root in an object store begins; any other is a folder."""
PATIENCE = 10.0
"""Seconds for which a run waits for others to end, unless its caller knows better."""


@dataclass(frozen=True, slots=True)
class Written:
    """What `write_once` did: paths that were not there, and damaged ones that were mended."""

    new: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()


class Storage(Protocol):
    """A root: what readers of a dataset need of it."""

    def describe(self, path: str = "") -> str:
        """Name the root, or a file in it, for a message."""

    @property
    def near(self) -> bool:
        """Whether reading a file costs next to nothing, so that it may be read to be checked."""

    def local(self, paths: Sequence[str]) -> AbstractContextManager[tuple[Path, ...]]:
        """Return local files that hold these, while the context lasts: themselves, or copies.

        A file that is missing is missing there too.
        """

    def read(self, path: str) -> bytes:
        """Return a file's bytes; `SourceError` where it is missing or cannot be read."""

    def size(self, path: str) -> int | None:
        """Return a file's length in bytes, or None where there is none."""

    def sizes(self, paths: Sequence[str]) -> Mapping[str, int | None]:
        """Return `size` of many files."""

    def below(self, folder: str) -> Mapping[str, int]:
        """Return the path of every file below a folder, with its length."""

    def names(self, folder: str) -> tuple[str, ...]:
        """Return the names in a folder, sorted; none where there is no such folder."""

    def tidy(self, needed: Callable[[], frozenset[str]]) -> None:
        """Remove what killed writers left behind, where that is possible.

        A file that a killed writer had put in place already stays if it is among those `needed`,
        which are asked for while nobody writes.
        """

    def writing(self) -> AbstractContextManager[Writer]:
        """Enter writing; `SourceError` where the root cannot be written."""

    def removing(self, patience: float = PATIENCE) -> AbstractContextManager[Writer]:
        """Enter writing alone, to remove files.

        `SourceError` where others still write after `patience` seconds.
        """


class Writer(Protocol):
    """A root being written; every method is durable on return."""

    def write_once(self, files: Mapping[str, bytes]) -> Written:
        """Write files named by their content; one that stands there whole is left alone."""

    def claim(self, path: str, data: bytes) -> bool:
        """Write a file whole unless there is one of that name; tell whether it was written."""

    def replace(
        self, path: str, make: Callable[[Path], object], *, beside: Sequence[str] = ()
    ) -> None:
        """Let `make` write a local file, then put it in the place of `path` at once.

        Files of the names `beside`, in the same folder, go before that, and again after it.
        """

    def delete(self, paths: Iterable[str]) -> None:
        """Remove files; those that are not there are passed over."""
