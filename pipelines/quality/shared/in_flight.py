"""Batches in flight: what throughput and latency say together of the work in progress.

By Little's law, throughput x P50 / batch size is the number of batches in flight. This module
computes it for the rows of a table; the rules that judge it live in `speed` and `rows`.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from pipelines.pricing.intervals import compared
from pipelines.quality.context import LATENCY_P50, THROUGHPUT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipelines.pricing.intervals import Interval
    from pipelines.quality.context import Row

# A table is tight, and an odd row in it is worth a warning, where it has enough rows to tell and
# most of them are within a tenth of the median.
TIGHT_ROWS = 5
TIGHT_SHARE = 2 / 3
TIGHT_FACTOR = 1.1


@dataclass(frozen=True, slots=True)
class InFlight:
    """Batches in flight of a row, as a range from its rounded figures, and its table's median."""

    batches: Interval
    median: float
    tight: bool

    @property
    def factor(self) -> float:
        """How far the row is from the median; 1 where rounding can explain it."""
        return self.batches.apart_from(self.median)

    @property
    def one_at_a_time(self) -> bool:
        """Whether the row keeps one batch in flight, which is odd in some tables, never wrong."""
        return self.batches.apart_from(1.0) <= TIGHT_FACTOR


def in_flight(rows: Sequence[Row]) -> Mapping[str, InFlight]:
    """Return the batches in flight of a table's rows, by `benchmark_id`.

    Rows in tokens are left out, because one latency does not complete a batch there. So are rows
    that lack a throughput, a P50 or a batch size.
    """
    found: dict[str, Interval] = {}
    for row in rows:
        throughput, latency = row.figures.get(THROUGHPUT), row.figures.get(LATENCY_P50)
        batch = row.benchmark.batch_size
        if throughput and latency and batch and "tokens" not in throughput.unit:
            product = compared(throughput).times(compared(latency))
            found[row.benchmark.benchmark_id] = product.scaled(1 / (1000 * batch))
    if not found:
        return {}
    centre = median(one.middle for one in found.values())
    near = sum(one.apart_from(centre) <= TIGHT_FACTOR for one in found.values())
    tight = len(found) >= TIGHT_ROWS and near >= TIGHT_SHARE * len(found)
    return {name: InFlight(one, centre, tight) for name, one in found.items()}
