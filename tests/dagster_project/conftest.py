"""What the tests of the Dagster package share."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import dagster as dg
import pytest

from dagster_project import assets, partitions, sensors
from dagster_project.automation import automation_definitions
from dagster_project.build.build_request import BuildRequest, plan_releases
from dagster_project.build.publish_releases import BuildSession
from dagster_project.graph import make_definitions
from dagster_project.partitions import NAME, RELEASES
from dagster_project.resources import Dataset, Documentation
from dagster_project.runs.build_run import run_build
from tests.dagster_project.build.scenes import two_versions
from tests.dagster_project.deployment import KNOWN, PAGES, Deployment, an_instance
from tests.loopback import serving, write_sitemap
from tests.sites import PERFORMANCE, CopiedSite, copy_site

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pipelines.contract import ReleaseTables
    from tests.shelf import Shelf

THREE = ("2.19.1", "2.20.1", "2.20.2")


@pytest.fixture(autouse=True)
def _remembering(pages_remembered: None) -> None:
    """Read the same page once: these tests are about what is done with it."""


@pytest.fixture
def site(tmp_path: Path) -> CopiedSite:
    """Return the performance pages of three releases of the bundled capture."""
    return copy_site(tmp_path / "site", *THREE, pages=PERFORMANCE)


@pytest.fixture(scope="session")
def three_root(shelf: Shelf) -> Path:
    """Return a root that was built from the site of three releases; never change it."""

    def fill(folder: Path) -> None:
        site = copy_site(folder / "site", *THREE, pages=PERFORMANCE)
        request = BuildRequest(source=str(site.folder), root=str(folder / "data"))
        assert run_build(request, plan_releases(request), BuildSession()).exit_code == 0

    return shelf.folder("built-from-three", fill) / "data"


@pytest.fixture
def built(three_root: Path, tmp_path: Path) -> Path:
    """Return a root that was built from the site as it was."""
    root = tmp_path / "data"
    shutil.copytree(three_root, root)
    return root


@pytest.fixture(scope="session")
def grown_root(shelf: Shelf, bundled: Mapping[str, ReleaseTables]) -> Path:
    """Return a root whose second version brings the release 2.20.1; never change it."""
    return shelf.folder("grown-root", lambda root: two_versions(root, bundled))


@pytest.fixture
def known() -> tuple[str, ...]:
    """Return the releases of the site."""
    return KNOWN


@pytest.fixture
def history() -> str:
    """Return where Dagster keeps its history: most of a test's time would go into files."""
    return "in memory"


@pytest.fixture
def deployed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, known: tuple[str, ...], history: str
) -> Iterator[Deployment]:
    """Return a deployment whose site is as it was when it was captured."""
    monkeypatch.setenv("NEURON_WAREHOUSE_INTERVAL", "0")
    monkeypatch.setenv("NEURON_WAREHOUSE_PATIENCE", "0")
    site = copy_site(tmp_path / "site", *known, pages=PAGES)
    write_sitemap(site.folder)
    root = tmp_path / "data"
    (tmp_path / "home").mkdir()
    with (
        serving(site.folder) as web,
        an_instance(tmp_path / "home", history) as instance,
    ):
        resources = {
            "documentation": Documentation(source=web.address),
            "dataset": Dataset(root=str(root)),
            "session": BuildSession(),
        }
        instance.add_dynamic_partitions(NAME, known)
        monkeypatch.setattr(partitions, "known_releases", lambda: known)
        monkeypatch.setattr(assets, "known_releases", lambda: known)
        monkeypatch.setattr(sensors, "known_releases", lambda: known)
        defs = dg.Definitions.merge(make_definitions(RELEASES, resources), automation_definitions())
        yield Deployment(site, web, root, instance, defs, resources)
