"""One figure of a row moved far from its earlier values, and its other figures stayed.

Throughput and latency of one run move together: a row that is twice as fast has half the latency.
So one figure that moves alone is probably a slip of the hand or a figure of another row. It is
compared with the median of the distinct values that older releases print for the same row, except
those that a rule doubts. The other figures must be within a quarter of theirs.

- Error: a factor of 3 or more.
- Warning: a factor of 2 or more. A row that is run in another way, with two batches in flight where
  there was one, doubles its latency and keeps its throughput.
- Warning: a P50 that moved by a factor of 1.5 or more while its P99 stayed. Both are of one sample.
- Warning: a row has no other figure, such as a training run, and moved by a factor of 2 or more
  while it is tuned as before. `decimal-slip` has the factor of ten.

A repair is not flagged: where the new figures fit each other better than the earlier ones did, the
earlier ones were wrong. Costs are not compared, because they follow throughput and price.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.quality.shared.moves import (
    is_repair,
    lone_move,
    printed_figures,
    slipped_digits,
    tuning_moved_alone,
    typical_figures,
)
from pipelines.quality.shared.past import HistoryRule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipelines.contract import QualityFlag, Severity
    from pipelines.quality.context import ReleaseView
    from pipelines.quality.shared.moves import LoneMove
    from pipelines.quality.shared.past import HistoryView
    from pipelines.quality.shared.row_facts import RowFacts

# Of all rows on real pages that were run in another way, none moved one figure by 2.3 or more, and
# none moved its P50 without its P99.
GROSS_FACTOR = 3.0
ODD_FACTOR = 2.0
P50_FACTOR = 1.5


def find(view: ReleaseView, history: HistoryView) -> Iterator[QualityFlag]:
    """Yield a flag for each row of which one figure moved alone."""
    for row in view.rows:
        move = lone_move(history.changes(row), P50_FACTOR)
        if not move:
            continue
        now, earlier = history.of(row), history.believed(row)
        if not is_repair(now, earlier) and not tuning_moved_alone(now.printed, earlier[-1].printed):
            severity = _severity(move, now, earlier)
            if severity:
                yield _flag(now, move, severity)


def _severity(move: LoneMove, now: RowFacts, earlier: Sequence[RowFacts]) -> Severity | None:
    least = P50_FACTOR if move.is_p50_beside_p99 else ODD_FACTOR
    if move.factor < least:
        return None
    if move.companions:
        return "error" if move.factor >= GROSS_FACTOR else "warning"
    if now.printed.tuning != earlier[-1].printed.tuning or slipped_digits(move):
        return None
    return "warning"


def _flag(now: RowFacts, move: LoneMove, severity: Severity) -> QualityFlag:
    observed, expected = printed_figures(now.printed, move), typical_figures(move)
    stayed = "its other figures stayed" if move.companions else "the row is tuned as before"
    return now.flag(
        RULE,
        f"{observed}: older releases print {expected}, and {stayed}.",
        observed=observed,
        expected=expected,
        severity=severity,
    )


RULE = HistoryRule("figure-moved-alone", ("error", "warning"), __doc__, find=find)
