"""The warehouse's views: what each is called and says.

This module holds their names, descriptions and columns. Put a new view here. Its SQL lives in
`sql/`; how a view is declared, in `warehouse.schema.views`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pipelines.contract import (
    BENCHMARKS,
    CELL_CHANGES,
    PAGES,
    PUBLISHED_TABLES,
    RELEASES,
)
from pipelines.contract.metrics import COST, PRICE_BASES, THROUGHPUT, TOKEN_BASES, UNITS
from warehouse.comparison.ranges import half_step
from warehouse.comparison.statements import (
    COMPARISON_KEY,
    NEEDS,
    comparison_columns,
    comparison_parts,
    cost_unit_sql,
)
from warehouse.comparison.verdicts import DEFAULT_TOLERANCE
from warehouse.schema.quoting import listed, literal
from warehouse.schema.scalars import scalar_columns, scalar_sql, scalar_view_sql
from warehouse.schema.views import View, ViewColumn, columns_of, sql_text
from warehouse.views.efficiency import (
    at_latest_rate_sql,
    efficiency_columns,
    efficiency_sql,
    run_hardware,
)
from warehouse.views.history import history
from warehouse.views.metric_columns import METRIC_COLUMNS, gathered_sql, selected_sql
from warehouse.views.package_views import package_views
from warehouse.views.priced_runs import priced_runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.contract import Column

_ROW = ("benchmark_id",)
_IDENTITY = ("benchmark_id", "comparison_key", "table_id", "row")


_LATEST_PATCHES = "SEMI JOIN (FROM releases WHERE is_latest_patch) USING (release)"


@cache
def views() -> tuple[View, ...]:
    """Return every view, in the order in which they can be made."""
    results = tuple(scalar_columns(_benchmark_results()))
    return (
        run_hardware(),
        View(
            "benchmark_results",
            "One row a benchmark with all its dimensions, and one column a metric and unit.",
            results,
            sql_text("benchmark_results", _benchmark_results_parts()),
            _ROW,
        ),
        View(
            "latest_results",
            "The rows of benchmark_results that the latest patch of each minor publishes.",
            results,
            sql_text("latest_results", {}),
            _ROW,
        ),
        View(
            "release_changes",
            "Each minor's pages against the minor before, by latest patches, figure by figure: "
            f"compare_releases with its tolerance of {DEFAULT_TOLERANCE:.0%}. {NEEDS}",
            tuple(comparison_columns()),
            sql_text(
                "release_changes",
                comparison_parts(str(DEFAULT_TOLERANCE), _LATEST_PATCHES),
            ),
            COMPARISON_KEY,
        ),
        history(),
        priced_runs(),
        release_comparisons(),
        *package_views(),
        View(
            "capture_changes",
            "Cells that upstream edited in released pages, with where they stand on the page.",
            tuple(_capture_changes()),
            sql_text("capture_changes", {}),
            CELL_CHANGES.key,
        ),
    )


def _benchmark_results_parts() -> dict[str, str]:
    """Return what fills in `sql/benchmark_results.sql`."""
    return {
        "gathered_columns": gathered_sql(),
        "metric_columns": selected_sql(),
        "cost_unit": cost_unit_sql("published_cost_unit", "speed_unit"),
        "typical": literal(COST.headline),
        "dimension_columns": _dimension_sql(),
        "efficiency_columns": efficiency_sql(),
        "at_latest_rate": at_latest_rate_sql(),
        "half_step": half_step("text"),
        "throughput": literal(THROUGHPUT.name),
        "price_bases": listed(PRICE_BASES),
        "token_bases": listed(TOKEN_BASES),
        "cost": literal(COST.name),
    }


def _benchmark_results() -> Iterator[ViewColumn]:
    yield from columns_of(RELEASES, "release", "release_order", "minor", "is_latest_patch")
    yield from columns_of(BENCHMARKS, "measured_release")
    yield from columns_of(PUBLISHED_TABLES, "page")
    yield ViewColumn("section", "text", "Headings above the row's table, outermost first.")
    yield from columns_of(PUBLISHED_TABLES, "tab")
    for column in columns_of(BENCHMARKS, *(column.name for column in _dimensions())):
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


def _dimensions() -> Iterator[Column]:
    """Yield the columns of benchmarks that stand between a row's place and its figures."""
    taken = {"release", "measured_release", *_IDENTITY}
    yield from (column for column in BENCHMARKS.columns if column.name not in taken)


def _dimension_sql() -> str:
    lines = []
    for column in _dimensions():
        lines.append(scalar_sql(column, "b"))
        if column.name == "instance_types":
            lines.append("array_to_string(b.instance_types, ', ') AS instance_type")
    return ",\n    ".join(lines)


def release_comparisons() -> View:
    """Return the view of any two releases, with scalars alone."""
    columns = tuple(comparison_columns())
    sides = {f"{side}_release": f"s.{side}_release" for side in ("base", "target")}
    selected = (sides.get(column.name) or scalar_view_sql(column, "c") for column in columns)
    return View(
        "release_comparisons",
        "Any two releases against each other: the answer of compare_releases, for a filter on "
        "base_release and target_release. It works in an attached file, where macros do not. "
        f"{NEEDS}",
        tuple(scalar_columns(columns)),
        sql_text(
            "release_comparisons",
            {**comparison_parts(str(DEFAULT_TOLERANCE), ""), "columns": ",\n    ".join(selected)},
        ),
        ("base_release", "target_release", *COMPARISON_KEY),
    )


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


def _capture_changes() -> Iterator[ViewColumn]:
    yield from columns_of(CELL_CHANGES, "noticed_at", "release")
    yield from columns_of(RELEASES, "release_order")
    yield from columns_of(CELL_CHANGES, "change_number", "page")
    yield from columns_of(PAGES, "url")
    yield ViewColumn("section", "text", "Headings above the cell's table, outermost first.")
    yield from columns_of(PUBLISHED_TABLES, "tab")
    rest = ("table_id", "row", "column", "header", "change", "before", "after")
    yield from columns_of(CELL_CHANGES, *rest, "record_before", "record_after")
