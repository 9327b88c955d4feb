"""What the wide views read: rows kept by release, and what is looked up beside them.

The file stores these rows, one part a release, so that a look at the wide views works nothing out,
and a changed release changes its own rows alone. An old version, which is made in memory, has
views of the same names in their place. Put a column that its own release decides into
`sql/wide_rows.sql`; one that other releases decide belongs in `sql/results_in_context.sql`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pipelines.contract.metrics import COST, PRICE_BASES, THROUGHPUT, TOKEN_BASES
from warehouse.comparison.ranges import half_step
from warehouse.comparison.statements import cost_unit_sql
from warehouse.schema.parts import ALL, SCHEMA, ReleasePart
from warehouse.schema.quoting import listed, literal
from warehouse.schema.scalars import scalar_sql
from warehouse.schema.views import sql_text
from warehouse.views.benchmark_results import dimensions
from warehouse.views.efficiency import rate_is_precise_sql, speed_is_precise_sql
from warehouse.views.metric_columns import gathered_sql, selected_sql
from warehouse.views.row_series import row_series

if TYPE_CHECKING:
    from collections.abc import Iterator

INPUTS = ("published_tables", "benchmarks", "measurements", "hourly_rates", "quality_flags")
"""The tables whose rows of a release decide the release's parts."""
RESULTS = f"{SCHEMA}.results"
REPEATED_KEYS = f"{SCHEMA}.repeated_keys"
INSTANCE_LISTS = f"{SCHEMA}.instance_lists"
_FIGURE = ("metric", "statistic", "unit", "value", "basis")
"""What a row keeps of each figure: in this order, figures sort by what is their key."""


def wide_rows(chosen: str) -> str:
    """Return the query of the wide rows of the releases that a condition chooses."""
    figure = ", ".join(f"'{name}': {name}" for name in _FIGURE)
    return sql_text(
        "wide_rows",
        {
            "chosen": chosen,
            "gathered_columns": gathered_sql(),
            "metric_columns": selected_sql(),
            "cost_unit": cost_unit_sql("published_cost_unit", "speed_unit"),
            "typical": literal(COST.headline),
            "dimension_columns": ",\n    ".join(scalar_sql(one, "b") for one in dimensions()),
            "half_step": half_step("text"),
            "throughput": literal(THROUGHPUT.name),
            "price_bases": listed(PRICE_BASES),
            "token_bases": listed(TOKEN_BASES),
            "cost": literal(COST.name),
            "speed_is_known": speed_is_precise_sql(),
            "rate_is_known": rate_is_precise_sql(),
            "figure": f"{{{figure}}}",
        },
    ).rstrip()


def repeated_keys(chosen: str) -> str:
    """Return the query of the workloads that one of the chosen releases prints in several rows."""
    return sql_text("repeated_keys", {"chosen": chosen}).rstrip()


def instance_lists(chosen: str) -> str:
    """Return the query of the chosen releases' lists of instance types."""
    return sql_text("instance_lists", {"chosen": chosen}).rstrip()


def with_series(rows: str, series: str) -> str:
    """Return the query of rows beside their series; both are queries or names in brackets."""
    return (
        f"SELECT w.*, s.* EXCLUDE (release, benchmark_id)\n"
        f"FROM {rows} AS w\nJOIN {series} AS s\n"
        "    ON s.release = w.release AND s.benchmark_id = w.benchmark_id"
    )


@cache
def stored_parts() -> tuple[str, ...]:
    """Return the statements that make what the views read, with tables for the rows."""
    results = with_series(f"(\n{wide_rows(_NONE)}\n)", f"(\n{row_series(_NONE)}\n)")
    return (
        f"CREATE SCHEMA {SCHEMA}",
        *(part.made("TABLE") for part in _stored_rows(_NONE, results)),
        # The rows have their series already.
        _results_with_series(f"FROM {RESULTS}").made("VIEW"),
    )


@cache
def computed_parts() -> tuple[str, ...]:
    """Return the statements that make the same of views alone, which need no rows of their own."""
    return (
        f"CREATE SCHEMA {SCHEMA}",
        *(part.made("VIEW") for part in _stored_rows(ALL, wide_rows(ALL))),
        _results_with_series(with_series(RESULTS, f"(\n{row_series(ALL)}\n)")).made("VIEW"),
    )


@cache
def comments_of_parts(*, stored: bool) -> tuple[str, ...]:
    """Return the statements that describe the parts, stored in tables or computed by views."""
    return (
        *(part.comment("TABLE" if stored else "VIEW") for part in _stored_rows(_NONE, "")),
        _results_with_series("").comment("VIEW"),
    )


_NONE = "false"


def _stored_rows(chosen: str, results: str) -> Iterator[ReleasePart]:
    """Yield the parts that hold rows, each row decided by its release alone, but for its series.

    Args:
        chosen: A condition that chooses releases.
        results: The query of the wide rows.
    """
    yield ReleasePart(
        "repeated_keys",
        "The workloads that a release prints in several rows.",
        repeated_keys(chosen),
    )
    yield ReleasePart(
        "instance_lists",
        "The lists of instance types of a release's rows, one row a type.",
        instance_lists(chosen),
    )
    yield ReleasePart(
        "results",
        "The rows of benchmark_results and history, as their own release decides them.",
        results,
    )


def _results_with_series(select: str) -> ReleasePart:
    return ReleasePart("results_with_series", "The same rows, with their series.", select)
