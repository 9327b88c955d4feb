"""A comparison as text for a terminal: what it stands on, the summary, and a table by effect.

This module has words, columns and colours; no colour says what no word says. What is counted lives
in `rows`.
"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from pipelines.contract.metrics import METRICS_BY_NAME, THROUGHPUT
from warehouse.comparison.results import (
    MEASURES,
    ComparedRow,
    believable,
    by_effect,
    counts,
    flagged,
    medians,
)
from warehouse.comparison.verdicts import VERDICTS
from warehouse.visible import visible_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from warehouse.comparison.request import Comparison, Meant

    _Paint = Callable[[str, "ComparedRow"], str]

_MARKS = {
    "improved": "▲",
    "regressed": "▼",
    "unchanged": "=",
    "carried-over": "·",
    "revised": "~",
    "corrected": "~",
    "added": "+",
    "removed": "-",
    "not-comparable": "≠",
    "price-basis-changed": "$",
}
_GREEN, _RED, _BOLD, _PLAIN = "\033[32m", "\033[31m", "\033[1m", "\033[0m"

# Told by their count unless they are asked for: nothing changed in them, or there is no change.
_QUIET = ("unchanged", "carried-over", "added", "removed", "not-comparable", "corrected")
# One figure stands for the row: the others say the same.
_ONE_A_ROW = ("added", "removed", "not-comparable", "corrected")
_HUGE = 10.0
"""From here on, a decimal says nothing and takes the room of two columns."""
_FIXED = 66
"""Characters before the column that names the row; it gets what is left, and at least 24."""
_HEAD = f"{'verdict':<16} {'change':>8}  {'what':<17} {'from':>9} {'to':>9}  row"


def heading(comparison: Comparison) -> str:
    """Return the first line: what the releases stand for."""
    sides = (comparison.base, comparison.target)
    stands = "; ".join(f"{s.written} stands for {s.name}" for s in sides if _stands_for_other(s))
    against = f"{comparison.base.name} against {comparison.target.name}"
    return f"{stands}." if stands else f"{against}."


def _stands_for_other(side: Meant) -> bool:
    return bool(side.releases) and side.name != side.written.removeprefix("v")


def report(comparison: Comparison, rows: Sequence[ComparedRow], *, width: int, color: bool) -> str:
    """Return the whole text."""
    paint = _painted if color else _unpainted
    question = comparison.question
    what = {
        "published": f"What the pages of {comparison.base.name} and {comparison.target.name} say",
        "measured": f"Rows measured on {comparison.base.name} and on {comparison.target.name}",
    }[question.axis]
    lines = [heading(comparison)]
    if not rows:
        return "\n".join([*lines, *_wrapped(comparison.why_empty(), width), ""])
    lines.append(f"{what}; unchanged means within {100 * question.tolerance:.3g} %.")
    lines += [part for line in comparison.software() for part in _wrapped(line, width)]
    lines += ["", *_counts(rows), *_medians(rows)]
    lines += _flagged(comparison, rows, width, paint)
    lines += _table(comparison, rows, width, paint)
    return "\n".join([*lines, ""])


def _counts(rows: Sequence[ComparedRow]) -> Iterator[str]:
    yield "  figures   rows"
    for count in counts(rows):
        mark = _MARKS[count.verdict]
        said = VERDICTS[count.verdict]
        yield f"{count.figures:>9,}{count.rows:>7,}  {mark} {count.verdict:<20} {said}"


def _medians(rows: Sequence[ComparedRow]) -> Iterator[str]:
    found = medians(rows)
    if not found:
        return
    yield ""
    yield "  Median change of rows measured anew on another SDK (how many), error flags left out"
    yield f"  {'':<28}" + "".join(f"{name:>22}" for name in MEASURES)
    for group, measured in found.items():
        cells = (measured.get(name) for name in MEASURES)
        shown = (
            f"{_percent(c.change):>15} {f'({c.count})':>6}" if c else f"{'':22}" for c in cells
        )
        yield f"  {visible_line(group):<28}{''.join(shown)}".rstrip()


def _flagged(
    comparison: Comparison, rows: Sequence[ComparedRow], width: int, paint: _Paint
) -> Iterator[str]:
    wanted = comparison.question.filters.only
    apart = _told(by_effect(flagged(rows)), wanted)
    if apart:
        yield ""
        yield "  Not to be believed: rows with an error flag, kept out of all that follows"
        yield _HEAD
        for row in apart:
            yield from _lines(row, width, paint)


def _table(
    comparison: Comparison, rows: Sequence[ComparedRow], width: int, paint: _Paint
) -> Iterator[str]:
    wanted = comparison.question.filters.only
    shown = _once_a_row(_told(believable(rows), wanted))
    if shown:
        yield ""
        yield _HEAD
    for row in by_effect(shown):
        yield from _lines(row, width, paint)
    hidden = [c for c in counts(rows) if c.verdict in _QUIET and c.verdict not in wanted]
    if hidden:
        yield ""
        names = ", ".join(f"{c.figures:,} {c.verdict}" for c in hidden)
        last = hidden[-1].verdict
        text = f"Figures not shown: {names}. --only {last} lists the last."
        yield from _wrapped(text, width)


def _told(rows: Iterable[ComparedRow], wanted: Sequence[str]) -> list[ComparedRow]:
    """Keep the rows that are told one by one: those asked for, and those not quiet."""
    return [row for row in rows if row.verdict in wanted or row.verdict not in _QUIET]


def _once_a_row(rows: Iterable[ComparedRow]) -> list[ComparedRow]:
    """Keep one figure a row where all say the same: throughput, which every row has."""
    kept: dict[object, ComparedRow] = {}
    for number, row in enumerate(rows):
        key = (row.pair, row.verdict) if row.verdict in _ONE_A_ROW else number
        if key not in kept or row.metric == THROUGHPUT.name:
            kept[key] = row
    return list(kept.values())


def _lines(row: ComparedRow, width: int, paint: _Paint) -> Iterator[str]:
    change = row.speed_change if row.verdict == "price-basis-changed" else row.change
    verdict = paint(f"{_MARKS[row.verdict]} {row.verdict.removesuffix('-changed'):<14}", row)
    figures = f"{_figure(row.base_value):>9} {_figure(row.target_value):>9}"
    label, *more = _wrapped(_label(row), max(width - _FIXED, 24))
    yield f"{verdict} {_percent(change):>8}  {_what(row):<17} {figures}  {label}".rstrip()
    yield from (" " * _FIXED + text for text in more)
    for text in _beside(row):
        first, *more = _wrapped(text, width - 6)
        yield f"    {first}"
        yield from (f"      {text}" for text in more)


def _beside(row: ComparedRow) -> Iterator[str]:
    if row.match in ("retuned", "mended"):
        yield f"{row.match}: {'; '.join(row.changed)}"
    if row.verdict == "price-basis-changed" and row.change is not None:
        yield (
            f"published {_percent(row.change)}: {_percent(row.speed_change)} from speed, "
            f"{_percent(row.price_change)} from the hourly rate"
        )
    errors = {
        f.removeprefix("error: ")
        for f in (*row.base_flags, *row.target_flags)
        if f.startswith("error: ")
    }
    if errors:
        yield f"error flags: {', '.join(sorted(errors))}"


def _label(row: ComparedRow) -> str:
    parts = (
        row.model,
        row.model_details,
        "/".join(row.instance_types),
        row.application_type,
        f"for {row.optimized_for}" if row.optimized_for else None,
        f"input {row.input_length}, output {row.output_length}" if row.input_length else None,
        f"length {row.sequence_length}" if row.sequence_length and not row.input_length else None,
        row.image_size,
        f"{row.nodes} nodes" if row.nodes and row.nodes > 1 else None,
    )
    return ", ".join(part for part in parts if part)


def _what(row: ComparedRow) -> str:
    metric = METRICS_BY_NAME.get(row.metric)
    # A warehouse may hold metrics that this software does not know.
    return metric.label_of(row.statistic) if metric else f"{row.metric} {row.statistic}"


def _percent(change: float | None) -> str:
    if change is None:
        return ""
    if abs(change) >= _HUGE:
        return f"{change:+,.0%}"
    text = f"{change:+,.1%}"
    # A change that rounds to nothing is one all the same.
    return f"{change:+.2%}" if change and text[1:] == "0.0%" else text


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:,.6g}"


def _painted(text: str, row: ComparedRow) -> str:
    if row.better is None:
        return text
    return f"{_GREEN if row.better else _RED}{text}{_PLAIN}"


def _unpainted(text: str, _row: ComparedRow) -> str:
    return text


def _wrapped(text: str, width: int) -> list[str]:
    text = visible_line(text)
    # Most texts fit, and to find out how to break them takes longer than all else of the report.
    if len(text) <= width:
        return [text]
    # Names of models and packages stay whole.
    return wrap(text, width, break_on_hyphens=False)
