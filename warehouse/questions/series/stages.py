"""The stages of a series: releases that print the same row one after the other are one stage.

This module reads `history` into values. How they are laid out lives in `told_series`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from pipelines.contract.metrics import METRICS_BY_NAME
from warehouse.comparison.model_names import is_called
from warehouse.comparison.request import require_known
from warehouse.questions.trends.figure_moves import read_figures
from warehouse.questions.trends.measured_points import MeasuredPoint, measured_points

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import duckdb

    from warehouse.comparison.request import Filters

INSTANCES = "string_split(instance_types, ', ')"
_QUERY = """
    SELECT
        h.series_id, h.series, h.release, h.measured_release, h.origin, h.is_believable,
        h.batch_size, h.benchmark_id, h.url, h.model,
        (
            SELECT list_sort(list(DISTINCT q.severity || ': ' || q.rule))
            FROM quality_flags AS q
            WHERE q.release = h.release AND q.benchmark_id = h.benchmark_id
                AND q.severity IN ('error', 'warning')
        ) AS flags,
        list((h.metric, h.statistic, h.unit, h.value) ORDER BY h.metric, h.statistic) AS figures
    FROM history AS h
    WHERE {wanted}
    GROUP BY ALL
    ORDER BY h.series, h.series_id, any_value(h.release_order)
"""
_RELEASES = "SELECT release FROM releases ORDER BY release_order"

FigureName = tuple[str, str, str]
"""Metric, statistic and unit."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What one release prints of a series, and the releases after it that repeat it."""

    series_id: str
    series: str
    releases: tuple[str, ...]
    measured_release: str | None
    origin: str
    is_believable: bool
    batch_size: int | None
    benchmark_id: str
    url: str
    model: str
    flags: tuple[str, ...]
    figures: Mapping[FigureName, float]

    @property
    def name(self) -> str:
        """The releases of the stage: `2.17.0`, or `2.28.0…2.32.0`."""
        first, last = self.releases[0], self.releases[-1]
        return first if first == last else f"{first}…{last}"


@dataclass(frozen=True, slots=True)
class SeriesHistory:
    """A series with its stages, oldest first, and the measurements behind each of its figures."""

    series_id: str
    series: str
    stages: tuple[Stage, ...]
    points: Mapping[FigureName, tuple[MeasuredPoint, ...]]

    @property
    def measured(self) -> int:
        """How often the figure was measured that was measured most often."""
        return max(map(len, self.points.values()), default=0)

    @property
    def figures(self) -> tuple[FigureName, ...]:
        """Every figure that some stage has, as metrics are declared."""
        found = {name for stage in self.stages for name in stage.figures}
        order = {name: at for at, name in enumerate(METRICS_BY_NAME)}
        return tuple(sorted(found, key=lambda name: (order.get(name[0], len(order)), *name)))


def read_histories(
    connection: duckdb.DuckDBPyConnection, filters: Filters
) -> tuple[SeriesHistory, ...]:
    """Return the series that filters leave, each with all that was printed of it.

    A model that is called just as the filter says comes first, then what was measured most often.

    Raises:
        UsageError: A filter names what there is not.
    """
    require_known(connection, filters)
    wanted = [f"({one})" for one in filters.conditions(INSTANCES)]
    query = _QUERY.format(wanted=" AND ".join(wanted) or "true")
    rows = [_stage(row) for row in connection.execute(query).fetchall()]
    known = [release for (release,) in connection.execute(_RELEASES).fetchall()]
    points = _points(connection, replace(filters, metrics=()), rows)
    found = [
        SeriesHistory(
            series_id, stages[0].series, tuple(joined(stages, known)), points.get(series_id, {})
        )
        for series_id, group in groupby(rows, key=attrgetter("series_id"))
        for stages in [list(group)]
    ]

    def order(one: SeriesHistory) -> tuple[bool, int, str]:
        return not is_called(one.stages[-1].model, filters.model), -one.measured, one.series

    return tuple(sorted(found, key=order))


def _stage(row: tuple[Any, ...]) -> Stage:
    (
        series_id, series, release, measured, origin, is_believable, batch, benchmark, url, model,
        flags, figures,
    ) = row  # fmt: skip
    return Stage(
        series_id,
        series,
        (release,),
        measured,
        origin,
        is_believable,
        batch,
        benchmark,
        url,
        model,
        tuple(flags or ()),
        {(metric, statistic, unit): value for metric, statistic, unit, value in figures},
    )


def joined(stages: Iterable[Stage], known: Sequence[str]) -> Iterator[Stage]:
    """Yield stages, those that only repeat the one before joined with it.

    Args:
        stages: One for each release that prints the series, oldest first.
        known: Every release of the dataset: where one in between does not print the series, the
            stage ends.
    """
    places = {release: at for at, release in enumerate(known)}
    current: Stage | None = None
    for stage in stages:
        if current is None:
            current = stage
            continue
        follows = places[stage.releases[0]] == places[current.releases[-1]] + 1
        if follows and _repeats(stage, current):
            current = replace(
                current,
                releases=(*current.releases, *stage.releases),
                # The newest row is the one to look at.
                benchmark_id=stage.benchmark_id,
                url=stage.url,
            )
        else:
            yield current
            current = stage
    if current is not None:
        yield current


def _repeats(stage: Stage, before: Stage) -> bool:
    """Return whether a stage says what the one before it says, in the figures that are shown."""
    # A row can be revised in a figure that the filters leave out, such as its cost.
    is_same = stage.origin == "carried-over" or (
        stage.origin == "revised" and stage.figures == before.figures
    )
    return is_same and stage.flags == before.flags


def _points(
    connection: duckdb.DuckDBPyConnection, filters: Filters, rows: Iterable[Stage]
) -> dict[str, dict[FigureName, tuple[MeasuredPoint, ...]]]:
    """Return the measurements of each series' figures; of a time, at its newest batch size."""
    newest = {stage.series_id: stage.batch_size for stage in rows}
    found: dict[str, dict[FigureName, tuple[MeasuredPoint, ...]]] = {}
    for key, printed in read_figures(connection, filters).items():
        is_time = METRICS_BY_NAME[key.metric].kind == "time"
        if is_time and key.batch_size != newest.get(key.series_id):
            continue
        name = (key.metric, key.statistic, key.unit)
        found.setdefault(key.series_id, {})[name] = measured_points(printed)
    return found
