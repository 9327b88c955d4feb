"""What the tests of the site share: a small dataset, and the site of some bundled releases."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.warehouse.conftest import NOW, cut
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


@pytest.fixture(scope="session")
def bundled_publication(
    shelf: Shelf,
    bundled: Mapping[str, ReleaseTables],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Return a folder with the site of some bundled releases; never change it."""

    def fill(folder: Path) -> None:
        root = tmp_path_factory.mktemp("published") / "data"
        publish(root, [cut(bundled[name]) for name in PUBLISHED], source="a test", now=NOW)
        build_database(root)
        publish_site(root, folder, address=ADDRESS)

    return shelf.folder("bundled-publication", fill)


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
