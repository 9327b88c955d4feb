"""What the tests of the page share: its data, the page as a file, and one browser to open it in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browsers import a_browser, browser_program
from warehouse.report.data import Opening, report_data
from warehouse.report.page import page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb
    from playwright.sync_api import Browser

    from tests.shelf import Shelf


@pytest.fixture(scope="session")
def browser_is_there() -> None:
    """Look for a browser before the page is made, which takes long and needs none."""
    browser_program()


# Not for a whole session: beside the event loop that its driver keeps running, no other can start.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a browser; each test opens pages of its own in it."""
    with a_browser() as started:
        yield started


@pytest.fixture(scope="session")
def data(shelf: Shelf, all_releases: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Return the page's data of the bundled releases; never change it."""
    found: dict[str, Any] = shelf.value("page-data", lambda: report_data(all_releases, Opening()))
    return found


@pytest.fixture(scope="session")
def page_file(data: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of the bundled releases."""
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(page(data), encoding="utf-8")
    return path
