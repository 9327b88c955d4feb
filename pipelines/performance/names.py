"""How people read a name: what they do not see, or do not mind, counts for nothing.

This module compares texts that a page prints. Put no list of names here; known words live in
`vocabulary`, known models in `known_models`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

HYPHENS: Final = "-_\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
"""The characters that count as one hyphen."""
_HYPHENS = re.compile(f"[{HYPHENS}]")
# `google-bert/bert-base-cased`: an owner, and a name without a space.
_OWNER = re.compile(r"^[\w.-]+/(?=[^\s/]+$)")


def without_invisible(text: str) -> str:
    """Return a text without its invisible characters, such as a soft hyphen."""
    if text.isascii():
        return text
    return "".join(c for c in text if unicodedata.category(c) != "Cf")


@lru_cache(maxsize=10_000)
def as_read(text: str) -> str:
    """Return a text as people read it, for comparing it with another one.

    Letter case, invisible characters, and how a hyphen or a space is written count for nothing.
    """
    return " ".join(_HYPHENS.sub("-", without_invisible(text)).casefold().split())


def model_as_read(name: str) -> str:
    """Return a model's name as people read it, without the prefix that names its owner."""
    return _OWNER.sub("", as_read(name), count=1)
