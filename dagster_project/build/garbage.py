"""Python's garbage collector, turned off for a build: what it makes lives until it is published."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def collecting_no_garbage(*, at_the_end: bool = False) -> Iterator[None]:
    """Turn the garbage collector off, and on again if it was on.

    Args:
        at_the_end: Whether the process ends soon after. Then it does not look through all that was
            made in between, as it would as soon as it is on again.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if at_the_end:
            gc.freeze()
        if was_on:
            gc.enable()
