"""This module finds the pages of a release by their Sphinx labels, in the release's `objects.inv`.

Put reading an inventory and looking a page up in it here. Which pages there are, with their labels,
lives in `pages.catalog`; whether a page's path may be read is the site's decision.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pipelines.errors import SourceError
from pipelines.sources.limits import MOST_FILE_BYTES, MOST_INVENTORY_ENTRIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pipelines.pages.catalog import PageKind

_Kind = TypeVar("_Kind", bound="PageKind")

_HEADER_LINES = 4
_LABEL = "std:label"
_PAGE = "std:doc"
_AFTER_NAME = re.compile(r"\s(?P<role>[^\s:]+:\S+)\s+-?\d+\s")
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
    """Return the labels of an `objects.inv` and where they lead.

    A line that is no entry is passed over, as Sphinx does.

    Raises:
        SourceError: The bytes are no inventory, or one with more than `MOST_FILE_BYTES` unpacked or
            `MOST_INVENTORY_ENTRIES` lines; the message names `url`.
    """
    return dict(_entries(url, body, _LABEL))


def listed_pages(url: str, body: bytes) -> frozenset[str]:
    """Return the paths of the pages that an `objects.inv` lists: each that Sphinx made.

    Raises:
        SourceError: As `read_inventory` does.
    """
    return frozenset(location.path for _, location in _entries(url, body, _PAGE))


def _entries(url: str, body: bytes, role: str) -> Iterator[tuple[str, Location]]:
    """Yield the entries of one role, each with its name."""
    if not body.startswith(_FIRST_LINE):
        raise SourceError(f"{url}: is no Sphinx inventory (version 2); is this a Sphinx site?")
    try:
        text = _unpacked(body.split(b"\n", _HEADER_LINES)[_HEADER_LINES]).decode()
    except (zlib.error, ValueError, IndexError) as error:
        raise SourceError(f"{url}: is a damaged inventory ({error})") from error
    for line in text.split("\n"):
        found = _entry(line, role)
        if found:
            yield found


def locate(labels: Mapping[str, Location], kind: PageKind) -> Location | None:
    """Return where a page is, by its label or one that it had before; None where it is not."""
    return next((labels[label] for label in kind.labels if label in labels), None)


def pages_to_read(
    labels: Mapping[str, Location], kinds: Iterable[_Kind]
) -> tuple[tuple[_Kind, Location | None], ...]:
    """Return the pages to read, each with its place, so that each address is read once.

    Args:
        labels: The labels of a release's inventory, each with its place.
        kinds: The pages that are wanted.

    Returns:
        The pages in the order of `kinds`; the place is None where the inventory lacks the page.
        A page is left out where one before it is at the same address.
    """
    taken: set[str] = set()
    pages: list[tuple[_Kind, Location | None]] = []
    for kind in kinds:
        place = locate(labels, kind)
        if place is None or place.path not in taken:
            pages.append((kind, place))
        if place is not None:
            taken.add(place.path)
    return tuple(pages)


def _unpacked(packed: bytes) -> bytes:
    """Return the entries; raise `ValueError` where they are cut short, too many or too long."""
    opened = zlib.decompressobj()
    text = opened.decompress(packed, MOST_FILE_BYTES + 1)
    if len(text) > MOST_FILE_BYTES:
        raise ValueError(f"unpacks to more than {MOST_FILE_BYTES:,} bytes")
    if not opened.eof:
        raise ValueError("cut short")
    if opened.unused_data:
        raise ValueError(f"{len(opened.unused_data):,} bytes follow its end")
    if text.count(b"\n") > MOST_INVENTORY_ENTRIES:
        raise ValueError(f"has more than {MOST_INVENTORY_ENTRIES:,} entries")
    return text


def _entry(line: str, role: str) -> tuple[str, Location] | None:
    """Return a line's name and where it leads; None for a line that is of another role or none.

    A line is `name domain:role priority address title`, and the name may hold blanks: it ends
    before the first words that can be a role and a priority.
    """
    if role not in line:
        return None
    for match in _AFTER_NAME.finditer(line):
        if match["role"] != role:
            return None
        name = line[: match.start()].strip()
        address, _, title = line[match.end() :].strip().partition(" ")
        return (name, _location(name, address, title.strip())) if name and title else None
    return None


def _location(name: str, address: str, title: str) -> Location:
    """Return where a label leads; a `$` at the address's end and a title `-` mean its name."""
    full = address.removesuffix("$") + name if address.endswith("$") else address
    path, _, anchor = full.partition("#")
    return Location(path, anchor, " ".join((name if title == "-" else title).split()))
