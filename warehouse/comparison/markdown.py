"""A comparison as Markdown to paste into a pull request: a conclusion and a table.

This module writes it. Which rows it lists is chosen in `shown`, as for a terminal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.comparison import conclusion, dead_ends, shown
from warehouse.comparison.prices.own_prices import said_of_prices
from warehouse.comparison.results import what
from warehouse.visible import markdown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from warehouse.comparison.request import Comparison
    from warehouse.comparison.results import ComparedRow

_HEAD = "| Verdict | Change | Figure | {base} | {target} | Row |"
_LINE = "| --- | ---: | --- | ---: | ---: | --- |"


def comparison_markdown(comparison: Comparison, rows: Sequence[ComparedRow]) -> str:
    """Return the whole text."""
    if not rows:
        return f"{markdown(dead_ends.why_empty(comparison))}\n"
    first, *more = conclusion.lines(comparison, rows)
    lines = [f"**{markdown(first)}**", "", markdown(" ".join(more))]
    ends = [str(gone) for gone in dead_ends.sections_gone(comparison)]
    ends += dead_ends.where_they_ended(comparison, rows)
    lines += ["", *(f"- {markdown(end)}" for end in ends)] if ends else []
    if comparison.prices:
        lines += ["", markdown(said_of_prices(comparison.prices))]
    only = comparison.question.filters.only
    for group in shown.groups(rows, only):
        lines += ["", *([markdown(group.title), ""] if group.title else [])]
        head = _HEAD.format(base=comparison.base.name, target=comparison.target.name)
        lines += [head, _LINE, *map(_line, group.rows)]
    hidden = shown.hidden(rows, only)
    return "\n".join([*lines, *(["", markdown(hidden)] if hidden else []), ""])


def _line(row: ComparedRow) -> str:
    cells = (
        row.verdict,
        conclusion.percent(shown.shown_change(row)),
        what(row),
        shown.shown_figure(row.base_value),
        shown.shown_figure(row.target_value),
        "; ".join(_named(row)),
    )
    return f"| {' | '.join(map(markdown, cells))} |"


def _named(row: ComparedRow) -> Iterator[str]:
    yield shown.row_label(row)
    yield from shown.beside(row)
