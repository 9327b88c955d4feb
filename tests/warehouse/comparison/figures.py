"""How the oracle judges one figure of a pair, from docs/reference/verdicts.md.

Figures are decimals here, as they are printed, so that no bit of a double decides a verdict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.contract import Benchmark, Measurement

MONEY = ("cost", "hourly_rate")
TIMES = ("latency", "latency_per_token", "ttft", "tpot")
NEUTRAL = ("compute_cost_per_token",)
"""Metrics of which neither direction is better."""
TOKEN_COSTS = {"tokens/s": "USD per 1M tokens", "output tokens/s": "USD per 1M output tokens"}

Figures = dict[tuple[str, str], "Measurement"]
Range = tuple[float, float, float]
"""The lowest, likeliest and highest value."""


@dataclass(frozen=True)
class Side:
    """A row with its figures, the hourly rates of its release, and the rules that flagged it."""

    row: Benchmark
    figures: Figures
    rates: dict[tuple[str, str | None], Range]
    rules: frozenset[str]

    @property
    def speed(self) -> Measurement | None:
        """The row's throughput."""
        return self.figures.get(("throughput", "mean"))

    def unit(self, one: Measurement) -> str:
        """The unit that a figure is compared in."""
        if one.metric == "cost" and self.speed:
            return TOKEN_COSTS.get(self.speed.unit, one.unit)
        return one.unit

    def rate(self, cost: Measurement) -> Range | None:
        """The hourly rate behind a cost: the instance type's, or else the row's own."""
        if len(self.row.instance_types) == 1:
            known = self.rates.get((self.row.instance_types[0], cost.basis))
            if known:
                return known
        if self.speed is None:
            return None
        low, middle, high = (
            a * b * 3600 / 1e6 for a, b in zip(spread(cost), spread(self.speed), strict=True)
        )
        return low, middle, high


@dataclass(frozen=True)
class Money:
    """What is said of a cost's rates, where it is said."""

    base_usd_per_hour: float | None = None
    target_usd_per_hour: float | None = None
    target_value_at_base_rate: float | None = None
    speed_change: float | None = None
    price_change: float | None = None


def half_step(one: Measurement) -> Decimal:
    _, point, decimals = one.text.partition(".")
    return Decimal(5).scaleb(-len(decimals) - 1) if point else Decimal("0.5")


def spread(one: Measurement) -> Range:
    half = float(half_step(one))
    return max(one.value - half, 0.0), one.value, one.value + half


def digits(one: Measurement) -> int:
    return len(re.sub(r"[^0-9]", "", one.text).lstrip("0"))


class Judge:
    """The two rows of a pair and how they were paired."""

    def __init__(self, base: Side, target: Side, match: str, tolerance: float) -> None:
        self.base, self.target, self.match, self.tolerance = base, target, match, tolerance
        self.same_sdk = base.row.measured_release == target.row.measured_release
        values = [{name: one.value for name, one in s.figures.items()} for s in (base, target)]
        unaltered = values[0] == values[1]
        both = [(one, target.figures.get(name, one)) for name, one in base.figures.items()]
        long = sum(min(digits(one), digits(other)) >= 4 for one, other in both)
        enough = len(values[0]) >= 3 or long >= 2
        self.corrected = unaltered and self.same_sdk and match != "exact"
        self.relabelled = unaltered and not self.same_sdk and enough
        batches = base.row.batch_size, target.row.batch_size
        self.other_batch = None not in batches and batches[0] != batches[1]

    def has_one_unit(self, one: Measurement, other: Measurement) -> bool:
        """Return whether both figures count the same."""
        if self.base.unit(one) != self.target.unit(other):
            return False
        return one.metric in MONEY or not one.basis or not other.basis or one.basis == other.basis

    def comparable(self, one: Measurement, other: Measurement) -> bool:
        """Return whether the figures may be held against each other."""
        if not self.has_one_unit(one, other) or "unit-slip" in self.base.rules | self.target.rules:
            return False
        return not (
            one.metric in TIMES and self.other_batch and not self.corrected and not self.relabelled
        )

    def other_price(self, one: Measurement, other: Measurement) -> bool:
        """Return whether money changed its hourly rate."""
        if one.metric not in MONEY:
            return False
        if one.basis and other.basis and one.basis != other.basis:
            return True
        rates = self.base.rate(one), self.target.rate(other)
        if one.metric != "cost" or rates[0] is None or rates[1] is None:
            return False
        return rates[0][0] > 1.01 * rates[1][2] or rates[1][0] > 1.01 * rates[0][2]

    def within_rounding(self, one: Measurement, other: Measurement) -> bool:
        """Return whether the ranges of two amounts meet."""
        apart = abs(Decimal(repr(one.value)) - Decimal(repr(other.value)))
        return one.metric in MONEY and apart <= half_step(one) + half_step(other)

    def better(self, one: Measurement, other: Measurement) -> bool | None:
        """Return whether a change is a gain, where that can be said."""
        if not self.comparable(one, other) or one.value == other.value:
            return None
        if self.other_price(one, other) or self.within_rounding(one, other):
            return None
        if one.metric in NEUTRAL:
            return None
        return (other.value > one.value) is (one.metric == "throughput")

    def verdict(  # noqa: PLR0911 - one line a rule, in their order
        self, one: Measurement | None, other: Measurement | None
    ) -> str:
        """Return the first verdict whose rule holds."""
        if one is None or other is None or not self.comparable(one, other):
            return "not-comparable"
        if self.corrected:
            return "corrected"
        if self.relabelled:
            return "relabelled"
        if self.same_sdk and one.value == other.value:
            return "carried-over"
        if self.other_price(one, other):
            return "price-basis-changed"
        if self.same_sdk:
            return "revised"
        small, large = sorted((one.value, other.value))
        if large <= small * (1 + self.tolerance) or self.within_rounding(one, other):
            return "unchanged"
        if one.metric in NEUTRAL:
            return "not-comparable"
        return "improved" if self.better(one, other) else "regressed"

    def money(self, one: Measurement | None, other: Measurement | None) -> Money:
        """Return how a cost's change is split."""
        if one is None or other is None or one.metric != "cost" or not self.comparable(one, other):
            return Money()
        old, new = self.base.rate(one), self.target.rate(other)
        if old is None or new is None or one.value <= 0 or min(old[1], new[1]) <= 0:
            return Money()
        if not all(rate[0] * 1.05 >= rate[2] for rate in (old, new)):
            return Money()
        by_speed = self._by_speed()
        if by_speed is None:
            by_speed = other.value / one.value * old[1] / new[1]
        return Money(old[1], new[1], one.value * by_speed, by_speed - 1, new[1] / old[1] - 1)

    def _by_speed(self) -> float | None:
        old, new = self.base.speed, self.target.speed
        if old is None or new is None or min(old.value, new.value) <= 0:
            return None
        one_metric = old.unit == new.unit and (
            not old.basis or not new.basis or old.basis == new.basis
        )
        return old.value / new.value if one_metric else None
