"""Copies of the bundled capture that a test may change: in a folder, or in memory.

Put here how a copy is made and changed. Sites of a few made-up rows live in
`tests.pipelines.making`.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sphobjinv import DataObjStr, Inventory, compress

from pipelines.errors import AbsentError
from pipelines.pages.catalog import ALL_PAGES, PAGE_KINDS
from pipelines.pages.inventory import locate, read_inventory
from pipelines.sources.site import INVENTORY_PATH, QuietSite, Response, bundled_site

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

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


@dataclass(frozen=True)
class MemorySite(QuietSite):
    """One release of the bundled capture in memory.

    Attributes:
        release: The release.
        labels: The address of each label, below the release's tree.
        bodies: The bytes of each page, by its path.
    """

    release: str
    labels: Mapping[str, str]
    bodies: Mapping[str, bytes]
    name: str = "in memory"

    def releases(self) -> tuple[str, ...]:
        """Return the one release."""
        return (self.release,)

    def read(self, release: str, path: str) -> Response:
        """Return the inventory or a page."""
        url = f"https://docs.example/en/v{release}/{path}"
        if path == INVENTORY_PATH:
            return Response(url, inventory_of(self.labels), None)
        if path not in self.bodies:
            raise AbsentError(f"{url}: answered 404 Not Found")
        return Response(url, self.bodies[path], None)

    def close(self) -> None:
        """Nothing is held open."""

    def path(self, page: str) -> str:
        """Return the path of a page."""
        (kind,) = (one for one in ALL_PAGES if one.page == page)
        label = next(label for label in kind.labels if label in self.labels)
        return self.labels[label].partition("#")[0]

    def body(self, page: str) -> bytes:
        """Return the bytes of a page."""
        return self.bodies[self.path(page)]

    def with_page(self, page: str, body: bytes) -> MemorySite:
        """Return the site with other bytes for a page."""
        return replace(self, bodies={**self.bodies, self.path(page): body})

    def edited(self, page: str, edit: Callable[[str], str]) -> MemorySite:
        """Return the site with a page's text edited; fails where that changes nothing."""
        text = self.body(page).decode()
        assert edit(text) != text
        return self.with_page(page, edit(text).encode())


def memory_site(release: str, pages: Collection[str]) -> MemorySite:
    """Return these pages of a release of the bundled capture."""
    site = bundled_site()
    assert set(pages) <= {kind.page for kind in ALL_PAGES}
    found = read_inventory(INVENTORY_PATH, site.read(release, INVENTORY_PATH).body)
    labels, bodies = {}, {}
    for kind in ALL_PAGES:
        place = locate(found, kind)
        if kind.page in pages and place is not None:
            label = next(label for label in kind.labels if label in found)
            labels[label] = f"{place.path}#{place.anchor}" if place.anchor else place.path
            bodies[place.path] = site.read(release, place.path).body
    titles = {found[label].title for label in labels if "#" not in labels[label]}
    assert not titles, "a label without an anchor needs its title in the inventory"
    return MemorySite(release, labels, bodies)


def inventory_of(labels: Mapping[str, str]) -> bytes:
    """Return an inventory that maps labels to addresses within a release."""
    inventory = Inventory()
    inventory.project, inventory.version = "A copy", "1"
    inventory.objects = [
        DataObjStr(
            name=label, domain="std", role="label", priority="-1", uri=address, dispname="A title"
        )
        for label, address in labels.items()
    ]
    return bytes(compress(inventory.data_file()))


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
