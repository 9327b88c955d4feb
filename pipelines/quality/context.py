"""What rules look at: a release's rows with their figures, a page, and what a release lists.

This module holds the views and the kinds of rules that look at one. Put what a rule finds in
the rule's file; how a flag is made lives in `flags`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.pricing.hourly_rates import implied_rates, priced_rows
from pipelines.quality.flags import page_flag
from pipelines.quality.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pipelines.contract import (
        Benchmark,
        FrameworkSupport,
        Measurement,
        PackageVersion,
        PublishedTable,
        QualityFlag,
        ReleaseDate,
        Severity,
    )
    from pipelines.extract import ExtractedPage
    from pipelines.performance.notes import NoteFacts
    from pipelines.pricing.hourly_rates import ImpliedRate, PricedRow, RateKey

Figure = tuple[str, str]

THROUGHPUT: Figure = ("throughput", "mean")
LATENCY_P50: Figure = ("latency", "p50")
COST: Figure = ("cost", "mean")

PERCENTILES = ("latency", "latency_per_token", "ttft", "tpot")
"""The metrics that pages print a P50 and a P99 of."""


def metric_label(metric: str) -> str:
    """Return a metric's name as messages write it, such as `latency per token` or `TTFT`."""
    return metric.upper() if metric in {"ttft", "tpot"} else metric.replace("_", " ")


def with_unit(figure: Measurement) -> str:
    """Return a figure with its unit, for messages."""
    return printed_with_unit(figure.text, figure.unit)


def printed_with_unit(text: str, unit: str) -> str:
    """Return the text of a figure with its unit; its cell may have the unit already."""
    return text if text[-1:].isalpha() else f"{text} {unit}"


@dataclass(frozen=True, slots=True)
class Row:
    """A benchmark row with its table and its figures."""

    benchmark: Benchmark
    table: PublishedTable
    figures: Mapping[Figure, Measurement]

    @property
    def where(self) -> str:
        """The place of the row, for messages; rows count from 0, as in the column `row`."""
        tab = f" [{self.table.tab}]" if self.table.tab else ""
        section = self.table.section[-1] if self.table.section else self.table.table_id
        place = f"{self.table.page}, {section}{tab}, row {self.benchmark.row}"
        return f"{place} ({self.benchmark.model})"

    def flag(
        self,
        rule: Rule,
        text: str,
        *,
        observed: str,
        expected: str,
        severity: Severity | None = None,
    ) -> QualityFlag:
        """Return a flag on the row.

        Args:
            rule: The rule that found it.
            text: The rest of a sentence that begins with the row's place.
            observed: What the row says.
            expected: What the rule expected.
            severity: Needed only where the rule has several.
        """
        return page_flag(
            rule,
            self.benchmark.release,
            self.table.page,
            f"{self.where}: {text}",
            observed=observed,
            expected=expected,
            severity=severity,
            benchmark_id=self.benchmark.benchmark_id,
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


@dataclass(frozen=True, slots=True)
class PageView:
    """One page of benchmarks, as it was read."""

    release: str
    page: str
    url: str
    extracted: ExtractedPage
    notes: NoteFacts
    has_costs: bool
    last_update_read: bool


@dataclass(frozen=True, slots=True)
class PackagesView:
    """What one docs release lists: packages, supported versions, and dates of releases.

    `support_releases` are other releases that titles of its lists of supported versions name.
    """

    release: str
    packages: Sequence[PackageVersion]
    support: Sequence[FrameworkSupport]
    support_releases: Sequence[str]
    dates: Sequence[ReleaseDate]


@dataclass(frozen=True, slots=True)
class RowRule(Rule):
    """A rule over the rows of a release.

    Attributes:
        find: Yields its flags.
        doubts_row: Whether a flag says that a figure of the row may be wrong. Rules over
            history do not compare with such rows.
    """

    find: Callable[[ReleaseView], Iterable[QualityFlag]] = field(kw_only=True, repr=False)
    doubts_row: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class PageRule(Rule):
    """A rule over one page; `find` yields its flags."""

    find: Callable[[PageView], Iterable[QualityFlag]] = field(kw_only=True, repr=False)


@dataclass(frozen=True, slots=True)
class PackagesRule(Rule):
    """A rule over what a docs release lists; `find` yields its flags."""

    find: Callable[[PackagesView], Iterable[QualityFlag]] = field(kw_only=True, repr=False)


def view_release(
    release: str,
    tables: Sequence[PublishedTable],
    benchmarks: Sequence[Benchmark],
    measurements: Sequence[Measurement],
) -> ReleaseView:
    """Return the view of a release: its rows joined with their tables and figures."""
    figures: dict[str, dict[Figure, Measurement]] = defaultdict(dict)
    for one in measurements:
        figures[one.benchmark_id][one.metric, one.statistic] = one
    named = {table.table_id: table for table in tables}
    # Rows that stay of an earlier capture come in the order of Parquet, others as they were read.
    rows = tuple(
        sorted(
            (Row(one, named[one.table_id], figures[one.benchmark_id]) for one in benchmarks),
            key=lambda row: (row.table.page, row.table.position, row.benchmark.row),
        )
    )
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
