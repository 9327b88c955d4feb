"""What differs between two states of one table of one release, counted by the table's key.

Here belongs the counting. Differences figure by figure are comparison's business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warehouse.schema import parquet
from warehouse.versions.descriptor import TableChange

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from pipelines.contract import Table
    from warehouse.schema.parquet import Encoded


def count_changes(encoded: Encoded, before: pa.Table | None) -> TableChange | None:
    """Count the rows that differ from those before; None where none does.

    `before` is None for a table that was not there, or that cannot be read.
    """
    table, release = encoded.table, encoded.release
    if before is None:
        return TableChange(release, table.name, encoded.rows, 0, 0) if encoded.rows else None
    return count_between(table, release, before, parquet.read(encoded.data, encoded.path))


def count_between(
    table: Table, release: str, before: pa.Table | None, after: pa.Table | None
) -> TableChange | None:
    """Count the rows that differ between two states, either of which may not be there."""
    if before is not None and after is not None and before.equals(after):
        return None
    old = {} if before is None else _by_key(table, before)
    new = {} if after is None else _by_key(table, after)
    altered = sum(1 for key, row in new.items() if key in old and old[key] != row)
    change = TableChange(
        release, table.name, len(new.keys() - old.keys()), len(old.keys() - new.keys()), altered
    )
    return change if change.added or change.removed or change.altered else None


def _by_key(table: Table, arrow: pa.Table) -> Mapping[tuple[Any, ...], tuple[Any, ...]]:
    """Return rows by their key; a column that a file lacks is None."""
    present = set(arrow.column_names)
    values = {
        column.name: arrow.column(column.name).to_pylist()
        if column.name in present
        else [None] * arrow.num_rows
        for column in table.columns
    }
    keys = zip(*(values[name] for name in table.key), strict=True)
    return dict(zip(keys, zip(*values.values(), strict=True), strict=True))
