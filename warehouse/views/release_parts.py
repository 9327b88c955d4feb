"""What the wide views read: rows kept by release, and what is looked up beside them.

The file stores these rows, one part a release, so that a look at the wide views works nothing out,
and a changed release changes its own rows alone. An old version, which is made in memory, has
views in their place: `keyed_results` and `results_with_series` have the same rows and columns
either way. Put a column that its own release decides into `sql/wide_rows.sql`; one that other
releases decide belongs in `sql/results_in_context.sql`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pipelines.contract import BENCHMARKS
from pipelines.contract.metrics import COST, PRICE_BASES, THROUGHPUT, TOKEN_BASES
from warehouse.comparison.ranges import half_step
from warehouse.comparison.statements import cost_unit_sql
from warehouse.schema.parts import ALL, SCHEMA, ReleasePart
from warehouse.schema.quoting import listed, literal
from warehouse.schema.scalars import scalar_sql
from warehouse.schema.views import sql_text
from warehouse.views.benchmark_results import dimensions
from warehouse.views.efficiency import rate_is_precise_sql, speed_is_precise_sql
from warehouse.views.metric_columns import gathered_sql, places_sql, selected_sql
from warehouse.views.results_in_context import hardware, latest_rates
from warehouse.views.row_series import SHARED, name_sql, row_names, row_series, series_id_sql

if TYPE_CHECKING:
    from collections.abc import Iterator

INPUTS = ("published_tables", "benchmarks", "measurements", "hourly_rates", "quality_flags")
"""The tables whose rows of a release decide the release's parts."""
NAMING = ("published_tables", "benchmarks")
"""Those of them that decide to which series a row belongs."""
RESULTS = f"{SCHEMA}.results"
REPEATED_KEYS = f"{SCHEMA}.repeated_keys"
INSTANCE_LISTS = f"{SCHEMA}.instance_lists"
SERIES = f"{SCHEMA}.series"
FIGURE_KINDS = f"{SCHEMA}.figure_kinds"
HARDWARE = f"{SCHEMA}.hardware"
LATEST_RATES = f"{SCHEMA}.latest_rates"
_FIGURE = ("metric", "statistic", "unit", "value", "basis")
"""What a row keeps of each figure: in this order, figures sort by what is their key."""
_KIND = tuple(name for name in _FIGURE if name != "value")
_WITH_SERIES = ("comparison_key", *SHARED)
"""The columns of a row that are stored with its series."""
_OF_SERIES = ("series_id", "name", "is_name_shared")
_OF_ROW = ("release", "benchmark_id")


def wide_rows(chosen: str) -> str:
    """Return the query of the wide rows of the releases that a condition chooses."""
    return sql_text(
        "wide_rows",
        {
            "chosen": chosen,
            "gathered_columns": gathered_sql(),
            "places": places_sql(),
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
        },
    ).rstrip()


def repeated_keys(chosen: str) -> str:
    """Return the query of the workloads that one of the chosen releases prints in several rows."""
    return sql_text("repeated_keys", {"chosen": chosen}).rstrip()


def instance_lists(chosen: str) -> str:
    """Return the query of the chosen releases' lists of instance types."""
    return sql_text("instance_lists", {"chosen": chosen}).rstrip()


def row_figures(chosen: str) -> str:
    """Return the query of the chosen releases' figures: a row's kinds, and a row's values."""
    figure = ", ".join(f"'{name}': {name}" for name in _FIGURE)
    kind = ", ".join(f"'{name}': g.{name}" for name in _KIND)
    return sql_text(
        "row_figures", {"chosen": chosen, "figure": f"{{{figure}}}", "kind": f"{{{kind}}}"}
    ).rstrip()


def stored_results(rows: str, series: str, figures: str) -> str:
    """Return the query of rows as they are stored; arguments are queries or names in brackets."""
    return sql_text(
        "stored_results",
        {
            "rows": rows,
            "series": series,
            "figures": figures,
            "kinds": FIGURE_KINDS,
            "shared": ", ".join(_WITH_SERIES),
        },
    ).rstrip()


@cache
def stored_parts() -> tuple[str, ...]:
    """Return the statements that make what the views read, with tables for the rows."""
    return (
        f"CREATE SCHEMA {SCHEMA}",
        *(part.made("TABLE") for part in (*_small_rows(_NONE), *_stored_rows())),
        *(part.made("VIEW") for part in _stored_views()),
    )


@cache
def computed_parts() -> tuple[str, ...]:
    """Return the statements that make the same of views alone, which need no rows of their own."""
    return (
        f"CREATE SCHEMA {SCHEMA}",
        *(part.made("VIEW") for part in _small_rows(ALL)),
        *(part.made("VIEW") for part in _computed_views()),
    )


