"""Rules on costs: what they say together with throughput and the hourly rate of the instance.

Here belong rules that need a rate. How rates are recovered stands in `hourly_rates`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pipelines.contract import QualityFlag
from pipelines.pricing.hourly_rates import known_rate
from pipelines.pricing.intervals import printed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.pricing.hourly_rates import ImpliedRate, PricedRow
    from pipelines.pricing.intervals import Interval
    from pipelines.quality.context import ReleaseView, Row

# Rounding is taken out by the ranges before anything is compared. A twentieth is then more than
# any row of the bundled releases needs, and less than any change of the price basis.
ODD_RATE = 1.05
# A factor of 2 is another price basis or another row's figure.
GROSS_RATE = 2.0
_STATED = ("hourly_rate", "stated")


def rate_factor(view: ReleaseView, row: Row) -> float | None:
    """Return how far a row's own hourly rate is from the rate it should have; 1 where it fits.

    Null where the row has no cost, or nothing says what the rate should be.
    """
    priced = view.priced.get(row.benchmark.benchmark_id)
    due = priced and _due_rate(view, row, priced)
    return priced.rate.apart(due) if priced and due else None


def cost_rate(view: ReleaseView) -> Iterator[QualityFlag]:
    """Flag rows whose cost is not what their throughput costs at the hourly rate."""
    for row in view.rows:
        priced = view.priced.get(row.benchmark.benchmark_id)
        due = priced and _due_rate(view, row, priced)
        if not (priced and due):
            continue
        factor = priced.rate.apart(due)
        if factor >= ODD_RATE:
            cost = due.shortest / (priced.throughput.value * 3600 / 1e6)
            yield row.flag(
                "cost-rate",
                "error" if factor >= GROSS_RATE and not _of_two_kinds(priced) else "warning",
                f"a cost of {priced.cost.text} at {priced.throughput.text} "
                f"{priced.throughput.unit} comes to {priced.rate.shortest:g} USD/h; "
                f"{priced.instance_type} costs {due.shortest:g} USD/h.",
                observed=priced.cost.text,
                expected=f"${cost:,.3f}",
            )


def cost_unit(view: ReleaseView) -> Iterator[QualityFlag]:
    """Flag costs that are per 1M tokens, by their figures, under a header that says otherwise."""
    for row in view.rows:
        priced = view.priced.get(row.benchmark.benchmark_id)
        known = priced and known_rate(priced.key)
        if priced and known and _of_two_kinds(priced) and priced.rate.apart(known) < ODD_RATE:
            yield row.flag(
                "cost-unit",
                "warning",
                f"{priced.cost.text} stands under a header of {priced.cost.unit}, and is what 1M "
                f"tokens cost at {priced.throughput.text} {priced.throughput.unit} and "
                f"{known.shortest:g} USD/h.",
                observed=priced.cost.unit,
                expected="USD per 1M tokens",
            )


def stated_basis(view: ReleaseView) -> Iterator[QualityFlag]:
    """Flag pages whose notes state a price basis that their figures contradict.

    One row alone does not contradict a note: that is its own fault, and `cost_rate` finds it.
    """
    wrong: dict[tuple[str, str | None], dict[str, ImpliedRate]] = defaultdict(dict)
    for row in view.rows:
        priced = view.priced.get(row.benchmark.benchmark_id)
        rate = priced and view.rates[priced.key]
        if rate and rate.agrees is False and row.table.page in view.misstated:
            wrong[row.table.page, rate.stated_basis][rate.instance_type] = rate
    for (page, basis), rates in wrong.items():
        implied = " and ".join(f"{r.usd_per_hour:g} USD/h for {n}" for n, r in rates.items())
        known = " and ".join(f"{r.known.shortest:g} USD/h" for r in rates.values() if r.known)
        yield QualityFlag(
            release=view.release,
            benchmark_id=None,
            page=page,
            rule="stated-basis",
            severity="error",
            message=f"The notes of {page} state the {basis} hourly rate, which is {known}; the "
            f"figures imply {implied}.",
            observed=implied,
            expected=known,
        )


def _of_two_kinds(priced: PricedRow) -> bool:
    """Return whether throughput counts tokens and the cost, by its header, does not."""
    return "tokens" in priced.throughput.unit and "tokens" not in priced.cost.unit


def _due_rate(view: ReleaseView, row: Row, priced: PricedRow) -> Interval | None:
    """Return the rate that a row should have: as it prints itself, as most rows imply, as known.

    Where the page's other rows contradict its stated basis, the rate known for it says nothing.
    """
    stated = row.figures.get(_STATED)
    if stated and stated.value > 0:
        return printed(stated.value, stated.text)
    rate = view.rates[priced.key]
    if rate.sure:
        return rate.range
    return None if row.table.page in view.misstated else rate.known
