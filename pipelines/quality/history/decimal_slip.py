"""The only figure of a row is a power of ten away from its earlier values.

The factor is within 5 percent of 10, 100 or more, up or down, and the row has no other figure that
could say which is right: it is a training run that prints a throughput alone. Runs change by
percents, and a decimal point slips by a power of ten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.quality.shared.moves import lone_move, slipped_digits
from pipelines.quality.shared.past import HistoryRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.contract import QualityFlag
    from pipelines.quality.context import ReleaseView
    from pipelines.quality.shared.past import HistoryView

_LEAST = 5.0


def find(view: ReleaseView, history: HistoryView) -> Iterator[QualityFlag]:
    """Yield a flag for each row whose only figure moved by a power of ten."""
    for row in view.rows:
        now = history.of(row)
        move = lone_move(history.changes(row), _LEAST)
        if move and not move.companions and slipped_digits(move):
            ((quantity, change),) = move.moved.items()
            text = now.printed.texts[quantity]
            yield now.flag(
                RULE,
                f"{text} {quantity.unit}: older releases print about {change.typical:.5g}, a "
                f"factor of {10 ** abs(change.digits)} away.",
                observed=text,
                expected=f"about {change.typical:.5g}",
            )


RULE = HistoryRule("decimal-slip", ("error",), __doc__, find=find)
