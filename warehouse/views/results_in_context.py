"""Stored rows beside what other releases decide: hardware, the newest rates, the latest patches.

This module has the query that the wide view and `history` read. It is no view of its own: in an
attached file, a view that reads a view of another schema finds no tables. Put what depends on other
releases into its SQL; what a row's own release decides is stored, see `release_parts`.
"""

from __future__ import annotations

from warehouse.schema.parts import SCHEMA
from warehouse.schema.views import View, ViewColumn, sql_text
from warehouse.views.efficiency import at_latest_rate_sql, efficiency_sql, hardware_columns


def run_hardware() -> View:
    """Return the view of what each benchmark ran on."""
    return View(
        "run_hardware",
        "What each benchmark ran on, by the newest hardware table up to its release.",
        (ViewColumn("benchmark_id", "text", "Names the row."), *hardware_columns()),
        sql_text("run_hardware", {"schema": SCHEMA}),
        ("benchmark_id",),
    )


def hardware() -> str:
    """Return the query of what one instance of each list of instance types has."""
    return sql_text("hardware", {"schema": SCHEMA}).rstrip()


def latest_rates() -> str:
    """Return the query of the newest hourly rate of each instance type."""
    return sql_text("latest_rates", {}).rstrip()


def in_context_sql(rows: str) -> str:
    """Return the query of rows beside what other releases decide.

    Args:
        rows: A part that has the stored rows.
    """
    return sql_text(
        "results_in_context",
        {
            "rows": f"{SCHEMA}.{rows}",
            "schema": SCHEMA,
            "at_latest_rate": at_latest_rate_sql(),
            "efficiency_columns": efficiency_sql(),
        },
    ).rstrip()
