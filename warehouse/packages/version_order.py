"""This module sorts versions of packages by their text.

Put what a version's text alone decides here; how releases of the SDK sort lives in
`pipelines.releases`.
"""

from __future__ import annotations

import re


def version_parts(version: str) -> tuple[tuple[int, str], ...]:
    """Return a version's parts so that numbers sort as numbers, and before words."""
    return tuple(
        (int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"[.+_-]", version)
    )


def common_parts(one: tuple[object, ...], other: tuple[object, ...]) -> int:
    """Count the leading parts that two versions share."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
