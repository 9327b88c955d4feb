"""The nearest name to one that is not known: for commands, options and their values.

This module finds it. Put no message of a single command here. Releases know their neighbours in
`pipelines.releases`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_ALIKE = 0.6


def did_you_mean(text: str, known: Iterable[str]) -> str:
    """Return a question that ends a message, such as `; did you mean 'build'?`.

    Args:
        text: What was written.
        known: What could have been meant.

    Returns:
        The question with the nearest name: one that starts with the text, or else one with a few
        other letters. An empty text where none is near.
    """
    from difflib import get_close_matches

    by_lower = {name.lower(): name for name in known}
    longer = [name for name in by_lower if name.startswith(text.lower())]
    found = longer or get_close_matches(text.lower(), by_lower, n=1, cutoff=_ALIKE)
    return f"; did you mean {by_lower[found[0]]!r}?" if found else ""
