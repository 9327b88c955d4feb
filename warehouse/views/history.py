"""The view `history`: one row a series, release and figure, for charts over releases.

This module declares the view's columns and fills in its SQL. What makes two rows one series is
decided in `series`; where a figure comes from, in `sql/origin.sql`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.contract import BENCHMARKS, MEASUREMENTS, PAGES, PUBLISHED_TABLES, RELEASES
from pipelines.contract.benchmarks import IDENTITY
from pipelines.contract.metrics import COST, UNITS
from warehouse.comparison.statements import SETUP, cost_unit_sql
from warehouse.schema.quoting import literal
from warehouse.schema.scalars import scalar_columns
from warehouse.schema.views import View, ViewColumn, columns_of, sql_text
from warehouse.views.results_in_context import in_context_sql

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ORIGINS: Mapping[str, str] = {
    "first-printed": "no earlier release in this dataset prints the series",
    "remeasured": "measured on another SDK than the release before printed",
    "relabelled": "another measured release is printed, and every figure is the same",
    "revised": "same measured release, and another figure in the row",
    "carried-over": "same measured release and figures as the release before printed",
}
"""Where a figure of `history` comes from, against the release before that printed its series."""


def history() -> View:
    """Return the view."""
    dimensions = _dimensions()
    return View(
        "history",
        "One row a series, release and figure: what a chart over releases opens.",
        tuple(_columns()),
        sql_text(
            "history",
            {
                "rows": in_context_sql("results_with_series"),
                "cost": literal(COST.name),
                "cost_unit": cost_unit_sql("s.figure.unit", "s.speed_unit"),
                "dimensions": ",\n    ".join(f"s.{name}" for name in dimensions),
            },
        ),
        MEASUREMENTS.key,
    )


def _dimensions() -> tuple[str, ...]:
    return (*IDENTITY, *SETUP)


def _columns() -> Iterator[ViewColumn]:
    yield ViewColumn(
        "series_id",
        "text",
        "Names the series: a workload, or one tuning of it where a release prints several rows.",
    )
    yield ViewColumn("series", "text", "Name of the series, to read.")
    yield from columns_of(RELEASES, "release", "release_order", "minor", "is_latest_patch")
    yield from columns_of(BENCHMARKS, "measured_release")
    yield from scalar_columns(columns_of(BENCHMARKS, *_dimensions()))
    yield from columns_of(MEASUREMENTS, "metric", "statistic")
    yield ViewColumn(
        "unit",
        "text",
        "Unit of the figure; a cost is of what the row's throughput counts.",
        values=UNITS,
    )
    yield from columns_of(MEASUREMENTS, "value", "basis")
    yield ViewColumn(
        "published_unit", "text", "Unit of the figure, as the header gives it.", values=UNITS
    )
    meanings = "; ".join(f"{name}: {text}" for name, text in ORIGINS.items())
    yield ViewColumn(
        "origin", "text", f"Where the figure comes from. {meanings}.", values=tuple(ORIGINS)
    )
    yield ViewColumn(
        "is_newly_measured", "boolean", "True where the origin is first-printed or remeasured."
    )
    yield ViewColumn(
        "is_believable", "boolean", "True where the row has no quality flag of severity error."
    )
    yield ViewColumn(
        "usd_per_1m_at_latest_rate",
        "number",
        "Our recalculation, not published: a cost at the newest hourly rate of its instance type; "
        "null for other metrics.",
        "USD per 1M of what the throughput counts",
    )
    yield from columns_of(PAGES, "url", "page")
    yield ViewColumn("error_flags", "integer", "Quality flags of severity error.", "flags")
    yield ViewColumn("warning_flags", "integer", "Quality flags of severity warning.", "flags")
    yield from columns_of(BENCHMARKS, "benchmark_id", "comparison_key")
    yield from columns_of(PUBLISHED_TABLES, "table_id")
    yield from columns_of(BENCHMARKS, "row")
