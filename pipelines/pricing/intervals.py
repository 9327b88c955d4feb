"""What a printed figure leaves open: the interval in which the figure before rounding lies.

This module has the arithmetic of such intervals, and finds where many of them agree. Which figures
are multiplied, and what follows, lives in `hourly_rates` and in the rules of `quality`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from pipelines.contract.metrics import UNITS_BY_NAME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.contract import Measurement

_MOST_DECIMALS = 9


class Interval(NamedTuple):
    """A range of figures that are not negative, ends included; `high` is above 0."""

    # A tuple: a build makes ten of them for each figure, and a frozen dataclass takes thrice as
    # long to make.
    low: float
    high: float

    @property
    def middle(self) -> float:
        """The figure half way."""
        return (self.low + self.high) / 2

    @property
    def shortest(self) -> float:
        """The figure with the fewest decimals, of several the one nearest the middle.

        Prices are set in few decimals: of all that a range allows it is the likeliest, and two
        ranges around one price give one figure.
        """
        for decimals in range(_MOST_DECIMALS):
            figure = round(self.middle, decimals)
            if figure > 0 and self.low <= figure <= self.high:
                return figure
        return self.middle

    def times(self, other: Interval) -> Interval:
        """Return where the product of two such figures lies."""
        return Interval(self.low * other.low, self.high * other.high)

    def scaled(self, factor: float) -> Interval:
        """Return the range in another unit; `factor` is above 0."""
        return Interval(self.low * factor, self.high * factor)

    def apart(self, other: Interval) -> float:
        """Return the factor between the nearest ends of two ranges; 1 where they meet."""
        return max(self.low / other.high, other.low / self.high, 1.0)

    def apart_from(self, figure: float) -> float:
        """Return the factor between a figure above 0 and the nearest end; 1 inside the range."""
        return max(self.low / figure, figure / self.high, 1.0)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Where most of many ranges meet: the figures that lie in `count` of them."""

    range: Interval
    count: int


@lru_cache(maxsize=10_000)
def printed(value: float, text: str) -> Interval:
    """Return the range that rounds to a printed figure: `0.07` is 0.065 to 0.075.

    `value` is what was read from `text`, whose last digit says how far it was rounded.
    """
    digits = text.partition(".")[2]
    # A unit may follow them: `48.3 ms`.
    decimals = len(digits) - len(digits.lstrip("0123456789"))
    half: float = 0.5 * 10.0**-decimals
    return Interval(max(value - half, 0.0), value + half)


def compared(figure: Measurement) -> Interval:
    """Return the range of a printed figure, in the unit that its metric is compared in."""
    return _in_compared_unit(figure.value, figure.text, figure.unit)


@lru_cache(maxsize=10_000)
def _in_compared_unit(value: float, text: str, unit: str) -> Interval:
    return printed(value, text).scaled(UNITS_BY_NAME[unit].factor)


def significant_digits(text: str) -> int:
    """Count the digits that a printed figure gives, without leading zeros."""
    return len("".join(character for character in text if character.isdigit()).lstrip("0"))


def agreement(ranges: Sequence[Interval]) -> Agreement:
    """Return the figures that lie in most of the ranges (Marzullo's algorithm).

    One wrong range does not move the answer, as it would move a mean, and a range that rounding
    has left wide does not blur it, as it would blur a median. Where several stretches lie in
    equally many ranges, the one nearest to the ranges' median is taken.

    Raises:
        ValueError: There are no ranges.
    """
    if not ranges:
        raise ValueError("nothing to agree: there are no ranges")
    centre = median(one.middle for one in ranges)
    stretches = _stretches(ranges)
    most = max(one.count for one in stretches)
    return min(
        (one for one in stretches if one.count == most),
        key=lambda one: abs(one.range.middle - centre),
    )


def _stretches(ranges: Sequence[Interval]) -> list[Agreement]:
    """Return each stretch that begins where a range begins, with the ranges that hold it."""
    # A range that ends where another begins meets it: so starts sort before ends.
    ends = sorted([(one.low, 0) for one in ranges] + [(one.high, 1) for one in ranges])
    found = []
    count = 0
    for (point, is_end), (following, _) in pairwise(ends):
        count += -1 if is_end else 1
        if not is_end:
            found.append(Agreement(Interval(point, following), count))
    return found
