"""What moved, in sentences and rows.

This module has the words; which figures moved is found in `figure_moves`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warehouse.comparison.conclusion import number_of, percent
from warehouse.comparison.shown import shown_figure
from warehouse.views.shape import LEAST_POINTS, SHAPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from warehouse.questions.trends.figure_moves import Move, Moves
    from warehouse.questions.trends.span import Span

VERDICTS_OF_MOVES = ("regressed", "improved", "unchanged")
"""The verdicts, in the order in which they are listed."""


MOVE_COLUMNS: Mapping[str, str] = {
    "verdict": "string",
    "shape": "string",
    "change": "double",
    "series_id": "string",
    "series": "string",
    "metric": "string",
    "statistic": "string",
    "unit": "string",
    "basis": "string",
    "batch_size": "int64",
    "first_measured": "string",
    "last_measured": "string",
    "first_value": "double",
    "last_value": "double",
    "step_from": "string",
    "step_to": "string",
    "measured": "list of string",
    "values": "list of double",
    "revisions": "int64",
    "retuned": "list of string",
    "warnings": "list of string",
    "other_tabs": "list of string",
    "releases": "list of string",
    "benchmark_ids": "list of string",
}
"""The columns of rows for programs, with their types."""


def sentences(found: Moves, span: Span) -> Iterator[str]:
    """Yield what the answer comes to, what it covers, and what was left out."""
    counted = {word: sum(one.verdict == word for one in found.moves) for word in VERDICTS_OF_MOVES}
    listed = ", ".join(f"{count:,} {word}" for word, count in counted.items())
    yield (
        f"Measured {span}: {number_of(len(found.moves), 'figure')} twice or more, by the SDK that "
        f"they were measured on ({listed})."
    )
    copies = f" ({found.copies:,} more are copies in another tab)" if found.copies else ""
    yield (
        f"Coverage: {len(found.moves):,} of {number_of(found.figures, 'figure')}{copies}; "
        f"{found.once:,} were measured once and {found.never:,} not at all, so nothing is said of "
        "them."
    )
    doubtful = sum(bool(one.warnings) for one in found.moves)
    if doubtful:
        yield f"In doubt, and listed last: {number_of(doubtful, 'figure')} that a rule warns of."
    if found.left_out:
        reasons = ", ".join(f"{count:,} {why}" for why, count in found.left_out.items())
        yield f"Printed figures left out: {reasons}. Costs have no trend: they follow prices."


def listed_moves(
    moves: Iterable[Move], only: Sequence[str], most: int
) -> dict[str, tuple[Move, ...]]:
    """Return the moves to list by verdict, at most so many of each, the biggest first."""
    wanted = only or VERDICTS_OF_MOVES[:2]
    found = [*moves]
    groups = {
        word: tuple(one for one in found if one.verdict == word)[:most]
        for word in VERDICTS_OF_MOVES
        if word in wanted
    }
    return {word: group for word, group in groups.items() if group}


def move_lines(move: Move) -> Iterator[str]:
    """Yield a move in lines: what changed, its shape, and what else changed."""
    first, last = move.points[0], move.points[-1]
    yield (
        f"{percent(move.change):>8}  {move.key.label}: {shown_figure(first.value)} → "
        f"{shown_figure(last.value)} {move.key.unit}, {first.measured_release} → "
        f"{last.measured_release}: {shape_text(move)}"
    )
    tabs = f", and the same for {' and '.join(move.other_tabs)}" if move.other_tabs else ""
    yield f"          {move.key.series}{tabs}"
    beside = [*move.retuned]
    if move.warnings:
        yield f"          in doubt, as rules warn of it: {', '.join(move.warnings)}"
    revised = sum(point.revisions for point in move.points)
    if revised:
        beside.append(f"{number_of(revised, 'figure')} revised later")
    if beside:
        yield f"          besides: {'; '.join(beside)}"
    ends = (f"{one.benchmark_id} ({one.release})" for one in (first, last))
    yield f"          benchmarks {', '.join(ends)}"


def shape_text(move: Move) -> str:
    """Return a move's shape in words."""
    count = number_of(len(move.points), "measurement")
    if move.steps_between:
        before, after = move.steps_between
        return f"a step between {before} and {after} ({count})"
    words = {
        "drift": "a drift",
        "uneven": "neither a step nor a drift",
        "returned": "went away and came back",
        "level": "level",
        "unshaped": f"too few to tell a step from a drift, which takes {LEAST_POINTS}",
    }
    return f"{words.get(move.shape.word, SHAPES[move.shape.word])} ({count})"


def move_rows(moves: Iterable[Move], only: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield moves as rows for programs, all of them that have one of the verdicts."""
    for one in moves:
        if only and one.verdict not in only:
            continue
        first, last = one.points[0], one.points[-1]
        between = one.steps_between or (None, None)
        yield {
            "verdict": one.verdict,
            "shape": one.shape.word,
            "change": one.change,
            "series_id": one.key.series_id,
            "series": one.key.series,
            "metric": one.key.metric,
            "statistic": one.key.statistic,
            "unit": one.key.unit,
            "basis": one.key.basis,
            "batch_size": one.key.batch_size,
            "first_measured": first.measured_release,
            "last_measured": last.measured_release,
            "first_value": first.value,
            "last_value": last.value,
            "step_from": between[0],
            "step_to": between[1],
            "measured": [point.measured_release for point in one.points],
            "values": [point.value for point in one.points],
            "revisions": sum(point.revisions for point in one.points),
            "retuned": [*one.retuned],
            "warnings": [*one.warnings],
            "other_tabs": [*one.other_tabs],
            "releases": [point.release for point in one.points],
            "benchmark_ids": [point.benchmark_id for point in one.points],
        }
