"""A figure is also that of another row of its column, and fits only that row.

A throughput, P50 or cost of at least four digits is in two rows of one column. The row where it
fits the other figures within a quarter owns it, unless its cost contradicts its throughput. A row
where it is out by a factor of three or more has it by mistake. `concurrency` says whether a
throughput or a P50 fits, `cost-rate` whether a cost does. Where it fits both rows or neither, there
is no flag. Two rows share four digits by chance once in thousands; they often share `0.08`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pipelines.pricing.intervals import significant_digits
from pipelines.quality.context import COST, LATENCY_P50, THROUGHPUT, RowRule
from pipelines.quality.shared.due_rate import rate_factor
from pipelines.quality.shared.in_flight import in_flight

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipelines.contract import QualityFlag
    from pipelines.quality.context import Figure, ReleaseView, Row

# Two different rows share four digits by chance once in thousands; 0.08 they share often.
LEAST_DIGITS = 4
# Where a figure belongs, its row's other figures fit within a quarter. A batch size that is printed
# at half or twice puts a row out by two, and its figures are its own all the same: so a figure is
# another row's from three.
BELONGS = 1.25
CANNOT_BELONG = 3.0


def find(view: ReleaseView) -> Iterator[QualityFlag]:
    """Yield a flag for each figure that fits another row of its column and not its own."""
    for rows in view.by_table.values():
        flight = {name: one.factor for name, one in in_flight(rows).items()}
        rates = {row.benchmark.benchmark_id: rate_factor(view, row) for row in rows}
        for figure, factors in ((THROUGHPUT, flight), (LATENCY_P50, flight), (COST, rates)):
            for same in _sharing(rows, figure):
                owners = [row for row in same if _owns(row, factors, rates)]
                yield from _misplaced(same, owners, figure, factors)


def _sharing(rows: Sequence[Row], figure: Figure) -> Iterator[Sequence[Row]]:
    """Yield the groups of a table's rows that share a figure of enough digits."""
    groups: dict[float, list[Row]] = defaultdict(list)
    for row in rows:
        found = row.figures.get(figure)
        if found and significant_digits(found.text) >= LEAST_DIGITS:
            groups[found.value].append(row)
    return (group for group in groups.values() if len(group) > 1)


def _owns(row: Row, factors: Mapping[str, float | None], rates: Mapping[str, float | None]) -> bool:
    """Return whether a figure fits its row; a row whose cost contradicts it owns nothing."""
    factor, rate = (one.get(row.benchmark.benchmark_id) for one in (factors, rates))
    return factor is not None and max(factor, rate or 1.0) <= BELONGS


def _misplaced(
    same: Sequence[Row],
    owners: Sequence[Row],
    figure: Figure,
    factors: Mapping[str, float | None],
) -> Iterator[QualityFlag]:
    """Yield a flag for each of the rows in which the figure cannot belong, if one row owns it."""
    for row in same:
        factor = factors.get(row.benchmark.benchmark_id)
        if owners and factor and factor >= CANNOT_BELONG:
            yield _flag(row, owners[0], figure)


def _flag(row: Row, owner: Row, figure: Figure) -> QualityFlag:
    text = row.figures[figure].text
    return row.flag(
        RULE,
        f"its {figure[0]} of {text} is also that of row {owner.benchmark.row} "
        f"({owner.benchmark.model}), whose other figures it fits; here they contradict it.",
        observed=text,
        expected="a figure of its own",
    )


RULE = RowRule("repeated-value", ("error",), __doc__, find=find, doubts_row=True)
