"""The view `priced_runs`: the published ways to run a model that have a price.

This module declares the view's columns and fills in its SQL. Which rows are believed and how a cost
follows from a price is decided in `sql/priced_runs.sql`; which runs are worth their price, in
`warehouse.questions.advice`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.contract import BENCHMARKS, PAGES, PUBLISHED_TABLES, RELEASES
from pipelines.contract.benchmarks import IDENTITY
from pipelines.contract.metrics import (
    COST,
    METRICS_BY_NAME,
    PRICE_BASES,
    THINGS,
    THROUGHPUT,
    TOKEN_BASES,
    UNITS_BY_NAME,
)
from warehouse.comparison.ranges import half_step, is_precise, usd_per_1m
from warehouse.comparison.statements import SETUP, doubtful_rows
from warehouse.schema.quoting import literal
from warehouse.schema.scalars import scalar_columns
from warehouse.schema.views import View, ViewColumn, columns_of, sql_text
from warehouse.views.metric_columns import METRIC_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.contract.metrics import WideColumn

_TYPICAL = "mean"
"""The statistic of a throughput and of a cost that stands for all of a run."""


def time_columns() -> tuple[WideColumn, ...]:
    """Return the columns of times, all in milliseconds."""
    return tuple(one for one in METRIC_COLUMNS if METRICS_BY_NAME[one.metric].kind == "time")


def priced_runs() -> View:
    """Return the view."""
    return View(
        "priced_runs",
        "The published ways to run a model: of each series the newest row without an error flag, "
        "with what it costs at one price for each instance type. The command advise asks it.",
        tuple(_columns()),
        sql_text(
            "priced_runs",
            {
                "rates": ", ".join(_rates()),
                "throughput": literal(THROUGHPUT.name),
                "cost": literal(COST.name),
                "typical": literal(_TYPICAL),
                "doubtful": doubtful_rows(),
                "dimensions": ",\n    ".join(f"b.{name}" for name in (*IDENTITY, *SETUP)),
                "times": ",\n    ".join(f"b.{column.name}" for column in time_columns()),
                "is_precise": is_precise("value", half_step("text")),
                "at_one_usd": usd_per_1m("s.throughput", "1"),
            },
        ),
        ("series_id",),
    )


def _rates() -> Iterator[str]:
    """Yield each unit of a throughput: what it counts, its factor, and whether it has a basis."""
    for unit in THROUGHPUT.units:
        thing = unit.compared_in.removesuffix("/s")
        takes_basis = str(UNITS_BY_NAME[unit.compared_in].basis is not None).lower()
        yield f"({literal(unit.name)}, {literal(thing)}, {unit.factor!r}::DOUBLE, {takes_basis})"


def _counted() -> Iterator[str]:
    """Yield what a throughput can count: tokens with the basis that the page states, if any."""
    for thing in THINGS:
        yield thing
        if UNITS_BY_NAME[f"{thing}/s"].basis == "tokens":
            yield from (f"{basis} {thing}" for basis in TOKEN_BASES)


def _columns() -> Iterator[ViewColumn]:
    yield ViewColumn("series_id", "text", "Names the series; see history.")
    yield ViewColumn("series", "text", "Name of the series, to read.")
    yield ViewColumn("release", "text", "Newest docs release that prints the series believably.")
    yield from columns_of(RELEASES, "release_order")
    yield from columns_of(BENCHMARKS, "measured_release")
    yield from scalar_columns(columns_of(BENCHMARKS, *IDENTITY, *SETUP))
    yield ViewColumn("throughput", "number", "Throughput, in what is counted, a second.")
    yield ViewColumn(
        "counted",
        "text",
        "What the throughput and the costs count: inferences, output tokens and so on. Costs of "
        "two of them are no costs of one thing.",
        values=tuple(_counted()),
    )
    for column in time_columns():
        yield ViewColumn(column.name, "number", column.description, column.unit)
    yield ViewColumn(
        "published_usd_per_1m", "number", "The cost as published, at implied_usd_per_hour.", "USD"
    )
    yield ViewColumn(
        "price_basis", "text", "Rate that the page says its costs use.", values=PRICE_BASES
    )
    yield ViewColumn("implied_usd_per_hour", "number", "Rate behind the published cost.", "USD/h")
    yield ViewColumn(
        "latest_usd_per_hour",
        "number",
        "Rate that the newest release with costs of the instance type implies.",
        "USD/h",
    )
    yield ViewColumn(
        "usd_per_1m",
        "number",
        "Our recalculation, not published: the cost at latest_usd_per_hour; null where no cost of "
        "the row is published.",
        "USD per 1M of what is counted",
    )
    yield ViewColumn(
        "hours_per_1m",
        "number",
        "Hours that a million takes: times a price in USD per hour, they are the cost. Null where "
        "the throughput is printed with too few digits to calculate with.",
        "h per 1M of what is counted",
    )
    yield ViewColumn("warning_flags", "integer", "Quality flags of severity warning.", "flags")
    yield from columns_of(PAGES, "url", "page")
    yield from columns_of(PUBLISHED_TABLES, "table_id")
    yield from columns_of(BENCHMARKS, "row", "benchmark_id", "comparison_key")
