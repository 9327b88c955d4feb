"""The same run with the same figures is in both tabs; the second is flagged.

The tabs are "Throughput optimized" and "Latency optimized". Without the flagged rows, each run
counts once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.quality.context import RowRule
from pipelines.quality.shared.same_run import run_and_figures

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from pipelines.contract import QualityFlag
    from pipelines.quality.context import ReleaseView, Row


def find(view: ReleaseView) -> Iterator[QualityFlag]:
    """Yield a flag for the second of two rows alike in all but their tab."""
    first: dict[Hashable, Row] = {}
    for row in view.rows:
        twin = first.setdefault((row.table.page, *run_and_figures(row)), row)
        if twin.table.tab != row.table.tab:
            yield row.flag(
                RULE,
                f"the same run with the same figures stands in row {twin.benchmark.row} of "
                f"[{twin.table.tab}].",
                observed=row.table.tab or "no tab",
                expected=twin.table.tab or "no tab",
            )


RULE = RowRule("same-row-in-both-tabs", ("info",), __doc__, find=find)
