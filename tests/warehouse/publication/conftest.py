"""What the tests of the site share: a small dataset, and the site of some bundled releases."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipelines.contract import (
    BENCHMARKS,
    MEASUREMENTS,
    PACKAGE_VERSIONS,
    PUBLISHED_CELLS,
    PUBLISHED_TABLES,
    QUALITY_FLAGS,
)
from tests.warehouse.conftest import NOW
from warehouse.database.build_file import build_database
from warehouse.publication.write_site import publish_site
from warehouse.versions import publish

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipelines.contract import ReleaseTables
    from tests.shelf import Shelf

ADDRESS = "https://neuron.example/site/"
# A whole minor and its neighbour, one without a date, and the newest: as few as have every shape.
PUBLISHED = ("2.19.1", "2.20.0", "2.20.1", "2.20.2", "2.24.0", "2.27.0", "2.32.0")
FIRST_TABLES = 9
"""As few of each release as have a model that all of them print."""


@pytest.fixture(scope="session")
def bundled_publication(
    shelf: Shelf,
    bundled: Mapping[str, ReleaseTables],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Return a folder with the site of some bundled releases; never change it."""

    def fill(folder: Path) -> None:
        root = tmp_path_factory.mktemp("published") / "data"
        publish(root, [_cut(bundled[name]) for name in PUBLISHED], source="a test", now=NOW)
        build_database(root)
        publish_site(root, folder, address=ADDRESS)

    return shelf.folder("bundled-publication", fill)


def _cut(release: ReleaseTables) -> ReleaseTables:
    """Return a release with its first benchmarks and the first lines of its package lists."""
    packages = release.rows[PACKAGE_VERSIONS.name][:200]
    of_benchmarks = {row.table_id for row in release.rows[BENCHMARKS.name]}
    tables = [
        table
        for number, table in enumerate(release.rows[PUBLISHED_TABLES.name])
        if number < FIRST_TABLES or table.table_id not in of_benchmarks
    ]
    kept = {table.table_id for table in tables}
    rows = {
        table.name: [row for row in release.rows[table.name] if row.table_id in kept]
        for table in (PUBLISHED_CELLS, BENCHMARKS, MEASUREMENTS)
    }
    # None is the name of a flag's row where the flag is of a page.
    named = {None, *(row.benchmark_id for row in rows[BENCHMARKS.name])}
    flags = [flag for flag in release.rows[QUALITY_FLAGS.name] if flag.benchmark_id in named]
    rows |= {
        PACKAGE_VERSIONS.name: packages,
        PUBLISHED_TABLES.name: tables,
        QUALITY_FLAGS.name: flags,
    }
    return replace(release, rows={**release.rows, **rows})


@pytest.fixture(scope="session")
def published_once(shelf: Shelf, built_once: Path) -> Path:
    """Return a folder with the site of two small releases; to be copied, never changed."""
    return shelf.folder("small-publication", lambda folder: _publish(built_once, folder))


def _publish(root: Path, folder: Path) -> None:
    publish_site(root, folder)


@pytest.fixture
def site(published_once: Path, tmp_path: Path) -> Path:
    """Return a folder with the site of `built`."""
    shutil.copytree(published_once, tmp_path / "site")
    return tmp_path / "site"
