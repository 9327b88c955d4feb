"""Rows of older releases: what a rule over history looks at, and how it is gathered.

`History` takes releases, oldest first, and hands each a read-only `HistoryView` of those before it.
Put what rules over history share here; how a figure is compared with earlier ones lives in `moves`,
and the rules themselves in the folder `history`.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from pipelines.contract import Benchmark
from pipelines.contract.column import with_role
from pipelines.pricing.intervals import printed
from pipelines.quality.context import LATENCY_P50, THROUGHPUT
from pipelines.quality.flags import page_flag
from pipelines.quality.rule import Rule
from pipelines.quality.shared.in_flight import in_flight
from pipelines.quality.shared.moves import changes
from pipelines.quality.shared.token_times import tokens_apart

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from pipelines.contract import Measurement, QualityFlag, Severity
    from pipelines.pricing.intervals import Interval
    from pipelines.quality.context import ReleaseView, Row
    from pipelines.quality.shared.moves import Change

TUNED = with_role(Benchmark, "tuned")
HOURLY_RATE = "hourly_rate"
NUMBERS = ("batch_size", "tp_degree", "dp_degree", "pp_degree")
# A series of more releases than that is judged by its newest ones. It bounds the memory of a walk
# over many releases, and the median of so many figures does not move with one more.
MOST_RELEASES = 32


class ComparedQuantity(NamedTuple):
    """What two figures must share to be compared."""

    metric: str
    statistic: str
    unit: str
    basis: str | None


@dataclass(frozen=True, slots=True)
class RowFacts:
    """What is kept of a row once its release has been judged.

    Attributes:
        release: The release of the page.
        benchmark_id: The row.
        page: Our name for the page.
        where: The place of the row, for messages.
        tuning: The columns that a vendor tunes, in the order of the contract.
        numbers: The batch size and the parallel degrees that the row states, by column.
        texts: The figures as printed.
        figures: The figures as the ranges that rounding leaves.
        comparable: The figures as releases are compared in: a latency of whole requests per
            sample, because a larger batch takes longer in proportion. Times per token do not.
        counts_tokens: Whether the row's throughput counts tokens.
        apart: How far throughput and times of the row are from what they should be together, as a
            factor; 1 where they fit or where nothing says.
    """

    release: str
    benchmark_id: str
    page: str
    where: str
    tuning: tuple[Any, ...]
    numbers: Mapping[str, int]
    texts: Mapping[ComparedQuantity, str]
    figures: Mapping[ComparedQuantity, Interval]
    comparable: Mapping[ComparedQuantity, Interval]
    counts_tokens: bool
    apart: float

    def flag(
        self,
        rule: Rule,
        text: str,
        *,
        observed: str,
        expected: str,
        severity: Severity | None = None,
    ) -> QualityFlag:
        """Return a flag on the row; the arguments are those of `Row.flag`."""
        return page_flag(
            rule,
            self.release,
            self.page,
            f"{self.where}: {text}",
            observed=observed,
            expected=expected,
            severity=severity,
            benchmark_id=self.benchmark_id,
        )


@dataclass(frozen=True, slots=True)
class HistoryView:
    """The rows of one release, and those of older releases.

    Attributes:
        facts: The facts of each row of the release, by `benchmark_id`.
        by_key: The rows of the release, by `comparison_key`.
        older: The rows of older releases by `comparison_key`: one entry a release, oldest first.
        doubted: The `benchmark_id` of older rows of which a rule doubts the figures.
    """

    facts: Mapping[str, RowFacts]
    by_key: Mapping[str, Sequence[RowFacts]]
    older: Mapping[str, Sequence[Sequence[RowFacts]]]
    doubted: Collection[str]
    _series: dict[str, tuple[RowFacts, ...]] = field(default_factory=dict, repr=False)
    _changes: dict[str, Mapping[ComparedQuantity, Change]] = field(default_factory=dict, repr=False)

    def of(self, row: Row) -> RowFacts:
        """Return the facts of a row of the release."""
        return self.facts[row.benchmark.benchmark_id]

    def series(self, row: Row) -> tuple[RowFacts, ...]:
        """Return the same row in older releases, oldest first; looked up once.

        A release in which several rows can be meant is left out: where none is tuned in the same
        way, the row must be the only one with its key in both releases.
        """
        name, key = row.benchmark.benchmark_id, row.benchmark.comparison_key
        if name not in self._series:
            own, rivals = self.facts[name], len(self.by_key[key])
            found = (self._same(own, rows, rivals) for rows in self.older.get(key, ()))
            self._series[name] = tuple(one for one in found if one)
        return self._series[name]

    def believed(self, row: Row) -> tuple[RowFacts, ...]:
        """Return the same row in older releases where no rule doubts its figures."""
        return tuple(one for one in self.series(row) if not self.is_doubted(one))

    def changes(self, row: Row) -> Mapping[ComparedQuantity, Change]:
        """Return each figure of a row beside its believed earlier values; computed once."""
        name = row.benchmark.benchmark_id
        if name not in self._changes:
            self._changes[name] = changes(self.facts[name], self.believed(row))
        return self._changes[name]

    def is_doubted(self, one: RowFacts) -> bool:
        """Return whether a rule doubts the figures of an older row."""
        return one.benchmark_id in self.doubted

    @staticmethod
    def _same(own: RowFacts, rows: Sequence[RowFacts], rivals: int) -> RowFacts | None:
        if len(rows) == 1:  # nearly always
            return rows[0] if rivals == 1 or rows[0].tuning == own.tuning else None
        alike = [one for one in rows if one.tuning == own.tuning]
        if not alike and rivals == 1:
            alike = list(rows)
        return alike[0] if len(alike) == 1 else None


@dataclass(frozen=True, slots=True)
class HistoryRule(Rule):
    """A rule over a release and the releases before it.

    `find` yields flags on rows of the release, or on rows of older releases that it reveals.
    """

    find: Callable[[ReleaseView, HistoryView], Iterable[QualityFlag]] = field(
        kw_only=True, repr=False
    )


class History:
    """The rows of the releases so far. Releases are added oldest first."""

    def __init__(self) -> None:
        self._older: dict[str, deque[tuple[RowFacts, ...]]] = defaultdict(
            lambda: deque(maxlen=MOST_RELEASES)
        )
        self._doubted: set[str] = set()

    def before(self, view: ReleaseView) -> HistoryView:
        """Return the history of a release that has not been added."""
        facts = row_facts(view)
        by_key: dict[str, list[RowFacts]] = defaultdict(list)
        for row in view.rows:
            by_key[row.benchmark.comparison_key].append(facts[row.benchmark.benchmark_id])
        return HistoryView(facts, by_key, self._older, self._doubted)

    def add(self, judged: HistoryView, doubted: Iterable[str]) -> None:
        """Add a release.

        Args:
            judged: What `before` returned for it.
            doubted: The `benchmark_id` of its rows, and of rows of older releases, of which a rule
                doubts the figures.
        """
        self._doubted.update(doubted)
        for key, rows in judged.by_key.items():
            self._older[key].append(tuple(rows))


def row_facts(view: ReleaseView) -> Mapping[str, RowFacts]:
    """Return what is kept of each row of a release, by `benchmark_id`."""
    flight = {
        name: one.factor for rows in view.by_table.values() for name, one in in_flight(rows).items()
    }
    return {
        row.benchmark.benchmark_id: _facts(row, flight.get(row.benchmark.benchmark_id))
        for row in view.rows
    }


def _facts(row: Row, apart: float | None) -> RowFacts:
    run = row.benchmark
    figures = {
        _quantity(one): printed(one.value, one.text)
        for one in row.figures.values()
        if one.value > 0
    }
    throughput = row.figures.get(THROUGHPUT)
    return RowFacts(
        release=run.release,
        benchmark_id=run.benchmark_id,
        page=row.table.page,
        where=row.where,
        tuning=tuple(getattr(run, name) for name in TUNED),
        numbers={name: number for name in NUMBERS if (number := getattr(run, name))},
        texts={_quantity(one): one.text for one in row.figures.values()},
        figures=figures,
        comparable=_comparable(figures, run.batch_size),
        counts_tokens=throughput is not None and "tokens" in throughput.unit,
        apart=apart or tokens_apart(row) or 1.0,
    )


def _comparable(
    figures: Mapping[ComparedQuantity, Interval], batch_size: int | None
) -> Mapping[ComparedQuantity, Interval]:
    found: dict[ComparedQuantity, Interval] = {}
    for quantity, figure in figures.items():
        if quantity.metric == HOURLY_RATE:
            continue
        if quantity.metric != LATENCY_P50[0]:
            found[quantity] = figure
        elif batch_size:
            found[quantity] = figure.scaled(1 / batch_size)
    return found


def _quantity(one: Measurement) -> ComparedQuantity:
    return ComparedQuantity(one.metric, one.statistic, one.unit, one.basis)
