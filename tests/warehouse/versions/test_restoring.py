"""Damaged and missing files: what publishing repairs, and what it refuses."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from typing import TYPE_CHECKING

import duckdb
import pytest

from pipelines.errors import SourceError
from tests.warehouse.conftest import NOW, Publish, a_package, a_release, tree
from warehouse.database import load as filling
from warehouse.database.build_file import build_database
from warehouse.database.connect import connect
from warehouse.database.open_version import open_newest, open_warehouse
from warehouse.versions import numbers, verify
from warehouse.versions.verify import verify_versions

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.versions import FileEntry


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _file(root: Path, table: str, release: str) -> Path:
    (path,) = (root / "parquet" / table / f"rel=v{release}").iterdir()
    return path


def test_what_was_mended_is_told_by_name(put: Publish, root: Path) -> None:
    put(a_release("2.19.0"), a_release("2.20.0"))
    whole = tree(root)
    gone, bad = _file(root, "pages", "2.19.0"), _file(root, "benchmarks", "2.20.0")
    gone.unlink()
    _flip(bad)
    done = put(a_release("2.19.0"), a_release("2.20.0"))
    assert (done.changed, done.new) == (False, ())
    assert {str(root / path) for path in done.repaired} == {str(gone), str(bad)}
    assert tree(root) == whole


@pytest.mark.parametrize("rows", [2, 5])
def test_a_damaged_file_of_a_release_that_is_not_built_is_refused(
    put: Publish, root: Path, rows: int
) -> None:
    put(a_release("2.19.0"), a_release("2.20.0"))
    bad, gone = _file(root, "benchmarks", "2.19.0"), _file(root, "pages", "2.20.0")
    _flip(bad)
    gone.unlink()
    with pytest.raises(SourceError, match=rf"{bad} is damaged.*build --release 2\.19\.0") as caught:
        put(a_release("2.20.0", rows=rows))
    assert "\n" not in str(caught.value)
    assert numbers(root) == (1,)
    # What could be repaired is: both releases can be repaired one after the other.
    assert gone.exists()
    assert put(a_release("2.19.0")).repaired
    assert verify_versions(root).clean
    assert put(a_release("2.20.0", rows=rows)).version == (1 if rows == 2 else 2)


def test_beyond_what_is_cheap_to_hash_lengths_are_looked_at(
    put: Publish, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "_CHEAP_FILES", 0)
    put(a_release("2.19.0"), a_release("2.20.0"))
    _file(root, "benchmarks", "2.19.0").write_bytes(b"short")
    with pytest.raises(SourceError, match=r"is damaged.*build --release 2\.19\.0"):
        put(a_release("2.20.0", rows=5))


@pytest.mark.slow
def test_rows_taken_over_from_the_file_before_are_those_of_the_parquet(
    put: Publish, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    releases = [f"2.{minor}.0" for minor in (9, 10, 12, 13, 14, 20)]
    put(*map(a_release, releases))
    build_database(root)
    read: list[FileEntry] = []
    required = filling.faults_of
    monkeypatch.setattr(filling, "faults_of", lambda local: read.extend(local) or required(local))
    changes = (
        [a_release("2.9.0", rows=5)],
        [a_release("2.20.0", rows=1, package_versions=[a_package("2.20.0", 1)])],
        [a_release("2.20.0", rows=1, package_versions=[a_package("2.20.0", 2)])],
        [a_release("2.12.0", rows=0, quality_flags=[]), a_release("2.13.0", rows=7)],
        [a_release("2.12.1"), a_release("2.8.0"), a_release("2.21.0")],
    )
    for day, change in enumerate(changes):
        put(*change, now=NOW + timedelta(day + 1))
        read.clear()
        assert build_database(root).rebuilt
        assert {file.release for file in read} >= {one.release for one in change}
        assert len({file.release for file in read}) < 6
        with open_warehouse(root) as file, open_newest(root) as parquet:
            for (name,) in parquet.execute("SELECT table_name FROM duckdb_tables()").fetchall():
                query = f"SELECT * FROM {name} ORDER BY ALL"  # noqa: S608
                assert file.execute(query).fetchall() == parquet.execute(query).fetchall()


@pytest.mark.slow
def test_a_file_brought_up_again_and_again_does_not_grow(put: Publish, root: Path) -> None:
    put(a_release("2.19.0"), a_release("2.20.0", rows=50))
    build_database(root)
    for day in range(1, 4):
        put(a_release("2.20.0", rows=50 + day % 2), now=NOW + timedelta(day))
        build_database(root)
    with connect(str(root / "warehouse.duckdb")) as connection:
        query = "SELECT max(rowid) + 1, count(*) FROM measurements"
        ((room, rows),) = connection.execute(query).fetchall()
    assert rows == 2 * 4 + 51 * 4
    assert room < 2 * rows


def test_nothing_is_taken_over_from_a_file_that_somebody_changed(put: Publish, root: Path) -> None:
    put(a_release("2.19.0"), a_release("2.20.0"))
    build_database(root)
    (root / "warehouse.duckdb").chmod(0o644)
    with duckdb.connect(str(root / "warehouse.duckdb")) as connection:
        connection.execute("UPDATE measurements SET value = 0")
    put(a_release("2.20.0", rows=3), now=NOW + timedelta(1))
    build_database(root)
    with connect(str(root / "warehouse.duckdb")) as connection:
        assert connection.execute("SELECT min(value) FROM measurements").fetchall() == [(1.25,)]


def test_the_checksum_beside_the_file_is_the_one_that_sha256sum_knows(built: Path) -> None:
    done = subprocess.run(
        ["sha256sum", "--check", "warehouse.duckdb.sha256"],
        cwd=built,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "warehouse.duckdb: OK\n"
