"""Copies of the bundled capture that a test may change."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.inventory import INVENTORY_PATH, locate, read_inventory
from pipelines.other_pages import ALL_PAGES
from pipelines.sites import bundled_site

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class CopiedSite:
    """A copy of some releases of the bundled capture, to be changed by a test."""

    folder: Path

    def page(self, release: str, page: str) -> Path:
        """Give the file of a page."""
        tree = self.folder / "en" / f"v{release}"
        labels = read_inventory("objects.inv", (tree / INVENTORY_PATH).read_bytes())
        (location,) = (locate(labels, kind) for kind in ALL_PAGES if kind.page == page)
        assert location is not None
        return tree / location.path

    def edit(self, release: str, page: str, old: str, new: str) -> None:
        """Replace a text on a page, everywhere; fails where it does not stand there."""
        path = self.page(release, page)
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


def copy_site(folder: Path, *releases: str) -> CopiedSite:
    """Copy releases of the bundled capture into a folder."""
    bundled = bundled_site().folder
    for release in releases:
        shutil.copytree(bundled / "en" / f"v{release}", folder / "en" / f"v{release}")
    shutil.copy(bundled / "capture.json", folder)
    return CopiedSite(folder)
