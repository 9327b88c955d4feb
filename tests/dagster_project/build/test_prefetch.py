"""Reading ahead: another process reports what this one would have read, or this one reads it.

Each test runs in a process of its own: one that has other threads, as a test runner's may, is not
copied.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.sites import copy_site

if TYPE_CHECKING:
    from tests.sites import CopiedSite

REPOSITORY = Path(__file__).parents[3]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="nothing is read ahead elsewhere"),
]
RELEASES = ("2.20.1", "2.20.2")


@pytest.fixture
def site(tmp_path: Path) -> CopiedSite:
    """Return two pages of two releases: enough, and quick to read."""
    return copy_site(tmp_path / "site", *RELEASES, pages=("inf2-inference", "trn1-training"))


BEGINNING = """
import multiprocessing, os, sys, threading, time
from unittest.mock import patch
from dagster_project.build.prefetch import read_releases, reading_ahead
from pipelines.policy import DEFAULT
from pipelines.sources.site import FolderSite
from pipelines.sources.choose import open_site

site, root, releases = open_site(sys.argv[1]), sys.argv[2], sys.argv[3:]
heard = []
"""


def _run(script: str, site: CopiedSite, root: Path) -> str:
    command = [sys.executable, "-W", "error", "-c", BEGINNING + script]
    arguments = [str(site.folder), str(root), *RELEASES]
    done = subprocess.run(
        [*command, *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert not done.stderr
    return done.stdout.strip()


def test_what_is_read_ahead_is_what_is_read_here(site: CopiedSite, tmp_path: Path) -> None:
    for page in (site.folder / "en" / "v2.20.1").rglob("*.html"):
        page.write_bytes(b"")
    site.page("2.20.2", "trn1-training").write_bytes(b"")
    script = """
with reading_ahead(site, root, releases, DEFAULT) as read:
    (other,) = multiprocessing.active_children()
    with patch.object(FolderSite, "read", side_effect=AssertionError("read here")):
        ahead = read(heard.append)
assert heard == releases
assert not other.is_alive()
here = read_releases(site, root, releases, DEFAULT, heard.append)
assert ahead.prepared == here.prepared
assert list(ahead.prepared) == ["2.20.2"]
assert ahead.prepared["2.20.2"].heads["benchmarks"]
assert ahead.held_back == here.held_back
assert [page.page for page in ahead.held_back["2.20.2"]] == ["trn1-training"]
(error,) = ahead.refused.values()
print(type(error).__name__, error.exit_code, str(error) == str(here.refused["2.20.1"]))
"""
    assert _run(script, site, tmp_path / "data") == "ContractError 4 True"


def test_what_the_other_process_leaves_out_is_read_here(site: CopiedSite, tmp_path: Path) -> None:
    script = """
with reading_ahead(site, root, releases, DEFAULT) as read:
    (other,) = multiprocessing.active_children()
    other.kill()
    print(*read(heard.append).prepared)
"""
    assert _run(script, site, tmp_path / "data") == "2.20.1 2.20.2"


def test_a_process_with_another_thread_is_not_copied(site: CopiedSite, tmp_path: Path) -> None:
    script = """
end = threading.Event()
thread = threading.Thread(target=end.wait)
thread.start()
with reading_ahead(site, root, releases, DEFAULT) as read:
    print(read, multiprocessing.active_children())
end.set()
"""
    assert _run(script, site, tmp_path / "data") == "None []"


def test_the_other_process_ends_with_the_one_that_was_killed(
    site: CopiedSite, tmp_path: Path
) -> None:
    script = """
with reading_ahead(site, root, releases, DEFAULT) as read:
    (other,) = multiprocessing.active_children()
    print(other.pid, flush=True)
    time.sleep(3600)
"""
    command = [sys.executable, "-c", BEGINNING + script, str(site.folder), str(tmp_path), *RELEASES]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        other = int(process.stdout.readline())
        process.kill()
    # Readable as soon as the process has ended; a second would do where nothing else runs.
    with suppress(ProcessLookupError):
        ended, _, _ = select.select([os.pidfd_open(other)], [], [], 600)
        assert ended, f"process {other} goes on"


HANGING = """
from pathlib import Path
from dagster_project.build import parenthood
reading = Path(root, "reading")
def hang(self, release, path):
    reading.touch()
    {hang}
if {without_kernel}:
    parenthood.ctypes = None
FolderSite.read = hang
with reading_ahead(site, root, releases, DEFAULT) as read:
    (other,) = multiprocessing.active_children()
    while not reading.exists():
        time.sleep(0.01)
    print(other.pid, flush=True)
    time.sleep(60)
"""
HANGS = {
    "waiting": ("time.sleep(600)", False),
    "waiting, with the pipe alone": ("time.sleep(600)", True),
    "computing with the interpreter held": ("import re; re.match('(a+)+$', 'a' * 60 + 'b')", False),
}


@pytest.mark.parametrize("name", HANGS)
def test_the_other_process_ends_with_the_killed_one_in_the_middle_of_a_page(
    site: CopiedSite, tmp_path: Path, name: str
) -> None:
    hang, without_kernel = HANGS[name]
    script = BEGINNING + HANGING.format(hang=hang, without_kernel=without_kernel)
    command = [sys.executable, "-c", script, str(site.folder), str(tmp_path), *RELEASES]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        other = int(process.stdout.readline())
        assert _lives(other)
        process.kill()
    for _ in range(200):
        if not _lives(other):
            return
        time.sleep(0.05)
    os.kill(other, signal.SIGKILL)
    pytest.fail(f"process {other} goes on")


def test_an_unforeseen_exception_refuses_its_release_alone(
    site: CopiedSite, tmp_path: Path
) -> None:
    script = """
from dagster_project.build import read_release
whole = FolderSite.read
def fails(self, release, path):
    if release == "2.20.1":
        raise KeyError("surprise")
    return whole(self, release, path)
FolderSite.read = fails
for context in (reading_ahead(site, root, releases, DEFAULT), None):
    if context is None:
        read = read_releases(site, root, releases, DEFAULT, heard.append)
    else:
        with context as wait:
            read = wait(heard.append)
    (error,) = read.refused.values()
    print(*read.prepared, error.exit_code, error)
"""
    one = (
        "2.20.2 4 release 2.20.1: held back, since it could not be read (KeyError: 'surprise'); "
        "please report this"
    )
    assert _run(script, site, tmp_path / "data") == f"{one}\n{one}"


def _lives(process: int) -> bool:
    """Return whether a process runs; one that only waits to be reaped does not."""
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
