"""Rows by their names, as an Arrow table with declared columns: also of no rows, or of all nulls.

This module knows the types that rows for programs have. Put another type here; which columns an
answer has is declared where it is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pyarrow as pa

_LIST_OF = "list of "


def records_table(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> pa.Table:
    """Return rows as an Arrow table.

    Args:
        rows: The rows, each with all columns.
        columns: The type of each column: an alias of Arrow's, such as `string`, or `list of` one.
    """
    import pyarrow as pa

    schema = pa.schema([(name, _type(pa, label)) for name, label in columns.items()])
    return pa.Table.from_pylist([dict(row) for row in rows], schema=schema)


def _type(pa: Any, label: str) -> pa.DataType:
    if label.startswith(_LIST_OF):
        return pa.list_(pa.type_for_alias(label.removeprefix(_LIST_OF)))
    return pa.type_for_alias(label)
