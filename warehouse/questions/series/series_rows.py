"""Rows of the view `history` that filters leave, in order: by series, then release and figure.

This module asks the view. What a series is lives in `sql/history.sql`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.comparison.request import require_known

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from warehouse.comparison.request import Filters

_ORDER = "series, series_id, release_order, metric, statistic, unit, benchmark_id"
_INSTANCES = "string_split(instance_types, ', ')"
"""The view joins instance types to one text."""


def series_rows(connection: duckdb.DuckDBPyConnection, filters: Filters) -> pa.Table:
    """Return the rows of `history` that filters leave.

    Raises:
        UsageError: A filter names a model, instance type or family that there is not.
    """
    require_known(connection, filters)
    where = " AND ".join(filters.conditions(_INSTANCES)) or "true"
    query = f"FROM history WHERE {where} ORDER BY {_ORDER}"
    return connection.sql(query).to_arrow_table()
