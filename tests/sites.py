"""Copies of the bundled capture that a test may change."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sphobjinv import Inventory, compress

from pipelines.pages.catalog import ALL_PAGES, PAGE_KINDS
from pipelines.pages.inventory import INVENTORY_PATH, locate, read_inventory
from pipelines.sources.site import bundled_site

if TYPE_CHECKING:
    from collections.abc import Collection

PERFORMANCE = tuple(kind.page for kind in PAGE_KINDS)
"""The pages with benchmarks: enough for most tests, and read in half of the time of all."""


@dataclass(frozen=True, slots=True)
class CopiedSite:
    """A copy of some releases of the bundled capture, to be changed by a test."""

    folder: Path

    def page(self, release: str, page: str) -> Path:
        """Return the file of a page."""
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


def copy_site(folder: Path, *releases: str, pages: Collection[str] = ()) -> CopiedSite:
    """Copy releases of the bundled capture into a folder; only these pages, where some are named.

    Fewer pages make a quicker test: the inventory then has no label for the others.
    """
    bundled = bundled_site().folder
    for release in releases:
        tree = Path("en") / f"v{release}"
        if pages:
            _copy_pages(bundled / tree, folder / tree, pages)
        else:
            shutil.copytree(bundled / tree, folder / tree)
    shutil.copy(bundled / "capture.json", folder)
    return CopiedSite(folder)


def _copy_pages(source: Path, target: Path, pages: Collection[str]) -> None:
    body = (source / INVENTORY_PATH).read_bytes()
    labels = read_inventory(INVENTORY_PATH, body)
    paths = {
        found.path for kind in ALL_PAGES if kind.page in pages if (found := locate(labels, kind))
    }
    for path in paths:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source / path, target / path)
    inventory = Inventory(zlib=body)
    inventory.objects = [o for o in inventory.objects if o.uri.partition("#")[0] in paths]
    (target / INVENTORY_PATH).write_bytes(compress(inventory.data_file()))
