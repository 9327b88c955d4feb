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

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from warehouse.questions.own.own_runs import OwnFigure, OwnRun

_SLIP = unit_slip.RULE.name
CONTRADICTION = "figures-disagree"
SECONDS_AS_MS, MS_AS_SECONDS = "seconds, stated as ms", "ms, stated as seconds"
_SECOND, _MINUTE = 1000.0, 60.0
_TIMES = ("ttft", "tpot", "itl", "e2e_latency", "latency", "latency_per_token")
_TYPICAL = ("p50", "mean", "unstated")
_FEWEST_AT_ONCE = 4
"""With fewer requests in flight, one request's rate and the total are too near to tell apart."""
_RANGES = {"ttft": (1.0, 6e5), "tpot": (0.2, 5e3), "itl": (0.2, 5e3), "e2e_latency": (1.0, 7.2e6)}
"""Milliseconds between which a time of a language model is believable."""
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


@dataclass(frozen=True, slots=True)
class _Relation:
    """Two ways to the same quantity: their ratio must lie between two bounds.

    `of` has the figures that it is about.
    """

    of: tuple[Key, ...]
    says: str
    ratio: float
    low: float
    high: float

    @property
    def holds(self) -> bool:
        return self.low <= self.ratio <= self.high


Key = tuple[str, str]
"""A metric, and the unit that its figures are compared in."""
Quantities = dict[Key, float]
"""A run's typical figures."""
_TTFT, _TPOT, _ITL, _E2E = (("ttft", "ms"), ("tpot", "ms"), ("itl", "ms"), ("e2e_latency", "ms"))
_REQUESTS, _OUTPUT = ("throughput", "requests/s"), ("throughput", "output tokens/s")
_TOTAL, _INFERENCES = ("throughput", "tokens/s"), ("throughput", "inferences/s")
_LATENCY = ("latency", "ms")


def slip_flags(run: OwnRun) -> tuple[SlipFlag, ...]:
    """Return what is wrong with the units of a run's figures."""
    spread = tuple(_spread_flags(run.figures))
    left = [one for one in run.figures if not any(flag.concerns(one) for flag in spread)]
    quantities = _typical(left)
    load = _Load.of(run, quantities)
    broken = _broken(quantities, load)
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


def _best(quantities: Quantities, load: _Load, broken: int) -> list[tuple[Slip, ...]]:
    """Return the slips that repair most: several where they are equally good."""
    left: dict[tuple[Slip, ...], int] = {}
    for slips in _candidates(quantities, load):
        factors = {(slip.metric, slip.unit): slip.factor for slip in slips}
        moved = {key: value * factors.get(key, 1.0) for key, value in quantities.items()}
        still = _broken(moved, load)
        # A slip explains everything that is wrong with its figure, or it is none.
        if not any(key in factors for one in still for key in one.of):
            left[slips] = len(still)
    fewest = min(left.values(), default=broken)
    if fewest >= broken:
        return []
    best = [slips for slips, count in left.items() if count == fewest]
    # All times in one wrong unit is one mistake, and so is one figure: fewer figures are nearer.
    least = min(map(len, best))
    return [slips for slips in best if len(slips) == least]


def _candidates(quantities: Quantities, load: _Load) -> Iterator[tuple[Slip, ...]]:
    times = [key for key in quantities if key[0] in _TIMES]
    for factor, reading in ((_SECOND, SECONDS_AS_MS), (1 / _SECOND, MS_AS_SECONDS)):
        for metric, unit in times:
            yield (Slip(metric, unit, factor, reading),)
        if len(times) > 1:
            yield tuple(Slip(metric, unit, factor, reading) for metric, unit in times)
    for metric, unit in quantities:
        if metric == "throughput":
            yield (Slip(metric, unit, 1 / _MINUTE, "a rate per minute"),)
            if load.most >= _FEWEST_AT_ONCE:
                reading = f"the rate of one of {load.most} requests, not of all"
                yield (Slip(metric, unit, float(load.most), reading),)


@dataclass(frozen=True, slots=True)
class _Load:
    """What a run was asked to do; 0 where its file does not say.

    `is_steady`: most of a request's time goes into its tokens after the first.
    """

    at_once: int
    batch: int
    sent: int
    tokens: int
    is_steady: bool

    @classmethod
    def of(cls, run: OwnRun, got: Quantities) -> _Load:
        at_once, batch, sent, tokens = (
            value if isinstance(value := run.settings.get(name), int) else 0
            for name in ("concurrency", "batch_size", "input_length", "output_length")
        )
        first, each = got.get(_TTFT), got.get(_TPOT) or got.get(_ITL)
        is_steady = bool(first and each and tokens and first < each * tokens)
        return cls(at_once, batch, sent, tokens, is_steady)

    @property
    def most(self) -> int:
        """Requests that can be in flight."""
        return self.at_once or self.batch


