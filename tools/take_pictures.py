"""Take the pictures of the page that documents show, from the bundled releases.

    python tools/take_pictures.py

Needs a browser. Run it by hand after a change of the page, then look at the pictures; a test takes
them too and compares their names and sizes. Put another picture into `PICTURES`.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

REPOSITORY = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(REPOSITORY))

from pipelines.ingest import ingest_release  # noqa: E402 - found by the line above
from pipelines.sources.site import bundled_site  # noqa: E402
from tests.browsers import a_browser  # noqa: E402
from warehouse.database.build_file import build_database  # noqa: E402
from warehouse.database.open_version import open_warehouse  # noqa: E402
from warehouse.report.data import Opening, report_data  # noqa: E402
from warehouse.report.page import page  # noqa: E402
from warehouse.versions import publish  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FOLDER = REPOSITORY / "docs" / "images"
WIDTH = 1000
MOMENT = datetime(2026, 9, 1, 12, tzinfo=UTC)
"""When the dataset in the pictures was made: they are the same on every day."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its file's name, what the page shows in it, its height, and its scheme."""

    name: str
    address: str
    height: int
    scheme: Literal["light", "dark"] = "light"


PICTURES = (
    Picture("what-changed.png", "base=2.19.1&target=2.20.2", 1050),
    Picture("what-changed-dark.png", "base=2.19.1&target=2.20.2", 1050, "dark"),
    Picture(
        "history.png",
        "view=history&model=bert-base-cased&instance=inf2.xlarge&metric=throughput mean",
        1010,
    ),
)


def take_pictures(browser: Browser, file: Path, folder: Path) -> None:
    """Take every picture of a page.

    Args:
        browser: A browser.
        file: The page.
        folder: Where the pictures go.
    """
    for picture in PICTURES:
        size = {"width": WIDTH, "height": picture.height}
        tab = browser.new_page(viewport=size, color_scheme=picture.scheme, offline=True)
        tab.goto(f"{file.as_uri()}#{picture.address}")
        tab.locator(".points a").first.wait_for(state="attached")
        tab.screenshot(path=folder / picture.name)
        tab.close()


def main() -> None:
    """Build the bundled releases, write the page and take its pictures."""
    site = bundled_site()
    releases = [ingest_release(site, release).tables for release in site.releases()]
    with tempfile.TemporaryDirectory() as name:
        root, file = Path(name, "data"), Path(name, "report.html")
        publish(root, releases, source="bundled", now=MOMENT)
        build_database(root)
        with open_warehouse(root) as connection:
            file.write_text(page(report_data(connection, Opening())), encoding="utf-8")
        with a_browser() as browser:
            take_pictures(browser, file, FOLDER)


if __name__ == "__main__":
    main()
