"""This module turns the bytes of a page into an lxml tree, and reports what was not read.

Put the parser's settings here. Every page is parsed once, by `parse`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree

from pipelines.extract import bounds as limits
from pipelines.extract.bounds import ExtractError
from pipelines.extract.tags import TagCounts, count_tags


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


def parse(body: bytes, encoding: str) -> Parsed:
    """Parse a page.

    Args:
        body: The page's bytes.
        encoding: A codec that Python knows.

    Returns:
        The tree, an empty one where the page has no element, and what went wrong.

    Raises:
        ExtractError: The page is larger than a page may be.
    """
    # libxml2 knows few encodings, and Python many.
    html = body if encoding == "utf-8" else body.decode(encoding).encode()
    if len(html) > limits.MOST_BYTES:
        raise ExtractError(f"the page: {len(html):,} bytes, more than {limits.MOST_BYTES:,}")
    tags = count_tags(html)
    # `huge_tree`: without it, libxml2 stops at depth 256 and at 10 MB in one text.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        document = etree.fromstring(html, parser)
    except etree.XMLSyntaxError as error:
        return Parsed(etree.Element("html"), (str(error),), tags)
    errors = tuple(entry.message.strip() for entry in parser.error_log.filter_from_fatals())
    return Parsed(etree.Element("html") if document is None else document, errors, tags)
