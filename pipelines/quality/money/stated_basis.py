"""The price basis that a page states is not the one that its figures imply.

The notes state a price basis, and the figures imply another rate than the one known for it, by more
than a factor of 1.2 (the two bases are a factor of two apart; a price may change by a few percent).
It takes two rows of one instance type that agree, each of which leaves no room for the known rate:
a row alone contradicts itself, not the note, and `cost-rate` finds it. The flag is on the page.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pipelines.quality.context import RowRule
from pipelines.quality.flags import page_flag

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pipelines.contract import QualityFlag
    from pipelines.pricing.hourly_rates import ImpliedRate
    from pipelines.quality.context import ReleaseView


def find(view: ReleaseView) -> Iterator[QualityFlag]:
    """Yield a flag for each page and stated basis that the page's figures contradict."""
    wrong: dict[tuple[str, str | None], dict[str, ImpliedRate]] = defaultdict(dict)
    for row in view.rows:
        priced = view.priced.get(row.benchmark.benchmark_id)
        rate = priced and view.rates[priced.key]
        if rate and rate.agrees is False and row.table.page in view.misstated:
            wrong[row.table.page, rate.stated_basis][rate.instance_type] = rate
    for (page, basis), rates in wrong.items():
        yield _flag(view.release, page, basis, rates.values())


def _flag(
    release: str, page: str, basis: str | None, rates: Collection[ImpliedRate]
) -> QualityFlag:
    implied = " and ".join(f"{r.usd_per_hour:g} USD/h for {r.instance_type}" for r in rates)
    known = " and ".join(f"{r.known.shortest:g} USD/h" for r in rates if r.known)
    return page_flag(
        RULE,
        release,
        page,
        f"The notes of {page} state the {basis} hourly rate, which is {known}; the "
        f"figures imply {implied}.",
        observed=implied,
        expected=known,
    )


RULE = RowRule("stated-basis", ("error",), __doc__, find=find)
