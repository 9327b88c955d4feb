"""This module sets own runs beside published rows: what they reach, and what differs in the set-up.

A figure is compared with one of the same metric, statistic, unit and token count; others have no
counterpart. A ratio that only another unit explains is flagged, and nothing is concluded from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.contract.metrics import METRICS_BY_NAME, UNITS_BY_NAME
from warehouse.database.own_imports.own_table import SETTINGS
from warehouse.questions.own.beside.published_runs import (
    SIZES,
    PublishedRuns,
    is_same,
    nearest_runs,
    size_of,
)
from warehouse.questions.own.unit_slips import MS_AS_SECONDS, SECONDS_AS_MS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import duckdb

    from warehouse.database.own_imports.import_records import OwnImport
    from warehouse.questions.own.beside.published_runs import PublishedRun, Slot

_NOT_SET_UP = ("model", "accelerator", "instance_types", "model_family")
_STATED_BY_PAGES = ("model_details", "application_type", "task", "optimized_for", "run_mode")
"""What pages say of a row, and load generators cannot know: it is not missed in a run."""
_THOUSAND, _SIXTY = (250.0, 4000.0), (30.0, 120.0)
"""Ratios that only a slip of the unit explains: s for ms, and a minute for a second."""
_ENOUGH_AT_ONCE = 8
_AS_ONE = (0.8, 1.25)


@dataclass(frozen=True, slots=True)
class OwnResult:
    """One run of an import, with the rows of its figures; `name` tells it from other runs."""

    number: int
    file_name: str
    name: str
    rows: tuple[Mapping[str, Any], ...]

    @property
    def settings(self) -> Mapping[str, Any]:
        """What it was made with, and its SDK as `measured_release`."""
        return self.rows[0]

    @property
    def model(self) -> str:
        """Its model."""
        return str(self.settings["model"])

    @property
    def instance(self) -> str:
        """Its instance type."""
        return str(self.settings["instance_types"][0])


@dataclass(frozen=True, slots=True)
class Beside:
    """One figure of a run beside its published counterpart.

    Attributes:
        row: The own figure.
        own: Its value, in the unit that figures are compared in.
        published: The published value; None without a counterpart.
        ratio: Own by published.
        reached: The share of the published performance: above 1 is better.
        flag: Why nothing is concluded: what its unit looks like.
    """

    row: Mapping[str, Any]
    unit: str
    own: float
    published: float | None = None
    ratio: float | None = None
    reached: float | None = None
    flag: str | None = None


@dataclass(frozen=True, slots=True)
class ComparedRun:
    """An own run beside the nearest published row.

    Attributes:
        result: The run.
        published: The row; None where nothing comparable is published.
        figures: Its figures, each beside its counterpart.
        differs: Settings that differ: name, own value, published value.
        unsaid: Settings that the page states and the run does not.
        others: Rows that are as near, and have other figures.
        elsewhere: Without a row, the instance types that the model was published on.
    """

    result: OwnResult
    published: PublishedRun | None
    figures: tuple[Beside, ...]
    differs: tuple[tuple[str, str, str], ...] = ()
    unsaid: tuple[tuple[str, str], ...] = ()
    others: tuple[PublishedRun, ...] = ()
    elsewhere: tuple[str, ...] = ()


def own_results(imports: Iterable[OwnImport]) -> Iterator[OwnResult]:
    """Yield the runs of imports."""
    for one in imports:
        runs: dict[int, list[Mapping[str, Any]]] = {}
        for row in one.rows:
            runs.setdefault(row["run"], []).append(row)
        for run, rows in runs.items():
            which = f", run {run}" if len(runs) > 1 else ""
            name = f"import {one.number}{which}, {one.file_name}"
            yield OwnResult(one.number, one.file_name, name, tuple(rows))


def set_beside(
    connection: duckdb.DuckDBPyConnection, results: Iterable[OwnResult], release: str = ""
) -> tuple[ComparedRun, ...]:
    """Return runs beside the published rows nearest to them.

    Args:
        connection: The warehouse.
        results: The runs.
        release: Only rows of this docs release; empty for all.
    """
    published = PublishedRuns(connection)
    return tuple(_compared(published, one, release) for one in results)


def _compared(published: PublishedRuns, result: OwnResult, release: str) -> ComparedRun:
    candidates = [
        one for one in published.of(result.model, result.instance) if release in ("", one.release)
    ]
    slots = {_slot(row): row for row in result.rows}
    found = nearest_runs(result.settings, slots, candidates)
    if not found:
        figures = tuple(_beside(row, None, result) for row in result.rows)
        return ComparedRun(result, None, figures, elsewhere=published.instances_of(result.model))
    first, *others = found
    return ComparedRun(
        result,
        first,
        tuple(_beside(row, first, result) for row in result.rows),
        tuple(_differing(result.settings, first)),
        tuple(_unsaid(result.settings, first)),
        tuple(others),
    )


def _slot(row: Mapping[str, Any]) -> Slot:
    unit = UNITS_BY_NAME[row["unit"]].compared_in
    return row["metric"], row["statistic"], unit, row.get("basis")


def _beside(row: Mapping[str, Any], published: PublishedRun | None, result: OwnResult) -> Beside:
    declared = UNITS_BY_NAME[row["unit"]]
    own = row["value"] * declared.factor
    theirs = published.figures.get(_slot(row)) if published else None
    said = row.get("flag_message")
    if not theirs or not own:
        return Beside(row, declared.compared_in, own, theirs, flag=said)
    ratio = own / theirs
    flag = said or _slip(row, ratio, result)
    better = METRICS_BY_NAME[row["metric"]].better
    reached = None if flag or better is None else ratio if better == "higher" else 1 / ratio
    return Beside(row, declared.compared_in, own, theirs, ratio, reached, flag)


def _slip(row: Mapping[str, Any], ratio: float, result: OwnResult) -> str | None:
    """Return which slip of its unit explains how far a figure is from the published one."""
    kind = METRICS_BY_NAME[row["metric"]].kind
    times = f"{ratio:,.4g} times what AWS published"
    low, high = _THOUSAND
    if low < ratio < high:
        what = MS_AS_SECONDS if kind == "time" else "a count of thousandths"
        return f"looks like {what}: it is {times}"
    if 1 / high < ratio < 1 / low:
        what = SECONDS_AS_MS if kind == "time" else "a count of thousands"
        return f"looks like {what}: it is {times}"
    if kind == "speed" and _SIXTY[0] < ratio < _SIXTY[1]:
        return f"looks like a rate per minute: it is {times}"
    if kind == "speed" and 1 / _SIXTY[1] < ratio < 1 / _SIXTY[0]:
        return f"looks like a rate per second under minutes: it is {times}"
    at_once = size_of(result.settings, "batch_size") or 0
    is_as_one = _AS_ONE[0] < ratio * at_once < _AS_ONE[1]
    if kind == "speed" and at_once >= _ENOUGH_AT_ONCE and is_as_one and not _shows_load(result):
        return f"looks like the rate of one of {at_once} requests, not of all: it is {times}"
    return None


def _shows_load(result: OwnResult) -> bool:
    """Return whether the run has times by which its own rates could be checked."""
    return any(METRICS_BY_NAME[row["metric"]].kind == "time" for row in result.rows)


def _differing(
    settings: Mapping[str, Any], published: PublishedRun
) -> Iterator[tuple[str, str, str]]:
    for column in SETTINGS:
        name = column.name
        mine, theirs = settings.get(name), published.settings.get(name)
        if name in _NOT_SET_UP or theirs in (None, "", []) or mine in (None, "", []):
            continue
        if not is_same(mine, theirs):
            yield name, shown(mine), shown(theirs)
    if settings.get("batch_size") is None and settings.get("concurrency"):
        theirs = published.settings.get("batch_size")
        if theirs and theirs != settings["concurrency"]:
            yield "batch_size", f"{settings['concurrency']} at once", shown(theirs)
    mine, theirs = settings.get("measured_release"), published.measured_release
    if mine and theirs and mine != theirs:
        yield "measured_release", mine, theirs


def _unsaid(settings: Mapping[str, Any], published: PublishedRun) -> Iterator[tuple[str, str]]:
    for column in SETTINGS:
        name = column.name
        theirs = published.settings.get(name)
        if name in (*_NOT_SET_UP, *_STATED_BY_PAGES) or theirs in (None, "", []):
            continue
        is_both = name == "sequence_length" and settings.get("input_length")
        if settings.get(name) is None and not is_both and not _stands_in(settings, name):
            yield name, shown(theirs)
    if not settings.get("measured_release") and published.measured_release:
        yield "measured_release", published.measured_release


def _stands_in(settings: Mapping[str, Any], name: str) -> bool:
    return name in SIZES and size_of(settings, name) is not None


def shown(value: Any) -> str:
    """Return a setting as a text."""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
