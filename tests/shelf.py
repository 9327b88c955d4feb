"""Things that are slow to make: made once a run, and shared by all processes that run tests.

Put the sharing itself here. What is made stands with the fixtures that need it.
"""

from __future__ import annotations

import fcntl
import pickle
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of finished things. A test that changes one copies it first."""

    place: Path

    def folder(self, name: str, fill: Callable[[Path], object]) -> Path:
        """Return the folder of that name; the first process that asks lets `fill` make it."""
        return self._made(name, fill)

    def value(self, name: str, make: Callable[[], Any]) -> Any:
        """Return the value of that name; the first process that asks lets `make` make it."""
        path = self._made(name, lambda aside: aside.write_bytes(pickle.dumps(make())))
        return pickle.loads(path.read_bytes())  # noqa: S301 - we wrote it ourselves

    def _made(self, name: str, make: Callable[[Path], object]) -> Path:
        path, aside = self.place / name, self.place / f"{name}.making"
        with _alone(self.place / f"{name}.lock"):
            if not path.exists():
                # What a maker that failed has left is no good to the next one.
                shutil.rmtree(aside, ignore_errors=True)
                make(aside)
                aside.rename(path)
        return path


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
