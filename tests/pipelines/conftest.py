"""Fixtures of the pipelines' tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipelines.sites import bundled_site
from tests.pipelines.serving import Served, serving

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing stand between a test and its server."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def served() -> Iterator[Served]:
    """Serve the bundled capture over HTTP."""
    with serving(bundled_site().folder) as server:
        yield server
