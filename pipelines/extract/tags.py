"""This module counts tags in the bytes of a page, without the parser that reads the page.

Put checks on raw markup here. They see what a parser that gives up early loses, and stop what
would keep a parser busy for minutes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.extract import bounds as limits
from pipelines.extract.bounds import check_at_most

if TYPE_CHECKING:
    from collections.abc import Callable

# All expressions read lower case: letters of either case would cost a third more.
# Attributes up to the end of the tag; a `>` in quotes is not the end.
_VALUE = rb"\"[^\"]*+\"|'[^']*+'"
_ATTRIBUTES = rb"[^=>]*+(?:=(?:" + _VALUE + rb"|\s++(?:" + _VALUE + rb")|)[^=>]*+)*+"
_NAME_ENDS = rb"(?=[\s/>])"
_TEXT_ALONE = rb"script|style|title|textarea|xmp|iframe|noembed|noframes"
_LONGEST = limits.MOST_ATTRIBUTES * 2  # of a tag whose attributes need no count: a letter, a space
# Most of a page, taken at once: tags of other names, with no `<` or `>` in a value. Six values, and
# at most 15 bytes before each and behind them, are fewer attributes than a tag may have.
_PLAIN = (
    rb"(?P<plain>(?:<(?!(?:table|tr|nav|" + _TEXT_ALONE + rb")[\s/>])/?[a-z]"
    rb"[^<>\"'=]{,15}+(?:=(?:\"[^\"<>]*+\"|'[^'<>]*+'|)[^<>\"'=]{,15}+){,6}+>[^<]*+)++)"
)
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
    re.DOTALL,
)  # fmt: skip
_MENU, _END_OF_MENU = b"<nav", b"</nav>"
# How tags begin that could change how the rest of the page is read, or is counted: comments,
# tables, raw text, other menus, the main part.
_NOT_IN_A_MENU = re.compile(rb"<(?:[!mntx]|/t|ar|bo|fr|ht|if|pl|s(?:[cv]|ty))")
# What remains of markup without its words, where each tag ends and no value holds a tag.
_MARKS = b"<>=\"'"
_WORDS = bytes(set(range(256)) - set(_MARKS))
_CLOSED = re.compile(rb"(?:[^<]*+<(?:=\"[^\"<>]*+\")*+>)*+[^<]*+")
_ONE_TAG = re.compile(rb"<[a-z][^\s/>]*+(?P<attributes>" + _ATTRIBUTES + rb")")
_QUOTED = re.compile(_VALUE)


@dataclass(frozen=True, slots=True)
class TagCounts:
    """How many start tags of tables and rows a page has.

    Attributes:
        tables: Tags `<table>`.
        rows: Tags `<tr>`.
        menus: The begin and the end of each menu that counts as one tag, in bytes.
    """

    tables: int
    rows: int
    menus: tuple[tuple[int, int], ...] = ()


def count_tags(html: bytes, is_apart: Callable[[int, int], bool] | None = None) -> TagCounts:
    """Count the start tags of tables and of rows outside comments, scripts and other raw text.

    Args:
        html: A page in UTF-8.
        is_apart: Whether the menu from one byte to another counts as one tag, whatever is in it. It
            is asked of each `<nav>`; one that holds a table is counted like all else.

    Returns:
        The counts.

    Raises:
        ExtractError: The page has more tags, or one of them more attributes, than a page may have.
    """
    html = html.lower()
    counts = {"plain": 0, "menu": 0, "table": 0, "row": 0, "raw": 0, "other": 0}
    menus: list[tuple[int, int]] = []
    matches = _MARKUP.finditer(html)
    while match := next(matches, None):
        kind = match.lastgroup
        if kind is None:
            continue
        begin, end = match.span()
        if kind == "plain":
            counts[kind] += html.count(b"<", begin, end) - html.count(b"</", begin, end)
            continue
        counts[kind] += 1
        if end - begin > _LONGEST:
            _check_attributes(html, begin)
        if is_apart and kind == "menu":
            after = _end_of_menu(html, end)
            if after and is_apart(begin, after) and _is_closed(html[end:after]):
                menus.append((begin, after))
                matches = _MARKUP.finditer(html, after)
    check_at_most(limits.MOST_TAGS, sum(counts.values()), "tags", "the page")
    return TagCounts(counts["table"], counts["row"], tuple(menus))


def _end_of_menu(html: bytes, start: int) -> int | None:
    """Return where a menu ends whose start tag ends at `start`; None if another one comes first."""
    # Searched no further than to the next menu, so that a page of menus is searched once.
    following = html.find(_MENU, start)
    end = html.find(_END_OF_MENU, start, following if following >= 0 else len(html))
    return end + len(_END_OF_MENU) if end >= 0 else None


def _is_closed(html: bytes) -> bool:
    """Return whether the inside of a menu can be left out without a change to what follows.

    If so, it holds nothing that is more than a menu, and each of its tags and values ends in it.
    """
    return (
        _NOT_IN_A_MENU.search(html) is None
        and _CLOSED.fullmatch(html.translate(None, _WORDS)) is not None
    )


def _check_attributes(html: bytes, start: int) -> None:
    match = _ONE_TAG.match(html, start)
    attributes = match["attributes"] if match else b""
    number = len(_QUOTED.sub(b"x ", attributes).replace(b"/", b" ").split())
    check_at_most(limits.MOST_ATTRIBUTES, number, "attributes", "a tag of the page")
