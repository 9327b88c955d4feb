"""How far each figure of a row is from its earlier values, and which one moved alone.

This module compares; what a move means is a rule of the folder `history`. A cost is never what
moved alone: costs follow throughput and the hourly rate, and `cost-rate` judges them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import log10
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from pipelines.contract.metrics import MONEY
from pipelines.quality.context import metric_label, printed_with_unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipelines.pricing.intervals import Interval
    from pipelines.quality.shared.printed_row import ComparedQuantity, PrintedRow
    from pipelines.quality.shared.row_facts import RowFacts

# Between two releases, sound figures that were measured again stay within a quarter of each other
# in all but a few rows, where several figures move together.
STAYED = 1.25
# Rows of a table that are run differently are often a factor below two apart: that is no sign that
# one of them is wrong. A batch size at half or twice is a factor of two.
REPAIRED = 2.0
# Figures within a tenth are as good as printed again. A single one can be so by chance.
SAME = 1.1
LEAST_SHARED = 2
OTHER_NUMBER = 1.5
# How near a power of ten a factor is that comes of a decimal point.
SLIP = 1.05
_MANY_ROWS = 10_000
"""More rows than a release prints."""


class Change(NamedTuple):
    """A figure beside its earlier values.

    Attributes:
        ratio: The figure through the median of its earlier distinct values.
        ratios: The same, as the range that the figure's rounding leaves.
        factor: How far both are apart beyond rounding; 1 where rounding can explain it.
        typical: That median, in the figure's unit; of a latency, at the batch size of today.
        since_last: How far the figure is from the last value before it, beyond rounding.
    """

    ratio: float
    ratios: Interval
    factor: float
    typical: float
    since_last: float

    @property
    def stayed(self) -> bool:
        """Whether the figure is within a quarter of its earlier values, or of the last one."""
        return min(self.factor, self.since_last) <= STAYED

    @property
    def digits(self) -> int:
        """How many digits the decimal point slipped, from a factor near a power of ten; or 0."""
        return digits_slipped(self.ratio, SLIP)


@dataclass(frozen=True, slots=True)
class LoneMove:
    """The one figure of a row that moved, in one or in all of its statistics.

    Attributes:
        moved: The figures that moved, with their changes.
        companions: The other figures, which stayed where they were.
    """

    moved: Mapping[ComparedQuantity, Change]
    companions: tuple[ComparedQuantity, ...]

    @property
    def factor(self) -> float:
        """The least factor of the figures that moved."""
        return min(change.factor for change in self.moved.values())

    @property
    def is_p50_beside_p99(self) -> bool:
        """Whether a P50 moved and its P99 stayed."""
        (first, *others) = self.moved
        p99 = first._replace(statistic="p99")
        return not others and first.statistic == "p50" and p99 in self.companions


def digits_slipped(ratio: float, nearness: float) -> int:
    """Return the exponent of the power of ten that a ratio is near; 0 where it is near none.

    Args:
        ratio: A figure through what it should be.
        nearness: The factor within which it counts as near; 1.05 for 5 percent.
    """
    exponent = round(log10(ratio))
    off = ratio / 10.0**exponent
    return exponent if max(off, 1 / off) <= nearness else 0


def shared_digits(ratios: Sequence[Interval], nearness: float) -> int | None:
    """Return the exponent of the one power of ten that all ratios are near, 0 for 1.

    None where they are not all near one, or their rounding leaves several open.

    Args:
        ratios: Figures through what they should be, as ranges.
        nearness: The factor within which one counts as near.
    """
    if not ratios:
        return None
    about = round(log10(median(one.middle for one in ratios)))
    near = [
        exponent
        for exponent in (about - 1, about, about + 1)
        if all(one.apart_from(10.0**exponent) <= nearness for one in ratios)
    ]
    return near[0] if len(near) == 1 else None


def changes(now: PrintedRow, earlier: Sequence[PrintedRow]) -> Mapping[ComparedQuantity, Change]:
    """Compare each figure of a row with the median of its earlier distinct values.

    Costs are compared with those of the same price basis.

    Args:
        now: The row.
        earlier: The same row in other releases, oldest first.
    """
    # What was printed again adds no distinct value: of a long history, a few rows are left.
    return _changes(now, tuple(dict.fromkeys(reversed(earlier))))


# Release after release, most rows are printed again after the same rows.
@lru_cache(maxsize=_MANY_ROWS)
def _changes(
    now: PrintedRow, newest_first: tuple[PrintedRow, ...]
) -> Mapping[ComparedQuantity, Change]:
    found: dict[ComparedQuantity, Change] = {}
    past = [one.comparable for one in newest_first if _compares(now, one)]
    for quantity, figure in now.comparable.items():
        before = [known for one in past if (known := one.get(quantity))]
        if before:
            typical = median({(one.low + one.high) / 2 for one in before})
            scale = now.figures[quantity].middle / figure.middle
            found[quantity] = Change(
                ratio=figure.middle / typical,
                ratios=figure.scaled(1 / typical),
                factor=figure.apart_from(typical),
                typical=typical * scale,
                since_last=figure.apart(before[0]),
            )
    return found


def lone_move(found: Mapping[ComparedQuantity, Change], least: float) -> LoneMove | None:
    """Return the one figure that moved by a factor of `least` or more; None if not just one did.

    The other figures stayed within a quarter of their earlier values. There may be none.
    """
    if not any(change.factor >= least for change in found.values()):
        return None  # nearly always
    found = without_costs(found)
    for group in _groups(found):
        moved = {quantity: found[quantity] for quantity in group}
        if not all(change.factor >= least and not change.stayed for change in moved.values()):
            continue
        others = {name: change for name, change in found.items() if name not in moved}
        if _one_way(moved.values()) and all(change.stayed for change in others.values()):
            return LoneMove(moved, tuple(others))
    return None


def without_costs(found: Mapping[ComparedQuantity, Change]) -> Mapping[ComparedQuantity, Change]:
    """Return the changes of all figures but money."""
    return {quantity: one for quantity, one in found.items() if quantity.metric not in MONEY}


def slipped_digits(move: LoneMove) -> bool:
    """Return whether all that moved is a power of ten away."""
    return all(change.digits for change in move.moved.values())


def is_repair(now: RowFacts, earlier: Sequence[RowFacts]) -> bool:
    """Return whether a row's figures fit each other far better than in all earlier releases."""
    return bool(earlier) and now.apart * REPAIRED <= min(one.apart for one in earlier)


