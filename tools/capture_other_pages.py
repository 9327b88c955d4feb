"""This module writes the facts of pages beside those of performance for the bundled capture.

Put choosing and writing those facts here: dated headings and news, package lists, statements of
supported versions, and tables whose cells are names, figures and links. A table with prose in a
cell is left out whole, and a headline is cut at its colon. `make_capture` writes everything else.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

from lxml import etree

from pipelines.composition import vocabulary as words
from pipelines.composition.headings import list_accelerators, release_heading, support_subject
from pipelines.composition.package_lists import is_package_list, read_lines
from pipelines.extract.text import collapsed_text
from pipelines.performance.vocabulary import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipelines.extract import ExtractedPage, ExtractedTable

# A name or a list of names is shorter; the title of a link may have more words.
_MOST_WORDS = 8
_MOST_LINKED_WORDS = 20
_NEWS = "what\N{RIGHT SINGLE QUOTATION MARK}s new"
_LEVELS = {f"h{level}": level for level in range(1, 7)}

Heading = tuple[int, str]


def is_prose(table: ExtractedTable) -> bool:
    """Return whether a table holds sentences, or titles of news."""
    names = (*table.header, *(cell.text for row in table.rows for cell in row[:1]))
    return _NEWS in map(plain, names) or any(
        len(cell.text.split()) > (_MOST_LINKED_WORDS if cell.links else _MOST_WORDS)
        for row in table.rows
        for cell in row
    )


def other_page_lines(
    page: ExtractedPage, body: bytes, table_lines: Callable[[ExtractedTable], Iterator[str]]
) -> Iterator[str]:
    """Yield the page's facts below their headings; headings without a fact are left out."""
    headings: list[Heading] = []
    written: list[Heading] = []
    if page.title:
        yield f"<h1>{escape(page.title)}</h1>"
        written.append((1, page.title))
    numbers = iter(range(len(page.tables)))
    for element in etree.fromstring(body, etree.HTMLParser()).iter(*_LEVELS, "table", "pre", "p"):
        if element.tag in _LEVELS:
            level, text = _LEVELS[element.tag], _headline(collapsed_text(element))
            headings = [*(one for one in headings if one[0] < level), (level, text)]
            lines = [""] if release_heading(text) else []
        elif element.tag == "table":
            lines = list(_table(page.tables[next(numbers)], table_lines))
        elif any(parent.tag == "table" for parent in element.iterancestors()):
            lines = []
        else:
            lines = list(_text(element, headings[-1][1] if headings else ""))
        if lines:
            yield from _missing(headings, written)
            written = list(headings)
            yield from filter(None, lines)


def _missing(headings: list[Heading], written: list[Heading]) -> Iterator[str]:
    """Yield the headings above a fact that are not above the previous fact."""
    same = 0
    while same < len(headings) and headings[: same + 1] == written[: same + 1]:
        same += 1
    for level, text in headings[same:]:
        yield f"<h{level}>{escape(text)}</h{level}>"


def _table(
    table: ExtractedTable, table_lines: Callable[[ExtractedTable], Iterator[str]]
) -> Iterator[str]:
    if is_prose(table):
        return
    if table.tab is None:
        yield from table_lines(table)
        return
    yield f'<div role="tabpanel" aria-label="{escape(table.tab)}">'
    yield from table_lines(table)
    yield "</div>"


def _headline(text: str) -> str:
    return text.partition(":")[0] if words.NEWS_HEADING.fullmatch(text) else text


def _text(element: Any, heading: str) -> Iterator[str]:
    """Write a list line by line, the day of news, or the versions that a sentence states."""
    if element.tag == "pre":
        text = "".join(element.itertext())
        if support_subject(heading) or is_package_list(heading, text):
            yield _list(text)
        return
    text = collapsed_text(element)
    posted = words.POSTED_ON.fullmatch(text) if words.NEWS_HEADING.fullmatch(heading) else None
    if posted or list_accelerators(text):
        yield f"<p>{escape(text)}</p>"
    elif support_subject(heading):
        yield from _statement(text)


def _list(text: str) -> str:
    filled = [re.sub(r"\s{2,}", "  ", line.strip()) for line in text.splitlines() if line.strip()]
    kept = {line.text for line in read_lines(text)}
    listed = [line for line in filled[1:] if " ".join(line.split()) in kept]
    return "<pre>" + escape("\n".join((filled[0], *listed))) + "</pre>"


def _statement(text: str) -> Iterator[str]:
    stated = words.CONSTRAINT.search(text) or words.NAMED_VERSIONS.search(text)
    named = words.NAMED_PACKAGE.search(text)
    if stated:
        name = f"{named[0]}: " if named else ""
        yield f"<p>{escape(name + stated[0])}</p>"
