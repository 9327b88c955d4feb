"""Fixtures of the end-to-end tests: a loopback site and a root that was built from it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.live import OTHER, PAGES, RELEASE, Scene
from tests.loopback import serving, write_sitemap
from tests.sites import CopiedSite, copy_site

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder as slow."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("slow")


@pytest.fixture(autouse=True)
def _remembering(pages_remembered: None) -> None:
    """Read the same page once: these tests are about what surrounds reading."""


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for nothing, but for a machine that is busy: the server is ours."""
    for name, value in (("INTERVAL", "0"), ("PATIENCE", "0"), ("TIMEOUT", "20")):
        monkeypatch.setenv(f"NEURON_WAREHOUSE_{name}", value)


@pytest.fixture(scope="session")
def scene_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Serve a site and build a root from it, once a process; to be copied."""
    folder = tmp_path_factory.mktemp("scene")
    site = copy_site(folder / "site", RELEASE, OTHER, pages=PAGES)
    write_sitemap(site.folder)
    with serving(site.folder) as web:
        scene = Scene(site, web, folder / "data")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("NEURON_WAREHOUSE_INTERVAL", "0")
            scene.build()
        yield scene


@pytest.fixture
def scene(scene_once: Scene, tmp_path: Path, hurried: None) -> Iterator[Scene]:  # noqa: ARG001
    """Return the site as it was, on the same address, and a root built from it."""
    folder, root = tmp_path / "site", tmp_path / "data"
    shutil.copytree(scene_once.site.folder, folder)
    shutil.copytree(scene_once.root, root)
    web = scene_once.web
    web.folder, web.most_at_once = folder, 0
    web.faults.clear()
    web.forget()
    yield Scene(CopiedSite(folder), web, root, answers=scene_once.answers)
    web.faults.clear()
    web.folder = scene_once.site.folder
