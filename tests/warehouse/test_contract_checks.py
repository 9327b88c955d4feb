"""The contract's checks, in Python before publishing and in SQL on the warehouse."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.errors import ContractError
from tests.warehouse.conftest import Publish, a_benchmark, a_change, a_flag, a_page, a_release
from warehouse.contract_checks import breaches, contract_checks, problems_of
from warehouse.database.connect import connect
from warehouse.schema.parquet import to_arrow
from warehouse.schema.types import create_statement, tables_by_name
from warehouse.versions import newest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

    from pipelines.contract import ReleaseTables

GOOD = a_release()


def _with(table: str, **changes: Any) -> ReleaseTables:
    """Return a release whose first row of a table is changed."""
    first, *others = GOOD.rows[table]
    return a_release(**{table: [replace(first, **changes), *others]})


BROKEN = {
    "benchmarks_model_not_null": _with("benchmarks", model=None),
    "benchmarks_workload_values": _with("benchmarks", workload="guessing"),
    "measurements_unit_values": _with("measurements", unit="furlongs"),
    "benchmarks_task_not_empty": _with("benchmarks", task=""),
    "pages_etag_not_empty": a_release(pages=[a_page(etag="")]),
    "quality_flags_observed_not_empty": a_release(quality_flags=[a_flag("2.20.0", observed="")]),
    "measurements_statistic_pattern": _with("measurements", statistic="p1000"),
    "benchmarks_key_unique": a_release(
        benchmarks=[*GOOD.rows["benchmarks"], a_benchmark("2.20.0", row=0)]
    ),
    "quality_flags_key_unique": a_release(
        quality_flags=[a_flag("2.20.0", benchmark_id=None, observed=o) for o in ("1", "2")]
    ),
    "measurements_published_cells_reference": _with("measurements", column=99),
    "published_tables_pages_reference": a_release(pages=[a_page(page="trn1-inference")]),
}


def test_a_good_release_has_no_problems() -> None:
    assert problems_of(GOOD) == ()


@pytest.mark.parametrize("name", BROKEN)
def test_python_and_sql_find_the_same_breach(name: str) -> None:
    tables = BROKEN[name]
    check = next(check for check in contract_checks() if check.name == name)
    met = list(check.violations(tables.rows))
    with _loaded(tables) as connection:
        found = {
            check.name: [
                release for (release,) in connection.sql(check.sql).select("release").fetchall()
            ]
            for check in contract_checks()
        }
        counted = _counted(connection)
    assert counted == {check: dict(Counter(rows)) for check, rows in found.items()}
    assert found[name] == [tables.release]
    assert len(met) == 1
    rules = {check.name for check in contract_checks() if list(_violations(check, tables))}
    assert {name for name, releases in found.items() if releases} == rules


def test_each_breach_of_a_table_is_counted_by_itself_and_by_release() -> None:
    pages = [
        a_page(),
        a_page(page="trn1-inference", url=None, tables_sha256=None),
        a_page(page="trn2-inference", tables_sha256=None),
        replace(a_page(), release="2.19.0", tables_sha256=None),
    ]
    with _loaded(a_release(pages=pages)) as connection:
        counted = _counted(connection)
    assert counted["pages_url_not_null"] == {"2.20.0": 1}
    assert counted["pages_tables_sha256_not_null"] == {"2.20.0": 2, "2.19.0": 1}
    assert counted["pages_page_not_null"] == {}


@contextmanager
def _loaded(tables: ReleaseTables) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open tables with these rows, whatever the contract says of them."""
    with connect() as connection:
        for table in tables_by_name().values():
            names = frozenset(column.name for column in table.columns)
            connection.execute(create_statement(table, relaxed=names))
            rows = to_arrow(table, tables.release, tables.rows.get(table.name, ()))
            connection.register("rows", rows)
            connection.execute(f"INSERT INTO {table.name} FROM rows")
        yield connection


def _counted(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    return {
        check.name: dict(counts)
        for table in tables_by_name()
        for check, counts in breaches(
            connection, [check for check in contract_checks() if check.table == table]
        ).items()
    }


def _violations(check: Any, tables: ReleaseTables) -> Any:
    return check.violations({"releases": (), **tables.rows})


@pytest.mark.parametrize("statistic", ["mean", "p50", "p99.9", "unstated"])
def test_every_statistic_of_the_contract_is_allowed(statistic: str) -> None:
    assert problems_of(_with("measurements", statistic=statistic)) == ()


def test_a_problem_names_table_column_and_value() -> None:
    (problem,) = problems_of(BROKEN["measurements_unit_values"])
    assert "table measurements, column unit: unknown value: met 'furlongs'" in str(problem)
    assert "expected one of inferences/s, " in str(problem)


def test_rows_of_another_release_are_refused() -> None:
    problems = problems_of(a_release(quality_flags=[a_flag("2.19.0")]))
    assert "another release: met '2.19.0', expected 2.20.0" in str(problems[0])


def test_a_table_that_is_not_in_the_contract_is_refused() -> None:
    assert "unknown table: met 'gossip'" in str(problems_of(a_release(gossip=[]))[0])


def test_every_column_that_may_not_be_null_has_a_check() -> None:
    wanted = {
        (table.name, (column.name,))
        for table in tables_by_name().values()
        for column in table.columns
        if not column.nullable
    }
    assert {(c.table, c.columns) for c in contract_checks() if c.kind == "not-null"} == wanted


def test_every_text_that_may_be_null_has_a_check_that_it_is_not_empty() -> None:
    wanted = {
        (table.name, (column.name,))
        for table in tables_by_name().values()
        for column in table.columns
        if column.nullable and column.type is str and not column.facts.can_be_empty
    }
    checked = {(c.table, c.columns) for c in contract_checks() if c.kind == "values"}
    assert wanted <= checked
    for check in contract_checks():
        (name,) = check.columns[:1]
        if check.kind == "values" and (check.table, (name,)) in wanted:
            rows = {check.table: [SimpleNamespace(**{name: text}) for text in ("", None)]}
            assert list(check.violations(rows)) == [("",)], check.name


def test_a_cell_that_was_empty_before_an_edit_is_not_one_that_was_not_there() -> None:
    change = a_change("2.20.0", before="")
    assert problems_of(a_release(cell_changes=[change])) == ()


def test_names_of_checks_are_unique() -> None:
    names = [check.name for check in contract_checks()]
    assert len(set(names)) == len(names)


def test_nothing_is_published_of_releases_of_which_one_breaks_the_contract(
    put: Publish, root: Path
) -> None:
    with pytest.raises(ContractError, match=r"release 2\.20\.0, table benchmarks") as caught:
        put(a_release("2.19.0"), BROKEN["benchmarks_workload_values"])
    assert caught.value.release == "2.20.0"
    assert newest(root) is None
    assert not root.exists()
