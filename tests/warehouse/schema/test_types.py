"""Every table of the contract in Arrow, DuckDB and Table Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from pipelines.contract import TABLES, Table
from warehouse.schema.types import (
    arrow_schema,
    comment_statements,
    create_statement,
    literal,
    quoted,
    table_schema,
)

if TYPE_CHECKING:
    import pyarrow as pa

every_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


@every_table
def test_every_field_carries_its_description_unit_and_nullability(table: Table) -> None:
    for column, field in zip(table.columns, arrow_schema(table), strict=True):
        assert field.name == column.name
        assert field.nullable == column.nullable
        assert field.metadata[b"description"].decode() == column.description
        assert field.metadata.get(b"unit", b"").decode() == (column.facts.unit or "")


@every_table
def test_duckdb_takes_the_statements_and_gives_the_arrow_types_back(table: Table) -> None:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(create_statement(table))
        for statement in comment_statements(table):
            connection.execute(statement)
        got = connection.sql(f"FROM {quoted(table.name)}").to_arrow_table().schema
    for field, wanted in zip(got, arrow_schema(table), strict=True):
        assert _plain(field.type) == _plain(wanted.type)


def _plain(kind: pa.DataType) -> str:
    # The two name the items of a list differently, and mean the same.
    return str(kind).replace("element: ", "").replace("item: ", "").replace("l: ", "")


def test_a_table_schema_has_constraints_and_keys() -> None:
    flags = next(table for table in TABLES if table.name == "quality_flags")
    schema = table_schema(flags)
    severity = next(field for field in schema["fields"] if field["name"] == "severity")
    assert severity["constraints"] == {"required": True, "enum": ["error", "warning", "info"]}
    assert "primaryKey" not in schema
    assert schema["uniqueKeys"] == [list(flags.key)]


def test_names_and_texts_with_quotes_stay_one_word() -> None:
    query = f"SELECT {literal('it' + chr(39) + 's')} AS {quoted('a' + chr(34) + 'b')}"
    with duckdb.connect() as connection:
        answer = connection.execute(query)
        assert (answer.description[0][0], answer.fetchall()) == ('a"b', [("it's",)])
