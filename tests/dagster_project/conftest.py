"""What the tests of the Dagster rim share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sites import CopiedSite, copy_site

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def site(tmp_path: Path) -> CopiedSite:
    """Give three releases of the bundled capture."""
    return copy_site(tmp_path / "site", "2.19.1", "2.20.1", "2.20.2")
