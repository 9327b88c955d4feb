"""What all tests share: how Hypothesis runs, and the real pages where they exist."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from pipelines.ingest import ingest_release
from pipelines.sources.site import FolderSite, bundled_site

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.contract import ReleaseTables

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile(
    "same-every-time",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same-every-time"))


@pytest.fixture(scope="session")
def neuron_docs() -> Path:
    """Return the folder of real pages; tests that ask for it are skipped where there is none."""
    default = ROOT.parent / "shared" / "neuron-docs"
    folder = Path(os.environ.get("NEURON_DOCS", default))
    if not (folder / "en").is_dir():
        pytest.skip(f"no real pages in {folder}; NEURON_DOCS names their folder")
    return folder


@pytest.fixture(scope="session")
def bundled() -> Mapping[str, ReleaseTables]:
    """Return every release of the bundled capture, read once."""
    return _all_of(bundled_site())


@pytest.fixture(scope="session")
def real(neuron_docs: Path) -> Mapping[str, ReleaseTables]:
    """Return every release of the real pages, read once."""
    return _all_of(FolderSite(neuron_docs, name="real pages"))


def _all_of(site: FolderSite) -> Mapping[str, ReleaseTables]:
    return {release: ingest_release(site, release) for release in site.releases()}
