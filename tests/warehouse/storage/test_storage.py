"""The local folder's promises: whole files or none, no overwriting, no leftovers, plain errors."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines.errors import SourceError
from pipelines.files import fsync
from tests.warehouse.conftest import Publish, a_release, state, tree
from warehouse.database.build_file import build_database
from warehouse.storage.local import LocalFolder, LocalWriter
from warehouse.storage.local_locks import FOLDER, Staging
from warehouse.versions import newest

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def writer(root: Path) -> Iterator[LocalWriter]:
    with LocalFolder(root).writing() as entered:
        yield entered


def test_a_file_that_stands_is_left_alone(writer: LocalWriter, root: Path) -> None:
    files = {"a/b/one": b"1", "a/two": b"2"}
    assert writer.write_once(files).new == ("a/b/one", "a/two")
    before = state(root / "a/two")
    assert writer.write_once(files | {"three": b"3"}).new == ("three",)
    assert state(root / "a/two") == before


def test_a_damaged_file_is_mended_and_told(writer: LocalWriter, root: Path) -> None:
    writer.write_once({"one": b"1"})
    (root / "one").write_bytes(b"?")
    done = writer.write_once({"one": b"1"})
    assert (done.new, done.repaired, (root / "one").read_bytes()) == ((), ("one",), b"1")


@pytest.mark.parametrize("seconds", [0.0, 0.005])
def test_every_file_is_synced_once_however_slow_the_disk_is(
    writer: LocalWriter, root: Path, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    synced: list[Path] = []

    def sync(path: Path) -> None:
        time.sleep(seconds)
        synced.append(path)

    monkeypatch.setattr(fsync, "sync", sync)
    files = {f"a/{number}": b"1" for number in range(30)}
    assert len(writer.write_once(files).new) == len(files)
    assert len(set(synced)) == len(synced) == len(files) + 2
    assert {root, root / "a"} < set(synced)


def test_a_name_is_claimed_once(writer: LocalWriter, root: Path) -> None:
    assert writer.claim("versions/1", b"first")
    assert not writer.claim("versions/1", b"second")
    assert (root / "versions/1").read_bytes() == b"first"


def test_nothing_stays_aside_after_writing(root: Path) -> None:
    with LocalFolder(root).writing() as writer:
        writer.write_once({"one": b"1"})
        writer.claim("two", b"2")
        writer.staging.write(b"forgotten")
    assert set(tree(root)) == {"one", "two"}
    assert not (root / FOLDER).exists()


def test_a_live_writers_files_are_left_and_a_dead_ones_removed(root: Path) -> None:
    root.mkdir()
    dead = Staging.open(root)
    left = dead.write(b"half a file")
    alive = Staging.open(root)
    kept = alive.write(b"in use")
    assert left.exists()
    os.close(dead.descriptor)  # as the kernel does for a killed process
    LocalFolder(root).tidy(frozenset)
    assert not left.exists()
    assert kept.exists()
    alive.close()
    assert not (root / FOLDER).exists()


def test_leftovers_of_a_killed_run_are_no_data_and_go_with_the_next(
    put: Publish, root: Path
) -> None:
    script = (
        "import os, signal; from pathlib import Path\n"
        "from warehouse.storage.local import *\n"
        f"with LocalFolder(Path({str(root)!r})).writing() as writer:\n"
        "    writer.staging.write(b'PAR1'); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, check=False)
    assert killed.returncode < 0
    assert len(tree(root)) == 2
    assert newest(root) is None
    put(a_release())
    assert not (root / FOLDER).exists()


@contextmanager
def _files_no_larger_than(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_that_may_not_grow_leaves_the_last_version(put: Publish, root: Path) -> None:
    put(a_release())
    build_database(root)
    before = tree(root)
    with (
        _files_no_larger_than(3000),
        pytest.raises(SourceError, match=r"cannot write .* a file may not grow so large"),
    ):
        put(a_release(rows=40))
    assert tree(root) == before
    assert put(a_release(rows=40)).version == 2
    before = tree(root)
    with (
        _files_no_larger_than(100_000),
        pytest.raises(SourceError, match=r"build .* a file may not grow .* unchanged") as copied,
    ):
        build_database(root)
    assert tree(root) == before
    (root / "warehouse.duckdb").unlink()
    with (
        _files_no_larger_than(100_000),
        pytest.raises(SourceError, match=r"cannot build .*the previous file is unchanged") as made,
    ):
        build_database(root)
    assert "version 2 is published" in str(made.value)
    assert "\n" not in str(copied.value) + str(made.value)
    assert tree(root) == {path: data for path, data in before.items() if path != "warehouse.duckdb"}


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EACCES, "permission denied"),
        (errno.EROFS, "the file system is read-only"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_an_error_of_the_system_is_one_line_that_names_the_path(
    put: Publish, root: Path, monkeypatch: pytest.MonkeyPatch, number: int, sentence: str
) -> None:
    put(a_release())
    before = tree(root)

    def fail(self: Path, _data: bytes) -> int:
        raise OSError(number, os.strerror(number), str(self))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", fail)
        with pytest.raises(SourceError, match=f"cannot write {root}/.*{sentence}") as caught:
            put(a_release(rows=3))
    assert "\n" not in str(caught.value)
    assert tree(root) == before


def test_a_root_that_is_a_file_is_named(put: Publish, root: Path) -> None:
    root.write_text("not a folder")
    with pytest.raises(SourceError, match=f"{root}.*there is a file where a folder should be"):
        put(a_release())
