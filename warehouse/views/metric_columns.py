"""The wide view's columns of figures, in SQL.

This module writes one column of `benchmark_results` for each that a metric declares, and says in
which column a cost belongs. Metrics live in `pipelines.contract.metrics`; a new one needs no edit
here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.contract.metrics import COST, wide_columns
from warehouse.schema.quoting import literal, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.contract.metrics import WideColumn

METRIC_COLUMNS = wide_columns()


def gathered_sql() -> str:
    """Return the columns that the measurements of one benchmark are gathered into, in SQL.

    There `place` and `factor` are those of `places_sql`. Costs are not among them: their column
    depends on the row's throughput as well.
    """
    return ",\n        ".join(
        f"max(value * factor) FILTER (place = {place}) AS {quoted(one.name)}"
        for place, one in _gathered()
    )


def places_sql() -> str:
    """Return what VALUES list: metric, statistic and unit, their column's place, and a factor.

    The factor brings a figure to the unit of its column. Looking for the place once is quicker than
    comparing texts for each column.
    """
    rows = (
        (*map(literal, (one.metric, one.statistic, unit)), str(place), f"{factor!r}::DOUBLE")
        for place, one in _gathered()
        for unit, factor in one.factors
    )
    return ",\n            ".join(f"({', '.join(row)})" for row in rows)


def _gathered() -> Iterator[tuple[int, WideColumn]]:
    return enumerate(one for one in METRIC_COLUMNS if one.metric != COST.name)


def selected_sql() -> str:
    """Return all columns in SQL, where `f` has the gathered figures, a cost and its unit."""
    return ",\n    ".join(
        _cost(one) if one.metric == COST.name else f"f.{quoted(one.name)}" for one in METRIC_COLUMNS
    )


def _cost(column: WideColumn) -> str:
    """Return SQL for a cost in the column's unit; of a cost of something else it is null."""
    cases = " ".join(f"WHEN {literal(unit)} THEN {factor!r}" for unit, factor in column.factors)
    return f"f.published_cost * CASE f.cost_unit {cases} END AS {quoted(column.name)}"
