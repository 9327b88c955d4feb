"""Watched models: which figures a person wants to hear of, and which of them got better or worse.

This module reads `watch.toml` and compares releases for it. Put no output here: the summary and
JSON of a build show what it returns. How rows are paired and judged lives in
`warehouse.comparison`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.contract.metrics import METRICS_BY_NAME
from pipelines.errors import UsageError
from warehouse.comparison.verdicts import DEFAULT_TOLERANCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

    from warehouse.comparison.request import Question
    from warehouse.comparison.results import ComparedRow

WATCH_FILE = "watch.toml"
WATCH_VARIABLE = "NEURON_WAREHOUSE_WATCH"
_REPORTED = ("regressed", "improved")


@dataclass(frozen=True, slots=True)
class Watch:
    """One entry of `watch.toml`; an empty text means all.

    Attributes:
        model: Text that the model's name contains.
        instance: Text that the instance type starts with.
        metric: Name of the metric.
        tolerance: Change that is still called unchanged; 0.02 is 2 %.
    """

    model: str
    instance: str = ""
    metric: str = ""
    tolerance: float = DEFAULT_TOLERANCE


@dataclass(frozen=True, slots=True)
class WatchedChange:
    """One figure of a watched model that got better or worse between two releases.

    Attributes:
        verdict: `regressed` or `improved`.
        model: The model's name, as printed.
        instance: The instance types, joined by `, `.
        metric: Name of the metric.
        statistic: `mean`, `p50` and so on.
        label: Metric and statistic as people read them.
        unit: Unit of both values.
        base_release: The docs release before.
        target_release: The docs release after.
        base_value: The figure before.
        target_value: The figure after.
        change: Relative change; 0.1 is 10 % more.
    """

    verdict: str
    model: str
    instance: str
    metric: str
    statistic: str
    label: str
    unit: str | None
    base_release: str
    target_release: str
    base_value: float
    target_value: float
    change: float


@dataclass(frozen=True, slots=True)
class Watched:
    """What watching found.

    Attributes:
        changes: Figures that got better or worse, regressions first.
        warnings: Entries that no row fits, such as a model that no release prints.
    """

    changes: tuple[WatchedChange, ...] = ()
    warnings: tuple[str, ...] = ()


def watch_path(named: str | None) -> str | None:
    """Return the file of watched models: the one named, that of the environment, or `watch.toml`.

    Args:
        named: The value of `--watch`.

    Returns:
        The path; None where none is named and the current folder has no `watch.toml`.
    """
    path = named or os.environ.get(WATCH_VARIABLE)
    if path:
        return path
    return WATCH_FILE if Path(WATCH_FILE).is_file() else None


def read_watches(path: str | None) -> tuple[Watch, ...]:
    """Return the entries of a file of watched models.

    Args:
        path: The file; None for none.

    Raises:
        UsageError: The file cannot be read, or an entry is not written as it must be.
    """
    if path is None:
        return ()
    import tomllib

    try:
        entries = tomllib.loads(Path(path).read_text("utf-8")).get("watch", [])
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{path}: cannot be read ({reason})") from error
    if not isinstance(entries, list) or not entries:
        raise UsageError(f"{path}: has no [[watch]] entry; see examples/ci/watch.toml")
    return tuple(_watch(f"{path}, entry {n}", entry) for n, entry in enumerate(entries, 1))


_KEYS = tuple(one.name for one in fields(Watch))


def _watch(where: str, entry: Any) -> Watch:
    unknown = sorted(set(entry) - set(_KEYS)) if isinstance(entry, dict) else [str(entry)]
    if unknown:
        raise UsageError(f"{where}: unknown key {unknown[0]!r} (choose from {', '.join(_KEYS)})")
    for name in ("model", "instance", "metric"):
        if not isinstance(entry.get(name, ""), str):
            raise UsageError(f"{where}: {name} must be a text in quotes")
    if not entry.get("model"):
        raise UsageError(f'{where}: needs a model, such as model = "bert-base"')
    metric = entry.get("metric", "")
    if metric and metric not in METRICS_BY_NAME:
        known = ", ".join(METRICS_BY_NAME)
        raise UsageError(f"{where}: unknown metric {metric!r} (choose from {known})")
    tolerance = entry.get("tolerance", DEFAULT_TOLERANCE)
    if isinstance(tolerance, bool) or not isinstance(tolerance, int | float):
        raise UsageError(f"{where}: tolerance must be a number, got {tolerance!r}")
    if not 0 <= tolerance < 1:
        raise UsageError(
            f"{where}: tolerance must be between 0 and 1 (0.02 = 2 %), got {tolerance}"
        )
    return Watch(entry["model"], entry.get("instance", ""), metric, float(tolerance))


def watched_changes(
    warehouse: duckdb.DuckDBPyConnection,
    watches: Sequence[Watch],
    concerned: Sequence[str],
    *,
    first: bool,
) -> Watched:
    """Return what got better or worse in new or changed releases.

    Args:
        warehouse: A connection to the warehouse.
        watches: What to look at.
        concerned: The releases that are new or changed.
        first: True where the dataset is new: then only its newest release is compared.

    Returns:
        The changes of each release against the one before it, without figures that have an error
        flag.
    """
    found = warehouse.execute("SELECT release FROM releases ORDER BY release_order").fetchall()
    pairs = list(pairwise(release for (release,) in found))
    wanted = pairs[-1:] if first else [pair for pair in pairs if pair[1] in concerned]
    return changes_between(warehouse, watches, wanted)


def changes_between(
    warehouse: duckdb.DuckDBPyConnection,
    watches: Sequence[Watch],
    pairs: Sequence[tuple[str, str]],
) -> Watched:
    """Return what got better or worse between pairs of releases.

    Args:
        warehouse: A connection to the warehouse.
        watches: What to look at.
        pairs: The release before and the release after, of each comparison.
    """
    found: dict[WatchedChange, None] = {}
    warnings: dict[str, None] = {}
    for base, target in pairs:
        for watch in watches:
            try:
                found |= dict.fromkeys(_changes(warehouse, watch, base, target))
            except UsageError as error:
                # A watched model may come later; a build must not fail for it.
                warnings[f"watched models: {error}"] = None
    changes = sorted(found, key=lambda one: _REPORTED.index(one.verdict))
    return Watched(tuple(changes), tuple(warnings))


def _changes(
    warehouse: duckdb.DuckDBPyConnection, watch: Watch, base: str, target: str
) -> Iterator[WatchedChange]:
    from warehouse.comparison.request import Comparison
    from warehouse.comparison.results import COLUMNS, ComparedRow, believable

    comparison = Comparison(warehouse, _question(watch, base, target))
    rows = [ComparedRow(*values) for values in comparison.fetch(COLUMNS)]
    for row in believable(rows):
        if row.verdict in _REPORTED and None not in (row.base_value, row.target_value):
            yield _change(row, base, target)


def _question(watch: Watch, base: str, target: str) -> Question:
    from warehouse.comparison.request import Filters, Question

    metrics = (watch.metric,) if watch.metric else ()
    filters = Filters(model=watch.model, instance=watch.instance, metrics=metrics)
    return Question(base, target, tolerance=watch.tolerance, filters=filters)


def _change(row: ComparedRow, base: str, target: str) -> WatchedChange:
    return WatchedChange(
        verdict=row.verdict,
        model=row.model,
        instance=", ".join(row.instance_types),
        metric=row.metric,
        statistic=row.statistic,
        label=METRICS_BY_NAME[row.metric].label_of(row.statistic),
        unit=row.unit,
        base_release=base,
        target_release=target,
        base_value=row.base_value or 0.0,
        target_value=row.target_value or 0.0,
        change=row.change or 0.0,
    )
