"""What a comparison comes to, in sentences with numbers.

This module has the sentences that open a report. Put counting in `results`; columns live in
`report`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from warehouse.comparison.results import left_out, overall_medians

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from warehouse.comparison.request import Comparison
    from warehouse.comparison.results import ComparedRow, Median

_NEW, _PRICED = "newly measured", "only changed price"
# What a row is called after: the first of these verdicts that one of its figures has.
_CALLED: Mapping[str, str] = {
    "price-basis-changed": _PRICED,
    "revised": "revised",
    "corrected": "corrected",
    "relabelled": "relabelled",
    "carried-over": "carried over",
    "added": "added",
    "removed": "removed",
}
_LEFT = "not comparable"
_HUGE = 10.0
"""From here on, a decimal of a percentage says nothing and takes the room of two columns."""


def conclusion(comparison: Comparison, rows: Sequence[ComparedRow]) -> str:
    """Return the sentence that opens a report: what was newly measured, and what else changed.

    Changes are medians, with the number of their figures in brackets.
    """
    kinds = _kinds(rows)
    sides = f"{comparison.base.name} → {comparison.target.name}"
    new = kinds.pop(_NEW, 0)
    priced = kinds.pop(_PRICED, 0)
    if new:
        text = f"{sides}: {number_of(new, 'row')} {_NEW}{_changes(overall_medians(rows))}"
    else:
        text = f"{sides}: no row {_NEW}"
    if priced:
        text += f"; {number_of(priced, 'more row' if new else 'row')} {_PRICED}"
    others = ", ".join(f"{count:,} {kind}" for kind, count in kinds.items() if count)
    return f"{text}{f'; {others}' if others else ''}."


def coverage(comparison: Comparison, rows: Sequence[ComparedRow]) -> str:
    """Return how many rows of each side have a partner on the other."""
    paired = len({row.pair for row in rows if row.is_paired})
    olds = len({row.base_benchmark_id for row in rows} - {None})
    news = len({row.target_benchmark_id for row in rows} - {None})
    return (
        f"Rows on both sides: {paired:,} (of {olds:,} of {comparison.base.name} and {news:,} of "
        f"{comparison.target.name})."
    )


def said_of_left_out(rows: Sequence[ComparedRow]) -> str:
    """Return which figures no median has, and why; empty where every one has its median."""
    found = left_out(rows)
    listed = ", ".join(f"{count:,} {reason}" for reason, count in found.items())
    return f"Figures left out of medians: {listed}." if listed else ""


def number_of(count: int, noun: str) -> str:
    """Return a number with its noun, in the plural where it is not 1."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def percent(change: float | None) -> str:
    """Return a change as a percentage with its sign; empty without a change."""
    if change is None:
        return ""
    if abs(change) >= _HUGE:
        return f"{change:+,.0%}"
    text = f"{change:+,.1%}"
    # A change that rounds to nothing is one all the same.
    return f"{change:+.2%}" if change and text[1:] == "0.0%" else text


def _changes(found: Mapping[str, Median]) -> str:
    """Return the medians of all rows, each with the number of its figures."""
    listed = ", ".join(
        f"{name} {percent(one.change)} ({one.count:,})" for name, one in found.items()
    )
    return f": {listed}" if listed else ""


def _kinds(rows: Sequence[ComparedRow]) -> dict[str, int]:
    """Count pairs, and rows without a partner, by what happened to them."""
    verdicts: dict[object, set[str]] = defaultdict(set)
    new = {row.pair for row in rows if row.remeasured}
    for row in rows:
        verdicts[row.pair].add(row.verdict)
    kinds = dict.fromkeys((_NEW, *_CALLED.values(), _LEFT), 0)
    for pair, found in verdicts.items():
        kinds[_NEW if pair in new else _kind(found)] += 1
    return kinds


def _kind(verdicts: set[str]) -> str:
    return next((kind for verdict, kind in _CALLED.items() if verdict in verdicts), _LEFT)


def lines(comparison: Comparison, rows: Sequence[ComparedRow]) -> Iterator[str]:
    """Yield the sentences that open a report."""
    yield conclusion(comparison, rows)
    yield coverage(comparison, rows)
    left = said_of_left_out(rows)
    if left:
        yield left
