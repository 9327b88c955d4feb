"""Equal texts are read once: the pages of a release repeat most of what those before it say.

This module keeps what short texts were read as, for functions of one text. Whatever a source holds,
a function keeps 50 million characters at most: long texts are read each time.
"""

from __future__ import annotations

from functools import lru_cache, wraps
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Read = TypeVar("Read")

MOST_TEXTS = 2_000
"""Texts of which each function keeps what they were read as, the latest."""
LONGEST = 25_000
"""Characters: a longer text is not kept. All tables and lists of the documentation are shorter."""


def remembered(read: Callable[[str], Read]) -> Callable[[str], Read]:
    """Return a function that reads texts that are equal once, unless they are long."""
    kept = lru_cache(maxsize=MOST_TEXTS)(read)

    @wraps(read)
    def reading(text: str) -> Read:
        return kept(text) if len(text) <= LONGEST else read(text)

    reading.cache_clear = kept.cache_clear  # type: ignore[attr-defined] # as of `lru_cache`
    return reading
