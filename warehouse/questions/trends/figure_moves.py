"""What moved most over a span of measurements, for the better and for the worse.

This module reads `history` and ranks. Money is left out: at one price, a cost moves as its
throughput does, and published prices are not measured.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from pipelines.contract.metrics import METRICS_BY_NAME
from pipelines.errors import refuse_unknown
from warehouse.comparison.request import measured_releases, require_known
from warehouse.comparison.statements import SETUP, doubtful_rows
from warehouse.comparison.verdicts import DEFAULT_TOLERANCE
from warehouse.questions.trends.measured_points import (
    MeasuredPoint,
    PrintedFigure,
    measured_points,
)
from warehouse.views.question_macros import TREND_METRICS
from warehouse.views.shape import Shape, shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import duckdb

    from warehouse.comparison.request import Filters
    from warehouse.questions.trends.span import Span

_INSTANCES = "string_split(instance_types, ', ')"
_QUERY = f"""
    SELECT
        series_id, series, metric, statistic, unit, basis, batch_size, optimized_for,
        release, measured_release, value, origin,
        is_believable AND benchmark_id NOT IN ({doubtful_rows()}),
        benchmark_id,
        [{", ".join(f"{name}::VARCHAR" for name in SETUP)}],
        q.warnings
    FROM history
    LEFT JOIN (
        SELECT release, benchmark_id, list_sort(list(DISTINCT rule)) AS warnings
        FROM quality_flags
        WHERE severity = 'warning' AND benchmark_id IS NOT NULL
        GROUP BY release, benchmark_id
    ) AS q USING (release, benchmark_id)
    WHERE {{wanted}}
    ORDER BY series, series_id, release_order, metric, statistic
"""  # noqa: S608 - the contract's names


class FigureKey(NamedTuple):
    """What is compared with itself over time: one figure of one series, in one unit.

    A time is one of its batch size: how long a batch takes says nothing of another one.
    """

    series_id: str
    series: str
    metric: str
    statistic: str
    unit: str
    basis: str | None
    batch_size: int | None
    optimized_for: str | None = None

    @property
    def untabbed(self) -> tuple[str | int | None, ...]:
        """What is compared, whichever of a page's tabs prints it."""
        series = self.series.replace(f", optimized for {self.optimized_for}", "")
        return series, *self[2:7]

    @property
    def label(self) -> str:
        """The figure's name, such as `latency p50`."""
        return METRICS_BY_NAME[self.metric].label_of(self.statistic)


@dataclass(frozen=True, slots=True)
class Move:
    """How one figure moved over the span; `change` is last / first - 1.

    `other_tabs` are the tabs that print the very same measurements.
    """

    key: FigureKey
    points: tuple[MeasuredPoint, ...]
    shape: Shape
    change: float
    verdict: str
    other_tabs: tuple[str, ...] = ()

    @property
    def effect(self) -> float:
        """How big the change is, the same in both directions."""
        return abs(math.log1p(self.change))

    @property
    def warnings(self) -> tuple[str, ...]:
        """The rules that warn of the first or last measurement: the change is in doubt."""
        ends = (self.points[0], self.points[-1])
        return tuple(sorted({rule for one in ends for rule in one.warnings}))

    @property
    def steps_between(self) -> tuple[str, str] | None:
        """The two SDK releases between which the step is; None where there is no step."""
        at = self.shape.step_after
        if at is None:
            return None
        return self.points[at].measured_release, self.points[at + 1].measured_release

    @property
    def retuned(self) -> tuple[str, ...]:
        """What else differs between the first and the last measurement: `batch_size 16 → 4`."""
        first, last = self.points[0].setup, self.points[-1].setup
        return tuple(
            f"{name} {first.get(name) or 'none'} → {last.get(name) or 'none'}"
            for name in first
            if first.get(name) != last.get(name)
        )


@dataclass(frozen=True, slots=True)
class Moves:
    """All that moved, the most first and what is in doubt last, and what the answer covers.

    Attributes:
        moves: Every figure that was measured twice or more within the span.
        figures: How many figures of series there are.
        once: How many of them were measured once within the span.
        never: How many were not measured within the span.
        left_out: How many printed figures are no measurement, by the reason.
        copies: How many figures are those of a move that another tab prints.
    """

    moves: tuple[Move, ...]
    figures: int
    copies: int
    once: int
    never: int
    left_out: Mapping[str, int]


Printed = dict[FigureKey, list[PrintedFigure]]


