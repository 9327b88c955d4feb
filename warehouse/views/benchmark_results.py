"""The wide view: one row a benchmark with all its dimensions, and one column a metric and unit.

This module declares the view's columns. Of which rows it is made lives in `release_parts`; columns
that derive from throughput live in `efficiency`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pipelines.contract import BENCHMARKS, PUBLISHED_TABLES, RELEASES
from pipelines.contract.metrics import PRICE_BASES, TOKEN_BASES, UNITS
from warehouse.schema.quoting import quoted
from warehouse.schema.scalars import scalar_columns
from warehouse.schema.views import View, ViewColumn, columns_of, sql_text
from warehouse.views.efficiency import efficiency_columns
from warehouse.views.metric_columns import METRIC_COLUMNS
from warehouse.views.results_in_context import in_context_sql

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.contract import Column

ROW = ("benchmark_id",)
_IDENTITY = ("benchmark_id", "comparison_key", "table_id", "row")


def benchmark_results() -> View:
    """Return the view."""
    columns = result_columns()
    return View(
        "benchmark_results",
        "One row a benchmark with all its dimensions, and one column a metric and unit.",
        columns,
        sql_text(
            "benchmark_results",
            {
                "rows": in_context_sql("keyed_results"),
                "columns": ",\n    ".join(quoted(one.name) for one in columns),
            },
        ),
        ROW,
    )


def latest_results() -> View:
    """Return the view of the same columns for the latest patch of each minor."""
    return View(
        "latest_results",
        "The rows of benchmark_results that the latest patch of each minor publishes.",
        result_columns(),
        sql_text("latest_results", {}),
        ROW,
    )


@cache
def result_columns() -> tuple[ViewColumn, ...]:
    """Return the columns of the wide view."""
    return tuple(scalar_columns(_columns()))


def dimensions() -> Iterator[Column]:
    """Yield the columns of benchmarks that stand between a row's place and its figures."""
    taken = {"release", "measured_release", *_IDENTITY}
    yield from (column for column in BENCHMARKS.columns if column.name not in taken)


def _columns() -> Iterator[ViewColumn]:
    yield from columns_of(RELEASES, "release", "release_order", "minor", "is_latest_patch")
    yield from columns_of(BENCHMARKS, "measured_release")
    yield from columns_of(PUBLISHED_TABLES, "page")
    yield ViewColumn("section", "text", "Headings above the row's table, outermost first.")
    yield from columns_of(PUBLISHED_TABLES, "tab")
    for column in columns_of(BENCHMARKS, *(column.name for column in dimensions())):
        yield column
        if column.name == "instance_types":
            yield ViewColumn("instance_type", "text", "The same text as instance_types.")
    for metric in METRIC_COLUMNS:
        yield ViewColumn(metric.name, "number", metric.description, metric.unit)
    yield ViewColumn(
        "published_cost_unit",
        "text",
        "Unit that the header of the cost gives. The cost is in the column of what throughput "
        "counts: under a header of inferences, a row in tokens/s prints the cost of tokens.",
        values=UNITS,
    )
    yield ViewColumn(
        "price_basis", "text", "Rate that the page says its costs use.", values=PRICE_BASES
    )
    yield ViewColumn("token_basis", "text", "Tokens that throughput counts.", values=TOKEN_BASES)
    yield from _at_one_rate()
    yield from efficiency_columns()
    yield ViewColumn("error_flags", "integer", "Quality flags of severity error.", "flags")
    yield ViewColumn("warning_flags", "integer", "Quality flags of severity warning.", "flags")
    yield from columns_of(BENCHMARKS, *_IDENTITY)


def _at_one_rate() -> Iterator[ViewColumn]:
    yield ViewColumn(
        "implied_usd_per_hour",
        "number",
        "Hourly rate that this release's costs imply for the instance type; see hourly_rates.",
        "USD/h",
    )
    yield ViewColumn(
        "latest_usd_per_hour",
        "number",
        "Hourly rate that the newest release with costs of the instance type implies.",
        "USD/h",
    )
    yield ViewColumn(
        "usd_per_1m_at_latest_rate_ours",
        "number",
        "Our recalculation, not published: what the row's throughput costs at latest_usd_per_hour, "
        "so that costs of all releases stand on one price. Null where the throughput or the rate "
        "is known too poorly.",
        "USD per 1M of what the throughput counts",
    )
