"""Imports in a root: whole or absent, with a number of their own, read as they were written."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipelines.errors import SourceError
from tests.warehouse.conftest import NOW
from tests.warehouse.database.made_imports import an_import
from warehouse.database.own_imports.import_records import (
    add_import,
    all_imports,
    current_imports,
    damaged_imports,
    path_of_import,
)
from warehouse.database.own_imports.own_table import COLUMNS
from warehouse.database.query import run_sql


def test_what_was_imported_is_read_as_it_was_written(built: Path) -> None:
    add_import(built, an_import("one", batch_size=2**40, model_data_types=[]), NOW)
    table = run_sql(built, "FROM own_measurements")
    assert table.column_names == [column.name for column in COLUMNS]
    (row,) = table.to_pylist(maps_as_pydicts="strict")
    assert row["model"] == 'it\'s a "model"'
    assert row["attributes"] == {"a'b": "c'd"}
    assert row["batch_size"] == 2**40
    assert row["model_data_types"] == []
    assert row["imported_at"] == NOW
    assert row["flag"] is None


def test_the_table_is_described_as_published_ones_are(built: Path) -> None:
    query = (
        "SELECT count(*) AS n, count(comment) AS described FROM duckdb_columns() "
        "WHERE table_name = 'own_measurements'"
    )
    assert run_sql(built, query).to_pylist() == [{"n": len(COLUMNS), "described": len(COLUMNS)}]


def test_a_query_that_does_not_name_it_does_not_read_it(built: Path) -> None:
    add_import(built, an_import("one"), NOW)
    (built / path_of_import(1)).write_text("{")
    assert run_sql(built, "SELECT 1 AS one").num_rows == 1
    with pytest.raises(SourceError, match="is damaged; remove it, and import its file again"):
        run_sql(built, 'FROM "OWN_measurements"')


def test_importers_at_once_get_numbers_of_their_own(root: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        names = [f"file-{number}" for number in range(12)]
        done = list(pool.map(lambda name: add_import(root, an_import(name), NOW), names))
    assert sorted(one.number for one, _ in done) == list(range(1, 13))
    assert {one.file_name for one in all_imports(root)} == set(names)
    assert damaged_imports(root) == ()


def test_the_newest_import_of_a_file_counts(root: Path) -> None:
    for value in (1.0, 2.0, 1.0):
        add_import(root, an_import("one", value=value), NOW)
    assert [one.rows[0]["value"] for one in all_imports(root)] == [1.0, 2.0, 1.0]
    assert [one.number for one in current_imports(all_imports(root))] == [3]


def test_a_root_that_cannot_be_written_stays_as_it_is(root: Path) -> None:
    root.write_text("not a folder")
    with pytest.raises(SourceError):
        add_import(root, an_import("one"), NOW)
    assert root.read_text() == "not a folder"


def test_an_importer_that_dies_before_its_file_is_in_place_leaves_no_import(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        # All of the file is written and synced; only the step that puts it in place is missing.
        patch.setattr(Path, "hardlink_to", die)
        with pytest.raises(KeyboardInterrupt):
            add_import(root, an_import("one"), NOW)
    assert all_imports(root) == ()
    done, is_new = add_import(root, an_import("one"), NOW)
    assert (done.number, is_new, damaged_imports(root)) == (1, True, ())


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace("41.5", "42.5"),
        lambda text: json.dumps(json.loads(text)["import"]),
        lambda _: "[]",
        lambda _: "null",
        lambda _: "",
        lambda _: "[" * 100_000,
    ],
)
def test_a_damaged_import_is_found(root: Path, damage: object) -> None:
    add_import(root, an_import("one"), NOW)
    path = root / path_of_import(1)
    assert callable(damage)
    path.write_text(damage(path.read_text()))
    assert damaged_imports(root) == (path_of_import(1),)
    with pytest.raises(SourceError, match="is damaged"):
        all_imports(root)


def test_other_files_in_the_folder_are_not_imports(root: Path) -> None:
    add_import(root, an_import("one"), NOW)
    for name in ("notes.txt", "1.json", "000002.json.bak", "../own.json"):
        (root / "own" / name).write_text("{}")
    assert len(all_imports(root)) == 1
