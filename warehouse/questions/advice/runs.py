"""Runs as values: what a published configuration does, and what it costs at whose price.

This module reads `priced_runs`. Put another column that an answer shows here; what is cheapest is
decided in `ranking`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipelines.errors import UsageError
from warehouse.comparison import model_names as names
from warehouse.comparison.request import require_known
from warehouse.comparison.statements import TUNED
from warehouse.schema.quoting import literal
from warehouse.views.priced_runs import time_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    import duckdb

    from warehouse.comparison.prices.price_book import Price
    from warehouse.comparison.request import Filters

LENGTHS = ("sequence_length", "input_length", "output_length", "batch_size")
"""Numbers of a run that a question can fix."""
INSTANCES = "string_split(instance_types, ', ')"
"""SQL for the list of a run's instance types; a run has one."""


@dataclass(frozen=True, slots=True)
class PricedRun:
    """One published configuration, with its cost.

    `usd_per_1m` is None where no cost is known at the price that is asked for.
    """

    series_id: str
    series: str
    model: str
    accelerator: str
    instance_type: str
    counted: str
    usd_per_1m: float | None
    usd_per_hour: float | None
    hours_per_1m: float | None
    throughput: float
    times: Mapping[str, float]
    lengths: Mapping[str, int]
    tuning: str
    release: str
    published_on: date | None
    measured_release: str | None
    published_usd_per_1m: float | None
    price_basis: str | None
    warnings: tuple[str, ...]
    url: str
    page: str
    table_id: str
    row: int
    benchmark_id: str

    @property
    def cost(self) -> float:
        """The cost of a run that has one."""
        if self.usd_per_1m is None:
            raise ValueError(self.series)
        return self.usd_per_1m

    def figure(self, name: str) -> float | None:
        """Return the throughput, or a time by its column; None where it is not published."""
        return self.throughput if name == "throughput" else self.times.get(name)


@dataclass(frozen=True, slots=True)
class RunFilters:
    """Which runs are asked for: the filters of every question, a task, and fixed lengths."""

    filters: Filters
    task: str = ""
    lengths: Mapping[str, int] | None = None

    def __post_init__(self) -> None:
        """Reject a question that names no model and no task: costs of all tasks are no answer."""
        if not (self.filters.model or self.task):
            raise UsageError("name a model or a task: --model bert, --task 'text generation'")


_TIMES = tuple(column.name for column in time_columns())
_TUNING = ", ".join(
    f"'{name.replace('_', ' ')} ' || p.{name}" for name in TUNED if name not in LENGTHS
)
_QUERY = f"""
    SELECT
        p.series_id, p.series, p.model, p.accelerator, p.instance_types, p.counted,
        p.usd_per_1m, p.latest_usd_per_hour, p.hours_per_1m, p.throughput,
        [{", ".join(f"p.{name}::DOUBLE" for name in _TIMES)}],
        [{", ".join(f"p.{name}::BIGINT" for name in LENGTHS)}],
        concat_ws(', ', {_TUNING}),
        p.release, r.published_on, p.measured_release, p.published_usd_per_1m, p.price_basis,
        list_sort(list(DISTINCT q.rule) FILTER (q.rule IS NOT NULL)) AS warnings,
        p.url, p.page, p.table_id, p.row, p.benchmark_id
    FROM priced_runs AS p
    JOIN releases AS r ON r.release = p.release
    LEFT JOIN quality_flags AS q
        ON q.release = p.release AND q.benchmark_id = p.benchmark_id AND q.severity = 'warning'
    WHERE {{wanted}}
    GROUP BY ALL
    ORDER BY p.series, p.series_id
"""  # noqa: S608 - the contract's names


def read_runs(connection: duckdb.DuckDBPyConnection, wanted: RunFilters) -> tuple[PricedRun, ...]:
    """Return the runs that a question means, at the newest published rates.

    Raises:
        UsageError: A name is not known, or no run has the lengths that are asked for.
    """
    require_known(connection, wanted.filters)
    conditions = [*wanted.filters.row_conditions(INSTANCES)]
    if wanted.task:
        conditions.append(_task_condition(connection, wanted.task))
    query = _QUERY.format(wanted=" AND ".join(f"({one})" for one in conditions))
    runs = tuple(_run(row) for row in connection.execute(query).fetchall())
    runs = _of_that_name(runs, wanted.filters.model)
    for name, value in (wanted.lengths or {}).items():
        runs = _of_length(runs, name, value)
    return runs


def _of_that_name(runs: tuple[PricedRun, ...], text: str) -> tuple[PricedRun, ...]:
    """Return the runs of the model that is called just so, where there is one: not distilbert."""
    return tuple(run for run in runs if names.is_called(run.model, text)) or runs


def _of_length(runs: tuple[PricedRun, ...], name: str, value: int) -> tuple[PricedRun, ...]:
    kept = tuple(run for run in runs if run.lengths.get(name) == value)
    if runs and not kept:
        known = sorted({run.lengths[name] for run in runs if name in run.lengths})
        listed = ", ".join(map(str, known)) or "none that say it"
        raise UsageError(f"no run has the {name.replace('_', ' ')} {value}; there are {listed}")
    return kept


def _task_condition(connection: duckdb.DuckDBPyConnection, text: str) -> str:
    condition = f"contains(lower(task), lower({literal(text)}))"
    rows = connection.execute(
        f"SELECT DISTINCT task, {condition} FROM benchmarks WHERE task IS NOT NULL ORDER BY task"  # noqa: S608
    ).fetchall()
    if not any(is_meant for _, is_meant in rows):
        raise names.unknown_name("task", text, (task for task, _ in rows))
    return condition


def _run(row: tuple[Any, ...]) -> PricedRun:
    values = [*row]
    values[10] = _known(_TIMES, values[10])
    values[11] = _known(LENGTHS, values[11])
    values[18] = tuple(values[18] or ())
    return PricedRun(*values)


def _known(labels: Iterable[str], values: Iterable[Any]) -> dict[str, Any]:
    return {name: value for name, value in zip(labels, values, strict=True) if value is not None}


def at_prices(runs: Iterable[PricedRun], prices: Mapping[str, Price]) -> Iterator[PricedRun]:
    """Yield runs with their costs at the user's prices; without prices, as they are.

    A run on an instance type without a price, or whose throughput is known too poorly, has no cost.
    """
    for run in runs:
        if not prices:
            yield run
            continue
        own = prices.get(run.instance_type)
        price = own.usd_per_hour if own else None
        known = price is not None and run.hours_per_1m is not None
        cost = run.hours_per_1m * price if known and price and run.hours_per_1m else None
        yield replace(run, usd_per_1m=cost, usd_per_hour=price)
