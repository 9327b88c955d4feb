"""Bounds that a run has to keep: at most so long, or at least so much a second.

This module knows which figures can be bounded. Put a new sort of bound here; the figures themselves
are declared in `pipelines.contract.metrics`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.contract.metrics import METRICS, THROUGHPUT
from warehouse.views.priced_runs import time_columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warehouse.questions.advice.runs import PricedRun

TIMES = tuple(metric for metric in METRICS if metric.kind == "time")
"""The metrics that can be bounded from above."""
PERCENTILES = ("p50", "p99")


@dataclass(frozen=True, slots=True)
class Bound:
    """One bound.

    Attributes:
        figure: `throughput`, or a column of times such as `latency_p50_ms`.
        value: The most that a time may be, or the least that a throughput may be.
        option: The bound as it was typed.
    """

    figure: str
    value: float
    option: str = ""

    @property
    def label(self) -> str:
        """The figure in words."""
        return self.figure if self.figure == THROUGHPUT.name else time_label(self.figure)

    def is_kept(self, run: PricedRun) -> bool:
        """Return whether a run has the figure and keeps the bound."""
        found = run.figure(self.figure)
        if found is None:
            return False
        return found >= self.value if self.figure == THROUGHPUT.name else found <= self.value

    def excess(self, run: PricedRun) -> float:
        """Return by how much a run misses the bound: 0 where it keeps it, ln 2 for twice as much.

        It is infinite where the run does not have the figure.
        """
        found = run.figure(self.figure)
        if found is None or found <= 0:
            return math.inf
        ratio = math.log(found / self.value)
        return max(-ratio if self.figure == THROUGHPUT.name else ratio, 0.0)


def time_figure(metric: str, statistic: str) -> str:
    """Return the name of a time's figure, such as `ttft_p99_ms`."""
    (column,) = (
        one for one in time_columns() if (one.metric, one.statistic) == (metric, statistic)
    )
    return column.name


def time_label(figure: str) -> str:
    """Return a time's figure in words, such as `latency p50`."""
    (column,) = (one for one in time_columns() if one.name == figure)
    (metric,) = (one for one in TIMES if one.name == column.metric)
    return metric.label_of(column.statistic)


def typical_times() -> Iterator[str]:
    """Yield the median of each time: what stands for a run where nothing is bounded."""
    return (one.name for one in time_columns() if one.statistic == PERCENTILES[0])
