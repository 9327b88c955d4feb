"""This module finds figures of a run that contradict each other as a slip of their unit would.

A run says the same thing several ways: requests a second times the time of a request is how many
were in flight; the time of a request is that to the first token and those of the others. Where such
a relation fails, and one figure in another unit would repair it, that figure is flagged with both.
Nothing is repaired. How a figure stands to a published one is judged in `beside`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.quality.history import unit_slip
from warehouse.questions.own.unit_relations import FEWEST_AT_ONCE, RunLoad, broken_relations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from warehouse.questions.own.own_runs import OwnFigure, OwnRun
    from warehouse.questions.own.unit_relations import Key, Quantities

_SLIP = unit_slip.RULE.name
CONTRADICTION = "figures-disagree"
SECONDS_AS_MS, MS_AS_SECONDS = "seconds, stated as ms", "ms, stated as seconds"
_SECOND, _MINUTE = 1000.0, 60.0
_TIMES = ("ttft", "tpot", "itl", "e2e_latency", "latency", "latency_per_token")
_TYPICAL = ("p50", "mean", "unstated")
_SPREAD = ("mean", "p50", "p90", "p95", "p99")
_LEAST_GAP = 100.0
"""By how much statistics of one metric may differ."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A unit that a figure may have been taken for: what it then is multiplied by."""

    metric: str
    unit: str
    factor: float
    reading: str


@dataclass(frozen=True, slots=True)
class SlipFlag:
    """What is wrong with the figures of a metric, or one unit or statistic of it."""

    metric: str
    unit: str | None
    statistic: str | None
    rule: str
    message: str

    def concerns(self, figure: OwnFigure) -> bool:
        """Return whether a figure is one of those that it is about."""
        return (
            figure.metric == self.metric
            and self.unit in (None, figure.compared_in)
            and self.statistic in (None, figure.statistic)
        )


def slip_flags(run: OwnRun) -> tuple[SlipFlag, ...]:
    """Return what is wrong with the units of a run's figures."""
    spread = tuple(_spread_flags(run.figures))
    left = [one for one in run.figures if not any(flag.concerns(one) for flag in spread)]
    quantities = _typical(left)
    load = RunLoad.of(run, quantities)
    broken = broken_relations(quantities, load)
    if not broken:
        return spread
    said = "; ".join(one.says for one in broken)
    found = _best(quantities, load, len(broken))
    if not found:
        concerned = dict.fromkeys(key for one in broken for key in one.of)
        return (*spread, *(_disagreeing(key, said) for key in concerned))
    either = " (or another of these figures is off)" if len(found) > 1 else ""
    flags = [
        SlipFlag(slip.metric, slip.unit, None, _SLIP, f"looks like {slip.reading}{either}: {said}")
        for slips in found
        for slip in slips
    ]
    return (*spread, *flags)


def _disagreeing(key: Key, said: str) -> SlipFlag:
    return SlipFlag(*key, None, CONTRADICTION, f"disagrees with other figures of the run: {said}")


def _typical(figures: Sequence[OwnFigure]) -> Quantities:
    """Return each metric's median, or else its mean."""
    found: Quantities = {}
    for statistic in reversed(_TYPICAL):
        for one in figures:
            if one.statistic == statistic and one.compared_value > 0:
                found[one.metric, one.compared_in] = one.compared_value
    return found


def _best(quantities: Quantities, load: RunLoad, broken: int) -> list[tuple[Slip, ...]]:
    """Return the slips that repair most: several where they are equally good."""
    left: dict[tuple[Slip, ...], int] = {}
    for slips in _candidates(quantities, load):
        factors = {(slip.metric, slip.unit): slip.factor for slip in slips}
        moved = {key: value * factors.get(key, 1.0) for key, value in quantities.items()}
        still = broken_relations(moved, load)
        # A slip must explain everything that is wrong with its figure.
        if not any(key in factors for one in still for key in one.of):
            left[slips] = len(still)
    fewest = min(left.values(), default=broken)
    if fewest >= broken:
        return []
    best = [slips for slips, count in left.items() if count == fewest]
    # All times in one wrong unit is one mistake, and so is one figure: fewer figures are nearer.
    least = min(map(len, best))
    return [slips for slips in best if len(slips) == least]


def _candidates(quantities: Quantities, load: RunLoad) -> Iterator[tuple[Slip, ...]]:
    times = [key for key in quantities if key[0] in _TIMES]
    for factor, reading in ((_SECOND, SECONDS_AS_MS), (1 / _SECOND, MS_AS_SECONDS)):
        for metric, unit in times:
            yield (Slip(metric, unit, factor, reading),)
        if len(times) > 1:
            yield tuple(Slip(metric, unit, factor, reading) for metric, unit in times)
    for metric, unit in quantities:
        if metric == "throughput":
            yield (Slip(metric, unit, 1 / _MINUTE, "a rate per minute"),)
            if load.most >= FEWEST_AT_ONCE:
                reading = f"the rate of one of {load.most} requests, not of all"
                yield (Slip(metric, unit, float(load.most), reading),)


def _spread_flags(figures: Sequence[OwnFigure]) -> Iterator[SlipFlag]:
    """Yield a flag for each statistic that is in another unit than most of its metric."""
    for metric in dict.fromkeys(one.metric for one in figures if one.metric in _TIMES):
        values = {
            one.statistic: one.compared_value
            for one in figures
            if one.metric == metric and one.statistic in _SPREAD and one.compared_value > 0
        }
        near = {
            name: sum(1 / _LEAST_GAP < other / value < _LEAST_GAP for other in values.values())
            for name, value in values.items()
        }
        most = max(near.values(), default=0)
        if most == len(values):
            continue
        typical = max(value for name, value in values.items() if near[name] == most)
        # Two against two: nothing says which are right.
        off = [name for name in values if near[name] < most] or list(values)
        for name in off:
            reading = MS_AS_SECONDS if values[name] > typical else SECONDS_AS_MS
            what = f"looks like {reading}" if len(off) < len(values) else "is in two units"
            listed = ", ".join(f"{one} {value:,.4g}" for one, value in values.items())
            yield SlipFlag(metric, None, name, _SLIP, f"{what}: its figures in ms are {listed}")
