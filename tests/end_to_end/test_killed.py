"""A live build killed at random moments, then a clean one: as if nothing had ever happened."""

from __future__ import annotations

import os
import pickle
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.live import OTHER, PAGES, Scene
from tests.forms import FULL
from tests.loopback import serving, write_sitemap
from tests.sites import copy_site
from warehouse.database.blank_file import BLANKS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# `make stress` runs the full form.
KILLS, ROOTS = (20, 4) if FULL else (2, 1)
# Forks a build for each line that it reads, so that all of them import everything once.
BUILDER = """
import os, pickle, sys
from contextlib import closing
from dagster_project.build.publish_releases import publish_releases
from pipelines.sources.choose import open_site
from warehouse.database.build_file import build_database
import bs4, duckdb, httpx, lxml, pandas, pyarrow.parquet, tenacity
import warcio.archiveiterator, warcio.warcwriter
from warehouse.database.blank_file import BLANKS
BLANKS.update(pickle.loads(open(sys.argv[1], "rb").read()))
print("ready", flush=True)
for line in sys.stdin:
    address, root = line.split()
    child = os.fork()
    if child == 0:
        with closing(open_site(address, root)) as site:
            publish_releases(site, root, site.releases())
        build_database(root)
        os._exit(0)
    print(child, flush=True)
    print(os.waitpid(child, 0)[1], flush=True)
"""


class Builder:
    """A process that builds on demand."""

    def __init__(self, blanks: Path) -> None:
        quick = {"NEURON_WAREHOUSE_INTERVAL": "0", "SOURCE_DATE_EPOCH": "1800000000"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", BUILDER, str(blanks)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | quick,
        )
        assert self._line() == "ready"

    def build(self, scene: Scene, seconds: float | None = None) -> int:
        """Build, and kill that after some seconds if they are given; gives how it ended."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{scene.web.address} {scene.root}\n")
        self.process.stdin.flush()
        child = int(self._line())
        if seconds is not None:
            time.sleep(seconds)
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        return int(self._line())

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def close(self) -> None:
        """End the process."""
        self.process.communicate()


@pytest.fixture(scope="module")
def builder(scene_once: Scene, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builder]:
    """Return a process that builds; in full form each build makes its blank file itself."""
    assert scene_once.version()  # made a blank file
    blanks = tmp_path_factory.mktemp("builder") / "blanks"
    blanks.write_bytes(pickle.dumps({} if FULL else BLANKS))
    process = Builder(blanks)
    yield process
    process.close()


@pytest.fixture(scope="module")
def uninterrupted(
    tmp_path_factory: pytest.TempPathFactory, builder: Builder
) -> Iterator[tuple[Scene, float]]:
    """Return what a build gives that is not killed, and how long it takes."""
    folder = tmp_path_factory.mktemp("uninterrupted")
    site = copy_site(folder / "site", OTHER, pages=PAGES)
    write_sitemap(site.folder)
    with serving(site.folder) as web:
        scene = Scene(site, web, folder / "data")
        began = time.monotonic()
        assert builder.build(scene) == 0
        yield scene, time.monotonic() - began


@pytest.mark.stress
@pytest.mark.parametrize("seed", range(ROOTS))
def test_a_build_killed_at_random_moments_ends_as_one_that_was_not(
    uninterrupted: tuple[Scene, float], builder: Builder, tmp_path: Path, seed: int
) -> None:
    whole, duration = uninterrupted
    scene = Scene(whole.site, whole.web, tmp_path / "data")
    moments = random.Random(seed)  # noqa: S311 - no secret
    for _ in range(KILLS // ROOTS):
        builder.build(scene, moments.uniform(0, duration))
    assert builder.build(scene) == 0
    assert scene.live_files() == whole.live_files()
    assert scene.answer() == whole.answer()
    rebuilt = Scene(whole.site, whole.web, tmp_path / "rebuilt")
    (rebuilt.root).mkdir()
    (scene.root / "archive").rename(rebuilt.root / "archive")
    rebuilt.build("archive")
    assert rebuilt.live_files() == whole.live_files()
