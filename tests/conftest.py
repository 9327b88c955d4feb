"""What all tests share: how Hypothesis runs, the captures as they are read, a whole dataset."""

from __future__ import annotations

import gc
import os
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, find, settings
from hypothesis.strategies import none

from pipelines.extract import extract_page
from pipelines.ingest import ingest_release
from pipelines.sources.site import bundled_site
from tests.calling import Called, called
from tests.forms import FULL
from tests.remembering import digest, extracted_pages_noted, remember_pages
from tests.scratch import empty, write_into_memory
from tests.shelf import Shelf
from tests.unrun import pytest_runtest_logreport, pytest_unconfigure
from tools.real_pages import RealPages, real_pages_folder
from tools.refresh_readme import run as run_shown
from warehouse.database import connect
from warehouse.database.build_file import build_database
from warehouse.versions import publish

__all__ = ["pytest_runtest_logreport", "pytest_unconfigure"]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from pipelines.contract import ReleaseTables
    from pipelines.extract import ExtractedPage
    from pipelines.sources.site import FolderSite
    from tests.calling import Call

if not FULL:
    # Every core has a process of tests already: more threads of DuckDB cost a fifth more time.
    connect._ISOLATED["threads"] = "1"
    write_into_memory()

settings.register_profile(
    "same-every-time",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same-every-time"))


WHOLE = frozenset(
    {
        "real",
        "real_site",
        "extracted",
        "bundled",
        "bundled_root",
        "built_by_make_run",
        "three_root",
    }
)
"""Fixtures that read or build whole releases; what needs them is left out of `make test-fast`."""


ATTACKS = "hostile"
"""The folder of tests that attack; they are no part of `make test-fast` either."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow what needs whole releases, what attacks, and what `make stress` does in full."""
    for item in items:
        needs_much = not WHOLE.isdisjoint(getattr(item, "fixturenames", ()))
        attacks = ATTACKS in item.path.parts
        if needs_much or attacks or item.get_closest_marker("stress"):
            item.add_marker("slow")


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what lives until the end, and come less often."""
    # Hypothesis looks for who holds its random numbers, once, and does not see what is frozen.
    find(none(), lambda _: True)
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture
def tmp_path(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Return an empty folder of the test's own. What a test that passed wrote is removed."""
    failed = request.session.testsfailed
    path = tmp_path_factory.mktemp(re.sub(r"\W", "_", request.node.name)[:30])
    yield path
    if request.session.testsfailed == failed:
        empty(path)


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Return where finished things are kept, which all processes of this run share."""
    own = tmp_path_factory.getbasetemp()
    # Under pytest-xdist each process has a folder of its own below the one of the run.
    place = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "shelf"
    place.mkdir(exist_ok=True)
    return Shelf(place)


@pytest.fixture
def pages_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the same bytes of a page once a run: for tests of what is done with what was read."""
    remember_pages(monkeypatch)


@pytest.fixture(scope="session")
def real_site() -> RealPages:
    """Return the real pages; tests that ask for them are skipped where there are none."""
    folder = real_pages_folder()
    if not (folder / "en").is_dir():
        pytest.skip(f"no real pages in {folder}; NEURON_DOCS names their folder")
    return RealPages(folder)


@pytest.fixture(scope="session")
def neuron_docs(real_site: RealPages) -> Path:
    """Return the folder of real pages."""
    return real_site.folder


@pytest.fixture(scope="session")
def bundled(shelf: Shelf) -> Mapping[str, ReleaseTables]:
    """Return every release of the bundled capture, read once."""
    return shelf.value("bundled", lambda: _all_of(bundled_site()))


@pytest.fixture(scope="session")
def real(shelf: Shelf, real_site: RealPages) -> Mapping[str, ReleaseTables]:
    """Return every release of the real pages, read once."""
    return shelf.value("real", lambda: _noting_pages(shelf, real_site))


@pytest.fixture(scope="session")
def extracted(shelf: Shelf, real: Mapping[str, ReleaseTables]) -> Callable[[bytes], ExtractedPage]:  # noqa: ARG001 - notes them
    """Return what extracts a page as `extract_page` does; real pages were extracted once before."""
    noted: Mapping[str, ExtractedPage] = shelf.value("real-pages", dict)

    def extract(body: bytes) -> ExtractedPage:
        return noted.get(digest(body)) or extract_page(body)

    return extract


def _noting_pages(shelf: Shelf, site: FolderSite) -> Mapping[str, ReleaseTables]:
    """Return every release, and put the pages as they were extracted beside them."""
    with extracted_pages_noted() as noted:
        tables = _all_of(site)
    shelf.value("real-pages", lambda: noted)
    return tables


def _all_of(site: FolderSite) -> Mapping[str, ReleaseTables]:
    return {release: ingest_release(site, release).tables for release in site.releases()}


@pytest.fixture(scope="session")
def bundled_root(shelf: Shelf, bundled: Mapping[str, ReleaseTables]) -> Path:
    """Return a root that holds all bundled releases, with its database; never change it."""

    def fill(root: Path) -> None:
        moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
        publish(root, list(bundled.values()), source="a test", now=moment)
        build_database(root)

    return shelf.folder("bundled-root", fill)


@pytest.fixture(scope="session")
def built_by_make_run(shelf: Shelf) -> Path:
    """Return a folder in which `make run` built `data`, and noted what it printed; never change it.

    It differs from `bundled_root` in having the flags that only a build finds.
    """

    def fill(folder: Path) -> None:
        folder.mkdir()
        (folder / "printed").write_text(run_shown("make run", str(folder)), "utf-8")

    return shelf.folder("built-by-make-run", fill)


@pytest.fixture
def call(
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
    tmp_path_factory: pytest.TempPathFactory,
) -> Call:
    """Return a function that calls the command line in this process."""
    for name in [name for name in os.environ if name.startswith("NEURON_WAREHOUSE")]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("COLUMNS", raising=False)
    # Where no dataset is named or found, a copy of the bundled capture is built; not in a home.
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    # Our own servers are not spared, and an address without a server is asked once.
    for name, value in (("INTERVAL", "0"), ("PATIENCE", "0"), ("TIMEOUT", "20")):
        monkeypatch.setenv(f"NEURON_WAREHOUSE_{name}", value)

    def call_it(*arguments: str) -> Called:
        return called(arguments, monkeypatch, capfdbinary)

    return call_it
