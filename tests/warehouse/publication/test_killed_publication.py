"""A publication killed at any moment: what a reader finds then, and what the next one does."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.forms import FULL, only_in_full
from tests.warehouse.conftest import NOW, Publish, a_release, tree
from warehouse.database.build_file import build_database
from warehouse.publication.write_site import publish_site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# Forks a publication for each line that it reads; it kills itself before it places its file N.
PUBLISHER = """
import itertools, json, os, pathlib, signal, sys
import duckdb, pyarrow.parquet
from warehouse.publication.write_site import publish_site

def publish_until(root, site, count):
    # Files are placed by several threads: no two of them may get one number.
    replace, numbers = pathlib.Path.replace, itertools.count()
    def counted(path, target):
        if next(numbers) == count:
            os.kill(os.getpid(), signal.SIGKILL)
        return replace(path, target)
    pathlib.Path.replace = counted
    publish_site(root, site)
    os._exit(0)

for line in sys.stdin:
    child = os.fork()
    if child == 0:
        publish_until(*json.loads(line))
    print(os.waitpid(child, 0)[1], flush=True)
"""


@pytest.fixture(scope="module")
def publish_until() -> Iterator[Callable[[Path, Path, int], int]]:
    """Return a function that publishes in another process, which is killed before its file N."""
    with subprocess.Popen(
        [sys.executable, "-c", PUBLISHER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        lines, answers = process.stdin, process.stdout

        def publish(root: Path, site: Path, count: int) -> int:
            lines.write(f"{json.dumps([str(root), str(site), count])}\n")
            lines.flush()
            return int(answers.readline())

        yield publish
        lines.close()


def _shown(site: Path) -> dict[str, str]:
    return {path: data for path, data in tree(site).items() if not path.startswith(".aside")}


def _named(site: Path) -> set[str]:
    """Return every path that the lists of the API and the descriptors name."""

    def listed(path: str, name: str, key: str) -> set[str]:
        file = site / path
        return {one[key] for one in json.loads(file.read_bytes())[name]} if file.exists() else set()

    return (
        listed("api/v1/releases.json", "releases", "path")
        | listed("api/v1/models.json", "models", "path")
        | listed("api/v1/compare.json", "comparisons", "path")
        | listed("datapackage.json", "resources", "path")
        | listed("croissant.json", "distribution", "contentUrl")
    )


@pytest.mark.stress
def test_a_reader_of_a_killed_publication_finds_whole_files_that_lead_nowhere_false(
    site: Path,
    root: Path,
    put: Publish,
    tmp_path: Path,
    publish_until: Callable[[Path, Path, int], int],
) -> None:
    # The newer version has a release more and one less, and other rows in a third.
    put(a_release("2.20.0"))
    put(a_release("2.20.0", rows=3), a_release("2.21.0"), now=NOW + timedelta(days=1))
    build_database(root)
    before, whole = _shown(site), tmp_path / "whole"
    shutil.copytree(site, whole)
    count = len(publish_site(root, whole).written)
    after = _shown(whole)
    assert count > 80
    lists = [path for path in after if path.startswith("api/v1/") and path.count("/") == 2]
    assert len(lists) == 4
    # The lists and the descriptors are among the last.
    moments = (0, count // 2, *range(count - 13, count, 3))
    for moment in moments if FULL else moments[1::4]:
        cut = tmp_path / f"cut-{moment}"
        shutil.copytree(site, cut)
        assert publish_until(root, cut, moment) == 9, moment
        found = _shown(cut)
        halves = [path for path in found if found[path] not in (before.get(path), after.get(path))]
        assert halves == [], moment
        assert _named(cut) <= {*found}, moment
        assert found["index.html"] == before["index.html"], moment
        assert len(list((cut / ".aside").iterdir())) > 1
    # The last one is finished by the next publication, which leaves nothing of it behind.
    publish_site(root, cut)
    assert tree(cut) == after


# In short form: the test above kills a later publication.
@only_in_full
@pytest.mark.stress
def test_a_first_publication_that_is_killed_has_no_page_yet(
    built: Path,
    published_once: Path,
    tmp_path: Path,
    publish_until: Callable[[Path, Path, int], int],
) -> None:
    site, whole = tmp_path / "site", _shown(published_once)
    for moment in (0, len(whole) // 2, len(whole) - 1) if FULL else (len(whole) - 1,):
        assert publish_until(built, site, moment) == 9
        assert "index.html" not in _shown(site)
        assert _named(site) <= {*_shown(site)}
        shutil.rmtree(site)
    assert publish_until(built, site, len(whole)) == 0
    assert tree(site) == whole
