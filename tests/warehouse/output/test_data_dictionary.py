"""The data dictionary in `docs/`: it is fresh, and what it says holds for the bundled releases."""

# ruff: noqa: S608 - names of the contract

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipelines.contract import BENCHMARKS, PAGES, TABLES
from pipelines.contract.metrics import NEVER_YET
from pipelines.performance.vocabulary import FAMILIES
from tests.forms import only_in_full
from warehouse.output.data_dictionary import (
    FOLDER,
    closed_values,
    dictionary_pages,
    dictionary_text,
)
from warehouse.schema.quoting import quoted
from warehouse.views.all_views import views

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

TABLES_BY_NAME = {table.name: table for table in TABLES}
# All pairs of releases at once take minutes; two releases have all that a comparison can say.
ONE_PAIR = (
    "(FROM release_comparisons WHERE base_release = '2.19.1' AND target_release = '2.20.2') AS r"
)
VIEWS = {view.name: view for view in views()}


def relation(name: str) -> str:
    """Return what to select from."""
    return ONE_PAIR if name == "release_comparisons" else name


def null_columns(
    connection: duckdb.DuckDBPyConnection, name: str, among: Iterable[str]
) -> set[str]:
    """Return the columns of a relation that are always null."""
    names = list(among)
    counts = ", ".join(f"count({quoted(one)})" for one in names)
    (found,) = connection.execute(f"SELECT {counts} FROM {relation(name)}").fetchall()
    return {one for one, count in zip(names, found, strict=True) if count == 0}


def outside(
    connection: duckdb.DuckDBPyConnection, name: str, column: str, values: Iterable[str]
) -> list[tuple[str]]:
    """Return the values of a column that are not among these."""
    asked = f"SELECT DISTINCT {quoted(column)} AS value FROM {relation(name)}"
    return connection.execute(
        f"SELECT value FROM ({asked}) WHERE NOT list_contains(?, value)", [list(values)]
    ).fetchall()


def doubles(
    connection: duckdb.DuckDBPyConnection, name: str, key: Iterable[str]
) -> list[tuple[object, ...]]:
    """Return the keys that stand in more than one row."""
    columns = ", ".join(map(quoted, key))
    return connection.execute(
        f"SELECT {columns} FROM {relation(name)} GROUP BY ALL HAVING count(*) > 1"
    ).fetchall()


def test_the_data_dictionary_is_fresh() -> None:
    pages = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert pages == dictionary_pages(), "run: python -m warehouse.output.data_dictionary"


def test_every_column_is_in_it() -> None:
    text = dictionary_text()
    for table in TABLES:
        for column in table.columns:
            assert f"| `{column.name}` |" in text
            assert column.description in text


@pytest.mark.parametrize("name", TABLES_BY_NAME)
def test_what_it_says_of_a_table_holds(all_releases: duckdb.DuckDBPyConnection, name: str) -> None:
    table = TABLES_BY_NAME[name]
    assert doubles(all_releases, name, table.key) == []
    for column in table.columns:
        values = closed_values(column)
        assert not (values and outside(all_releases, name, column.name, values)), column.name
        if not column.nullable:
            asked = f"SELECT count(*) FROM {name} WHERE {quoted(column.name)} IS NULL"
            assert all_releases.execute(asked).fetchall() == [(0,)], column.name


# In short form: the tables that views are made of are checked.
@only_in_full
@pytest.mark.stress
@pytest.mark.parametrize("name", VIEWS)
def test_what_it_says_of_a_view_holds(all_releases: duckdb.DuckDBPyConnection, name: str) -> None:
    view = VIEWS[name]
    assert doubles(all_releases, name, view.key) == []
    for column in view.columns:
        if column.values:
            assert outside(all_releases, name, column.name, column.values) == [], column.name


@pytest.mark.parametrize("name", ["benchmark_results", "history"])
def test_the_columns_that_are_never_filled_say_so(
    all_releases: duckdb.DuckDBPyConnection, name: str
) -> None:
    view = VIEWS[name]
    said = {column.name for column in view.columns if NEVER_YET in column.description}
    assert null_columns(all_releases, name, (c.name for c in view.columns)) == said


def test_the_columns_of_a_table_that_are_never_filled_say_why(
    all_releases: duckdb.DuckDBPyConnection,
) -> None:
    for table in TABLES:
        if not all_releases.execute(f"FROM {table.name} LIMIT 1").fetchall():
            continue
        for name in null_columns(all_releases, table.name, (c.name for c in table.columns)):
            (column,) = (one for one in table.columns if one.name == name)
            assert NEVER_YET in column.description or (
                table is PAGES and "null" in column.description.lower()
            ), f"{table.name}.{name}"


def test_every_family_that_a_heading_names_is_in_the_closed_set() -> None:
    (family,) = (column for column in BENCHMARKS.columns if column.name == "model_family")
    assert set(FAMILIES.values()) == set(family.facts.values)
