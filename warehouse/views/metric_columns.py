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
    from pipelines.contract.metrics import WideColumn

METRIC_COLUMNS = wide_columns()


def gathered_sql() -> str:
    """Return the columns that the measurements of one benchmark are gathered into, in SQL.

    Figures in another unit than the column's are brought to it. Costs are not among them: their
    column depends on the row's throughput as well.
    """
    return ",\n        ".join(_gathered(one) for one in METRIC_COLUMNS if one.metric != COST.name)


def selected_sql() -> str:
    """Return all columns in SQL, where `f` has the gathered figures, a cost and its unit."""
    return ",\n    ".join(
        _cost(one) if one.metric == COST.name else f"f.{quoted(one.name)}" for one in METRIC_COLUMNS
    )


def _gathered(column: WideColumn) -> str:
    units = ", ".join(literal(unit) for unit, _ in column.factors)
    return (
        f"max({_value(column, 'value', 'unit')}) FILTER (metric = {literal(column.metric)} "
        f"AND statistic = {literal(column.statistic)} AND unit IN ({units})) "
        f"AS {quoted(column.name)}"
    )


def _cost(column: WideColumn) -> str:
    return f"{_value(column, 'f.published_cost', 'f.cost_unit')} AS {quoted(column.name)}"


def _value(column: WideColumn, value: str, unit: str) -> str:
    """Return SQL for a figure in the column's unit; of a cost of something else it is null."""
    if len(column.factors) == 1:
        return value
    cases = " ".join(f"WHEN {literal(unit)} THEN {factor!r}" for unit, factor in column.factors)
    return f"{value} * CASE {unit} {cases} END"
