"""The contract's tables as Arrow, DuckDB and Data Package schemas.

This module knows what a Python type of the contract is called elsewhere. Put a new type here, but
no table or column: those live in `pipelines.contract`, rows and files in `parquet` and
`warehouse.database`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from pipelines.contract import TABLES, Column, Table
from warehouse.schema.quoting import literal, quoted

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class ColumnType:
    """One type of the contract; `label` is its name in texts for people.

    `arrow` takes the pyarrow module, so that this module need not import it.
    """

    label: str
    duckdb: str
    table_schema: str
    arrow: Callable[[Any], Any]


_TYPES: Mapping[Any, ColumnType] = {
    str: ColumnType("text", "VARCHAR", "string", lambda pa: pa.string()),
    int: ColumnType("integer", "BIGINT", "integer", lambda pa: pa.int64()),
    float: ColumnType("number", "DOUBLE", "number", lambda pa: pa.float64()),
    bool: ColumnType("boolean", "BOOLEAN", "boolean", lambda pa: pa.bool_()),
    date: ColumnType("date", "DATE", "date", lambda pa: pa.date32()),
    datetime: ColumnType(
        "timestamp", "TIMESTAMPTZ", "datetime", lambda pa: pa.timestamp("us", tz="UTC")
    ),
    tuple[str, ...]: ColumnType(
        "list of text", "VARCHAR[]", "array", lambda pa: pa.list_(pa.field("element", pa.string()))
    ),
    Mapping[str, str]: ColumnType(
        "map of text to text",
        "MAP(VARCHAR, VARCHAR)",
        "object",
        lambda pa: pa.map_(pa.string(), pa.string()),
    ),
}


@cache
def tables_by_name() -> Mapping[str, Table]:
    """Return the contract's tables by name, in the contract's order."""
    return {table.name: table for table in TABLES}


def column_type(column: Column) -> ColumnType:
    """Return what a column's type is called in each schema.

    Raises:
        TypeError: The contract uses a type that is not declared here.
    """
    try:
        return _TYPES[column.type]
    except KeyError:
        raise TypeError(f"column {column.name!r} has type {column.type!r}: add it here") from None


def type_labelled(label: str) -> ColumnType:
    """Return the type with a label, as columns of views name theirs."""
    return next(one for one in _TYPES.values() if one.label == label)


def duckdb_type(column: Column) -> str:
    """Return a column's type in DuckDB."""
    return column_type(column).duckdb


def with_description(description: str, unit: str | None) -> str:
    """Return a description with its unit, for comments that have no field for the unit."""
    return description if unit is None else f"{description} Unit: {unit}."


@cache
def arrow_schema(table: Table) -> pa.Schema:
    """Return a table's Arrow schema, with descriptions and units as field metadata."""
    import pyarrow as pa

    return pa.schema(
        [
            pa.field(
                column.name,
                column_type(column).arrow(pa),
                nullable=column.nullable,
                metadata=_facts(column),
            )
            for column in table.columns
        ],
        metadata={"description": table.description},
    )


def _facts(column: Column) -> dict[str, str]:
    facts = {"description": column.description}
    if column.facts.unit is not None:
        facts["unit"] = column.facts.unit
    return facts


def create_statement(table: Table, *, relaxed: frozenset[str] = frozenset()) -> str:
    """Return the `CREATE TABLE` of a table; columns in `relaxed` may hold NULL all the same."""
    columns = ",\n".join(
        f"  {quoted(column.name)} {duckdb_type(column)}"
        + ("" if column.nullable or column.name in relaxed else " NOT NULL")
        for column in table.columns
    )
    return f"CREATE TABLE {quoted(table.name)} (\n{columns}\n)"


def comment_statements(table: Table) -> tuple[str, ...]:
    """Return the `COMMENT ON` statements of a table and its columns."""
    return (
        comment("TABLE", quoted(table.name), table.description),
        *(
            comment(
                "COLUMN",
                f"{quoted(table.name)}.{quoted(column.name)}",
                with_description(column.description, column.facts.unit),
            )
            for column in table.columns
        ),
    )


def comment(kind: str, name: str, text: str) -> str:
    """Return one `COMMENT ON` statement; `name` is quoted already."""
    return f"COMMENT ON {kind} {name} IS {literal(text)}"


def table_schema(table: Table) -> dict[str, Any]:
    """Return a table's JSON Table Schema, as a Data Package holds it."""
    nullable = {column.name for column in table.columns if column.nullable}
    schema: dict[str, Any] = {"fields": [_field(column) for column in table.columns]}
    if nullable.isdisjoint(table.key):
        schema["primaryKey"] = list(table.key)
    else:
        # A primary key forbids nulls; unique keys do not.
        schema["uniqueKeys"] = [list(table.key)]
    return schema


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": column_type(column).table_schema,
        "description": column.description,
    }
    if column.facts.unit is not None:
        field["unit"] = column.facts.unit
    constraints: dict[str, Any] = {} if column.nullable else {"required": True}
    if column.facts.values:
        constraints["enum"] = list(column.facts.values)
    if column.facts.pattern:
        constraints["pattern"] = column.facts.pattern
    return field | ({"constraints": constraints} if constraints else {})
