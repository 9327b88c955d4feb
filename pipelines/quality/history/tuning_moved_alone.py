"""The batch size or a parallel degree of a row changed, and all its figures stayed.

It differs from that of the last release by a factor of 1.5 or more, and every figure is within a
tenth. A larger batch takes longer and more NeuronCores are faster, so the number is probably wrong,
here or before. A repair is not flagged: where the figures fit the new number better, or a rule
doubts the row of the last release, the earlier number was wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.quality.shared.moves import is_repair, tuning_moved_alone
from pipelines.quality.shared.past import HistoryRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.contract import QualityFlag
    from pipelines.quality.context import ReleaseView
    from pipelines.quality.shared.past import HistoryView


def find(view: ReleaseView, history: HistoryView) -> Iterator[QualityFlag]:
    """Yield a flag for each row of which only a number that is tuned changed."""
    for row in view.rows:
        now, series = history.of(row), history.series(row)
        if not series or history.is_doubted(series[-1]):
            continue
        last = series[-1]
        column = tuning_moved_alone(now.printed, last.printed)
        if column and not is_repair(now, (last,)):
            name = column.replace("_", " ")
            yield now.flag(
                RULE,
                f"its {name} is {now.printed.numbers[column]}; {last.release} prints "
                f"{last.printed.numbers[column]} with the same figures.",
                observed=f"{name} {now.printed.numbers[column]}",
                expected=f"{name} {last.printed.numbers[column]}",
            )


RULE = HistoryRule("tuning-moved-alone", ("warning",), __doc__, find=find)
