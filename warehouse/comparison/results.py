"""The rows of a comparison as values, and what they come to: counts, medians, what is left out.

This module has arithmetic over rows. The sentences that show it live in `conclusion`, the columns
in `report`.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from pipelines.contract.metrics import METRICS, METRICS_BY_NAME
from warehouse.comparison.verdicts import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


class ComparedRow(NamedTuple):
    """One figure of a pair; its fields are columns of the answer."""

    # A tuple, as it is fetched: a comparison has a thousand of them, and makes them all.

    base_benchmark_id: str | None
    target_benchmark_id: str | None
    workload: str
    accelerator: str
    model_family: str | None
    optimized_for: str | None
    application_type: str | None
    model: str
    model_details: str | None
    instance_types: list[str]
    sequence_length: int | None
    input_length: int | None
    output_length: int | None
    image_size: str | None
    nodes: int | None
    metric: str
    statistic: str
    unit: str | None
    base_value: float | None
    target_value: float | None
    change: float | None
    better: bool | None
    match: str | None
    changed: list[str]
    verdict: str
    remeasured: bool
    speed_change: float | None
    price_change: float | None
    base_flags: list[str]
    target_flags: list[str]
    error_flags: int

    @property
    def pair(self) -> tuple[str | None, str | None]:
        """The two rows of benchmarks."""
        return self.base_benchmark_id, self.target_benchmark_id

    @property
    def is_paired(self) -> bool:
        """Whether the figure's row is on both sides."""
        return self.base_benchmark_id is not None and self.target_benchmark_id is not None

    @property
    def is_in_doubt(self) -> bool:
        """Whether a rule warns of one of its rows."""
        return any(flag.startswith("warning: ") for flag in (*self.base_flags, *self.target_flags))

    @property
    def effect(self) -> float:
        """How big the change is, the same in both directions; of a cost, at one hourly rate."""
        change = self.speed_change if self.verdict == "price-basis-changed" else self.change
        if change is None or change <= -1:
            return 0.0 if change is None else math.inf
        return abs(math.log1p(change))


COLUMNS = tuple(f'"{column}"' for column in ComparedRow._fields)


@dataclass(frozen=True, slots=True)
class Count:
    """How many figures, of how many pairs, came to a verdict."""

    verdict: str
    figures: int
    rows: int


@dataclass(frozen=True, slots=True)
class Median:
    """A median of changes, and of how many."""

    change: float
    count: int


def counts(rows: Sequence[ComparedRow]) -> tuple[Count, ...]:
    """Count by verdict, in the verdicts' order."""
    found: dict[str, list[ComparedRow]] = defaultdict(list)
    for row in rows:
        found[row.verdict].append(row)
    return tuple(
        Count(verdict, len(found[verdict]), len({row.pair for row in found[verdict]}))
        for verdict in VERDICTS
        if verdict in found
    )


def flagged(rows: Sequence[ComparedRow]) -> tuple[ComparedRow, ...]:
    """Return the rows with an error flag on either side: they are not to be believed."""
    return tuple(row for row in rows if row.error_flags)


def believable(rows: Sequence[ComparedRow]) -> tuple[ComparedRow, ...]:
    """Return the rows without an error flag on either side."""
    return tuple(row for row in rows if not row.error_flags)


def _measures() -> Iterator[tuple[str, tuple[str, str], Callable[[ComparedRow], float | None]]]:
    """Yield what medians are taken of: a label, the metric and statistic, and the change."""
    for metric in METRICS:
        if metric.headline and metric.kind == "money":
            # Costs of two hourly rates have one in common only after the split.
            label = f"{metric.label} at one rate"
            yield label, (metric.name, metric.headline), attrgetter("speed_change")
        elif metric.headline:
            label = metric.label_of(metric.headline)
            yield label, (metric.name, metric.headline), attrgetter("change")


_MEASURES = {figure: (label, change) for label, figure, change in _measures()}
_NO_MEASURE: tuple[str, Callable[[ComparedRow], float | None]] = ("", lambda _: None)
MEASURES = tuple(label for label, _ in _MEASURES.values())
"""The labels of what medians are taken of."""


def medians(rows: Sequence[ComparedRow]) -> dict[str, dict[str, Median]]:
    """Return medians by accelerator and family over rows that were measured again, by measure."""
    found: dict[str, list[ComparedRow]] = defaultdict(list)
    for row in rows:
        found[_group(row)].append(row)
    of_groups = {group: overall_medians(found[group]) for group in sorted(found)}
    return {group: of_group for group, of_group in of_groups.items() if of_group}


def overall_medians(rows: Sequence[ComparedRow]) -> dict[str, Median]:
    """Return the median of each measure over rows that were measured again."""
    found: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        name, measure = _MEASURES.get((row.metric, row.statistic), _NO_MEASURE)
        change = measure(row)
        if row.remeasured and not row.error_flags and change is not None:
            found[name].append(change)
    return {
        name: Median(_median(found[name]), len(found[name])) for name in MEASURES if found[name]
    }


def left_out(rows: Sequence[ComparedRow]) -> dict[str, int]:
    """Count the figures of both sides that no median has, by the reason."""
    found: Counter[str] = Counter()
    for row in rows:
        if row.is_paired and (row.metric, row.statistic) in _MEASURES:
            reason = _reason(row)
            if reason:
                found[reason] += 1
    return dict(found.most_common())


def _reason(row: ComparedRow) -> str | None:
    """Return why no median has a figure; None where one has it, or nothing was newly measured."""
    if row.verdict == "relabelled":
        return "relabelled"
    if not row.remeasured:
        return None
    if row.error_flags:
        return "of rows with an error flag"
    if row.verdict == "not-comparable":
        return "not comparable"
    _, measure = _MEASURES[row.metric, row.statistic]
    return "at a rate that is known too poorly" if measure(row) is None else None


def _median(values: list[float]) -> float:
    # The module `statistics` takes longer to import than all medians to find.
    ordered = sorted(values)
    middle = len(ordered) // 2
    return (ordered[middle] + ordered[~middle]) / 2


def _group(row: ComparedRow) -> str:
    training = " training" if row.workload == "training" else ""
    return f"{row.accelerator} {row.model_family or 'other'}{training}"


def by_effect(rows: Sequence[ComparedRow]) -> list[ComparedRow]:
    """Sort rows, the biggest change first, whichever way it goes."""
    return sorted(rows, key=lambda row: (-row.effect, row.model, row.metric, row.statistic))


def what(row: ComparedRow) -> str:
    """Return the name of a row's figure: `throughput`, `latency p50`."""
    metric = METRICS_BY_NAME.get(row.metric)
    # A warehouse may hold metrics that this software does not know.
    return metric.label_of(row.statistic) if metric else f"{row.metric} {row.statistic}"
