"""What the files of the site share: rows of a query as plain values, and JSON as bytes.

This module has the two conversions. What each file says lives in the other modules of this room.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from pipelines.sources.site import PUBLIC_SITE
from warehouse.answers.arrow_values import column_values
from warehouse.versions.descriptor import stored_time

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

SOURCE_URL = f"{PUBLIC_SITE}/"


def rows_of(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    """Return the rows of a query, each a mapping from column to value."""
    answer = connection.sql(query).to_arrow_table()
    names = answer.column_names
    values = zip(*map(column_values, answer.columns), strict=True)
    return [dict(zip(names, row, strict=True)) for row in values]


def filled(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row without its empty columns: most rows have few of the many dimensions."""
    return {name: value for name, value in row.items() if value not in (None, [], "")}


def json_document(document: Any) -> bytes:
    """Return a document as JSON that people can read and `diff` can compare."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1, default=_written)
    return f"{text}\n".encode()


def _written(value: object) -> str:
    if isinstance(value, datetime):
        return stored_time(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")
