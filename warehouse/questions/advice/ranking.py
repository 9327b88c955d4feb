"""What is cheapest under bounds: the runs that keep them, what each bound costs, and what is near.

This module has arithmetic over runs. How an answer is told lives in `told`. The page of the dataset
draws the same frontier at prices that are typed there; a test holds both together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.questions.advice.run_bounds import typical_times

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from warehouse.questions.advice.run_bounds import Bound
    from warehouse.questions.advice.runs import PricedRun

MOST_NEAR = 3
"""Runs that an answer names where none keeps the bounds."""


@dataclass(frozen=True, slots=True)
class Relaxed:
    """What is cheapest without one of the bounds; None where that changes nothing."""

    bound: Bound
    cheapest: PricedRun | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A run that could not be weighed, and why: `without a price for inf2.xlarge`."""

    run: PricedRun
    why: str


@dataclass(frozen=True, slots=True)
class Advice:
    """The answer for runs whose costs count one thing.

    Attributes:
        counted: What costs and throughputs count.
        considered: How many runs have a cost.
        meeting: The runs that keep every bound, the cheapest first.
        time: The column of times that the frontier is of; "" where the runs have none.
        frontier: Those that keep the bounds and of which no other is both faster and cheaper, the
            fastest first.
        relaxed: For each bound, what is cheapest without it.
        nearest: Where none keeps the bounds, those that miss them least.
        left_out: The runs that could not be weighed, each with the reason; one that lacks several
            figures has several.
    """

    counted: str
    considered: int
    meeting: tuple[PricedRun, ...]
    time: str
    frontier: tuple[PricedRun, ...]
    relaxed: tuple[Relaxed, ...]
    nearest: tuple[PricedRun, ...]
    left_out: tuple[LeftOut, ...]


def advise(runs: Iterable[PricedRun], bounds: Sequence[Bound]) -> tuple[Advice, ...]:
    """Return an answer for each thing that costs count: those with one first, of most runs first.

    Costs and throughputs of inferences and of tokens, and of all tokens and of output tokens alone,
    are figures of different things: they are never in one answer.
    """
    groups: dict[str, list[PricedRun]] = {}
    for run in runs:
        groups.setdefault(run.counted, []).append(run)
    answers = (_advice(counted, group, bounds) for counted, group in groups.items())
    return tuple(
        sorted(answers, key=lambda one: (not one.meeting, -len(groups[one.counted]), one.counted))
    )


def _advice(counted: str, runs: Sequence[PricedRun], bounds: Sequence[Bound]) -> Advice:
    priced = [run for run in runs if run.usd_per_1m is not None]
    meeting = _keeping(priced, bounds)
    time = _time_of(priced, bounds)
    return Advice(
        counted,
        len(priced),
        meeting,
        time,
        efficient([run for run in meeting if time in run.times], time),
        tuple(_relaxed(bound, priced, bounds, meeting) for bound in bounds),
        () if meeting else _nearest(priced, bounds),
        tuple(_left_out(runs, bounds)),
    )


def _keeping(runs: Iterable[PricedRun], bounds: Sequence[Bound]) -> tuple[PricedRun, ...]:
    kept = (run for run in runs if all(bound.is_kept(run) for bound in bounds))
    return tuple(sorted(kept, key=_cheapest_first))


def _cheapest_first(run: PricedRun) -> tuple[float, str]:
    return run.cost, run.series_id


def _time_of(runs: Sequence[PricedRun], bounds: Sequence[Bound]) -> str:
    """Return the time that is bounded first, or else the median that most runs have."""
    bounded = [bound.figure for bound in bounds if bound.figure != "throughput"]
    if bounded:
        return bounded[0]
    counts = {name: sum(name in run.times for run in runs) for name in typical_times()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else ""


def efficient(runs: Iterable[PricedRun], time: str) -> tuple[PricedRun, ...]:
    """Return the runs of which no other is both faster and cheaper, the fastest first.

    Args:
        runs: Runs that have a cost and the time.
        time: The column of the time.
    """
    front: list[PricedRun] = []
    for run in sorted(runs, key=lambda run: (run.times[time], *_cheapest_first(run))):
        if not front or run.cost < front[-1].cost:
            front.append(run)
    return tuple(front)


def _relaxed(
    bound: Bound,
    runs: Sequence[PricedRun],
    bounds: Sequence[Bound],
    meeting: Sequence[PricedRun],
) -> Relaxed:
    kept = _keeping(runs, [other for other in bounds if other is not bound])
    is_cheaper = bool(kept) and (not meeting or kept[0].cost < meeting[0].cost)
    return Relaxed(bound, kept[0] if is_cheaper else None)


def _nearest(runs: Iterable[PricedRun], bounds: Sequence[Bound]) -> tuple[PricedRun, ...]:
    """Return the runs that miss their worst bound least, the cheaper first of equals."""
    missing = [(max((b.excess(run) for b in bounds), default=0.0), run) for run in runs]
    near = [(excess, run) for excess, run in missing if excess != float("inf")]
    near.sort(key=lambda pair: (pair[0], *_cheapest_first(pair[1])))
    return tuple(run for _, run in near[:MOST_NEAR])


def _left_out(runs: Iterable[PricedRun], bounds: Sequence[Bound]) -> Iterator[LeftOut]:
    for run in runs:
        if run.usd_per_1m is None:
            yield LeftOut(run, _why_no_cost(run))
        else:
            lacking = (bound for bound in bounds if run.figure(bound.figure) is None)
            yield from (LeftOut(run, f"without {bound.label}") for bound in lacking)


def _why_no_cost(run: PricedRun) -> str:
    if run.usd_per_hour is None:
        return f"without a price for {run.instance_type}"
    return "with too few digits in their throughput"
