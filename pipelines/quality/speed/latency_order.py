"""A P50 is above its P99.

The P50 is above the P99 of the same latency, TTFT, TPOT or latency per token. This is impossible,
so it is an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.pricing.intervals import compared
from pipelines.quality.context import PERCENTILES, RowRule, metric_label, with_unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.contract import QualityFlag
    from pipelines.quality.context import ReleaseView


def find(view: ReleaseView) -> Iterator[QualityFlag]:
    """Yield a flag for each P50 that is above its P99."""
    for row in view.rows:
        for metric in PERCENTILES:
            p50, p99 = row.figures.get((metric, "p50")), row.figures.get((metric, "p99"))
            if p50 and p99 and compared(p50).middle > compared(p99).middle:
                yield row.flag(
                    RULE,
                    f"its {metric_label(metric)} has a P50 of {with_unit(p50)} above its P99 of "
                    f"{with_unit(p99)}.",
                    observed=f"P50 {with_unit(p50)}",
                    expected=f"at most {with_unit(p99)}",
                )


RULE = RowRule("latency-order", ("error",), __doc__, find=find, doubts_row=True)
