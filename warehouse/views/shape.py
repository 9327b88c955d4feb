"""The shape of a figure over its measurements: one step, a drift, or neither.

This module decides on numbers alone, in logarithms: a change to half and one to double are as big.
`sql/trends.sql` decides the same, with these bounds. Nothing is claimed of fewer than
`LEAST_POINTS` measurements, which any shape would fit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEAST_POINTS = 4
"""Measurements of which a shape is told."""
BESIDE_A_STEP = 0.25
"""All other changes together, as a part of the step, at most."""
OF_A_DRIFT = 0.6
"""The biggest change of a drift, as a part of the way, at most."""
BACK = 0.2
"""What a drift goes back, as a part of the way, at most."""
LEAST_CHANGES = 3
"""Changes upwards that a drift has."""

SHAPES: Mapping[str, str] = {
    "single": "measured once: nothing can be said",
    "level": "no two measurements are further apart than the tolerance",
    "unshaped": "too few measurements to tell a step from a drift",
    "step": "one change makes nearly all of the difference",
    "drift": "several changes go the same way",
    "returned": "it went away and came back",
    "uneven": "neither a step nor a drift",
}
"""The words for a shape, and what they mean."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A word of `SHAPES`; of a step, the number of the measurement that it comes after."""

    word: str
    step_after: int | None = None


def shape(values: Sequence[float], tolerance: float) -> Shape:
    """Return the shape of a figure's measurements, the oldest first.

    Args:
        values: What was measured, all above 0.
        tolerance: What is called unchanged: 0.02 is 2 %.
    """
    if len(values) < 2:  # noqa: PLR2004 - a change has two ends
        return Shape("single")
    least = math.log(1 + tolerance)
    if math.log(max(values) / min(values)) <= least:
        return Shape("level")
    if len(values) < LEAST_POINTS:
        return Shape("unshaped")
    changes = [math.log(after / before) for before, after in pairwise(values)]
    whole = math.log(values[-1] / values[0])
    if abs(whole) <= least:
        return Shape("returned")
    return _of_changes([change * math.copysign(1, whole) for change in changes], least)


def _of_changes(changes: Sequence[float], least: float) -> Shape:
    """Return the shape of changes that go up on the whole."""
    biggest = max(changes)
    beside = sum(map(abs, changes)) - biggest
    if beside <= BESIDE_A_STEP * biggest:
        return Shape("step", changes.index(biggest))
    whole = sum(changes)
    back = -sum(change for change in changes if change < 0)
    # A change within the tolerance may be the noise of a measurement.
    ups = sum(change > least / LEAST_CHANGES for change in changes)
    if ups >= LEAST_CHANGES and biggest <= OF_A_DRIFT * whole and back <= BACK * whole:
        return Shape("drift")
    return Shape("uneven")
