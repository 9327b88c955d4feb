"""Writers at once on one root: nothing of either is lost."""

from __future__ import annotations

import pickle
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.warehouse.conftest import a_release, tree
from warehouse.storage.local import LocalFolder
from warehouse.versions import numbers, read_version
from warehouse.versions.live import load_file

REPOSITORY = Path(__file__).parents[3]
ROUNDS = 3
_SCRIPT = """
import pickle, sys, time
from datetime import UTC, datetime
from pathlib import Path
from warehouse.versions import publish

root, minor = Path(sys.argv[1]), sys.argv[2]
releases = pickle.loads((root.parent / f"releases-{minor}").read_bytes())
(root.parent / f"ready-{minor}").touch()
while not (root.parent / "go").exists():
    time.sleep(0.001)
for release in releases:
    publish(root, [release], source="s", now=datetime.now(UTC))
"""


@pytest.mark.slow
def test_two_writers_at_once_both_land(root: Path) -> None:
    minors = ("19", "20")
    for minor in minors:
        # Made here: the writers need not import what makes them.
        releases = [a_release(f"2.{minor}.{patch}") for patch in range(ROUNDS)]
        (root.parent / f"releases-{minor}").write_bytes(pickle.dumps(releases))
    writers = [
        subprocess.Popen([sys.executable, "-c", _SCRIPT, str(root), minor], cwd=REPOSITORY)
        for minor in minors
    ]
    while not all((root.parent / f"ready-{minor}").exists() for minor in minors):
        time.sleep(0.001)
    (root.parent / "go").touch()
    assert [writer.wait() for writer in writers] == [0, 0]

    assert numbers(root) == tuple(range(1, 2 * ROUNDS + 1))
    wanted = {f"2.{minor}.{patch}" for minor in minors for patch in range(ROUNDS)}
    assert set(read_version(root, 2 * ROUNDS).releases) == wanted
    seen: set[str] = set()
    for number in numbers(root):
        version = read_version(root, number)
        assert version.previous == (number - 1 or None)
        assert seen < set(version.releases)
        seen = set(version.releases)
        for file in version.files:
            assert load_file(LocalFolder(root), file) is not None
    assert not [path for path in tree(root) if path.startswith(".")]
