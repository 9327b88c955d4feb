"""Who writes and who removes in an object store, which knows no locks.

Here belong small objects below `.writers/` that say so, and run out. Each side puts its own mark
first and looks for the other's after: stores list what has been put, so at least one of the two
sees the other and makes way. Ages are taken from the store's clock alone.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

from pipelines.errors import SourceError
from warehouse.storage.data_paths import FOLDER as DATA
from warehouse.storage.data_paths import data_paths
from warehouse.storage.protocol import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import timedelta

FOLDER = ".writers"
ALONE = f"{FOLDER}/alone"
_PAUSE = 0.2


class Objects(Protocol):
    """An object store, as far as its marks need it.

    `lease` is how long a mark counts; `patience`, for how many seconds a writer waits for a run
    that removes files.
    """

    @property
    def lease(self) -> timedelta: ...  # noqa: D102 - said above

    @property
    def patience(self) -> float: ...  # noqa: D102 - said above

    def describe(self, path: str = "") -> str:
        """Name an object for a message."""

    def read(self, path: str) -> bytes:
        """Return an object's bytes."""

    def below(self, folder: str) -> Mapping[str, int]:
        """Return the path of every object below a prefix, with its length."""

    def moments(self, folder: str) -> dict[str, Any]:
        """Return the path of every object below a prefix, with the time of its last change."""

    def put(self, path: str, data: bytes) -> None:
        """Write an object."""

    def create(self, path: str, data: bytes) -> bool:
        """Write an object unless there is one of that name; tell whether it was written."""

    def remove(self, paths: Iterable[str]) -> None:
        """Remove objects."""


@contextmanager
def shared_lease(store: Objects) -> Iterator[str]:
    """Mark the store as being written, and give the mark; waits while one removes."""
    mark = f"{FOLDER}/{uuid4().hex}"
    end = time.monotonic() + store.patience
    while True:
        store.put(mark, b"")
        if ALONE not in _living(store, mark):
            break
        store.remove([mark])
        if time.monotonic() >= end:
            raise _busy(store)
        time.sleep(_PAUSE)
    try:
        yield mark
    finally:
        store.remove([mark])


@contextmanager
def exclusive_lease(store: Objects, patience: float = PATIENCE) -> Iterator[str]:
    """Mark the store as held alone, and give the mark; `SourceError` where others stay."""
    if not store.create(ALONE, uuid4().hex.encode()):
        raise SourceError(
            f"{store.describe(ALONE)} says that another run removes files; where none does, that "
            "run was killed: delete that object and run the command again"
        )
    try:
        end = time.monotonic() + patience
        while _living(store, ALONE).keys() - {ALONE}:
            if time.monotonic() >= end:
                raise _busy(store)
            time.sleep(_PAUSE)
        yield ALONE
    finally:
        store.remove([ALONE])


def tidy(store: Objects, needed: Callable[[], frozenset[str]]) -> None:
    """Remove what writers put in place for nothing before they were killed, and their marks."""
    if not set(_marks(store)) - {ALONE}:
        return
    try:
        with exclusive_lease(store, patience=0):
            dead = _marks(store).keys() - {ALONE}
            placed = {path for mark in dead for path in _noted(store.read(mark))}
            store.remove((data_paths(placed) - needed()) & store.below(DATA).keys())
            store.remove(dead)
    except SourceError:
        return  # somebody writes, or it cannot be written: the next run tidies


def _noted(note: bytes) -> list[str]:
    """Return the paths that a mark notes; a mark may hold anything."""
    return note.decode(errors="replace").split()


def _living(store: Objects, mine: str) -> Mapping[str, Any]:
    """Return the marks that have not run out by the time of `mine`."""
    marks = _marks(store)
    now = marks[mine]
    return {mark: moment for mark, moment in marks.items() if now - moment < store.lease}


def _marks(store: Objects) -> dict[str, Any]:
    return store.moments(FOLDER)


def _busy(store: Objects) -> SourceError:
    return SourceError(
        f"{store.describe()} is being written by another run, or one was killed within the last "
        f"{store.lease}; wait and run the command again"
    )