def _broken(quantities: Quantities, load: _Load) -> list[_Relation]:
    relations = (*_time_relations(quantities, load), *_rate_relations(quantities, load))
    return [one for one in relations if not one.holds]


def _time_relations(got: Quantities, load: _Load) -> Iterator[_Relation]:
    for metric, (low, high) in _RANGES.items():
        value = got.get((metric, "ms"))
        if value is not None:
            says = f"{metric} of {value:,.4g} ms is not believable"
            yield _Relation(((metric, "ms"),), says, value, low, high)
    token = _TPOT if _TPOT in got else _ITL
    first, each, whole = got.get(_TTFT, 0.0), got.get(token), got.get(_E2E)
    if whole and each and load.tokens > 1:
        summed = first + each * (load.tokens - 1)
        says = (
            f"{load.tokens:,} tokens at {each:,.4g} ms, {first:,.4g} ms to the first, take "
            f"{summed:,.4g} ms, and a request {whole:,.4g} ms"
        )
        yield _Relation((_TTFT, token, _E2E), says, summed / whole, 1 / 3, 3.0)
    if whole and first:
        says = f"{first:,.4g} ms to the first token of a request of {whole:,.4g} ms"
        yield _Relation((_TTFT, _E2E), says, first / whole, 0.0, 1.5)


def _rate_relations(got: Quantities, load: _Load) -> Iterator[_Relation]:
    yield from _token_counts(got, load)
    requests, whole = got.get(_REQUESTS), got.get(_E2E)
    if requests and whole and load.at_once:
        flying = requests * whole / 1000
        says = f"{requests:,.4g} requests/s of {whole:,.4g} ms are {flying:,.4g} at once"
        says += f", of {load.at_once}"
        yield _Relation((_REQUESTS, _E2E), says, flying / load.at_once, 1 / 20, 2.0)
    token = _TPOT if _TPOT in got else _ITL
    output, each = got.get(_OUTPUT), got.get(token)
    if output and each and load.most:
        flying = output * each / 1000
        says = f"{output:,.4g} tokens/s at {each:,.4g} ms a token are {flying:,.4g} at once"
        says += f", of {load.most}"
        # Much time to the first token leaves few in flight; one alone of many is a request's rate.
        low = 2 / load.most if load.most >= _FEWEST_AT_ONCE and load.is_steady else 1 / 50
        yield _Relation((_OUTPUT, token), says, flying / load.most, low, 2.0)
    latency, speed = got.get(_LATENCY), got.get(_INFERENCES)
    if latency and speed:
        batch = load.batch or 1
        flying = speed * latency / 1000 / batch
        says = (
            f"{speed:,.4g} inferences/s at {latency:,.4g} ms and batch {batch} are "
            f"{flying:,.4g} batches in flight"
        )
        high = 4.0 * load.at_once if load.at_once else 200.0
        yield _Relation((_LATENCY, _INFERENCES), says, flying, 0.05, high)


def _token_counts(got: Quantities, load: _Load) -> Iterator[_Relation]:
    """Yield how rates of requests and of tokens follow from each other."""
    requests, output, total = got.get(_REQUESTS), got.get(_OUTPUT), got.get(_TOTAL)
    if requests and output and load.tokens:
        says = f"{requests:,.4g} requests/s of {load.tokens:,} tokens, and {output:,.4g} output"
        ratio = requests * load.tokens / output
        yield _Relation((_REQUESTS, _OUTPUT), f"{says} tokens/s", ratio, 0.5, 2.0)
    if requests and total and load.tokens and load.sent:
        both = load.tokens + load.sent
        says = f"{requests:,.4g} requests/s of {both:,} tokens, and {total:,.4g} tokens/s"
        yield _Relation((_REQUESTS, _TOTAL), says, requests * both / total, 0.5, 2.0)
    if output and total:
        says = f"{output:,.4g} output tokens/s of {total:,.4g} tokens/s"
        yield _Relation((_OUTPUT, _TOTAL), says, output / total, 0.0, 1.05)


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