def tuning_moved_alone(now: PrintedRow, last: PrintedRow) -> str | None:
    """Return the tuned number that changed while every figure stayed within a tenth, if one did."""
    column = _other_number(now.numbers, last.numbers)
    if column is None:
        return None  # nearly always
    shared = [name for name in now.figures if name in last.figures and name.metric not in MONEY]
    same = all(now.figures[name].apart(last.figures[name]) <= SAME for name in shared)
    return column if same and len(shared) >= LEAST_SHARED else None


def _other_number(now: Mapping[str, int], last: Mapping[str, int]) -> str | None:
    for column, number in now.items():
        before = last.get(column, number)
        if max(number / before, before / number) >= OTHER_NUMBER:
            return column
    return None


def _groups(found: Iterable[ComparedQuantity]) -> Iterator[tuple[ComparedQuantity, ...]]:
    """Yield each figure, and the statistics of each metric together."""
    metrics: dict[str, list[ComparedQuantity]] = {}
    for quantity in found:
        metrics.setdefault(quantity.metric, []).append(quantity)
    for of_metric in metrics.values():
        yield from ((quantity,) for quantity in of_metric)
        if len(of_metric) > 1:
            yield tuple(of_metric)


def _one_way(moved: Iterable[Change]) -> bool:
    return len({change.ratio > 1 for change in moved}) == 1


def _compares(now: PrintedRow, one: PrintedRow) -> bool:
    if now.counts_tokens or one.counts_tokens:
        return now.tuning == one.tuning
    return True


def printed_figures(row: PrintedRow, move: LoneMove) -> str:
    """Return the figures that moved as the row prints them, for messages."""
    return ", ".join(
        f"{_statistic(one)}{metric_label(one.metric)} {printed_with_unit(row.texts[one], one.unit)}"
        for one in move.moved
    )


def typical_figures(move: LoneMove) -> str:
    """Return the earlier values of the figures that moved, for messages."""
    return ", ".join(f"about {change.typical:.4g}" for change in move.moved.values())


def _statistic(one: ComparedQuantity) -> str:
    return "" if one.statistic == "mean" else f"{one.statistic.upper()} "
