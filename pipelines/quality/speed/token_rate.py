"""Throughput in tokens is far from what the row's times per token come to.

The time of a request is TTFT + (output length - 1) x TPOT. In that time a batch yields batch size x
output length tokens. So throughput should be the one divided by the other, or batch size / latency
per token where a table gives that. Sound rows are between 0.96 and 1.24 of it. Warning from a
factor of 1.5, error from 5. Rows that count output tokens need an output length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.contract.metrics import UNITS_BY_NAME
from pipelines.quality.context import PERCENTILES, THROUGHPUT, RowRule, metric_label, with_unit
from pipelines.quality.shared.token_times import due_throughput, tokens_apart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.contract import QualityFlag
    from pipelines.quality.context import ReleaseView, Row

# Rows that fit are below 1.3; a batch size or a figure of another row is a factor of two or more.
ODD_FACTOR = 1.5
GROSS_FACTOR = 5.0


def find(view: ReleaseView) -> Iterator[QualityFlag]:
    """Yield a flag for each row in tokens whose throughput does not fit its times per token."""
    for row in view.rows:
        due, factor = due_throughput(row), tokens_apart(row)
        if due is None or factor is None or factor < ODD_FACTOR:
            continue
        throughput = row.figures[THROUGHPUT]
        unit = UNITS_BY_NAME[throughput.unit].compared_in
        yield row.flag(
            RULE,
            f"{with_unit(throughput)} stands beside {_times(row)}, which with a batch "
            f"size of {row.benchmark.batch_size} come to {due:.4g} {unit}.",
            observed=with_unit(throughput),
            expected=f"{due:.4g} {unit}",
            severity="error" if factor >= GROSS_FACTOR else "warning",
        )


def _times(row: Row) -> str:
    """Return the times per token that a row has, for messages."""
    named = ((row.figures.get((metric, "p50")), metric) for metric in PERCENTILES)
    return " and ".join(f"a P50 {metric_label(m)} of {with_unit(one)}" for one, m in named if one)


RULE = RowRule("token-rate", ("error", "warning"), __doc__, find=find, doubts_row=True)
