"""The warehouse file without rows: made once for each layout and engine, and then kept."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from warehouse.database import blank_file
from warehouse.database.blank_file import write_blank
from warehouse.database.connect import connect
from warehouse.database.layout import layout
from warehouse.versions import require_newest

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.versions import Descriptor

pytestmark = pytest.mark.slow


@pytest.fixture
def version(one_release: Path) -> Descriptor:
    """Return a version with every column of the contract."""
    return require_newest(one_release)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder where blank files are kept, with none in it, as in a new process."""
    home = tmp_path / "__pycache__"
    home.mkdir()
    monkeypatch.setattr(blank_file, "cache_from_source", lambda _: str(home / "blank_file.pyc"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(blank_file, "BLANKS", {})
    return home


def _written(path: Path, version: Descriptor) -> bytes:
    """Return the blank file that a new process writes."""
    blank_file.BLANKS.clear()
    path.unlink(missing_ok=True)
    write_blank(path, version)
    return path.read_bytes()


def test_a_later_process_writes_the_same_bytes_without_any_statement(
    folder: Path, tmp_path: Path, version: Descriptor, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "blank.duckdb"
    first = _written(path, version)
    monkeypatch.setattr(blank_file, "make_layout", None)  # it cannot be called
    assert _written(path, version) == first
    with connect(str(path)) as connection:
        assert connection.execute("SELECT count(*) FROM benchmark_results").fetchall() == [(0,)]
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize("damage", [b"", b"\0" * 40, None])
def test_a_kept_file_that_is_not_whole_is_made_again(
    folder: Path, tmp_path: Path, version: Descriptor, damage: bytes | None
) -> None:
    path = tmp_path / "blank.duckdb"
    _written(path, version)
    (kept,) = folder.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-1] if damage is None else damage)
    assert len(_written(path, version)) == len(whole) - 32
    assert len(kept.read_bytes()) == len(whole)


def test_another_layout_takes_the_place_of_the_one_before(
    folder: Path, tmp_path: Path, version: Descriptor, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "blank.duckdb"
    _written(path, version)
    (before,) = folder.iterdir()
    monkeypatch.setattr(blank_file, "layout", lambda: "another")
    _written(path, version)
    (after,) = folder.iterdir()
    assert after.name != before.name


def test_nothing_is_kept_where_python_keeps_nothing(
    folder: Path, tmp_path: Path, version: Descriptor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert _written(tmp_path / "blank.duckdb", version)
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_no_error(
    folder: Path, tmp_path: Path, version: Descriptor
) -> None:
    folder.rmdir()
    assert _written(tmp_path / "blank.duckdb", version)
    assert layout() in blank_file.BLANKS
