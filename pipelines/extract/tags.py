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
_LONGEST = limits.MOST_ATTRIBUTES * 2  # of a tag whose attributes need no count: a letter, a space
# Most of a page, taken at once: short tags of other names, with no `<` or `>` in a value.
_PLAIN = (
    rb"(?P<plain>(?:<(?!(?:table|tr|nav|" + _TEXT_ALONE + rb")[\s/>])(?=[^<>]{1,%d}>)/?[a-z]"
    rb"[^<>\"'=]*+(?:=(?:\"[^\"<>]*+\"|'[^'<>]*+'|)[^<>\"'=]*+)*+>[^<]*+)++)"
) % _LONGEST
# End tags are passed over. All but the last two alternatives are start tags.
_MARKUP = re.compile(
    _PLAIN + rb"|<(?:(?P<table>table)" + _NAME_ENDS + _ATTRIBUTES
    + rb"|(?P<row>tr)" + _NAME_ENDS + _ATTRIBUTES
    + rb"|(?P<menu>nav)" + _NAME_ENDS + _ATTRIBUTES
    + rb"|(?P<raw>" + _TEXT_ALONE + rb")" + _NAME_ENDS + _ATTRIBUTES
    + rb">(?:[^<]++|<(?!/(?P=raw)[\s/>]))*+"
    + rb"|(?P<other>[a-z])" + _ATTRIBUTES
    + rb"|!--(?:>|->|.*?(?:--!?>|\Z))"
    + rb"|[!?][^>]*+)",
    re.IGNORECASE | re.DOTALL,
)  # fmt: skip
_END_OF_MENU = b"</nav>"
# How tags begin that could change how the rest of the page is read, or is counted: comments,
# tables, raw text, other menus, the main part.
_NOT_IN_A_MENU = re.compile(rb"<(?:[!mntx]|/t|ar|bo|fr|ht|if|pl|s(?:[cv]|ty))")
_SINGLE_QUOTED = re.compile(rb"=\s*'")
_ONE_TAG = re.compile(rb"<[a-z][^\s/>]*+(?P<attributes>" + _ATTRIBUTES + rb")", re.IGNORECASE)
_QUOTED = re.compile(_VALUE)


@dataclass(frozen=True, slots=True)
class TagCounts:
    """How many start tags of tables and rows a page has.

    Attributes:
        tables: Tags `<table>`.
        rows: Tags `<tr>`.
        menus: The begin and the end of each `<nav>` that counts as one tag, in bytes.
    """

    tables: int
    rows: int
    menus: tuple[tuple[int, int], ...] = ()


def count_tags(html: bytes, *, menus_apart: bool = False) -> TagCounts:
    """Count the start tags of tables and of rows outside comments, scripts and other raw text.

    Args:
        html: A page in UTF-8.
        menus_apart: Whether a menu without tables counts as one tag, whatever is in it.

    Returns:
        The counts.

    Raises:
        ExtractError: The page has more tags, or one of them more attributes, than a page may have.
    """
    counts = {"plain": 0, "menu": 0, "table": 0, "row": 0, "raw": 0, "other": 0}
    menus: list[tuple[int, int]] = []
    matches = _MARKUP.finditer(html)
    while match := next(matches, None):
        kind = match.lastgroup
        if kind is None:
            continue
        if kind == "plain":
            begin, end = match.span()
            counts[kind] += html.count(b"<", begin, end) - html.count(b"</", begin, end)
            continue
        counts[kind] += 1
        if match.end() - match.start() > _LONGEST:
            _check_attributes(html, match.start())
        if menus_apart and kind == "menu" and (after := _end_of_menu(html, match.end())):
            menus.append((match.start(), after))
            matches = _MARKUP.finditer(html, after)
    check_at_most(limits.MOST_TAGS, sum(counts.values()), "tags", "the page")
    return TagCounts(counts["table"], counts["row"], tuple(menus))


def _end_of_menu(html: bytes, start: int) -> int | None:
    """Return where a menu ends whose start tag ends at `start`; None if it is more than a menu."""
    end = html.find(_END_OF_MENU, start)
    # Without an end, all that follows would be searched once for each start.
    if end < 0:
        return None
    inside = html[start:end].lower()
    if _NOT_IN_A_MENU.search(inside) or not _closes_its_values(inside):
        return None
    return end + len(_END_OF_MENU)


def _closes_its_values(html: bytes) -> bool:
    """Return whether each quote is one of the two around a value, and no value holds a tag.

    If so, what follows is no part of a value that began before.
    """
    pieces = html.split(b'"')
    outside, values = b'"'.join(pieces[::2]), b"".join(pieces[1::2])
    return (
        len(pieces) % 2 == 1
        and outside.count(b'="') == len(pieces) // 2
        and not (b"<" in values or b">" in values)
        and not (b"'" in outside and _SINGLE_QUOTED.search(outside))
    )


def _check_attributes(html: bytes, start: int) -> None:
    match = _ONE_TAG.match(html, start)
    attributes = match["attributes"] if match else b""
    number = len(_QUOTED.sub(b"x ", attributes).replace(b"/", b" ").split())
    check_at_most(limits.MOST_ATTRIBUTES, number, "attributes", "a tag of the page")
