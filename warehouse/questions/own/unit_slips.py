"""This module finds figures of a run that contradict each other as a slip of their unit would.

A run says the same thing several ways: requests a second times the time of a request is how many
were in flight; the time of a request is that to the first token and those of the others. Where such
a relation fails, and one figure in another unit would repair it, that figure is flagged with both.
Nothing is repaired. How a figure stands to a published one is judged in `beside`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from warehouse.questions.own.own_runs import OwnFigure, OwnRun

RULE = "unit-slip"
CONTRADICTION = "figures-disagree"
SECONDS_AS_MS, MS_AS_SECONDS = "seconds, stated as ms", "ms, stated as seconds"
_SECOND, _MINUTE = 1000.0, 60.0
_TIMES = ("ttft", "tpot", "itl", "e2e_latency", "latency", "latency_per_token")
_TYPICAL = ("p50", "mean", "unstated")
_FEWEST_AT_ONCE = 4
"""With fewer requests in flight, one request's rate and the total are too near to tell apart."""
_RANGES = {"ttft": (1.0, 6e5), "tpot": (0.2, 5e3), "itl": (0.2, 5e3), "e2e_latency": (1.0, 7.2e6)}
"""Milliseconds between which a time of a language model is believable."""
_HIGH = ("p90", "p95", "p99")
_LEAST_GAP = 100.0
"""By how much a high percentile may be above the median."""


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


@dataclass(frozen=True, slots=True)
class _Relation:
    """Two ways to the same quantity: their ratio must lie between two bounds."""

    says: str
    ratio: float
    low: float
    high: float

    @property
    def holds(self) -> bool:
        return self.low <= self.ratio <= self.high


Quantities = dict[tuple[str, str], float]
"""A run's typical figures by metric and unit, in the units that figures are compared in."""


def slip_flags(run: OwnRun) -> tuple[SlipFlag, ...]:
    """Return what is wrong with the units of a run's figures."""
    spread = tuple(_spread_flags(run.figures))
    quantities = _typical(run.figures)
    broken = _broken(quantities, run)
    if not broken:
        return spread
    found = _best(quantities, run, len(broken))
    said = "; ".join(one.says for one in broken)
    if not found:
        metrics = {metric for metric, _ in quantities}
        return (*spread, *(_disagreeing(metric, said) for metric in sorted(metrics)))
    flags = tuple(
        SlipFlag(
            slip.metric,
            slip.unit,
            None,
            RULE,
            f"looks like {slip.reading}: {said}",
        )
        for slips in found
        for slip in slips
    )
    return (*spread, *flags)


def _disagreeing(metric: str, said: str) -> SlipFlag:
    return SlipFlag(metric, None, None, CONTRADICTION, f"figures of the run disagree: {said}")


def _typical(figures: Sequence[OwnFigure]) -> Quantities:
    """Return each metric's median, or else its mean."""
    found: Quantities = {}
    for statistic in reversed(_TYPICAL):
        for one in figures:
            if one.statistic == statistic and one.compared_value > 0:
                found[one.metric, one.compared_in] = one.compared_value
    return found


def _best(quantities: Quantities, run: OwnRun, broken: int) -> list[tuple[Slip, ...]]:
    """Return the slips that repair most: several where they are equally good."""
    left: dict[tuple[Slip, ...], int] = {}
    for slips in _candidates(quantities, run):
        factors = {(slip.metric, slip.unit): slip.factor for slip in slips}
        moved = {key: value * factors.get(key, 1.0) for key, value in quantities.items()}
        left[slips] = len(_broken(moved, run))
    fewest = min(left.values(), default=broken)
    if fewest >= broken:
        return []
    best = [slips for slips, count in left.items() if count == fewest]
    # All times in one wrong unit is one mistake, and so is one figure: fewer figures are nearer.
    least = min(map(len, best))
    return [slips for slips in best if len(slips) == least]


def _candidates(quantities: Quantities, run: OwnRun) -> Iterator[tuple[Slip, ...]]:
    times = [key for key in quantities if key[0] in _TIMES]
    for factor, reading in (
        (_SECOND, SECONDS_AS_MS),
        (1 / _SECOND, MS_AS_SECONDS),
    ):
        for metric, unit in times:
            yield (Slip(metric, unit, factor, reading),)
        if len(times) > 1:
            yield tuple(Slip(metric, unit, factor, reading) for metric, unit in times)
    at_once = run.settings.get("concurrency") or run.settings.get("batch_size") or 0
    for metric, unit in quantities:
        if metric == "throughput":
            yield (Slip(metric, unit, 1 / _MINUTE, "a rate per minute"),)
            if at_once >= _FEWEST_AT_ONCE:
                reading = f"the rate of one of {at_once} requests, not of all"
                yield (Slip(metric, unit, float(at_once), reading),)


def _broken(quantities: Quantities, run: OwnRun) -> list[_Relation]:
    return [one for one in _relations(quantities, run.settings) if not one.holds]


