"""Lists and maps as text, for the views that BI tools open.

This module turns a column of the contract into a scalar: a list is joined by commas, a map is JSON.
Superset cannot type a list, and ADBC cannot write one to Postgres. Put the rule for another
type here; which views hold scalars alone is decided in `warehouse.views.all_views`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.contract import Column
    from warehouse.schema.views import ViewColumn

_LIST = tuple[str, ...]
_MAP = Mapping[str, str]
_LABELS: Mapping[str, str] = {
    "list of text": "Joined by commas.",
    "map of text to text": "A JSON object.",
}
"""Labels of the types that are no scalars, with the sentence that describes their text."""


def scalar_sql(column: Column, alias: str) -> str:
    """Return SQL for a column of the table `alias` as a scalar of the column's own name."""
    source = f"{alias}.{column.name}"
    texts: Mapping[Any, str] = {
        _LIST: f"array_to_string({source}, ', ')",
        _MAP: f"CAST(to_json({source}) AS VARCHAR)",
    }
    return f"{texts[column.type]} AS {column.name}" if column.type in texts else source


def scalar_view_sql(column: ViewColumn, alias: str) -> str:
    """Return SQL for a list column of another view as a scalar; other columns stay as they are."""
    source = f'{alias}."{column.name}"'
    joined = f"array_to_string({source}, ', ') AS {column.name}"
    return joined if column.label in _LABELS else source


def scalar_columns(columns: Iterable[ViewColumn]) -> Iterator[ViewColumn]:
    """Describe columns as the view shows them once they are scalars."""
    for column in columns:
        if column.label in _LABELS:
            text = f"{column.description} {_LABELS[column.label]}"
            yield replace(column, label="text", description=text)
        else:
            yield column
