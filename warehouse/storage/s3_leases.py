"""Who writes and who removes in an object store, which has no locks.

This module keeps marks: small objects below `.writers/` that expire. Each run puts its own mark
first, then looks for those of others: a store lists what has been put, so at least one of two runs
sees the other and gives way. Ages are measured by the store's clock alone.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

from pipelines.errors import SourceError
from warehouse.storage.data_paths import FOLDER as DATA
from warehouse.storage.data_paths import MANIFESTS, content_paths
from warehouse.storage.protocol import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import timedelta

FOLDER = ".writers"
ALONE = f"{FOLDER}/alone"
_PAUSE = 0.2


class Objects(Protocol):
    """An object store, as far as its marks need it."""

    @property
    def lease(self) -> timedelta:
        """How long a mark counts."""

    @property
    def patience(self) -> float:
        """For how many seconds a writer waits for a run that removes files."""

    def describe(self, path: str = "") -> str:
        """Return an object's name for a message."""

    def read(self, path: str) -> bytes:
        """Return an object's bytes."""

    def below(self, folder: str) -> Mapping[str, int]:
        """Return the length in bytes of every object below a prefix, by path."""

    def moments(self, folder: str) -> dict[str, Any]:
        """Return the time of the last change of every object below a prefix, by path."""

    def put(self, path: str, data: bytes) -> None:
        """Write an object."""

    def create(self, path: str, data: bytes) -> bool:
        """Write an object unless its name is taken; return whether it was written."""

    def remove(self, paths: Iterable[str]) -> None:
        """Remove objects."""


@contextmanager
def shared_lease(store: Objects) -> Iterator[str]:
    """Mark the store as being written, and yield the mark; wait while another run removes."""
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
    """Mark the store as held alone, and yield the mark.

    Args:
        store: The store.
        patience: For how many seconds to wait for writers.

    Raises:
        SourceError: Writers stay, or another run holds the store alone.
    """
    if not store.create(ALONE, uuid4().hex.encode()):
        raise SourceError(
            f"{store.describe(ALONE)} exists, so another run removes files; if no such run is "
            "alive, it was killed: delete that object and run the command again"
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
    """Remove the marks of killed writers, and the files that they wrote and no version needs."""
    if not set(_marks(store)) - {ALONE}:
        return
    try:
        with exclusive_lease(store, patience=0):
            dead = _marks(store).keys() - {ALONE}
            placed = {path for mark in dead for path in _noted(store.read(mark))}
            there = store.below(DATA).keys() | store.below(MANIFESTS).keys()
            store.remove((content_paths(placed) - needed()) & there)
            store.remove(dead)
    except SourceError:
        return  # another run is writing, or the store cannot be written: the next run tidies


def _noted(note: bytes) -> list[str]:
    """Return the paths that a mark notes; a mark may hold anything."""
    return note.decode(errors="replace").split()


def _living(store: Objects, mine: str) -> Mapping[str, Any]:
    """Return the marks that have not expired at the time of `mine`."""
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
