"""This module counts tags in the bytes of a page, without the parser that reads the page.

Put checks on raw markup here. They see what a parser that gives up early loses, and stop what
would keep a parser busy for minutes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.extract import bounds as limits
from pipelines.extract.bounds import check_at_most

# Attributes up to the end of the tag; a `>` in quotes is not the end.
_VALUE = rb"\"[^\"]*+\"|'[^']*+'"
_ATTRIBUTES = rb"[^=>]*+(?:=(?:" + _VALUE + rb"|\s++(?:" + _VALUE + rb")|)[^=>]*+)*+"
_NAME_ENDS = rb"(?=[\s/>])"
_TEXT_ALONE = rb"script|style|title|textarea|xmp|iframe|noembed|noframes"
# End tags are passed over. All but the last two alternatives are start tags.
_MARKUP = re.compile(
    rb"<(?:(?P<table>table)" + _NAME_ENDS + _ATTRIBUTES
    + rb"|(?P<row>tr)" + _NAME_ENDS + _ATTRIBUTES
    + rb"|(?P<raw>" + _TEXT_ALONE + rb")" + _NAME_ENDS + _ATTRIBUTES
    + rb">(?:[^<]++|<(?!/(?P=raw)[\s/>]))*+"
    + rb"|(?P<other>[a-z])" + _ATTRIBUTES
    + rb"|!--(?:>|->|.*?(?:--!?>|\Z))"
    + rb"|[!?][^>]*+)",
    re.IGNORECASE | re.DOTALL,
)  # fmt: skip
_ONE_TAG = re.compile(rb"<[a-z][^\s/>]*+(?P<attributes>" + _ATTRIBUTES + rb")", re.IGNORECASE)
_QUOTED = re.compile(_VALUE)
_SHORTEST_ATTRIBUTE = 2  # a letter, and the space before it


@dataclass(frozen=True, slots=True)
class TagCounts:
    """How many start tags of tables and rows a page has."""

    tables: int
    rows: int


def count_tags(html: bytes) -> TagCounts:
    """Count the start tags of tables and of rows outside comments, scripts and other raw text.

    Args:
        html: A page in UTF-8.

    Returns:
        The counts.

    Raises:
        ExtractError: The page has more tags, or one of them more attributes, than a page may have.
    """
    counts = {"table": 0, "row": 0, "raw": 0, "other": 0}
    longest = limits.MOST_ATTRIBUTES * _SHORTEST_ATTRIBUTE
    for match in _MARKUP.finditer(html):
        kind = match.lastgroup
        if kind is None:
            continue
        counts[kind] += 1
        if match.end() - match.start() > longest:
            _check_attributes(html, match.start())
    check_at_most(limits.MOST_TAGS, sum(counts.values()), "tags", "the page")
    return TagCounts(counts["table"], counts["row"])


def _check_attributes(html: bytes, start: int) -> None:
    match = _ONE_TAG.match(html, start)
    attributes = match["attributes"] if match else b""
    number = len(_QUOTED.sub(b"x ", attributes).replace(b"/", b" ").split())
    check_at_most(limits.MOST_ATTRIBUTES, number, "attributes", "a tag of the page")
