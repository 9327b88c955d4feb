"""A series as a table for people: releases across, figures down, with a sparkline and changes.

This module lays out; what a stage is and what was measured is decided in `stages`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from pipelines.contract.metrics import METRICS_BY_NAME, MONEY
from warehouse.comparison.conclusion import percent
from warehouse.comparison.shown import shown_figure
from warehouse.visible import visible_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from warehouse.questions.series.stages import FigureName, SeriesHistory, Stage
    from warehouse.questions.trends.measured_points import MeasuredPoint

_BARS = "▁▂▃▄▅▆▇█"
_GAP = 2
_ORIGIN_WORDS = {"first-printed": "new", "remeasured": "new", "carried-over": "carried over"}
FLAGGED = "⚑"


def sparkline(values: Sequence[float]) -> str:
    """Return one bar a value, the lowest and the highest as far apart as bars can be.

    Values that are all alike have bars of one height; fewer than two have none.
    """
    if len(values) < 2:  # noqa: PLR2004 - a line has two ends
        return ""
    low, high = min(values), max(values)
    if low == high:
        return _BARS[len(_BARS) // 2] * len(values)
    top = len(_BARS) - 1
    return "".join(_BARS[round((value - low) / (high - low) * top)] for value in values)


def series_lines(history: SeriesHistory, width: int) -> Iterator[str]:
    """Yield the lines of one series, none of them wider than `width` where its columns allow it."""
    yield history.series
    labels = ["", "measured on", "", *(_label(name) for name in history.figures)]
    columns = [[_column(stage, history.figures)] for stage in history.stages]
    # What is read together stays together.
    columns += [changes] if (changes := _changes(history)) else []
    for band in _bands(columns, width - max(map(len, labels)) - _GAP):
        yield from _rows(labels, band)
        yield ""
    yield from _flags(history.stages)
    last = history.stages[-1]
    yield f"  benchmark {last.benchmark_id}, {last.url}"


def _label(name: FigureName) -> str:
    metric, statistic, unit = name
    known = METRICS_BY_NAME.get(metric)
    words = known.label_of(statistic) if known else f"{metric} {statistic}"
    return visible_line(f"{words}, {unit}")


def _column(stage: Stage, figures: Sequence[FigureName]) -> list[str]:
    mark = "" if stage.is_believable else f" {FLAGGED}"
    cells = [
        f"{shown_figure(stage.figures[name])}{mark}" if name in stage.figures else "-"
        for name in figures
    ]
    origin = _ORIGIN_WORDS.get(stage.origin, stage.origin)
    return [stage.name, stage.measured_release or "?", origin, *cells]


def _changes(history: SeriesHistory) -> list[list[str]]:
    """Return the columns beside the stages: a sparkline, and the change since two measurements."""
    points = [history.points.get(name, ()) for name in history.figures]
    if all(len(of) < 2 for of in points):  # noqa: PLR2004 - a change has two ends
        return []
    return [
        ["trend", "", "", *(sparkline([one.value for one in of]) for of in points)],
        ["since", "oldest", "", *(_change(of, 0) for of in points)],
        ["since", "last", "", *(_change(of, -2) for of in points)],
    ]


def _change(points: Sequence[MeasuredPoint], since: int) -> str:
    if len(points) < 2 or not points[since].value:  # noqa: PLR2004 - a change has two ends
        return ""
    change = points[-1].value / points[since].value - 1
    return percent(change) or "0%"


def _bands(groups: Sequence[list[list[str]]], width: int) -> Iterator[list[list[str]]]:
    """Yield columns in bands: as many groups side by side as there is room for, one at least."""
    band: list[list[str]] = []
    used = 0
    for group in groups:
        wide = sum(max(map(len, column)) + _GAP for column in group)
        if band and used + wide > width + _GAP:
            yield band
            band, used = [], 0
        band += group
        used += wide
    if band:
        yield band


def _rows(labels: Sequence[str], band: Sequence[Sequence[str]]) -> Iterator[str]:
    first = max(map(len, labels))
    widths = [max(map(len, column)) for column in band]
    for at, label in enumerate(labels):
        cells = (f"{column[at]:>{wide}}" for column, wide in zip(band, widths, strict=True))
        yield f"  {label:<{first}}{' ' * _GAP}{(' ' * _GAP).join(cells)}".rstrip()


def _flags(stages: Sequence[Stage]) -> Iterator[str]:
    for stage in stages:
        if stage.flags:
            mark = "" if stage.is_believable else f"{FLAGGED} "
            yield f"  {mark}{stage.name}: {', '.join(stage.flags)}"


def remarks_on(histories: Sequence[SeriesHistory]) -> Iterator[str]:
    """Yield what has to be known to read the tables."""
    yield (
        "Releases across: new is newly measured, relabelled another SDK's name on the same "
        "figures, revised another figure under the same name; … joins releases that repeat it. "
        "Trend and changes are of new figures alone."
    )
    if any(name[0] in MONEY for one in histories for name in one.figures):
        yield "Costs are as published, at the rate of their page; they have no trend."
    if any(not stage.is_believable for one in histories for stage in one.stages):
        yield f"{FLAGGED} marks rows with an error flag: they are in no trend."
    if any(_is_retimed(one) for one in histories):
        yield "Trends of times are of the newest batch size."


def _is_retimed(history: SeriesHistory) -> bool:
    return any(one.batch_size != other.batch_size for one, other in pairwise(history.stages))
