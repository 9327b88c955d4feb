"""What is durable before what is visible, and what one failed read or write leaves behind."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dagster_project.cli import main
from pipelines.errors import SourceError
from pipelines.files import fsync as durable
from pipelines.files import regular_files as regular
from tests.forms import FULL
from tests.warehouse.conftest import NOW, Publish, a_page, a_release, tree
from warehouse.database.build_file import build_database
from warehouse.database.query import run_sql
from warehouse.storage import local as local_folder
from warehouse.storage.data_paths import FILE
from warehouse.storage.local import LocalFolder, LocalWriter
from warehouse.storage.local_locks import FOLDER, Staging
from warehouse.versions import newest, numbers, publish
from warehouse.versions.listing import forget
from warehouse.versions.verify import verify_versions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Recorder:
    """What was done to files, in order: synced, put in place, linked, removed."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.steps = root, list[tuple[str, str]]()
        sync = durable.sync
        monkeypatch.setattr(durable, "sync", lambda path: (self._note("sync", path), sync(path)))
        for name in ("replace", "hardlink_to", "unlink"):
            monkeypatch.setattr(Path, name, self._recorded(name, getattr(Path, name)))

    def _recorded(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def recorded(path: Path, *arguments: Any, **named: Any) -> Any:
            if name == "replace":
                self._note("source", path)
            if name == "hardlink_to":
                self._note("source", arguments[0])
            self._note(name, arguments[0] if name == "replace" else path)
            return real(path, *arguments, **named)

        return recorded

    def _note(self, step: str, path: Path) -> None:
        relative = Path(path).relative_to(self.root) if Path(path) != self.root else Path()
        self.steps.append((step, str(relative)))

    def at(self, step: str, path: str) -> int:
        """Return when a step was taken; fails where it was not."""
        return self.steps.index((step, path))

    def is_durable(self, step: str, path: str) -> bool:
        """Return whether the file was synced before it took its place, and its folder after."""
        taken = self.at(step, path)
        source = self.steps[taken - 1]
        folder = str(Path(path).parent)
        return (
            source[0] == "source"
            and ("sync", source[1]) in self.steps[:taken]
            and ("sync", folder) in self.steps[taken:]
        )


@pytest.fixture
def recorder(root: Path, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    return Recorder(root, monkeypatch)


@pytest.fixture
def writer(root: Path, recorder: Recorder) -> Iterator[LocalWriter]:
    assert recorder.root == root
    with LocalFolder(root).writing() as entered:
        yield entered


@pytest.mark.parametrize("count", [1, 12])
def test_every_file_written_once_is_durable(
    writer: LocalWriter, recorder: Recorder, count: int
) -> None:
    paths = [f"a/b{number}/one" for number in range(count)]
    writer.write_once(dict.fromkeys(paths, b"1"))
    assert all(recorder.is_durable("replace", path) for path in paths)
    last = max(recorder.at("replace", path) for path in paths)
    # The folders that were made are entries of folders too.
    assert {("sync", "a"), ("sync", ".")} <= set(recorder.steps[last:])


def test_a_claimed_version_is_durable(writer: LocalWriter, recorder: Recorder) -> None:
    assert writer.claim("versions/1", b"first")
    assert recorder.is_durable("hardlink_to", "versions/1")
    assert ("sync", ".") in recorder.steps[recorder.at("hardlink_to", "versions/1") :]


def test_a_replaced_file_is_durable(writer: LocalWriter, recorder: Recorder) -> None:
    writer.replace("one", lambda path: path.write_bytes(b"1"), beside=["one.wal"])
    assert recorder.is_durable("replace", "one")


def test_a_side_file_goes_before_and_after_the_file_takes_its_place(
    writer: LocalWriter, recorder: Recorder
) -> None:
    writer.replace("one", lambda path: path.write_bytes(b"1"), beside=["one.wal"])
    taken = recorder.at("replace", "one")
    assert ("unlink", "one.wal") in recorder.steps[:taken]
    assert ("unlink", "one.wal") in recorder.steps[taken:]


def test_what_is_removed_is_removed_for_good(writer: LocalWriter, recorder: Recorder) -> None:
    writer.write_once({"a/one": b"1", "a/two": b"2"})
    recorder.steps.clear()
    writer.delete(["a/one", "gone/three"])
    assert recorder.steps.index(("sync", "a")) > recorder.at("unlink", "a/one")


def test_every_data_file_is_durable_before_a_version_names_it(
    put: Publish, root: Path, recorder: Recorder
) -> None:
    put(a_release("2.20.0"))
    claimed = recorder.at("hardlink_to", "versions/000001.json")
    files = newest(root).files  # type: ignore[union-attr]
    assert files
    for file in files:
        assert recorder.is_durable("replace", file.path)
        folder = str(Path(file.path).parent)
        synced = [n for n, step in enumerate(recorder.steps) if step == ("sync", folder)]
        assert recorder.at("replace", file.path) < synced[-1] < claimed


def test_every_manifest_is_durable_before_a_version_names_it(
    put: Publish, long: Path, recorder: Recorder
) -> None:
    before = newest(long).needed  # type: ignore[union-attr]
    put(a_release("2.6.1", rows=4))
    forget()
    claimed = recorder.at("hardlink_to", "versions/000002.json")
    new = newest(long).needed - before  # type: ignore[union-attr]
    assert [path for path in new if path.startswith("versions/")]
    for path in new:
        assert recorder.is_durable("replace", path)
        assert ("sync", str(Path(path).parent)) in recorder.steps[: claimed - 1]
        assert recorder.at("replace", path) < claimed


def test_the_checksum_is_in_place_before_the_warehouse_file(
    put: Publish, root: Path, recorder: Recorder
) -> None:
    put(a_release("2.20.0"))
    build_database(root)
    assert recorder.is_durable("replace", FILE)
    assert recorder.is_durable("replace", f"{FILE}.sha256")
    assert recorder.at("replace", f"{FILE}.sha256") < recorder.at("replace", FILE)


def test_what_a_killed_writer_put_in_place_for_nothing_goes_in_process(
    put: Publish, root: Path
) -> None:
    put(a_release("2.20.0"))
    needed = newest(root).files[0].path  # type: ignore[union-attr]
    orphan = "parquet/pages/rel=v2.21.0/0123456789abcdef.parquet"
    killed = Staging.open(root)
    killed.write(b"half")
    killed.note([orphan, needed])
    (root / orphan).parent.mkdir()
    (root / orphan).write_bytes(b"PAR1")
    put(a_release("2.20.0"))  # the writer lives: nothing of it goes
    assert (root / orphan).exists()
    os.close(killed.descriptor)  # as the kernel does for a killed process
    put(a_release("2.20.0"))
    assert not (root / orphan).parent.exists()
    assert (root / needed).exists()
    assert not (root / FOLDER).exists()


def test_what_a_killed_writer_put_in_place_stays_while_others_write(
    put: Publish, root: Path
) -> None:
    put(a_release("2.20.0"))
    orphan = "parquet/pages/rel=v2.21.0/0123456789abcdef.parquet"
    killed = Staging.open(root)
    killed.note([orphan])
    (root / orphan).parent.mkdir()
    (root / orphan).write_bytes(b"PAR1")
    os.close(killed.descriptor)
    with LocalFolder(root).writing():
        LocalFolder(root).tidy(frozenset)
        assert (root / orphan).exists()
    LocalFolder(root).tidy(frozenset)
    assert not (root / orphan).exists()


def test_a_release_is_captured_when_its_last_page_was(put: Publish, root: Path) -> None:
    early, late = NOW.replace(day=1), NOW.replace(day=2, hour=1)
    pages = [a_page(captured_at=early), a_page(page="inf1-inference", captured_at=late)]
    put(a_release("2.20.0", pages=pages))
    build_database(root)
    assert run_sql(root, "SELECT captured_at FROM releases").to_pylist() == [{"captured_at": late}]


def test_added_altered_and_unchanged_are_parts_of_what_was_published(put: Publish) -> None:
    put(a_release("2.18.0"), a_release("2.19.0"))
    done = put(a_release("2.18.0"), a_release("2.19.0", rows=3), a_release("2.20.0"))
    assert (done.unchanged, done.altered, done.added) == (("2.18.0",), ("2.19.0",), ("2.20.0",))


class Faults:
    """Every call of a function of the storage layer, of which one fails."""

    def __init__(self, real: Callable[..., Any], fault: OSError | bytes) -> None:
        self.real, self.fault, self.calls, self.failing = real, fault, 0, -1

    def call(self, *arguments: Any, **named: Any) -> Any:
        """Call the function, or fail if it is its turn."""
        self.calls += 1
        if self.calls != self.failing:
            return self.real(*arguments, **named)
        if isinstance(self.fault, OSError):
            raise self.fault
        return self.real(*arguments, **named)[: len(self.fault)]


_IO = OSError(errno.EIO, "Input/output error")
_FULL = OSError(errno.ENOSPC, "No space left on device")
FUNCTIONS: tuple[tuple[str, Any, str, OSError | bytes], ...] = (
    ("a read fails", local_folder, "read_regular", _IO),
    ("a read is short", local_folder, "read_regular", b"1234567"),
    ("a length fails", local_folder, "regular_size", _IO),
    ("an opening fails", regular, "_opened", _IO),
    ("a write fails", Path, "write_bytes", _FULL),
    ("a note fails", Staging, "note", _FULL),
    ("a sync fails", durable, "sync", _IO),
    ("a rename fails", Path, "replace", _IO),
    ("a link fails", Path, "hardlink_to", _FULL),
    ("a removal fails", Path, "unlink", _IO),
    ("a folder fails", Path, "mkdir", _FULL),
)


def _work(root: Path) -> None:
    publish(root, [a_release("2.20.0", rows=3), a_release("2.21.0")], source="a test", now=NOW)
    build_database(root)


def _function_of(faults: Faults) -> Callable[..., Any]:
    def function(*arguments: Any, **named: Any) -> Any:
        return faults.call(*arguments, **named)

    return function  # a method of a class must be a function


@pytest.fixture(scope="module")
def calls(built_once: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[Any, str], int]:
    """Return how often the work calls each function if none fails."""
    root = tmp_path_factory.mktemp("counted") / "data"
    shutil.copytree(built_once, root)
    counted = {(where, name): Faults(getattr(where, name), _IO) for _, where, name, _ in FUNCTIONS}
    with pytest.MonkeyPatch.context() as patch:
        for (where, name), faults in counted.items():
            patch.setattr(where, name, _function_of(faults))
        _work(root)
    return {function: faults.calls for function, faults in counted.items()}


# In short form, the first call of one function fails, and the last one of the next.
@pytest.mark.stress
@pytest.mark.parametrize("number", range(len(FUNCTIONS)), ids=[row[0] for row in FUNCTIONS])
def test_one_failed_read_or_write_leaves_the_last_good_data(
    built: Path, calls: dict[tuple[Any, str], int], number: int
) -> None:
    _, where, name, fault = FUNCTIONS[number]
    last = calls[where, name]
    assert 0 < last < 500
    for failing in range(1, last + 2) if FULL else (last if number % 2 else 1,):
        root = built.with_name("tried")
        shutil.copytree(built, root)
        faults = Faults(getattr(where, name), fault)
        faults.failing = failing
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(where, name, _function_of(faults))
            try:
                _work(root)
            except SourceError as error:
                assert error.exit_code == 3  # noqa: PT017 - most of the calls may fail
        _whole(root)
        _work(root)
        assert newest(root).releases == ("2.9.0", "2.20.0", "2.21.0")  # type: ignore[union-attr]
        assert verify_versions(root).clean
        shutil.rmtree(root)


def _whole(root: Path) -> None:
    """Require that readers see the version before or the new one, whole."""
    assert numbers(root) in ((1,), (1, 2))
    assert not verify_versions(root).faults
    (seen,) = run_sql(root, "SELECT version FROM dataset").to_pylist()
    assert seen["version"] in numbers(root)


def test_a_full_disk_ends_a_command_with_code_3(
    built: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    publish(built, [a_release("2.21.0")], source="a test", now=NOW)
    before = tree(built)

    def full(*_: Any, **__: Any) -> int:
        raise _FULL

    monkeypatch.setattr(Path, "write_bytes", full)
    monkeypatch.setattr(
        sys, "argv", ["neuron-warehouse", "versions", "restore", "1", "--root", str(built)]
    )
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 3
    assert "the disk is full" in capfd.readouterr().err
    assert tree(built) == before
