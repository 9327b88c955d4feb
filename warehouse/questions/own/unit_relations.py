"""What the figures of a run say of each other: relations that hold whatever the unit should be.

Put a new relation here: two ways to one quantity, and how far they may be apart. What a broken one
means for a figure's unit is found in `unit_slips`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warehouse.questions.own.own_runs import OwnRun

FEWEST_AT_ONCE = 4
"""With fewer requests in flight, one request's rate and the total are too near to tell apart."""
_RANGES = {"ttft": (1.0, 6e5), "tpot": (0.2, 5e3), "itl": (0.2, 5e3), "e2e_latency": (1.0, 7.2e6)}
"""Milliseconds between which a time of a language model is believable."""


@dataclass(frozen=True, slots=True)
class FigureRelation:
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
        """Whether the ratio is between them."""
        return self.low <= self.ratio <= self.high


Key = tuple[str, str]
"""A metric, and the unit that its figures are compared in."""
Quantities = dict[Key, float]
"""A run's typical figures."""
_TTFT, _TPOT, _ITL, _E2E = (("ttft", "ms"), ("tpot", "ms"), ("itl", "ms"), ("e2e_latency", "ms"))
_REQUESTS, _OUTPUT = ("throughput", "requests/s"), ("throughput", "output tokens/s")
_TOTAL, _INFERENCES = ("throughput", "tokens/s"), ("throughput", "inferences/s")
_LATENCY = ("latency", "ms")


@dataclass(frozen=True, slots=True)
class RunLoad:
    """What a run was asked to do; 0 where its file does not say.

    `is_steady`: most of a request's time goes into its tokens after the first.
    """

    at_once: int
    batch: int
    sent: int
    tokens: int
    is_steady: bool

    @classmethod
    def of(cls, run: OwnRun, got: Quantities) -> RunLoad:
        """Return the load of a run with these figures."""
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


def broken_relations(quantities: Quantities, load: RunLoad) -> list[FigureRelation]:
    """Return the relations that do not hold between some figures."""
    relations = (*_time_relations(quantities, load), *_rate_relations(quantities, load))
    return [one for one in relations if not one.holds]


def _time_relations(got: Quantities, load: RunLoad) -> Iterator[FigureRelation]:
    for metric, (low, high) in _RANGES.items():
        value = got.get((metric, "ms"))
        if value is not None:
            says = f"{metric} of {value:,.4g} ms is not believable"
            yield FigureRelation(((metric, "ms"),), says, value, low, high)
    token = _TPOT if _TPOT in got else _ITL
    first, each, whole = got.get(_TTFT, 0.0), got.get(token), got.get(_E2E)
    if whole and each and load.tokens > 1:
        summed = first + each * (load.tokens - 1)
        says = (
            f"{load.tokens:,} tokens at {each:,.4g} ms, {first:,.4g} ms to the first, take "
            f"{summed:,.4g} ms, and a request {whole:,.4g} ms"
        )
        yield FigureRelation((_TTFT, token, _E2E), says, summed / whole, 1 / 3, 3.0)
    if whole and first:
        says = f"{first:,.4g} ms to the first token of a request of {whole:,.4g} ms"
        yield FigureRelation((_TTFT, _E2E), says, first / whole, 0.0, 1.5)


def _rate_relations(got: Quantities, load: RunLoad) -> Iterator[FigureRelation]:
    yield from _token_counts(got, load)
    requests, whole = got.get(_REQUESTS), got.get(_E2E)
    if requests and whole and load.at_once:
        flying = requests * whole / 1000
        says = f"{requests:,.4g} requests/s of {whole:,.4g} ms are {flying:,.4g} at once"
        says += f", of {load.at_once}"
        yield FigureRelation((_REQUESTS, _E2E), says, flying / load.at_once, 1 / 20, 2.0)
    token = _TPOT if _TPOT in got else _ITL
    output, each = got.get(_OUTPUT), got.get(token)
    if output and each and load.most:
        flying = output * each / 1000
        says = f"{output:,.4g} tokens/s at {each:,.4g} ms a token are {flying:,.4g} at once"
        says += f", of {load.most}"
        # Much time to the first token leaves few in flight; one alone of many is a request's rate.
        low = 2 / load.most if load.most >= FEWEST_AT_ONCE and load.is_steady else 1 / 50
        yield FigureRelation((_OUTPUT, token), says, flying / load.most, low, 2.0)
    latency, speed = got.get(_LATENCY), got.get(_INFERENCES)
    if latency and speed:
        batch = load.batch or 1
        flying = speed * latency / 1000 / batch
        says = (
            f"{speed:,.4g} inferences/s at {latency:,.4g} ms and batch {batch} are "
            f"{flying:,.4g} batches in flight"
        )
        high = 4.0 * load.at_once if load.at_once else 200.0
        yield FigureRelation((_LATENCY, _INFERENCES), says, flying, 0.05, high)


def _token_counts(got: Quantities, load: RunLoad) -> Iterator[FigureRelation]:
    """Yield how rates of requests and of tokens follow from each other."""
    requests, output, total = got.get(_REQUESTS), got.get(_OUTPUT), got.get(_TOTAL)
    if requests and output and load.tokens:
        says = f"{requests:,.4g} requests/s of {load.tokens:,} tokens, and {output:,.4g} output"
        ratio = requests * load.tokens / output
        yield FigureRelation((_REQUESTS, _OUTPUT), f"{says} tokens/s", ratio, 0.5, 2.0)
    if requests and total and load.tokens and load.sent:
        both = load.tokens + load.sent
        says = f"{requests:,.4g} requests/s of {both:,} tokens, and {total:,.4g} tokens/s"
        yield FigureRelation((_REQUESTS, _TOTAL), says, requests * both / total, 0.5, 2.0)
    if output and total:
        says = f"{output:,.4g} output tokens/s of {total:,.4g} tokens/s"
        yield FigureRelation((_OUTPUT, _TOTAL), says, output / total, 0.0, 1.05)
