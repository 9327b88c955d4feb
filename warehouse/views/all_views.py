"""The warehouse's views: what each is called and says.

This module holds their names, descriptions and columns. Put a new view here. Its SQL lives in
`sql/`; how a view is declared, in `warehouse.schema.views`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pipelines.contract import (
    CELL_CHANGES,
    PAGES,
    PUBLISHED_TABLES,
    RELEASES,
)
from warehouse.comparison.statements import (
    COMPARISON_KEY,
    NEEDS,
    comparison_columns,
    comparison_parts,
)
from warehouse.comparison.verdicts import DEFAULT_TOLERANCE
from warehouse.schema.scalars import scalar_columns, scalar_view_sql
from warehouse.schema.views import View, ViewColumn, columns_of, sql_text
from warehouse.views.benchmark_results import benchmark_results, latest_results
from warehouse.views.history import history
from warehouse.views.package_views import package_views
from warehouse.views.priced_runs import priced_runs
from warehouse.views.results_in_context import run_hardware

if TYPE_CHECKING:
    from collections.abc import Iterator


_LATEST_PATCHES = "SEMI JOIN (FROM releases WHERE is_latest_patch) USING (release)"


@cache
def views() -> tuple[View, ...]:
    """Return every view, in the order in which they can be made."""
    return (
        run_hardware(),
        benchmark_results(),
        latest_results(),
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
            {
                **comparison_parts(str(DEFAULT_TOLERANCE), "", is_lateral=True),
                "columns": ",\n    ".join(selected),
            },
        ),
        ("base_release", "target_release", *COMPARISON_KEY),
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
