"""Rows to Parquet and back: one table of one release, the same rows always as the same bytes.

This module holds the form of a Parquet file. Which files are live lives in `warehouse.versions`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from pipelines.errors import ContractError, Problem, SourceError
from pipelines.quality.publishing import wrong_type
from pipelines.releases import release_order
from warehouse.schema.types import arrow_schema
from warehouse.storage.data_paths import data_path

if TYPE_CHECKING:
    import pyarrow as pa

    from pipelines.contract import Table


@dataclass(frozen=True, slots=True)
class Encoded:
    """One table of one release, encoded: Parquet bytes, their SHA-256, and the number of rows."""

    table: Table
    release: str
    data: bytes
    sha256: str
    rows: int

    @property
    def path(self) -> str:
        """Path of the file in the root; its name derives from its content."""
        return data_path(self.table.name, self.release, self.sha256)


def encode(table: Table, release: str, rows: Sequence[Any]) -> Encoded:
    """Return rows of one release as Parquet: sorted, in the table's schema, without a time stamp.

    Raises:
        ContractError: A value is not of its column's type.
    """
    data = to_bytes(to_arrow(table, release, sorted_rows(table, rows))) if rows else _empty(table)
    return Encoded(table, release, data, hashlib.sha256(data).hexdigest(), len(rows))


@cache
def _empty(table: Table) -> bytes:
    return to_bytes(to_arrow(table, "", ()))


def sorted_rows(table: Table, rows: Iterable[Any]) -> list[Any]:
    """Return rows in the table's order: None last, releases by their order, never as text."""
    rows = list(rows)
    nullable = {column.name for column in table.columns if column.nullable}
    names = table.sort
    if "release" in names and len({row.release for row in rows}) == 1:  # nearly always
        names = tuple(name for name in names if name != "release") or names
    if nullable.isdisjoint(names) and "release" not in names:
        return sorted(rows, key=attrgetter(*names))
    parts = [_sort_part(name, nullable=name in nullable) for name in names]
    return sorted(rows, key=lambda row: tuple(part(row) for part in parts))


def _sort_part(name: str, *, nullable: bool) -> Callable[[Any], Any]:
    get = attrgetter(name)
    if name == "release":
        return lambda row: release_order(get(row))
    if nullable:
        return lambda row: ((value := get(row)) is None, value)
    return get


def to_arrow(table: Table, release: str, rows: Sequence[Any]) -> pa.Table:
    """Return row objects as an Arrow table.

    Raises:
        ContractError: A value is not of its column's type.
    """
    import pyarrow as pa

    schema = arrow_schema(table)
    arrays = []
    for column, field in zip(table.columns, schema, strict=True):
        values = list(map(attrgetter(column.name), rows))
        if pa.types.is_map(field.type):
            values = [_pairs(value) for value in values]
        try:
            arrays.append(_array(values, field.type))
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError) as error:
            raise _mistyped(table, column.name, release, values, field.type) from error
    return pa.Table.from_arrays(arrays, schema=schema)


def _array(values: list[Any], wanted: pa.DataType) -> pa.Array:
    """Return a column: where all rows have one text, or none has a value, that is read once.

    A third of all columns are like that, of the rows of one release.
    """
    import pyarrow as pa

    first = values[0] if values else ""
    is_plain = first is None or type(first) is str
    if is_plain and len(values) > 1 and first == values[-1] and values.count(first) == len(values):
        return pa.repeat(pa.scalar(first, wanted), len(values))
    return pa.array(values, wanted)


def _pairs(value: Mapping[str, str] | None) -> list[tuple[str, str]] | None:
    # A mapping has no order of its own, and equal ones must give equal bytes.
    return None if value is None else sorted(value.items())


def _mistyped(
    table: Table, column: str, release: str, values: Sequence[Any], wanted: pa.DataType
) -> ContractError:
    value = next((value for value in values if not _converts(value, wanted)), None)
    problem = Problem(
        rule=wrong_type.RULE,
        where=f"table {table.name}, column {column}",
        observed=str(value),
        expected=f"a value of type {wanted}",
        remedy="correct the code in `pipelines` that fills this column",
    )
    return ContractError(release, (problem,))


def _converts(value: Any, wanted: pa.DataType) -> bool:
    import pyarrow as pa

    try:
        pa.array([value], wanted)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return False
    return True


def to_bytes(arrow: pa.Table) -> bytes:
    """Return a table as Parquet bytes: one row group, every setting explicit."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(
        arrow,
        sink,
        row_group_size=max(arrow.num_rows, 1),
        version="2.6",
        data_page_version="1.0",
        compression="zstd",
        compression_level=3,
        use_dictionary=arrow.num_rows >= _MANY_ROWS,
        write_statistics=True,
        store_schema=True,
    )
    return bytes(sink.getvalue().to_pybytes())


_MANY_ROWS = 2_000
"""Rows from which on a dictionary of a column's values saves more bytes and time than its own page
costs."""


def read(data: bytes, name: str) -> pa.Table:
    """Return the table in a Parquet file's bytes.

    Args:
        data: The file's bytes.
        name: The file, for the error's text.

    Raises:
        SourceError: The bytes are damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        # `pq.read_table` takes four times as long for a small file: it is made for folders of them.
        file = pq.ParquetFile(pa.BufferReader(data), pre_buffer=False)
        return file.read(use_threads=len(data) > _LARGE)
    except (pa.ArrowException, OSError) as error:
        raise SourceError(f"{name} is damaged: it does not read as Parquet") from error


_LARGE = 2**20
"""Bytes from which on threads save more than they cost."""


def from_arrow(table: Table, arrow: pa.Table) -> tuple[Any, ...]:
    """Return an Arrow table as row objects; a missing column is None in every row."""
    present = set(arrow.column_names)
    columns = [
        _values(column.type, arrow.column(column.name).to_pylist())
        if column.name in present
        else [None] * arrow.num_rows
        for column in table.columns
    ]
    return tuple(table.row(*values) for values in zip(*columns, strict=True))


def _values(kind: Any, values: list[Any]) -> list[Any]:
    if kind == tuple[str, ...]:
        return [None if value is None else tuple(value) for value in values]
    if kind == Mapping[str, str]:
        return [None if value is None else dict(value) for value in values]
    return values
