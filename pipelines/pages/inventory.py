"""Which page of a release is which: Sphinx labels, found in the release's `objects.inv`.

This module reads an inventory and looks a page up in it. Which pages there are, with their labels,
lives in `pages.catalog`.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.pages.catalog import PageKind

INVENTORY_PATH = "objects.inv"
_HEADER_LINES = 4
_MOST_BYTES = 64 * 1024 * 1024
_DAMAGE = (zlib.error, ValueError, TypeError, IndexError, AttributeError)
_FIRST_LINE = b"# Sphinx inventory version 2"


@dataclass(frozen=True, slots=True)
class Location:
    """Where a label leads: the page's path in the release's tree, and the anchor on the page.

    A label that stands for a whole page has no anchor, but the page's title.
    """

    path: str
    anchor: str
    title: str = ""


def read_inventory(url: str, body: bytes) -> Mapping[str, Location]:
    """Read an `objects.inv` into its labels.

    Raises `SourceError`, naming the address, where the bytes are no inventory.
    """
    import sphobjinv

    if not body.startswith(_FIRST_LINE):
        raise SourceError(f"{url}: is no Sphinx inventory (version 2); is this a Sphinx site?")
    try:
        _check_packing(body.split(b"\n", _HEADER_LINES)[_HEADER_LINES])
        objects = sphobjinv.Inventory(zlib=body).objects
    except (*_DAMAGE, sphobjinv.error.SphobjinvError) as error:
        raise SourceError(f"{url}: is a damaged inventory ({error})") from error
    return {
        entry.name: _location(entry.uri_expanded, entry.dispname_expanded)
        for entry in objects
        if entry.domain == "std" and entry.role == "label"
    }


def locate(labels: Mapping[str, Location], kind: PageKind) -> Location | None:
    """Return where a page is, by its label or one that it had before; None where it is not."""
    return next((labels[label] for label in kind.labels if label in labels), None)


def _check_packing(packed: bytes) -> None:
    """Raise where the packed part is cut short, or unpacks to something absurd."""
    opened = zlib.decompressobj()
    size = len(opened.decompress(packed, _MOST_BYTES))
    if not opened.eof:
        raise ValueError(
            f"unpacks to more than {_MOST_BYTES:,} bytes" if size == _MOST_BYTES else "cut short"
        )


def _location(uri: str, title: str) -> Location:
    path, _, anchor = uri.partition("#")
    return Location(path, anchor, " ".join(title.split()))