def _relations(got: Quantities, settings: Mapping[str, object]) -> Iterator[_Relation]:
    """Yield the relations that a run's figures allow."""
    yield from _time_relations(got, settings)
    yield from _rate_relations(got, settings)


def _time_relations(got: Quantities, settings: Mapping[str, object]) -> Iterator[_Relation]:
    first, each = got.get(("ttft", "ms")), got.get(("tpot", "ms")) or got.get(("itl", "ms"))
    whole = got.get(("e2e_latency", "ms"))
    tokens = _count(settings, "output_length")
    for metric, (low, high) in _RANGES.items():
        value = got.get((metric, "ms"))
        if value is not None:
            says = f"{metric} of {value:,.4g} ms is not believable"
            yield _Relation(says, value, low, high)
    if whole and each and tokens > 1:
        summed = (first or 0.0) + each * (tokens - 1)
        says = (
            f"{tokens:,} tokens at {each:,.4g} ms, {first or 0:,.4g} ms to the first, take "
            f"{summed:,.4g} ms, and a request {whole:,.4g} ms"
        )
        yield _Relation(says, summed / whole, 1 / 3, 3.0)
    if whole and first:
        says = f"{first:,.4g} ms to the first token of a request of {whole:,.4g} ms"
        yield _Relation(says, first / whole, 0.0, 1.5)


def _rate_relations(got: Quantities, settings: Mapping[str, object]) -> Iterator[_Relation]:
    at_once, batch = _count(settings, "concurrency"), _count(settings, "batch_size")
    tokens, sent = _count(settings, "output_length"), _count(settings, "input_length")
    requests, whole = got.get(("throughput", "requests/s")), got.get(("e2e_latency", "ms"))
    output, total = got.get(("throughput", "output tokens/s")), got.get(("throughput", "tokens/s"))
    each = got.get(("tpot", "ms")) or got.get(("itl", "ms"))
    latency, speed = got.get(("latency", "ms")), got.get(("throughput", "inferences/s"))
    if requests and whole and at_once:
        flying = requests * whole / 1000
        says = f"{requests:,.4g} requests/s of {whole:,.4g} ms are {flying:,.4g} at once, of "
        yield _Relation(f"{says}{at_once}", flying / at_once, 1 / 20, 2.0)
    if requests and output and tokens:
        says = f"{requests:,.4g} requests/s of {tokens:,} tokens, and {output:,.4g} output tokens/s"
        yield _Relation(says, requests * tokens / output, 0.5, 2.0)
    if requests and total and tokens and sent:
        both = tokens + sent
        says = f"{requests:,.4g} requests/s of {both:,} tokens, and {total:,.4g} tokens/s"
        yield _Relation(says, requests * both / total, 0.5, 2.0)
    if output and total:
        says = f"{output:,.4g} output tokens/s of {total:,.4g} tokens/s"
        yield _Relation(says, output / total, 0.0, 1.05)
    most = at_once or batch
    if output and each and most:
        flying = output * each / 1000
        says = f"{output:,.4g} tokens/s at {each:,.4g} ms a token are {flying:,.4g} at once, of "
        # Much time to the first token leaves few in flight; one alone of many is a request's rate.
        low = 2 / most if most >= _FEWEST_AT_ONCE and _is_steady(got, tokens) else 1 / 50
        yield _Relation(f"{says}{most}", flying / most, low, 2.0)
    if latency and speed:
        flying = speed * latency / 1000 / (batch or 1)
        says = (
            f"{speed:,.4g} inferences/s at {latency:,.4g} ms and batch {batch or 1} are "
            f"{flying:,.4g} batches in flight"
        )
        yield _Relation(says, flying, 0.05, max(200.0, 4.0 * at_once))


def _is_steady(got: Quantities, tokens: int) -> bool:
    """Return whether most of a request's time goes into its tokens after the first."""
    first, each = got.get(("ttft", "ms")), got.get(("tpot", "ms")) or got.get(("itl", "ms"))
    return bool(first and each and tokens and first < each * tokens)


def _count(settings: Mapping[str, object], name: str) -> int:
    value = settings.get(name)
    return value if isinstance(value, int) else 0


def _spread_flags(figures: Sequence[OwnFigure]) -> Iterator[SlipFlag]:
    """Yield a flag for each percentile that is in another unit than the median of its metric."""
    medians = {one.metric: one for one in figures if one.statistic == "p50"}
    for one in figures:
        median = medians.get(one.metric)
        if median is None or one.statistic not in _HIGH or not median.compared_value:
            continue
        ratio = one.compared_value / median.compared_value
        if not 1 / _LEAST_GAP < ratio < _LEAST_GAP:
            reading = MS_AS_SECONDS if ratio > 1 else SECONDS_AS_MS
            message = (
                f"looks like {reading}: {one.statistic} of {one.compared_value:,.4g} ms, and a "
                f"median of {median.compared_value:,.4g} ms"
            )
            yield SlipFlag(one.metric, None, one.statistic, RULE, message)
