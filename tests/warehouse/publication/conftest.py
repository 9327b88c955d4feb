"""What the tests of the site share: a small dataset, and the site of the bundled releases."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from warehouse.publication.write_site import publish_site

if TYPE_CHECKING:
    from pathlib import Path

    from tests.shelf import Shelf

ADDRESS = "https://neuron.example/site/"


@pytest.fixture(scope="session")
def bundled_publication(shelf: Shelf, bundled_root: Path) -> Path:
    """Return a folder with the site of all bundled releases; never change it."""

    def fill(folder: Path) -> None:
        publish_site(bundled_root, folder, address=ADDRESS)

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