def read_figures(connection: duckdb.DuckDBPyConnection, filters: Filters) -> Printed:
    """Return what every release prints of each figure that filters leave.

    Raises:
        UsageError: A filter names what there is not, or a metric that has no trend.
    """
    require_known(connection, filters)
    for metric in filters.metrics:
        refuse_unknown("metric with a trend", metric, TREND_METRICS)
    wanted = [f"({one})" for one in filters.row_conditions(_INSTANCES)]
    query = _QUERY.format(wanted=" AND ".join(wanted) or "true")
    rows = connection.execute(query).fetchall()
    found: Printed = defaultdict(list)
    for _, of_series in groupby(rows, key=itemgetter(0)):
        for key, figure in _of_series(list(of_series)):
            if not filters.metrics or key.metric in filters.metrics:
                found[key].append(figure)
    return found


def _of_series(rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[FigureKey, PrintedFigure]]:
    """Yield a series' figures; where only prices changed beside a label, it is relabelled."""
    before: frozenset[tuple[Any, ...]] = frozenset()
    for _, of_release in groupby(rows, key=itemgetter(8)):
        printed = [row for row in of_release if row[2] in TREND_METRICS]
        now = frozenset((*row[2:5], row[10]) for row in printed)
        for row in printed:
            (
                series_id, series, metric, statistic, unit, basis, batch, tab,
                release, measured, value, origin, is_believable, benchmark, setup, warnings,
            ) = row  # fmt: skip
            of_batch = batch if METRICS_BY_NAME[metric].kind == "time" else None
            key = FigureKey(series_id, series, metric, statistic, unit, basis, of_batch, tab)
            told = "relabelled" if origin == "remeasured" and now == before else origin
            run_with = dict(zip(SETUP, setup, strict=True))
            yield (
                key,
                PrintedFigure(
                    release,
                    measured,
                    value,
                    told,
                    is_believable,
                    benchmark,
                    run_with,
                    tuple(warnings or ()),
                ),
            )
        before = now


def moves_within(
    connection: duckdb.DuckDBPyConnection,
    filters: Filters,
    span: Span,
    tolerance: float = DEFAULT_TOLERANCE,
) -> Moves:
    """Return how the figures that filters leave moved within a span of SDK releases.

    Raises:
        UsageError: Nothing was measured within the span, or a filter names what there is not.
    """
    span.require_some(measured_releases(connection))
    return find_moves(read_figures(connection, filters), span.holds, tolerance)


def find_moves(
    printed: Mapping[FigureKey, Iterable[PrintedFigure]],
    is_in_span: Callable[[str], bool],
    tolerance: float = DEFAULT_TOLERANCE,
) -> Moves:
    """Return how figures moved within a span of SDK releases.

    Args:
        printed: What releases print of each figure.
        is_in_span: Whether an SDK release is within the span.
        tolerance: What is called unchanged: 0.02 is 2 %.
    """
    moves: dict[tuple[object, ...], Move] = {}
    counts, left_out = Counter[str](), Counter[str]()
    for key, figures in printed.items():
        figures = [*figures]  # noqa: PLW2901 - read twice
        left_out.update(why for one in figures if (why := one.why_no_point))
        points = tuple(one for one in measured_points(figures) if is_in_span(one.measured_release))
        if len(points) < 2 or min(one.value for one in points) <= 0:  # noqa: PLR2004 - two ends
            counts["once" if points else "never"] += 1
            continue
        # Many rows are printed in both tabs of a page: one measurement, told once.
        told = (key.untabbed, tuple((one.measured_release, one.value) for one in points))
        if told in moves:
            tab = key.optimized_for or "no tab"
            moves[told] = replace(moves[told], other_tabs=(*moves[told].other_tabs, tab))
            counts["copies"] += 1
        else:
            moves[told] = _move(key, points, tolerance)
    return Moves(
        tuple(sorted(moves.values(), key=_order)),
        len(moves) + counts.total(),
        counts["copies"],
        counts["once"],
        counts["never"],
        dict(left_out.most_common()),
    )


def _order(one: Move) -> tuple[object, ...]:
    return bool(one.warnings), -one.effect, one.key.series, one.key.label, one.key.series_id


def _move(key: FigureKey, points: tuple[MeasuredPoint, ...], tolerance: float) -> Move:
    change = points[-1].value / points[0].value - 1
    better = METRICS_BY_NAME[key.metric].better
    verdict = "unchanged"
    # As `sql/trends.sql` says it, to the last digit.
    if abs(math.log(points[-1].value / points[0].value)) > math.log(1 + tolerance):
        verdict = "improved" if (change > 0) == (better == "higher") else "regressed"
    found = shape([point.value for point in points], tolerance)
    return Move(key, points, found, change, verdict)
