"""Cost x throughput is not the hourly rate of the instance type.

Cost x throughput x 3600 / 1,000,000 is an hourly rate. It should be the one printed in the row; if
the row prints none, the one on which a majority of at least two rows of the release with that
instance type and stated basis agrees; else the one known for both. Warning from 5 percent beyond
rounding; all bundled rows are within rounding. Error from a factor of 2. A cost that
its header does not give per token, in a table in tokens, gets a warning at most: it may really be
per inference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.contract.metrics import UNITS_BY_NAME, compared_value
from pipelines.quality.context import RowRule, with_unit
from pipelines.quality.shared.due_rate import ODD_RATE, counts_of_two_kinds, due_rate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.contract import QualityFlag
    from pipelines.quality.context import ReleaseView

# A factor of 2 is another price basis or another row's figure.
GROSS_RATE = 2.0


def find(view: ReleaseView) -> Iterator[QualityFlag]:
    """Yield a flag for each row whose cost is not what its throughput costs at the hourly rate."""
    for row in view.rows:
        priced = view.priced.get(row.benchmark.benchmark_id)
        due = priced and due_rate(view, row, priced)
        if not (priced and due):
            continue
        factor = priced.rate.apart(due)
        if factor >= ODD_RATE:
            speed = compared_value(priced.throughput.value, priced.throughput.unit)
            million = due.shortest / (speed * 3600 / 1e6)
            cost = million / UNITS_BY_NAME[priced.cost.unit].factor
            sure = factor >= GROSS_RATE and not counts_of_two_kinds(priced)
            yield row.flag(
                RULE,
                f"a cost of {priced.cost.text} at {with_unit(priced.throughput)} "
                f"comes to {priced.rate.shortest:g} USD/h; "
                f"{priced.instance_type} costs {due.shortest:g} USD/h.",
                observed=priced.cost.text,
                expected=f"${cost:,.3f}",
                severity="error" if sure else "warning",
            )


RULE = RowRule("cost-rate", ("error", "warning"), __doc__, find=find, doubts_row=True)
