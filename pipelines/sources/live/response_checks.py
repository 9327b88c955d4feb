"""Whether an answer can be what was asked for, judged before anything in it is read.

Here belong the checks on an answer as received: type, size, packing, wholeness. Whether the page
in it is the right one is `pipelines.pages.page_checks`' business.
"""

from __future__ import annotations

import zlib
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.sources.archive import Exchange
    from pipelines.sources.politeness import Politeness

_HTML = ("text/html", "application/xhtml+xml")
_XML = ("application/xml", "text/xml", "text/plain")
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_SMALL = 1024 * 1024
_TRUNCATED = {
    "length": "is larger than {most:,} bytes",
    "time": "took longer than {deadline:g} s",
    "disconnect": "was cut short: {received:,} bytes came of {promised}",
}


class Kind(Enum):
    """What is asked for."""

    PAGE = "a page"
    INVENTORY = "a Sphinx inventory"
    SITEMAP = "a sitemap"
    ROBOTS = "robots.txt"


class Unpackable(Exception):  # noqa: N818 - it is a verdict, not a fault of ours
    """A body whose packing is not to be undone; its text says why."""


def kind_of(path: str) -> Kind:
    """Return what a path leads to."""
    if path == "robots.txt":
        return Kind.ROBOTS
    if path == "sitemap.xml":
        return Kind.SITEMAP
    return Kind.INVENTORY if path.endswith("objects.inv") else Kind.PAGE


def objection(exchange: Exchange, kind: Kind, rules: Politeness) -> str | None:
    """Return why a 200 answer cannot be what was asked for, or None."""
    if exchange.truncated:
        return _TRUNCATED[exchange.truncated].format(
            most=rules.most_bytes,
            deadline=rules.deadline,
            received=len(exchange.body),
            promised=exchange.header("Content-Length") or "a body of unknown length",
        )
    said = (exchange.header("Content-Type") or "").partition(";")[0].strip().lower()
    if said and not _fits(said, kind):
        return f"has the type {said}, which is not that of {kind.value}"
    try:
        unpacked(exchange.body, exchange.header("Content-Encoding"), rules)
    except Unpackable as error:
        return str(error)
    return None


def unpacked(body: bytes, encoding: str | None, rules: Politeness) -> bytes:
    """Undo a body's content encoding, never beyond the size and ratio allowed."""
    packing = (encoding or "identity").strip().lower()
    if packing == "identity":
        return body
    if packing not in ("gzip", "x-gzip", "deflate"):
        raise Unpackable(f"is packed as {packing}, which nobody asked for")
    opened = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        text = opened.decompress(body, rules.most_bytes + 1)
    except zlib.error as error:
        raise Unpackable(f"does not unpack ({error})") from error
    if len(text) > rules.most_bytes:
        raise Unpackable(f"unpacks to more than {rules.most_bytes:,} bytes")
    if len(text) > _SMALL and len(text) > rules.most_ratio * len(body):
        raise Unpackable(f"unpacks to more than {rules.most_ratio} times its size")
    if not opened.eof:
        raise Unpackable("is cut short inside its packing")
    return text


def _fits(said: str, kind: Kind) -> bool:
    if kind is Kind.PAGE:
        return said in _HTML
    if kind is Kind.SITEMAP:
        return said in _XML or said.endswith("+xml")
    return said not in _HTML
