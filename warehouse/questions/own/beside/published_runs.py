"""This module reads the published rows that an own run may be compared with, and ranks them.

A row is a candidate if it has the run's model and instance type. The nearest is the one whose batch
size and lengths are nearest, then the one with fewest other differences, then the one measured on
the run's SDK, or printed by its pages, then the newest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from pipelines.contract.metrics import UNITS_BY_NAME
from pipelines.releases import release_order
from warehouse.comparison.model_names import all_models, is_called
from warehouse.database.own_imports.own_table import SETTINGS
from warehouse.schema.quoting import listed, literal, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import duckdb

SIZES = ("batch_size", "sequence_length", "input_length", "output_length")
"""Settings whose distance is a ratio."""
_COLUMNS = tuple(one.name for one in SETTINGS if one.name != "concurrency")
_RUNS = f"""
    SELECT
        b.release, b.benchmark_id, b.measured_release, m.metric, m.statistic, m.unit, m.value,
        m.basis, coalesce(q.errors, 0) > 0 AS is_flagged,
        {", ".join(f"b.{quoted(name)}" for name in _COLUMNS)}
    FROM benchmarks AS b
    JOIN measurements AS m USING (release, benchmark_id)
    LEFT JOIN (
        SELECT release, benchmark_id, count(*) AS errors FROM quality_flags
        WHERE severity = 'error' AND benchmark_id IS NOT NULL GROUP BY ALL
    ) AS q USING (release, benchmark_id)
    WHERE b.model IN {{models}} AND list_contains(b.instance_types, {{instance}})
    ORDER BY b.release, b.table_id, b.row, m."column"
"""  # noqa: S608 - the contract's names
_INSTANCES = """
    SELECT DISTINCT unnest(instance_types) AS one FROM benchmarks
    WHERE model IN {models} ORDER BY one
"""
_FIRST_SETTING = 9
Slot = tuple[str, str, str, str | None]
"""Metric, statistic, unit in which it is compared, and which tokens it counts."""


@dataclass(frozen=True)
class PublishedRun:
    """One published row: its settings and its figures."""

    release: str
    benchmark_id: str
    measured_release: str | None
    is_flagged: bool
    settings: Mapping[str, Any]
    figures: Mapping[Slot, float]


class PublishedRuns:
    """The published rows of a warehouse, by model and instance type."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._models = all_models(connection)
        self.of = cache(self._of)

    def _of(self, model: str, instance: str) -> tuple[PublishedRun, ...]:
        """Return the rows of a model, whatever its owner, on an instance type."""
        models = [one for one in self._models if is_called(one, model)]
        if not models:
            return ()
        query = _RUNS.format(models=listed(models), instance=literal(instance))
        rows = self._connection.execute(query).fetchall()
        grouped: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
        for row in rows:
            grouped.setdefault((row[0], row[1]), []).append(row)
        return tuple(map(_run, grouped.values()))

    def instances_of(self, model: str) -> tuple[str, ...]:
        """Return the instance types that a model, whatever its owner, was published on."""
        models = [one for one in self._models if is_called(one, model)]
        if not models:
            return ()
        rows = self._connection.execute(_INSTANCES.format(models=listed(models))).fetchall()
        return tuple(row[0] for row in rows)


def _run(rows: Sequence[tuple[Any, ...]]) -> PublishedRun:
    release, benchmark, measured, *_ = rows[0]
    figures = {}
    for _, _, _, metric, statistic, unit, value, basis, *_rest in rows:
        declared = UNITS_BY_NAME[unit]
        figures[metric, statistic, declared.compared_in, basis] = value * declared.factor
    settings = dict(zip(_COLUMNS, rows[0][_FIRST_SETTING:], strict=True))
    return PublishedRun(release, benchmark, measured, bool(rows[0][8]), settings, figures)


def nearest_runs(
    settings: Mapping[str, Any], slots: Iterable[Slot], candidates: Sequence[PublishedRun]
) -> tuple[PublishedRun, ...]:
    """Return the candidates nearest to a run, those with other figures only.

    Args:
        settings: What the run was made with; its SDK as `measured_release`.
        slots: The figures that it has.
        candidates: Published rows of its model and instance type.

    Returns:
        The nearest, and others that are as near: they have other figures, so that the settings
        that the run states do not tell which is meant.
    """
    wanted = frozenset(slots)
    shared = [one for one in candidates if wanted & one.figures.keys()]
    believable = [one for one in shared if not one.is_flagged] or shared
    if not believable:
        return ()

    def rank(one: PublishedRun) -> tuple[Any, ...]:
        return (*_distance(settings, one), -release_order(one.release))

    best = rank(min(believable, key=rank))
    found: dict[tuple[Any, ...], PublishedRun] = {}
    for one in sorted(believable, key=rank):
        if rank(one) == best:
            found.setdefault(tuple(sorted(one.figures.values())), one)
    return tuple(found.values())


def _distance(settings: Mapping[str, Any], one: PublishedRun) -> tuple[float, int, bool, bool]:
    apart = sum(
        abs(math.log2(mine / theirs))
        for name in SIZES
        if (mine := size_of(settings, name)) and (theirs := one.settings.get(name))
    )
    others = sum(
        not is_same(settings[name], one.settings[name])
        for name in _COLUMNS
        if name not in SIZES and settings.get(name) and one.settings.get(name)
    )
    sdk = settings.get("measured_release")
    return round(apart, 6), others, sdk != one.measured_release, sdk != one.release


def size_of(settings: Mapping[str, Any], name: str) -> int | None:
    """Return a size of a run; requests in flight stand for a batch size that is not stated."""
    value = settings.get(name)
    if value is None and name == "batch_size":
        value = settings.get("concurrency")
    return value if isinstance(value, int) else None


def is_same(mine: Any, theirs: Any) -> bool:
    """Return whether two settings are the same, as people read them."""
    if isinstance(mine, str) and isinstance(theirs, str):
        return mine.casefold() == theirs.casefold()
    if isinstance(mine, list | tuple) and isinstance(theirs, list | tuple):
        return bool({*map(str, mine)} & {*map(str, theirs)})
    return bool(mine == theirs)
