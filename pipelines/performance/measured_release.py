"""The SDK version that a row was measured on, restored where the page lost a part of it.

A spreadsheet turns 2.20 into 2.2. This module decides which of the two is meant, from the other
rows of the page. Put no other reading of cells here; it lives in `cell_values`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.releases import release_order

if TYPE_CHECKING:
    from collections.abc import Collection

_SHORT = re.compile(r"(?P<major>\d{1,4})\.(?P<minor>\d{1,4})", re.ASCII)
_FIRST_WITH_TWO_DIGITS = 10
_ONE_DIGIT = frozenset("123456789")


def restore_release(text: str, page_release: str, whole: Collection[str]) -> str | None:
    """Return the whole version that a version of two parts stands for.

    A minor of one digit has lost its zero where every row with a whole version was measured on a
    minor of two digits, so that it would be years older than all of them, and where the release
    with the zero is not newer than the page. Without such rows, the page's own release decides.

    Args:
        text: The version as printed, such as `2.2`.
        page_release: The release of the page.
        whole: The versions that other rows of the page print in full.

    Returns:
        The version with three parts; None where `text` is no version of two parts.
    """
    short = _SHORT.fullmatch(text)
    if short is None:
        return None
    longer = f"{text}0.0"
    lost = (
        short["minor"] in _ONE_DIGIT
        and all(_minor(one) >= _FIRST_WITH_TWO_DIGITS for one in whole or (page_release,))
        and release_order(longer) <= release_order(page_release)
    )
    return longer if lost else f"{text}.0"


def _minor(release: str) -> int:
    return int(release.split(".")[1])
