"""A comparison as text for a terminal: its conclusion, counts, medians, and the rows by effect.

This module has columns and colours; no colour says what no word says. Sentences live in
`conclusion` and `dead_ends`, which rows are listed in `shown`.
"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from warehouse.comparison import conclusion, dead_ends, shown
from warehouse.comparison.conclusion import percent
from warehouse.comparison.prices.own_prices import said_of_prices
from warehouse.comparison.results import MEASURES, ComparedRow, counts, medians, what
from warehouse.comparison.verdicts import VERDICTS
from warehouse.visible import visible_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from warehouse.comparison.request import Comparison, Meant

    _Paint = Callable[[str, "ComparedRow"], str]

_MARKS = {
    "improved": "▲",
    "regressed": "▼",
    "unchanged": "=",
    "carried-over": "·",
    "relabelled": "·",
    "revised": "~",
    "corrected": "~",
    "added": "+",
    "removed": "-",
    "not-comparable": "≠",
    "price-basis-changed": "$",
}
_GREEN, _RED, _PLAIN = "\033[32m", "\033[31m", "\033[0m"

_FIGURES = f"{'verdict':<16} {'change':>8}  {'what':<17} {'from':>9} {'to':>9}"
_FIXED = len(_FIGURES) + 2
"""Characters before the column that names the row."""
_LEAST_NAME = 30
"""Characters of that column at least; on a narrower terminal a row's name has its own line."""
_COUNTED = 41
"""Characters before what a verdict means."""
_GROUP, _CELL = 27, 17
"""Characters of a group's name and of a median beside it."""


def heading(comparison: Comparison) -> str:
    """Return what the names of the releases mean."""
    sides = (comparison.base, comparison.target)
    stands = "; ".join(f"{s.written} means {s.name}" for s in sides if _stands_for_other(s))
    against = f"{comparison.base.name} against {comparison.target.name}"
    return f"{stands}." if stands else f"{against}."


def _stands_for_other(side: Meant) -> bool:
    return bool(side.releases) and side.name != side.written.removeprefix("v")


def report(comparison: Comparison, rows: Sequence[ComparedRow], *, width: int, color: bool) -> str:
    """Return the whole text.

    Args:
        comparison: What was asked.
        rows: All rows that the filters leave, whatever `--only` lists.
        width: Characters across; no line is longer.
        color: Whether changes for the better and worse are coloured.
    """
    if not rows:
        lines = [heading(comparison), dead_ends.why_empty(comparison)]
        return "\n".join([*_all_wrapped(lines, width), ""])
    lines = [*_all_wrapped(_opening(comparison, rows), width), ""]
    lines += [*_counts(rows, width), *_medians(rows, width)]
    lines += _listed(comparison, rows, width, _painted if color else _unpainted)
    return "\n".join([*lines, ""])


def _opening(comparison: Comparison, rows: Sequence[ComparedRow]) -> Iterator[str]:
    first, *more = conclusion.lines(comparison, rows)
    yield first
    if comparison.prices:
        yield said_of_prices(comparison.prices)
    yield f"{heading(comparison)} {_axis(comparison)}"
    yield " ".join(more)
    yield from map(str, dead_ends.sections_gone(comparison))
    yield from dead_ends.where_they_ended(comparison, rows)
    yield from comparison.software()


def _axis(comparison: Comparison) -> str:
    compared = {
        "published": "What their pages say is compared",
        "measured": "Rows measured on them are compared",
    }[comparison.question.axis]
    return f"{compared}; unchanged means within {100 * comparison.question.tolerance:.3g} %."


def _counts(rows: Sequence[ComparedRow], width: int) -> Iterator[str]:
    yield "  figures   rows"
    for count in counts(rows):
        start = f"{count.figures:>9,}{count.rows:>7,}  {_MARKS[count.verdict]} {count.verdict:<20} "
        first, *more = _wrapped(VERDICTS[count.verdict], width - _COUNTED)
        yield f"{start}{first}"
        yield from (" " * _COUNTED + text for text in more)


def _medians(rows: Sequence[ComparedRow], width: int) -> Iterator[str]:
    found = medians(rows)
    if not found:
        return
    yield ""
    title = "Median change of newly measured rows, and of how many"
    yield from (f"  {line}" for line in _wrapped(title, width - 2))
    yield f"  {'':<{_GROUP}}" + "".join(f"{name:>{_CELL}}" for name in MEASURES)
    for group, measured in found.items():
        cells = (measured.get(name) for name in MEASURES)
        shown_cells = (
            f"{percent(c.change):>{_CELL - 6}} {f'({c.count})':>5}" if c else f"{'':{_CELL}}"
            for c in cells
        )
        yield f"  {visible_line(group):<{_GROUP}}{''.join(shown_cells)}".rstrip()


def _listed(
    comparison: Comparison, rows: Sequence[ComparedRow], width: int, paint: _Paint
) -> Iterator[str]:
    only = comparison.question.filters.only
    for group in shown.groups(rows, only):
        yield ""
        yield from (f"  {line}" for line in _wrapped(group.title, width - 2) if line)
        yield f"{_FIGURES}  row" if _has_column(width) else _FIGURES
        for row in group.rows:
            yield from _lines(row, width, paint)
    hidden = shown.hidden(rows, only)
    if hidden:
        yield ""
        yield from _wrapped(hidden, width)


def _has_column(width: int) -> bool:
    return width >= _FIXED + _LEAST_NAME


def _lines(row: ComparedRow, width: int, paint: _Paint) -> Iterator[str]:
    verdict = paint(f"{_MARKS[row.verdict]} {row.verdict.removesuffix('-changed'):<14}", row)
    change = percent(shown.shown_change(row))
    values = f"{shown.shown_figure(row.base_value):>9} {shown.shown_figure(row.target_value):>9}"
    figures = f"{verdict} {change:>8}  {what(row):<17} {values}"
    if _has_column(width):
        label, *more = _wrapped(shown.row_label(row), width - _FIXED)
        yield f"{figures}  {label}"
        yield from (" " * _FIXED + text for text in more)
    else:
        yield figures.rstrip()
        yield from (f"    {text}" for text in _wrapped(shown.row_label(row), width - 4))
    for text in shown.beside(row):
        first, *more = _wrapped(text, width - 6)
        yield f"    {first}"
        yield from (f"      {text}" for text in more)


def _painted(text: str, row: ComparedRow) -> str:
    if row.better is None:
        return text
    return f"{_GREEN if row.better else _RED}{text}{_PLAIN}"


def _unpainted(text: str, _row: ComparedRow) -> str:
    return text


def _all_wrapped(texts: Iterator[str] | Sequence[str], width: int) -> Iterator[str]:
    for text in texts:
        yield from _wrapped(text, width)


def _wrapped(text: str, width: int) -> list[str]:
    text = visible_line(text)
    # Most texts fit, and to find out how to break them takes longer than all else of the report.
    if len(text) <= width:
        return [text]
    # Names of models and packages stay whole.
    return wrap(text, width, break_on_hyphens=False)
