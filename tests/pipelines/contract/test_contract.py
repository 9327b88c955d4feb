"""The contract says of every column what it is, so that every tool can tell a reader."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from itertools import pairwise

import pytest

from pipelines.contract import TABLES, Table

EACH = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
NUMBERS_WITHOUT_UNIT = {
    *("release_order", "position", "row", "column", "http_status", "value", "change_number"),
    *("number", "list_number", "line"),
}


@EACH
def test_every_table_and_column_has_one_line_of_description(table: Table) -> None:
    for description in (table.description, *(c.description for c in table.columns)):
        assert description.endswith(".")
        assert description[0].isupper() or description.startswith("SHA")
        assert "\n" not in description
        assert len(description) <= 120


@EACH
def test_every_number_has_a_unit_or_is_none(table: Table) -> None:
    for column in table.columns:
        if column.type in (int, float) and column.name not in NUMBERS_WITHOUT_UNIT:
            assert column.facts.unit, column.name


@EACH
def test_keys_and_orders_name_columns(table: Table) -> None:
    names = {column.name for column in table.columns}
    assert set(table.key) | set(table.sort) <= names
    assert table.key


@EACH
def test_references_name_tables_and_columns_on_both_sides(table: Table) -> None:
    tables = {other.name: {c.name for c in other.columns} for other in TABLES}
    for other, columns in table.references:
        assert set(columns) <= tables[other] & tables[table.name]


@EACH
def test_a_row_is_a_frozen_value_with_a_field_for_each_column(table: Table) -> None:
    assert is_dataclass(table.row)
    assert [f.name for f in fields(table.row)] == [column.name for column in table.columns]
    assert table.row.__dataclass_params__.frozen  # type: ignore[attr-defined]


def test_tables_come_after_those_that_they_refer_to() -> None:
    names = [table.name for table in TABLES]
    assert len(set(names)) == len(names)
    for table in TABLES:
        for other, _ in table.references:
            assert names.index(other) < names.index(table.name)


def test_the_tables_that_other_people_query_are_there() -> None:
    fixed = ["releases", "pages", "published_tables", "published_cells"]
    fixed += ["benchmarks", "measurements", "quality_flags"]
    places = [[table.name for table in TABLES].index(name) for name in fixed]
    assert all(one < other for one, other in pairwise(places))
