"""The words in which a comparison ends, and how far apart two figures must be for one of them.

Here belong words; the rules stand in the SQL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_TOLERANCE = 0.02
"""How far the larger of two figures may exceed the smaller and still be called unchanged."""

VERDICTS: Mapping[str, str] = {
    "improved": "measured anew, and better by more than the tolerance",
    "regressed": "measured anew, and worse by more than the tolerance",
    "unchanged": "measured anew, and within the tolerance",
    "carried-over": "same measurement, same figure",
    "revised": "same measured release, other figure",
    "corrected": "same measurement and figures, another column mended",
    "added": "no such row in the base",
    "removed": "no such row in the target",
    "not-comparable": "metric or unit differs, or partners are ambiguous",
    "price-basis-changed": "costs calculated with another hourly rate",
}
