"""One figure of a row jumped in an older release, and a newer release prints the old value again.

The flag is on the older releases, where the value was that is probably wrong. It appears once a
newer release is in the dataset. Before and after the jump all figures are within a quarter of each
other, and between them one figure alone is out: by a factor of 3 or more it is an error, from 2 a
warning. A value that a rule doubts already is not flagged again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.quality.history.figure_moved_alone import GROSS_FACTOR, ODD_FACTOR
from pipelines.quality.shared.moves import (
    changes,
    lone_move,
    printed_figures,
    typical_figures,
    without_costs,
)
from pipelines.quality.shared.past import HistoryRule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipelines.contract import QualityFlag
    from pipelines.quality.context import ReleaseView
    from pipelines.quality.shared.moves import LoneMove
    from pipelines.quality.shared.past import HistoryView
    from pipelines.quality.shared.row_facts import RowFacts


def find(view: ReleaseView, history: HistoryView) -> Iterator[QualityFlag]:
    """Yield a flag for each older row from which this release jumps back."""
    for row in view.rows:
        now = history.of(row)
        for odd, move in _jumped(now, history.series(row)):
            if move.companions and not history.is_doubted(odd):
                yield _flag(odd, move, view.release)


def _jumped(now: RowFacts, series: Sequence[RowFacts]) -> Sequence[tuple[RowFacts, LoneMove]]:
    """Return the newest rows of a series that are out while the row before them is as today.

    Each row comes with its one figure that is out.
    """
    if series and series[-1].printed is now.printed:
        return ()  # nearly always
    stretch: list[tuple[RowFacts, LoneMove]] = []
    for one in reversed(series):
        found = without_costs(changes(one.printed, (now.printed,)))
        if found and all(change.stayed for change in found.values()):
            return stretch
        move = lone_move(found, ODD_FACTOR)
        if not move:
            return ()
        stretch.append((one, move))
    return ()


def _flag(odd: RowFacts, move: LoneMove, release: str) -> QualityFlag:
    observed, expected = printed_figures(odd.printed, move), typical_figures(move)
    return odd.flag(
        RULE,
        f"{observed}: a release before it and {release} print {expected}, and its other figures "
        "are the same.",
        observed=observed,
        expected=expected,
        severity="error" if move.factor >= GROSS_FACTOR else "warning",
    )


RULE = HistoryRule("jumped-back", ("error", "warning"), __doc__, find=find)
