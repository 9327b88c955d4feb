"""A cost under another header is per 1M tokens, by its figures.

Throughput is in tokens/s, the header of the cost says inferences, and cost x throughput is the rate
known for the instance type and stated basis: the figure is USD per 1M tokens. A cost that really is
per inference would miss the rate by the length of the output. The published unit stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.pricing.hourly_rates import known_rate
from pipelines.quality.context import RowRule, with_unit
from pipelines.quality.shared.due_rate import ODD_RATE, counts_of_two_kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.contract import QualityFlag
    from pipelines.quality.context import ReleaseView


def find(view: ReleaseView) -> Iterator[QualityFlag]:
    """Yield a flag for each cost that is per 1M tokens under a header that says otherwise."""
    for row in view.rows:
        priced = view.priced.get(row.benchmark.benchmark_id)
        known = priced and known_rate(priced.key)
        if not (priced and known and counts_of_two_kinds(priced)):
            continue
        if priced.rate.apart(known) < ODD_RATE:
            yield row.flag(
                RULE,
                f"{priced.cost.text} stands under a header of {priced.cost.unit}, and is what 1M "
                f"tokens cost at {with_unit(priced.throughput)} and "
                f"{known.shortest:g} USD/h.",
                observed=priced.cost.unit,
                expected="USD per 1M tokens",
            )


RULE = RowRule("cost-unit", ("warning",), __doc__, find=find)
