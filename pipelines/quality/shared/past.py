"""Rows of older releases: what a rule over history looks at, and how it is gathered.

`History` takes releases, oldest first, and hands each a read-only `HistoryView` of those before it.
Put what rules over history share here; how a figure is compared with earlier ones lives in `moves`,
and the rules themselves in the folder `history`.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.quality.rule import Rule
from pipelines.quality.shared.moves import changes
from pipelines.quality.shared.row_facts import row_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from pipelines.contract import QualityFlag
    from pipelines.quality.context import ReleaseView, Row
    from pipelines.quality.shared.moves import Change
    from pipelines.quality.shared.printed_row import ComparedQuantity
    from pipelines.quality.shared.row_facts import Older, RowFacts

# A series of more releases than that is judged by its newest ones. It bounds the memory of a walk
# over many releases, and the median of so many figures does not move with one more.
MOST_RELEASES = 32


@dataclass(frozen=True, slots=True)
class HistoryView:
    """The rows of one release, and those of older releases.

    Attributes:
        facts: The facts of each row of the release, by `benchmark_id`.
        by_key: The rows of the release, by `comparison_key`.
        older: The rows of older releases.
        doubted: The `benchmark_id` of older rows of which a rule doubts the figures.
    """

    facts: Mapping[str, RowFacts]
    by_key: Mapping[str, Sequence[RowFacts]]
    older: Older
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
            self._series[name] = tuple(
                one for rows in self.older.get(key, ()) if (one := _same(own, rows, rivals))
            )
        return self._series[name]

    def believed(self, row: Row) -> tuple[RowFacts, ...]:
        """Return the same row in older releases where no rule doubts its figures."""
        return tuple(one for one in self.series(row) if not self.is_doubted(one))

    def changes(self, row: Row) -> Mapping[ComparedQuantity, Change]:
        """Return each figure of a row beside its believed earlier values; computed once."""
        name = row.benchmark.benchmark_id
        if name not in self._changes:
            earlier = [one.printed for one in self.believed(row)]
            self._changes[name] = changes(self.facts[name].printed, earlier)
        return self._changes[name]

    def is_doubted(self, one: RowFacts) -> bool:
        """Return whether a rule doubts the figures of an older row."""
        return one.benchmark_id in self.doubted


@dataclass(frozen=True, slots=True)
class HistoryRule(Rule):
    """A rule over a release and the releases before it.

    `find` yields flags on rows of the release, or on rows of older releases that it reveals.
    """

    find: Callable[[ReleaseView, HistoryView], Iterable[QualityFlag]] = field(
        kw_only=True, repr=False
    )


def _same(own: RowFacts, rows: Sequence[RowFacts], rivals: int) -> RowFacts | None:
    if rivals == 1 and len(rows) == 1:
        return rows[0]  # nearly always
    alike = [one for one in rows if one.printed.tuning == own.printed.tuning]
    if not alike and rivals == 1:
        alike = list(rows)
    return alike[0] if len(alike) == 1 else None


class History:
    """The rows of the releases so far. Releases are added oldest first."""

    def __init__(self) -> None:
        self._older: dict[str, deque[tuple[RowFacts, ...]]] = defaultdict(
            lambda: deque(maxlen=MOST_RELEASES)
        )
        self._doubted: set[str] = set()

    def before(self, view: ReleaseView) -> HistoryView:
        """Return the history of a release that has not been added."""
        facts = row_facts(view, self._older)
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
