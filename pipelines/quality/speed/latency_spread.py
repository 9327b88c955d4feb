"""A P99 is more than four times its P50.

The widest pair of all releases is 2.54. A P99 far above that is probably a slip of a digit or the
figure of another row; it can also be a system that stalls now and then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.pricing.intervals import compared
from pipelines.quality.context import PERCENTILES, RowRule, metric_label, with_unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.contract import QualityFlag
    from pipelines.quality.context import ReleaseView

# The widest pair of 2,324 on real pages is 2.54. A slip of a digit gives 10 or more, and a P50 that
# is a quarter of the true one gives a little more than 4.
WIDE = 4.0


def find(view: ReleaseView) -> Iterator[QualityFlag]:
    """Yield a flag for each P99 that is above four times its P50, whatever rounding hides."""
    for row in view.rows:
        for metric in PERCENTILES:
            p50, p99 = row.figures.get((metric, "p50")), row.figures.get((metric, "p99"))
            if not (p50 and p99 and p99.value > 0 and p50.value > 0):
                continue
            low, high = compared(p50), compared(p99)
            if high.middle > low.middle and high.apart(low) > WIDE:
                yield row.flag(
                    RULE,
                    f"its {metric_label(metric)} has a P99 of {with_unit(p99)}, more than {WIDE:g} "
                    f"times its P50 of {with_unit(p50)}.",
                    observed=f"P99 {with_unit(p99)}",
                    expected=f"at most {WIDE * p50.value:g} {p50.unit}",
                )


RULE = RowRule("latency-spread", ("warning",), __doc__, find=find, doubts_row=True)
