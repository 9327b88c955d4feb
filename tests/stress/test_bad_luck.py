"""Full disks, roots that cannot be written, roots of newer software: one line, and nothing lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.forms import only_in_full
from tests.sites import PERFORMANCE, CopiedSite, copy_site
from tests.stress.conftest import FULL, REPOSITORY, answers_of_the_file, read_and_build, tell
from tests.warehouse.conftest import contents, tree
from warehouse.storage.local_locks import FOLDER
from warehouse.versions.verify import verify_versions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.calling import Call

BUILD = [sys.executable, "-m", "dagster_project", "build"]
ROOMS = (20_000, 60_000, 1_500_000) if FULL else (60_000,)
"""Bytes that a full disk has room for: hardly any, half of the new files, or all of them."""


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """Return a folder that every user may enter, with two sites and a root built from the first."""
    with tempfile.TemporaryDirectory(prefix="bad-luck-") as folder:
        Path(folder).chmod(0o755)
        copy_site(Path(folder) / "first", "2.20.1", pages=PERFORMANCE)
        copy_site(Path(folder) / "second", "2.20.1", "2.20.2", pages=PERFORMANCE)
        yield Path(folder)


@pytest.fixture
def root(place: Path) -> Iterator[Path]:
    built, root = place / "built", place / "data"
    if not built.exists():
        read_and_build(built, CopiedSite(place / "first"))
    shutil.copytree(built, root)
    yield root
    shutil.rmtree(root)


def _build(
    place: Path, *, before: str | None = None, powerless: bool = False, **options: object
) -> tuple[int, str]:
    """Run the command; `before` are mounts that it alone sees, `powerless` heeds permissions."""
    command = [*BUILD, "--source", str(place / "second"), "--root", str(place / "data")]
    if before is not None:
        command = ["unshare", "--map-root-user", "--mount", "sh", "-ec",
                   f'{before}\nset +e; "$@"; code=$?; {_KEEP}; exit $code',
                   "sh", *command]  # fmt: skip
    if powerless and os.getuid() == 0:
        command = ["unshare", "--user", *command]  # root, with none of its powers
    environment = {**os.environ, "ROOT": str(place / "data"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(  # type: ignore[call-overload]
        command, cwd=REPOSITORY, capture_output=True, text=True, check=False, env=environment,
        **options,
    )  # fmt: skip
    return done.returncode, done.stderr


_KEEP = 'rm -rf "$ROOT.seen"; cp -a "$ROOT" "$ROOT.seen"'
_FULL = (
    'cp -a "$ROOT" "$ROOT.copy"; mount -t tmpfs -o size=$SIZE none "$ROOT"; '
    'cp -a "$ROOT.copy/." "$ROOT"; rm -rf "$ROOT.copy"'
)
_READ_ONLY = 'mount --bind "$ROOT" "$ROOT"; mount -o remount,ro,bind "$ROOT"'


def _can_mount() -> bool:
    try_it = ["unshare", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]
    try:
        return subprocess.run(try_it, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


needs_mounts = pytest.mark.skipif(not _can_mount(), reason="this system does not let us mount")


def _intact(root: Path, before: Path) -> None:
    """The last version is as it was; what was written beside it is no data."""
    assert verify_versions(root).clean
    assert answers_of_the_file(root) == answers_of_the_file(before)
    was, found = tree(before), tree(root)
    assert {path: found[path] for path in was} == was
    assert not [path for path in found if path.startswith(FOLDER)]


def _is_one_line(told: str) -> None:
    assert len(told.splitlines()) == 1, told
    assert told.startswith("neuron-warehouse: ")


# In short form: `hostile.test_storage_durability` lets writes fail for want of room.
@only_in_full
@needs_mounts
def test_a_full_disk(place: Path, root: Path) -> None:
    used = sum(map(len, contents(root).values()))
    seen = place / "data.seen"
    for room in ROOMS:
        size = f"export SIZE={used + 100_000 + room}; "
        code, told = _build(place, before=size + _FULL)
        assert code == 3, told
        _is_one_line(told)
        assert "the disk is full; free some space" in told
        if room < 1_000_000:
            _intact(seen, root)
        else:  # the version was published; the warehouse is still the one before
            assert verify_versions(seen).clean
            assert answers_of_the_file(seen) == answers_of_the_file(root)
        shutil.rmtree(seen)
    tell(f"a full disk, {len(ROOMS)} times: exit code 3, the last version intact")


# In short form, of a build in this process: `tests.warehouse.storage.test_storage`. The same holds
# for roots that may not be written.
@only_in_full
def test_files_that_may_not_grow(place: Path, root: Path) -> None:
    import resource

    limit = 20_000
    before = tree(root)
    code, told = _build(
        place, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    )
    assert code == 3, told
    _is_one_line(told)
    assert tree(root) == before
    tell("a limit on the size of files: exit code 3, the last version intact")


@needs_mounts
@only_in_full
def test_a_root_that_is_read_only(place: Path, root: Path) -> None:
    code, told = _build(place, before=_READ_ONLY)
    assert code == 3, told
    _is_one_line(told)
    assert "the file system is read-only; choose another --root" in told
    _intact(place / "data.seen", root)
    shutil.rmtree(place / "data.seen")
    tell("a read-only root: exit code 3, the last version intact")


@needs_mounts
@only_in_full
def test_a_root_without_permission(place: Path, root: Path) -> None:
    before = tree(root)
    for folder in (root, *root.rglob("*")):
        if folder.is_dir():
            folder.chmod(0o555)
    code, told = _build(place, powerless=True)
    for folder in (root, *root.rglob("*")):
        if folder.is_dir():
            folder.chmod(0o755)
    assert code == 3, told
    _is_one_line(told)
    assert "permission denied" in told
    assert tree(root) == before
    tell("no permission: exit code 3, the last version intact")


@only_in_full
def test_a_root_of_newer_software(place: Path, root: Path, call: Call) -> None:
    path = root / "versions/000001.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"formatVersion": 99}))
    before = tree(root)
    done = call("build", "--source", str(place / "second"), "--root", str(root))
    assert done.returncode == 3, done.stderr
    _is_one_line(done.stderr)
    assert "written by a newer Neuron Warehouse" in done.stderr
    assert tree(root) == before
    tell("a root of newer software: exit code 3, nothing touched")
