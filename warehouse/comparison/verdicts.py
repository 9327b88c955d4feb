"""The verdicts of a comparison, and how far apart two figures must be for one of them.

This module has the words. Put a new verdict here; the rules live in `warehouse/sql/judging.sql`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_TOLERANCE = 0.02
"""How far the larger of two figures may exceed the smaller and still be called unchanged."""

VERDICTS: Mapping[str, str] = {
    "improved": "newly measured, and better by more than the tolerance",
    "regressed": "newly measured, and worse by more than the tolerance",
    "unchanged": "newly measured, within the tolerance or the rounding of a cost",
    "carried-over": "same measurement, same figure",
    "relabelled": "another SDK named, and no digit of any figure changed",
    "revised": "same SDK named, other figure",
    "corrected": "same SDK and figures, another column corrected",
    "added": "no such row in the base",
    "removed": "no such row in the target",
    "not-comparable": "other metric, unit or batch size, or no certain partner",
    "price-basis-changed": "costs calculated with another hourly rate",
}
