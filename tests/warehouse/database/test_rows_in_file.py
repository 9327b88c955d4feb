"""Published rows from the warehouse file: those of the Parquet files, in the same order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipelines.contract import TABLES
from tests.warehouse.conftest import DOZEN, NOW, a_release
from warehouse.database import rows_in_file
from warehouse.database.build_file import build_database
from warehouse.database.rows_in_file import stored_rows
from warehouse.schema.types import tables_by_name
from warehouse.storage.data_paths import CHECKSUM, FILE
from warehouse.storage.roots import open_root
from warehouse.versions import load_rows, publish, read_version, require_newest
from warehouse.versions.cross_release_flags import with_cross_release_flags

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.versions import FileEntry


CHANGED = ["2.1.1"]


@pytest.fixture
def from_parquet(monkeypatch: pytest.MonkeyPatch) -> list[FileEntry]:
    """Use the file for every history; return the Parquet files that are read all the same."""
    monkeypatch.setattr(rows_in_file, "_FEW_FILES", 0)
    monkeypatch.setattr(rows_in_file, "_AT_ONCE", 5)
    read: list[FileEntry] = []

    def noting(storage: object, table: object, file: FileEntry) -> object:
        read.append(file)
        return load_rows(storage, table, file)  # type: ignore[arg-type]

    monkeypatch.setattr(rows_in_file, "load_rows", noting)
    return read


def _all_equal(root: Path, number: int) -> None:
    version = read_version(root, number)
    storage = open_root(root)
    order = version.releases.index
    with stored_rows(str(root), version) as load:
        for file in sorted(version.files, key=lambda file: order(file.release)):
            table = tables_by_name()[file.table]
            assert load(table, file) == load_rows(storage, table, file), file


def test_every_row_of_the_bundled_releases_is_that_of_its_parquet_file(
    bundled_root: Path, from_parquet: list[FileEntry]
) -> None:
    _all_equal(bundled_root, require_newest(bundled_root).version)
    assert not from_parquet


def test_what_changed_since_comes_from_parquet(dozen: Path, from_parquet: list[FileEntry]) -> None:
    publish(dozen, [a_release(name, rows=5) for name in CHANGED], source="a test", now=NOW)
    _all_equal(dozen, 2)
    assert {file.release for file in from_parquet} == {*CHANGED}
    from_parquet.clear()
    build_database(dozen)
    _all_equal(dozen, 2)
    assert not from_parquet
    # The rows of a release that changed stand after those of all others.
    _all_equal(dozen, 1)
    assert {file.release for file in from_parquet} == {*CHANGED}


def test_a_file_of_other_bytes_is_not_read(dozen: Path, from_parquet: list[FileEntry]) -> None:
    (dozen / CHECKSUM).write_text(f"{'0' * 64}  {FILE}\n")
    _all_equal(dozen, 1)
    assert len(from_parquet) == len(TABLES) * len(DOZEN)


@pytest.mark.usefixtures("from_parquet")
def test_the_same_flags_are_found(bundled_root: Path) -> None:
    version = require_newest(bundled_root)
    with stored_rows(str(bundled_root), version) as load:
        found = with_cross_release_flags(bundled_root, {}, version, load)
    assert found == with_cross_release_flags(bundled_root, {}, version)
