"""The one way to the dataset's root: read, write once, claim, list, delete.

Here belong the promises that the rest relies on. What the files mean stands elsewhere; the folder
that keeps the promises is `local_folder`. Paths are relative to the root, with forward slashes, so
that an object store can keep the same promises beside the folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager


@dataclass(frozen=True, slots=True)
class Written:
    """What `write_once` did: paths that were not there, and damaged ones that were mended."""

    new: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()


class Storage(Protocol):
    """A root: what readers of a dataset need of it."""

    def describe(self, path: str = "") -> str:
        """Name the root, or a file in it, for a message."""

    def location(self, path: str) -> str:
        """Give the address under which DuckDB opens a file."""

    def read(self, path: str) -> bytes:
        """Give a file's bytes; `SourceError` where it is missing or cannot be read."""

    def size(self, path: str) -> int | None:
        """Give a file's length in bytes, or None where there is none."""

    def names(self, folder: str) -> tuple[str, ...]:
        """Give the names in a folder, sorted; none where there is no such folder."""

    def tidy(self) -> None:
        """Remove what killed writers left behind, where that is possible."""

    def writing(self) -> AbstractContextManager[Writer]:
        """Enter writing; `SourceError` where the root cannot be written."""


class Writer(Protocol):
    """A root being written; every method is durable on return."""

    def write_once(self, files: Mapping[str, bytes]) -> Written:
        """Write files named by their content; one that stands there whole is left alone."""

    def claim(self, path: str, data: bytes) -> bool:
        """Write a file whole unless there is one of that name; tell whether it was written."""

    def replace(self, path: str, make: Callable[[Path], None]) -> None:
        """Let `make` write a local file, then put it in the place of `path` at once."""

    def delete(self, path: str) -> None:
        """Remove a file; nothing happens where there is none."""


def open_root(root: str | Path | Storage) -> Storage:
    """Give the storage of a root; one that is a storage already is given back."""
    from warehouse.local_folder import LocalFolder  # noqa: PLC0415 - it needs the promises above

    return LocalFolder(Path(root)) if isinstance(root, str | Path) else root
