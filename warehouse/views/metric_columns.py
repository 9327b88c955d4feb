"""The wide view's columns of figures, in SQL.

This module writes one column of `benchmark_results` for each that a metric declares. Metrics live
in `pipelines.contract.metrics`; a new one needs no edit here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.contract.metrics import wide_columns
from warehouse.schema.quoting import literal, quoted

if TYPE_CHECKING:
    from pipelines.contract.metrics import WideColumn

METRIC_COLUMNS = wide_columns()


def column_sql(column: WideColumn) -> str:
    """Return a column in SQL, over the measurements of one benchmark.

    Figures in another unit than the column's are brought to it.
    """
    units = ", ".join(literal(unit) for unit, _ in column.factors)
    return (
        f"max({_value(column)}) FILTER (metric = {literal(column.metric)} "
        f"AND statistic = {literal(column.statistic)} AND unit IN ({units})) "
        f"AS {quoted(column.name)}"
    )


def _value(column: WideColumn) -> str:
    if len(column.factors) == 1:
        return "value"
    cases = " ".join(f"WHEN {literal(unit)} THEN {factor!r}" for unit, factor in column.factors)
    return f"value * CASE unit {cases} END"
