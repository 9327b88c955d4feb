"""Lists and maps as text, for the views that BI tools open.

This module turns a column of the contract into a scalar: a list is joined by commas, a map is JSON.
Superset cannot type a list, and ADBC cannot write one to Postgres. Put the rule for another
type here; which views hold scalars alone is decided in `warehouse.views.all_views`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from warehouse.schema.quoting import quoted

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
    texts: Mapping[Any, str] = {_LIST: _joined(source), _MAP: _as_json(source)}
    return f"{texts[column.type]} AS {column.name}" if column.type in texts else source


def scalar_view_sql(column: ViewColumn, alias: str) -> str:
    """Return SQL for a list column of another view as a scalar; other columns stay as they are."""
    source = f'{alias}."{column.name}"'
    return f"{_joined(source)} AS {column.name}" if column.label in _LABELS else source


def scalar_by_type(name: str, kind: str) -> str:
    """Return SQL for a column, whatever it is a column of, by DuckDB's name of its type."""
    source = quoted(name)
    if kind == "VARCHAR[]":
        return f"{_joined(source)} AS {source}"
    is_nested = kind.endswith("]") or kind.startswith(("MAP", "STRUCT"))
    return f"{_as_json(source)} AS {source}" if is_nested else source


def _joined(source: str) -> str:
    return f"array_to_string({source}, ', ')"


def _as_json(source: str) -> str:
    return f"CAST(to_json({source}) AS VARCHAR)"


def scalar_columns(columns: Iterable[ViewColumn]) -> Iterator[ViewColumn]:
    """Describe columns as the view shows them once they are scalars."""
    for column in columns:
        if column.label in _LABELS:
            text = f"{column.description} {_LABELS[column.label]}"
            yield replace(column, label="text", description=text, values=())
        else:
            yield column
