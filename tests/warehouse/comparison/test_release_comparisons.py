"""The view `release_comparisons`: the macro's answer for any two releases, in any database."""

from __future__ import annotations

import json
from collections import Counter
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from tests.forms import some
from warehouse.comparison.statements import comparison_columns
from warehouse.database.connect import connect

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

_LISTS = ("changed", "instance_types", "base_flags", "target_flags")
_PAIR = "base_release = '2.19.1' AND target_release = '2.20.2'"


def _as_text(name: str) -> str:
    return f"array_to_string({name}, ', ')" if name in _LISTS else f'"{name}"'


def _columns() -> list[str]:
    taken = ("base_release", "target_release")
    return [column.name for column in comparison_columns() if column.name not in taken]


@pytest.mark.stress
def test_it_says_what_the_macro_says_of_any_two_releases(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    columns = _columns()
    texts = ", ".join(map(_as_text, columns))
    names = ", ".join(f'"{name}"' for name in columns)
    pairs = permutations(("2.17.0", "2.18.2", "2.19.1", "2.20.0", "2.20.2"), 2)
    for base, target in some(list(pairs), 9):
        ours = f"""
            SELECT {names} FROM release_comparisons
            WHERE base_release = '{base}' AND target_release = '{target}'
        """  # noqa: S608
        theirs = f"SELECT {texts} FROM compare_releases('{base}', '{target}')"  # noqa: S608
        found = Counter(warehouse.execute(ours).fetchall())
        assert found == Counter(warehouse.execute(theirs).fetchall()), (base, target)
        assert found


def test_several_pairs_in_one_query_do_not_disturb_each_other(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    # A row that is retuned against one release is left over against another.
    releases = ("2.17.0", "2.18.2", "2.19.1", "2.20.2")
    columns = (
        "base_release, target_release, base_benchmark_id, target_benchmark_id, metric, verdict"
    )
    of_all = f"SELECT {columns} FROM release_comparisons WHERE base_release IN {releases}"  # noqa: S608
    found = Counter(warehouse.execute(f"{of_all} AND target_release IN {releases}").fetchall())
    expected: Counter[tuple[Any, ...]] = Counter()
    for base, target in permutations(releases, 2):
        one = f"{of_all} AND base_release = '{base}' AND target_release = '{target}'"
        expected += Counter(warehouse.execute(one).fetchall())
    assert found == expected


def test_every_row_names_both_releases(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(f"""
        SELECT DISTINCT base_release, target_release FROM release_comparisons
        WHERE {_PAIR} AND verdict IN ('added', 'removed')
    """).fetchall()  # noqa: S608
    assert found == [("2.19.1", "2.20.2")]


def test_no_release_is_compared_with_itself(warehouse: duckdb.DuckDBPyConnection) -> None:
    same = "base_release = '2.20.2' AND target_release = '2.20.2'"
    assert not warehouse.execute(f"FROM release_comparisons WHERE {same} LIMIT 1").fetchall()


def test_it_works_in_an_attached_file_under_another_name(bundled_root: Path) -> None:
    with connect() as connection:
        connection.execute(f"ATTACH '{bundled_root / 'warehouse.duckdb'}' AS other (READ_ONLY)")
        ((attached,),) = connection.execute(
            f"SELECT count(*) FROM other.release_comparisons WHERE {_PAIR}"  # noqa: S608
        ).fetchall()
    assert attached > 1000


def test_a_filter_on_both_sides_compares_no_other_pair(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    every = _rows_passed(warehouse, "true")
    one = _rows_passed(warehouse, _PAIR)
    # Sixteen releases make 240 pairs; beside its own rows, one reads the tables from end to end.
    assert one < every / 5


def _rows_passed(connection: duckdb.DuckDBPyConnection, where: str) -> int:
    """Return how many rows all steps of a query hand on, as DuckDB counts them."""
    query = f"SELECT sum(base_value) FROM release_comparisons WHERE {where}"  # noqa: S608
    ((_, plan),) = connection.execute(f"EXPLAIN (ANALYZE, FORMAT json) {query}").fetchall()
    return sum(_cardinalities(json.loads(plan)))


def _cardinalities(step: dict[str, Any]) -> list[int]:
    # DuckDB 2 has other words for each.
    kind = step.get("type", step.get("operator_type"))
    rows = step.get("intermediate_rows", step.get("operator_cardinality", 0))
    inner = step.get("children", step.get("operator", ()))
    own = 0 if kind == "TABLE_SCAN" else rows
    return [own, *(n for child in inner for n in _cardinalities(child))]
