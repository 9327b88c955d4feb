"""Roots that the tests of reports share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.dagster_project.build.scenes import two_versions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipelines.contract import ReleaseTables
    from tests.shelf import Shelf


@pytest.fixture(scope="session")
def grown_root(shelf: Shelf, bundled: Mapping[str, ReleaseTables]) -> Path:
    """Return a root whose second version brings the release 2.20.1; never change it."""
    return shelf.folder("grown-root", lambda root: two_versions(root, bundled))