@cache
def comments_of_parts(*, stored: bool) -> tuple[str, ...]:
    """Return the statements that describe the parts, stored in tables or computed by views."""
    tables = (*_small_rows(_NONE), *_stored_rows())
    if not stored:
        return tuple(part.comment("VIEW") for part in (*_small_rows(_NONE), *_computed_views()))
    return (
        *(part.comment("TABLE") for part in tables),
        *(part.comment("VIEW") for part in _stored_views()),
    )


_NONE = "false"


def _small_rows(chosen: str) -> Iterator[ReleasePart]:
    """Yield the small parts: of the releases that a condition chooses, then those of all."""
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
        "hardware",
        "What one instance of each list of instance types has, by the newest table of hardware.",
        hardware(),
    )
    yield ReleasePart(
        "latest_rates", "The newest hourly rate of each instance type.", latest_rates()
    )


def _stored_rows() -> Iterator[ReleasePart]:
    """Yield the tables of the wide rows, and of what many of them have alike.

    What identifies a workload and how it was tuned is half of a row's columns and most of its
    texts, and nearly every release prints it again.
    """
    shared = ", ".join(
        scalar_sql(column, "b") for column in BENCHMARKS.columns if column.name in _WITH_SERIES
    )
    yield ReleasePart(
        "series",
        "What many rows of a series have alike; each spelling and tuning of it has a number.",
        f"SELECT 0::UBIGINT AS series_number, {shared}, "  # noqa: S608
        "'' AS series_id, '' AS name, false AS is_name_shared FROM benchmarks AS b",
    )
    yield ReleasePart(
        "figure_kinds",
        "The lists of what a row's figures are, in the order of its figure_values.",
        f"SELECT 0::INTEGER AS kinds_number, kinds FROM (\n{row_figures(_NONE)}\n)",  # noqa: S608
    )
    series = (
        "(SELECT release, benchmark_id, 0::UBIGINT AS series_number, '' AS origin FROM benchmarks)"
    )
    yield ReleasePart(
        "results",
        _RESULTS,
        stored_results(f"(\n{wide_rows(_NONE)}\n)", series, f"(\n{row_figures(_NONE)}\n)"),
    )


_RESULTS = "The rows of benchmark_results and history, as their own release decides them."


def _stored_views() -> Iterator[ReleasePart]:
    joined = f"FROM {RESULTS} AS f\nJOIN {SERIES} AS s ON s.series_number = f.series_number"
    own = "f.* EXCLUDE (series_number, kinds_number, figure_values, origin)"
    shared = ", ".join(f"s.{name}" for name in _WITH_SERIES)
    yield _keyed(f"SELECT {own}, {shared}\n{joined}")
    told = ", ".join((shared, *(f"s.{name}" for name in _OF_SERIES)))
    yield _with_series(
        f"SELECT {own}, {told}, k.kinds, f.figure_values, f.origin\n{joined}\n"
        f"LEFT JOIN {FIGURE_KINDS} AS k ON k.kinds_number = f.kinds_number"
    )


def _computed_views() -> Iterator[ReleasePart]:
    yield ReleasePart("results", _RESULTS, wide_rows(ALL))
    last = ", ".join(_WITH_SERIES)
    yield _keyed(f"SELECT * EXCLUDE ({last}), {last} FROM {RESULTS}")  # noqa: S608
    columns = ", ".join(f"f.{name}" for name in (*_OF_ROW, "measured_release"))
    rows = row_names(ALL, f"{columns}, {series_id_sql()} AS series_id, {name_sql()} AS name")
    alike = "OVER (PARTITION BY name)"
    shared = f"min(series_id) {alike} <> max(series_id) {alike} AS is_name_shared"
    series = row_series(f"SELECT *, {shared} FROM (\n{rows}\n)", *_OF_SERIES)  # noqa: S608
    names = (*(f"f.{name}" for name in _WITH_SERIES), *(f"s.{name}" for name in _OF_SERIES))
    yield _with_series(
        f"SELECT f.* EXCLUDE ({last}), {', '.join(names)}, g.kinds, g.figure_values, s.origin\n"
        f"FROM {RESULTS} AS f\nJOIN (\n{series}\n) AS s\n"
        "    ON s.release = f.release AND s.benchmark_id = f.benchmark_id\n"
        f"LEFT JOIN (\n{row_figures(ALL)}\n) AS g\n"
        "    ON g.release = f.release AND g.benchmark_id = f.benchmark_id"
    )


def _keyed(select: str) -> ReleasePart:
    return ReleasePart(
        "keyed_results", "The rows of results, with what names their workload.", select
    )


def _with_series(select: str) -> ReleasePart:
    return ReleasePart("results_with_series", "The same rows, with their series.", select)
