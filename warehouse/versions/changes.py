"""What differs between two states of one table of one release, counted by the table's key.

This module counts rows. Differences figure by figure live in `diff`; between releases, in
`warehouse.comparison`.
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
    """Return how many rows differ from those before; None if all are equal.

    `before` is None for a table that did not exist, or that cannot be read.
    """
    table, release = encoded.table, encoded.release
    if before is None:
        return TableChange(release, table.name, encoded.rows, 0, 0) if encoded.rows else None
    return count_between(table, release, before, parquet.read(encoded.data, encoded.path))


def count_between(
    table: Table, release: str, before: pa.Table | None, after: pa.Table | None
) -> TableChange | None:
    """Return how many rows differ between two states, each None if it does not exist.

    Returns:
        The counts; None if no row differs.
    """
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
    """Return rows by their key; a missing column is None in every row."""
    present = set(arrow.column_names)
    values = {
        column.name: arrow.column(column.name).to_pylist()
        if column.name in present
        else [None] * arrow.num_rows
        for column in table.columns
    }
    keys = zip(*(values[name] for name in table.key), strict=True)
    return dict(zip(keys, zip(*values.values(), strict=True), strict=True))
