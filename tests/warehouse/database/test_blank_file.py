"""The warehouse file without rows: made once for each layout and engine, and then kept."""

from __future__ import annotations

import shutil
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

    from tests.shelf import Shelf
    from warehouse.versions import Descriptor

pytestmark = pytest.mark.slow


@pytest.fixture
def version(one_release: Path) -> Descriptor:
    """Return a version with every column of the contract."""
    return require_newest(one_release)


def _keep_in(home: Path, patch: pytest.MonkeyPatch) -> None:
    """Let blank files be kept in a folder, and be unknown to this process."""
    patch.setattr(blank_file, "cache_from_source", lambda _: str(home / "blank_file.pyc"))
    patch.setattr(sys, "dont_write_bytecode", False)
    patch.setattr(blank_file, "BLANKS", {})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder where blank files are kept, with none in it, as in a new process."""
    home = tmp_path / "__pycache__"
    home.mkdir()
    _keep_in(home, monkeypatch)
    return home


@pytest.fixture(scope="session")
def kept_once(shelf: Shelf, one_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the file that a process has kept; never change it."""

    def fill(home: Path) -> None:
        home.mkdir()
        with pytest.MonkeyPatch.context() as patch:
            _keep_in(home, patch)
            path = tmp_path_factory.mktemp("blank") / "blank.duckdb"
            write_blank(path, require_newest(one_release))

    return shelf.folder("kept-blank-file", fill)


@pytest.fixture
def kept(kept_once: Path, folder: Path) -> Path:
    """Return the file that another process has kept."""
    (there,) = kept_once.iterdir()
    return shutil.copy(there, folder / there.name)


def _written(path: Path, version: Descriptor) -> bytes:
    """Return the blank file that a new process writes."""
    blank_file.BLANKS.clear()
    path.unlink(missing_ok=True)
    write_blank(path, version)
    return path.read_bytes()


def test_a_later_process_writes_the_same_bytes_without_any_statement(
    kept: Path, tmp_path: Path, version: Descriptor, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "blank.duckdb"
    monkeypatch.setattr(blank_file, "make_layout", None)  # it cannot be called
    assert _written(path, version) == kept.read_bytes()[32:]
    with connect(str(path)) as connection:
        assert connection.execute("SELECT count(*) FROM benchmark_results").fetchall() == [(0,)]
    assert list(kept.parent.iterdir()) == [kept]


@pytest.mark.parametrize("damage", [b"", b"\0" * 40, None])
def test_a_kept_file_that_is_not_whole_is_made_again(
    kept: Path, tmp_path: Path, version: Descriptor, damage: bytes | None
) -> None:
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-1] if damage is None else damage)
    assert len(_written(tmp_path / "blank.duckdb", version)) == len(whole) - 32
    assert len(kept.read_bytes()) == len(whole)


def test_another_layout_takes_the_place_of_the_one_before(
    kept: Path, tmp_path: Path, version: Descriptor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blank_file, "layout", lambda: "another")
    _written(tmp_path / "blank.duckdb", version)
    (after,) = kept.parent.iterdir()
    assert after.name != kept.name


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
