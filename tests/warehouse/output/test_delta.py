"""Delta tables: the rows of each version, one commit a version, no commit for nothing."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from deltalake import DeltaTable

from pipelines.contract import TABLES
from pipelines.errors import SourceError, UsageError
from tests.warehouse.conftest import NOW, Publish, a_release, tree, without_module
from warehouse.database.connect import connect
from warehouse.database.version_tables import load_version
from warehouse.output.delta import export_delta
from warehouse.storage.roots import open_root
from warehouse.versions import prune, publish, read_version

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

    from warehouse.output.delta import Exported

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def three_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a root of three versions: a release changes, one comes; never change it."""
    root = tmp_path_factory.mktemp("three") / "data"
    versions = (
        (a_release("2.9.0"), a_release("2.20.0")),
        (a_release("2.20.0", rows=3),),
        (a_release("2.20.1"),),
    )
    for day, releases in enumerate(versions):
        publish(root, releases, source="a test", now=NOW + timedelta(day))
    return root


@pytest.fixture
def three(three_once: Path, root: Path) -> Path:
    """Return a root of the three versions."""
    shutil.copytree(three_once, root)
    return root


@pytest.fixture(scope="module")
def exported(three_once: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Exported]:
    """Return a folder with the newest version, to be read alone, and what the export says."""
    lake = tmp_path_factory.mktemp("exported") / "lake"
    return lake, export_delta(three_once, str(lake))


@contextmanager
def _tables_of(root: Path, number: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the tables of a version without its views, which take much longer."""
    storage = open_root(root)
    with connect() as connection:
        load_version(connection, storage, read_version(storage, number), views=False)
        yield connection


def _rows(arrow: Any) -> list[str]:
    return sorted(map(repr, arrow.to_pylist()))


def _same_rows(root: Path, lake: Path, number: int, commit: int | None = None) -> None:
    with _tables_of(root, number) as warehouse:
        for table in TABLES:
            names = [column.name for column in table.columns]
            delta = DeltaTable(lake / table.name, version=commit).to_pyarrow_table(columns=names)
            ours = warehouse.sql(f"FROM {table.name}").to_arrow_table()
            assert _rows(delta) == _rows(ours), (table.name, number)


def test_the_current_version_comes_back_row_by_row(
    three_once: Path, exported: tuple[Path, Exported]
) -> None:
    lake, done = exported
    assert (done.version, done.added) == (3, (3,))
    _same_rows(three_once, lake, 3)


def test_polars_reads_what_is_exported(three_once: Path, exported: tuple[Path, Exported]) -> None:
    lake, _ = exported
    with _tables_of(three_once, 3) as warehouse:
        for table in TABLES:
            names = [column.name for column in table.columns]
            ours = warehouse.sql(f"FROM {table.name}").pl().select(names)
            found = pl.read_delta(str(lake / table.name)).select(names)
            # Polars holds a map as a list of pairs, from both sides.
            assert _rows(found.to_arrow()) == _rows(ours.to_arrow()), table.name
            assert found["release"].dtype == pl.String


def test_an_export_goes_on_after_its_last_version_was_pruned(
    three: Path, put: Publish, tmp_path: Path
) -> None:
    export_delta(three, str(tmp_path / "lake"))
    put(a_release("2.20.1", rows=1), now=NOW + timedelta(3))
    prune(three, 1)
    assert export_delta(three, str(tmp_path / "lake")).added == (4,)
    _same_rows(three, tmp_path / "lake", 4)


def test_a_commit_replaces_only_the_releases_that_changed(three: Path, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    export_delta(three, str(lake), version=1)
    export_delta(three, str(lake), version=2)
    newest, first = DeltaTable(lake / "measurements").history()
    assert newest["operationParameters"]["predicate"] == "release = '2.20.0'"
    assert first["operationMetrics"]["num_removed_files"] == 0
    kept = {uri for uri in DeltaTable(lake / "measurements", version=0).file_uris() if "2.9" in uri}
    assert kept <= set(DeltaTable(lake / "measurements").file_uris())


def test_the_same_export_again_adds_no_commit(
    three_once: Path, exported: tuple[Path, Exported]
) -> None:
    lake, _ = exported
    before = tree(lake)
    assert export_delta(three_once, str(lake)).added == ()
    assert export_delta(three_once, str(lake), version=2).added == ()
    assert tree(lake) == before


def test_each_version_is_one_commit_to_travel_to(three: Path, put: Publish, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    assert export_delta(three, str(lake), version=2, history=True).added == (1, 2)
    put(a_release("2.9.0", rows=1), now=NOW + timedelta(3))
    assert export_delta(three, str(lake)).added == (3, 4)
    for number in (1, 2, 3, 4):
        _same_rows(three, lake, number, commit=number - 1)
    for table in TABLES:
        said = [commit["datasetVersion"] for commit in DeltaTable(lake / table.name).history()]
        assert said == ["4", "3", "2", "1"]


def test_an_export_that_was_cut_short_is_finished(three: Path, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    bad = read_version(three, 3).files_of("measurements")[0]
    whole = (three / bad.path).read_bytes()
    (three / bad.path).write_bytes(b"damaged")
    with pytest.raises(SourceError, match=f"{bad.path} is damaged"):
        export_delta(three, str(lake))
    (three / bad.path).write_bytes(whole)
    assert export_delta(three, str(lake)).added == (3,)
    assert {DeltaTable(lake / table.name).version() for table in TABLES} == {0}
    _same_rows(three, lake, 3)


def test_without_the_extra_its_name_is_told(
    three: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_module(monkeypatch, "deltalake")
    with pytest.raises(UsageError, match=r"pip install '\.\[delta\]'"):
        export_delta(three, str(tmp_path / "lake"))


def test_without_a_dataset_there_is_nothing_to_export(root: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no dataset yet"):
        export_delta(root, str(tmp_path / "lake"))
