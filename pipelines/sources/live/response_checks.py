"""Whether an answer can be what was requested, decided before anything in it is read.

This module checks an answer as received: type, size, encoding, wholeness. Whether the page in it is
the right one is decided in `pipelines.pages.page_checks`; encodings are undone in
`archive.response`.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from pipelines.sources.archive.response import UnpackingError, unpacked
from pipelines.sources.limits import MOST_FILE_BYTES

if TYPE_CHECKING:
    from pipelines.sources.archive import Exchange
    from pipelines.sources.politeness import Politeness

_HTML = ("text/html", "application/xhtml+xml")
_XML = ("application/xml", "text/xml", "text/plain")
_TRUNCATED = {
    "length": "is larger than {most:,} bytes",
    "time": "took longer than {deadline:g} s",
    "disconnect": "was cut short: {received:,} bytes came of {declared}",
}


class Kind(Enum):
    """What is requested."""

    PAGE = "a page"
    INVENTORY = "a Sphinx inventory"
    SITEMAP = "a sitemap"
    ROBOTS = "robots.txt"


def kind_of(path: str) -> Kind:
    """Return what a path leads to."""
    if path == "robots.txt":
        return Kind.ROBOTS
    if path == "sitemap.xml":
        return Kind.SITEMAP
    return Kind.INVENTORY if path.endswith("objects.inv") else Kind.PAGE


def objection(exchange: Exchange, kind: Kind, rules: Politeness) -> str | None:
    """Return why an answer with status 200 cannot be what was requested, or None.

    `robots.txt` is accepted with any type, and its beginning is enough.

    Args:
        exchange: The request and the answer.
        kind: What was requested.
        rules: The rules of the run, for its deadline.
    """
    if exchange.truncated and not (kind is Kind.ROBOTS and _has_its_beginning(exchange)):
        return _TRUNCATED[exchange.truncated].format(
            most=MOST_FILE_BYTES,
            deadline=rules.deadline,
            received=len(exchange.body),
            declared=(exchange.header("Content-Length") or "")[:20] or "a body of unknown length",
        )
    said = (exchange.header("Content-Type") or "").partition(";")[0].strip().lower()
    if said and not _fits(said, kind):
        return f"has the type {said[:80]}, which is not the type of {kind.value}"
    try:
        unpacked(exchange.body, exchange.header("Content-Encoding"))
    except UnpackingError as error:
        return str(error)
    return None


def _has_its_beginning(exchange: Exchange) -> bool:
    return exchange.truncated == "length" and bool(exchange.body)


def _fits(said: str, kind: Kind) -> bool:
    if kind is Kind.PAGE:
        return said in _HTML
    if kind is Kind.SITEMAP:
        return said in _XML or said.endswith("+xml")
    return kind is Kind.ROBOTS or said not in _HTML
