"""The hourly rate that a row with a cost should have, and how far its own rate is from it.

This module answers that for the rules in `money` and `rows`. How rates are recovered from costs
lives in `hourly_rates`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.pricing.intervals import printed

if TYPE_CHECKING:
    from pipelines.pricing.hourly_rates import PricedRow
    from pipelines.pricing.intervals import Interval
    from pipelines.quality.context import ReleaseView, Row

# Rounding is taken out by the ranges before anything is compared. A twentieth is then more than
# any row of the bundled releases needs, and less than any change of the price basis.
ODD_RATE = 1.05
_STATED = ("hourly_rate", "stated")


def due_rate(view: ReleaseView, row: Row, priced: PricedRow) -> Interval | None:
    """Return the rate that a row should have, in USD/h; None where nothing says it.

    The row's own printed rate goes first, then the rate that most rows imply, then the known one.
    Where the page's other rows contradict its stated basis, the known rate is not used.
    """
    stated = stated_rate(row)
    if stated:
        return stated
    rate = view.rates[priced.key]
    if rate.sure:
        return rate.range
    return None if row.table.page in view.misstated else rate.known


def stated_rate(row: Row) -> Interval | None:
    """Return the hourly rate that a row prints, in USD/h; None where it prints none."""
    stated = row.figures.get(_STATED)
    return printed(stated.value, stated.text) if stated and stated.value > 0 else None


def rate_factor(view: ReleaseView, row: Row) -> float | None:
    """Return how far a row's own rate is from the rate it should have; 1 where it fits.

    None where the row has no cost, or nothing says what the rate should be.
    """
    priced = view.priced.get(row.benchmark.benchmark_id)
    due = priced and due_rate(view, row, priced)
    return priced.rate.apart(due) if priced and due else None


def counts_of_two_kinds(priced: PricedRow) -> bool:
    """Return whether throughput counts tokens and the cost, by its header, does not."""
    return "tokens" in priced.throughput.unit and "tokens" not in priced.cost.unit
