"""Throughput x P50 / batch size is far from what the table's other rows give.

Little's law: throughput x P50 / batch size is the number of batches in flight, and the rows of one
table are mostly run alike. A table is *tight* if it has at least 5 rows and two thirds of them are
within a tenth of its median.

- Error: fewer than 0.2 batches in flight, in any table. A measurement of throughput keeps at least
  one batch in flight; the lowest of all sound rows is 0.94. Also an error: a factor of 5 or more
  from the median of a tight table, unless exactly one batch is in flight.
- Warning: a factor of 1.5 or more from the median of a tight table, or 5 from that of any other.
  Batches in flight are whole numbers, so 2 and 3 are the nearest that differ.
- Never flagged: batch size 1 with one batch in flight, the plainest way to run.

Tables that are spread are not tight and give no warning, such as vision transformers of 2.17.0 (1
to 4) and inf1 throughput (3.8 to 12). `token-rate` judges the rows in tokens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.quality.context import LATENCY_P50, THROUGHPUT, RowRule, with_unit
from pipelines.quality.shared.in_flight import in_flight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.contract import QualityFlag, Severity
    from pipelines.quality.context import ReleaseView, Row
    from pipelines.quality.shared.in_flight import InFlight

# Rows that are only run differently are at most a factor of 4 from the median of their table: one
# batch in flight where the others keep four.
GROSS_FACTOR = 5.0
# Batches in flight come in whole numbers, so rows of a tight table that really differ are at
# least a factor of 1.5 apart (2 and 3). Rows that fit stay below 1.2.
ODD_FACTOR = 1.5
# A measurement of throughput keeps at least one batch in flight; the lowest of all rows that fit
# their table is 0.94. Less than a fifth says that the accelerator idled: one of the two figures
# belongs to another row.
IDLE = 0.2


def find(view: ReleaseView) -> Iterator[QualityFlag]:
    """Yield a flag for each row whose throughput and P50 do not belong together."""
    for rows in view.by_table.values():
        measured = in_flight(rows)
        for row in rows:
            found = measured.get(row.benchmark.benchmark_id)
            severity = found and _severity(found, row.benchmark.batch_size)
            if found and severity:
                yield _flag(row, found, severity)


def _severity(found: InFlight, batch_size: int | None) -> Severity | None:
    # One sample after the other is the plainest way to run, whatever the table's other rows do.
    if found.one_at_a_time and batch_size == 1:
        return None
    gross = found.factor >= GROSS_FACTOR and not found.one_at_a_time
    if found.batches.high < IDLE or (found.tight and gross):
        return "error"
    if found.factor >= GROSS_FACTOR or (found.tight and found.factor >= ODD_FACTOR):
        return "warning"
    return None


def _flag(row: Row, found: InFlight, severity: Severity) -> QualityFlag:
    throughput, latency = row.figures[THROUGHPUT], row.figures[LATENCY_P50]
    return row.flag(
        RULE,
        f"{with_unit(throughput)} at a P50 of {with_unit(latency)} and a batch size of "
        f"{row.benchmark.batch_size} is {found.batches.middle:.3g} batches in flight; its table's "
        f"median is {found.median:.3g}.",
        observed=f"{found.batches.middle:.3g} batches in flight",
        expected=f"{found.median:.3g} batches in flight",
        severity=severity,
    )


RULE = RowRule("concurrency", ("error", "warning"), __doc__, find=find, doubts_row=True)
