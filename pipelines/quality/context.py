"""A release as the rules see it: its rows with their figures, and how a flag on a row is written.

Here belongs what rules share. What is wrong with a row is decided in the families' modules.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipelines.contract import QualityFlag
from pipelines.pricing.hourly_rates import implied_rates, priced_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipelines.contract import Benchmark, Measurement, PublishedTable
    from pipelines.pricing.hourly_rates import ImpliedRate, PricedRow, RateKey

# An error is sure: what is published cannot all be true. A warning is likely: it can be true, and
# probably something else is meant. An info is worth knowing, and nothing is wrong.
Severity = Literal["error", "warning", "info"]
Figure = tuple[str, str]

THROUGHPUT: Figure = ("throughput", "mean")
LATENCY_P50: Figure = ("latency", "p50")
COST: Figure = ("cost", "mean")


@dataclass(frozen=True, slots=True)
class Row:
    """A benchmark row with the table that it stands in and its figures."""

    benchmark: Benchmark
    table: PublishedTable
    figures: Mapping[Figure, Measurement]

    @property
    def where(self) -> str:
        """Return where the row stands, for messages."""
        tab = f" [{self.table.tab}]" if self.table.tab else ""
        section = self.table.section[-1] if self.table.section else self.table.table_id
        number = self.benchmark.row + 1
        return f"{self.table.page}, {section}{tab}, row {number} ({self.benchmark.model})"

    def flag(
        self, rule: str, severity: Severity, text: str, observed: str, expected: str
    ) -> QualityFlag:
        """Flag the row; `text` is the rest of a sentence that begins with the row's place."""
        return QualityFlag(
            release=self.benchmark.release,
            benchmark_id=self.benchmark.benchmark_id,
            page=self.table.page,
            rule=rule,
            severity=severity,
            message=f"{self.where}: {text}",
            observed=observed,
            expected=expected,
        )


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """One release: its rows in published order, by table, and what its costs imply.

    `misstated` are the pages of which several rows contradict the stated price basis.
    """

    release: str
    rows: Sequence[Row]
    by_table: Mapping[str, Sequence[Row]]
    priced: Mapping[str, PricedRow]
    rates: Mapping[RateKey, ImpliedRate]
    misstated: frozenset[str]


def view_release(
    release: str,
    tables: Sequence[PublishedTable],
    benchmarks: Sequence[Benchmark],
    measurements: Sequence[Measurement],
) -> ReleaseView:
    """Join a release's rows for the rules."""
    figures: dict[str, dict[Figure, Measurement]] = defaultdict(dict)
    for one in measurements:
        figures[one.benchmark_id][one.metric, one.statistic] = one
    named = {table.table_id: table for table in tables}
    rows = tuple(Row(one, named[one.table_id], figures[one.benchmark_id]) for one in benchmarks)
    by_table: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_table[row.table.table_id].append(row)
    priced = {one.benchmark_id: one for one in priced_rows(benchmarks, measurements)}
    rates = implied_rates(tuple(priced.values()))
    contradicting = {key for key, rate in rates.items() if rate.sure and rate.agrees is False}
    return ReleaseView(
        release=release,
        rows=rows,
        by_table=by_table,
        priced=priced,
        rates=rates,
        misstated=frozenset(
            named[one.table_id].page
            for one in benchmarks
            if one.benchmark_id in priced and priced[one.benchmark_id].key in contradicting
        ),
    )
