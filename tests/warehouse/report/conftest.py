"""What the tests of the page share: its data, and the page of the bundled releases as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from warehouse.report.data import Opening, report_data
from warehouse.report.page import page

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb


@pytest.fixture(scope="session")
def data(all_releases: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Return the page's data of the bundled releases."""
    return report_data(all_releases, Opening())


@pytest.fixture(scope="session")
def page_file(data: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of the bundled releases."""
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(page(data), encoding="utf-8")
    return path
