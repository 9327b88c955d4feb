"""What a row prints, as rules over history compare it: its tuning and its figures.

A row that a release prints again is the same value here, so that a long history of it is compared
once. Which rows are the same lives in `past`, and how figures are compared in `moves`.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from pipelines.contract import Benchmark
from pipelines.contract.column import with_role
from pipelines.pricing.intervals import printed
from pipelines.quality.context import LATENCY_P50, THROUGHPUT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipelines.contract import Measurement
    from pipelines.pricing.intervals import Interval
    from pipelines.quality.context import Row

TUNED = with_role(Benchmark, "tuned")
HOURLY_RATE = "hourly_rate"
NUMBERS = ("batch_size", "tp_degree", "dp_degree", "pp_degree")
_tuning_of = attrgetter(*TUNED)


class ComparedQuantity(NamedTuple):
    """What two figures must share to be compared."""

    metric: str
    statistic: str
    unit: str
    basis: str | None


Cell = tuple[ComparedQuantity, float, str]
"""A figure: what it is, its value and its text."""


@dataclass(frozen=True, slots=True, eq=False)
class PrintedRow:
    """What a row prints. Two of them are told apart by identity, which costs nothing.

    Attributes:
        tuning: The columns that a vendor tunes, in the order of the contract.
        cells: The figures, in the order of the row. With `tuning`, they decide all the rest.
        numbers: The batch size and the parallel degrees that the row states, by column.
        texts: The figures as printed.
        figures: The figures as the ranges that rounding leaves.
        comparable: The figures as releases are compared in: a latency of whole requests per
            sample, because a larger batch takes longer in proportion. Times per token do not.
        counts_tokens: Whether the row's throughput counts tokens.
    """

    tuning: tuple[Any, ...]
    cells: tuple[Cell, ...]
    numbers: Mapping[str, int]
    texts: Mapping[ComparedQuantity, str]
    figures: Mapping[ComparedQuantity, Interval]
    comparable: Mapping[ComparedQuantity, Interval]
    counts_tokens: bool


def printed_row(row: Row, known: Iterable[PrintedRow] = ()) -> PrintedRow:
    """Return what a row prints: one of those that are known, where it prints the same."""
    tuning = _tuning_of(row.benchmark)
    cells = tuple((_quantity(one), one.value, one.text) for one in row.figures.values())
    for one in known:
        if one.tuning == tuning and one.cells == cells:
            return one
    return _new(tuning, cells)


def _new(tuning: tuple[Any, ...], cells: tuple[Cell, ...]) -> PrintedRow:
    tuned = dict(zip(TUNED, tuning, strict=True))
    figures = {quantity: printed(value, text) for quantity, value, text in cells if value > 0}
    return PrintedRow(
        tuning=tuning,
        cells=cells,
        numbers={name: number for name in NUMBERS if (number := tuned[name])},
        texts={quantity: text for quantity, _, text in cells},
        figures=figures,
        comparable=_comparable(figures, tuned["batch_size"]),
        counts_tokens=any(
            (one.metric, one.statistic) == THROUGHPUT and "tokens" in one.unit
            for one, _, _ in cells
        ),
    )


def _comparable(
    figures: Mapping[ComparedQuantity, Interval], batch_size: int | None
) -> Mapping[ComparedQuantity, Interval]:
    found: dict[ComparedQuantity, Interval] = {}
    for quantity, figure in figures.items():
        if quantity.metric == HOURLY_RATE:
            continue
        if quantity.metric != LATENCY_P50[0]:
            found[quantity] = figure
        elif batch_size:
            found[quantity] = figure.scaled(1 / batch_size)
    return found


def _quantity(one: Measurement) -> ComparedQuantity:
    return ComparedQuantity(one.metric, one.statistic, one.unit, one.basis)
