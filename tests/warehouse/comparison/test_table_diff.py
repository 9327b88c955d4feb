"""Tables of two releases: what appeared, vanished and changed, never by position."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.contract import PublishedCell
from pipelines.errors import UsageError
from tests.warehouse.conftest import NOW, a_release
from warehouse.comparison.table_diff import TableDifference, diff_tables
from warehouse.database.build_file import build_database
from warehouse.database.open_version import open_warehouse
from warehouse.versions import publish

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

HEADER = ("Model", "Batch", "Speed")
BASE = (("bert", "1", "10"), ("gpt", "2", "20"), ("t5", "4", "40"))


def diff(
    root: Path,
    target: tuple[tuple[str, ...], ...],
    header: tuple[str, ...] = HEADER,
    **facts: Any,
) -> list[TableDifference]:
    """Publish two releases of one table and give what differs."""
    releases = [_release("2.9.0", BASE, HEADER), _release("2.20.0", target, header, **facts)]
    publish(root, releases, source="a test", now=NOW)
    build_database(root)
    with open_warehouse(root) as connection:
        return list(diff_tables(connection, "2.9.0", "2.20.0"))


def _release(
    release: str, rows: tuple[tuple[str, ...], ...], header: tuple[str, ...], **facts: Any
) -> Any:
    made = a_release(release, rows=0)
    (table,) = made.rows["published_tables"]
    cells = [
        PublishedCell(table.table_id, release, at_row, at, header[at], text, ())
        for at_row, row in enumerate(rows)
        for at, text in enumerate(row)
    ]
    content = {
        "published_tables": [replace(table, header=header, row_count=len(rows), **facts)],
        "published_cells": cells,
        "benchmarks": [],
        "quality_flags": [],
    }
    return replace(made, rows={**made.rows, **content})


def test_equal_tables_do_not_differ_however_their_rows_are_sorted(root: Path) -> None:
    assert diff(root, tuple(reversed(BASE))) == []


def test_a_changed_cell_is_told_with_both_texts_and_rows(root: Path) -> None:
    (found,) = diff(root, (BASE[1], ("bert", "1", "11"), BASE[2]))
    assert (found.change, found.header, found.base, found.target) == (
        "cell changed",
        "Speed",
        "10",
        "11",
    )
    assert (found.base_row, found.target_row) == (1, 2)


def test_rows_that_have_little_in_common_are_two(root: Path) -> None:
    vanished, appeared = diff(root, (*BASE[:2], ("llama", "8", "80")))
    assert (vanished.change, vanished.base, vanished.target) == (
        "row vanished",
        "t5 | 4 | 40",
        None,
    )
    assert (appeared.change, appeared.target) == ("row appeared", "llama | 8 | 80")


def test_a_new_column_is_told_cell_by_cell(root: Path) -> None:
    wider = tuple((*row, "new") for row in BASE)
    found = diff(root, wider, (*HEADER, "Cost"))
    assert {one.change for one in found} == {"cell appeared"}
    assert len(found) == len(BASE)


def test_a_table_that_moved_to_another_heading_is_another(root: Path) -> None:
    found = diff(root, BASE, section=("Performance", "Decoder"))
    assert {one.change for one in found} == {"table vanished", "table appeared"}


def test_the_releases_own_name_and_date_do_not_count() -> None:
    from warehouse.comparison.table_diff import _RELEASE

    assert _RELEASE.sub("*", "Neuron 2.20.0 (09/16/2024)") == "Neuron *"


def test_an_unknown_page_is_told_with_those_there_are(
    all_releases: duckdb.DuckDBPyConnection,
) -> None:
    with pytest.raises(UsageError, match="whats-new"):
        diff_tables(all_releases, "2.19.1", "2.20.2", "nonsense")


def test_a_release_does_not_differ_from_itself(all_releases: duckdb.DuckDBPyConnection) -> None:
    assert diff_tables(all_releases, "2.20.2", "2.20.2") == ()


def test_the_corrections_of_2_20_1_are_found(all_releases: duckdb.DuckDBPyConnection) -> None:
    found = diff_tables(all_releases, "2.20.0", "2.20.1", "trn1-training")
    changed = [one for one in found if one.change == "cell changed"]
    assert {(one.header, one.base, one.target) for one in changed} == {
        ("Topology", "TP=8 DP=32 PP=8", "TP=8 DP=16 PP=8"),
        ("Topology", "TP=32 DP=8 PP=8", "TP=32 DP=4 PP=8"),
    }
    others = [one for one in found if one.change != "cell changed"]
    assert {(one.change, (one.target or "")[:9]) for one in others} == {
        ("row appeared", "Llama-3.1")
    }
