"""A version in memory: from the warehouse file and Parquet together, or from Parquet alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipelines.contract import TABLES
from pipelines.errors import SourceError
from tests.warehouse.conftest import NOW, a_release, copy_linked
from warehouse.database import version_tables
from warehouse.database.build_file import build_database
from warehouse.database.connect import connect
from warehouse.database.open_version import open_newest
from warehouse.database.version_tables import load_version
from warehouse.storage.data_paths import CHECKSUM, FILE, SIDE_FILES
from warehouse.storage.roots import open_root
from warehouse.versions import numbers, prune, publish, read_version
from warehouse.versions.listing import forget

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import duckdb

    from tests.shelf import Shelf

Rows = dict[str, list[object]]


@pytest.fixture(scope="session")
def three_once(shelf: Shelf, dozen_once: Path) -> Path:
    """Return three versions of a dozen releases, with the file of the second; never change it."""

    def fill(root: Path) -> None:
        copy_linked(dozen_once, root)
        changed = [a_release("2.1.1", rows=5), a_release("2.99.0", rows=1)]
        publish(root, changed, source="a test", now=NOW)
        build_database(root)
        publish(root, [a_release("2.1.1", rows=1)], source="a test", now=NOW)

    return shelf.folder("three-versions", fill)


@pytest.fixture
def three(three_once: Path, root: Path) -> Path:
    """Return a copy of that history."""
    copy_linked(three_once, root)
    return root


def _rows(connection: duckdb.DuckDBPyConnection) -> Rows:
    return {
        table.name: connection.execute(f"FROM {table.name} ORDER BY ALL").fetchall()
        for table in TABLES
    }


def _rows_in_memory(root: Path, number: int) -> Rows:
    with connect() as connection:
        load_version(connection, open_root(root), read_version(root, number), views=False)
        return _rows(connection)


def _read_files(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the Parquet files from which rows are inserted."""
    counts: list[int] = []
    for name in ("insert", "fill"):
        called: Callable[..., None] = getattr(version_tables, name)

        def counting(*arguments: object, called: Callable[..., None] = called) -> None:
            *_, last = arguments
            files = sum(map(len, last.values())) if isinstance(last, dict) else 10_000
            counts.append(files)
            called(*arguments)

        monkeypatch.setattr(version_tables, name, counting)
    return counts


def test_every_version_is_the_same_with_the_file_and_without(
    three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = _read_files(monkeypatch)
    with_file: dict[int, Rows] = {}
    for number in numbers(three):
        with_file[number] = _rows_in_memory(three, number)
    with open_newest(three) as connection:
        assert _rows(connection) == with_file[3]
    assert max(counts) <= len(TABLES)
    (three / FILE).rename(three / "elsewhere.duckdb")
    for number, rows in with_file.items():
        assert _rows_in_memory(three, number) == rows
    assert counts[-3:] == [10_000] * 3


@pytest.mark.parametrize(
    "spoil",
    [
        lambda root: (root / CHECKSUM).write_text(f"{'0' * 64}  {FILE}\n"),
        lambda root: (root / CHECKSUM).unlink(),
        lambda root: (root / SIDE_FILES[0]).write_bytes(b"another client's"),
        lambda root: prune(root, 1),
    ],
    ids=["another checksum", "no checksum", "a side file", "its version was pruned"],
)
def test_a_file_that_may_not_be_trusted_is_not_used(
    three: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Path], object]
) -> None:
    spoil(three)
    counts = _read_files(monkeypatch)
    with open_newest(three) as connection:
        rows = _rows(connection)
    assert counts == [10_000]
    assert sum(map(len, rows.values())) == read_version(three, 3).row_count


def test_a_lost_parquet_file_is_named_although_the_warehouse_file_has_its_rows(
    three: Path,
) -> None:
    lost = read_version(three, 3).files[0].path
    (three / lost).unlink()
    forget()
    with pytest.raises(SourceError, match=lost), open_newest(three):
        pass
