"""This module turns the bytes of a page into an lxml tree, and reports what was not read.

Put the parser's settings here, and what the parser is spared. What is read from a tree lives in
`extracted_page`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from pipelines.extract import bounds as limits
from pipelines.extract.bounds import ExtractError
from pipelines.extract.tags import TagCounts, count_tags

_MAIN = (b'role="main"', b"<main")
_SOURCE_LINK = b"/edit/v"
_ANNOUNCEMENT = re.compile(rb"<(?:div|p)\s[^>]*announcement", re.IGNORECASE)
# What could be a letter of either.
_ESCAPED = re.compile(rb"&(?!(?:amp|lt|gt|quot|nbsp);)")
_EMPTY_MENU = b"<nav></nav>"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A parsed page.

    Attributes:
        document: The lxml element at the top.
        errors: The errors that ended the parsing early; the tree holds what comes before.
        tags: The tags in the bytes, counted without the parser.
    """

    document: Any
    errors: tuple[str, ...]
    tags: TagCounts


def as_utf8(body: bytes, encoding: str) -> bytes:
    """Return a page's bytes in UTF-8: libxml2 knows few encodings, and Python many.

    Args:
        body: The page's bytes.
        encoding: A codec that Python knows.

    Raises:
        ExtractError: The page is larger than a page may be.
    """
    html = body if encoding == "utf-8" else body.decode(encoding).encode()
    if len(html) > limits.MOST_BYTES:
        raise ExtractError(f"the page: {len(html):,} bytes, more than {limits.MOST_BYTES:,}")
    return html


def parse(html: bytes) -> Parsed:
    """Parse a page.

    Args:
        html: The page in UTF-8.

    Returns:
        The tree, an empty one where the page has no element, and what went wrong.

    Raises:
        ExtractError: The page has more tags than a page may have.
    """
    return _parse(html, count_tags(html))


def parse_without_menus(html: bytes) -> Parsed:
    """Parse a page without the insides of menus before its main part: they are most of a page.

    A menu stays that can name a release, as an announcement or a link to the page's source does.
    The tags are those of the whole page.

    Args:
        html: The page in UTF-8.

    Returns:
        As `parse`.

    Raises:
        ExtractError: The page has more tags than a page may have.
    """
    main = min((at for mark in _MAIN if (at := html.find(mark)) >= 0), default=0)
    tags = count_tags(
        html, lambda start, end: end <= main and not _can_name_a_release(html[start:end])
    )
    kept, after = [], 0
    for start, end in tags.menus:
        kept.append(html[after:start])
        after = end
    return _parse(_EMPTY_MENU.join((*kept, html[after:])), tags)


def _can_name_a_release(menu: bytes) -> bool:
    return (
        _SOURCE_LINK in menu
        or (b"announcement" in menu and _ANNOUNCEMENT.search(menu) is not None)
        or _ESCAPED.search(menu) is not None
    )


def _parse(html: bytes, tags: TagCounts) -> Parsed:
    # `huge_tree`: without it, libxml2 stops at depth 256 and at 10 MB in one text.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        document = etree.fromstring(html, parser)
    except etree.XMLSyntaxError as error:
        return Parsed(etree.Element("html"), (str(error),), tags)
    errors = tuple(entry.message.strip() for entry in parser.error_log.filter_from_fatals())
    return Parsed(etree.Element("html") if document is None else document, errors, tags)
