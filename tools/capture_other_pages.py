"""What the bundled capture holds of pages beside those of performance: facts, and no prose.

Here belongs choosing and writing those facts: dated headings, package lists, statements of
supported versions, and tables whose cells are names, figures and links. A table with prose in a
cell is left out whole. `make_capture` writes everything else.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

from lxml import etree

from pipelines.composition import vocabulary as known
from pipelines.composition.package_lists import lines_below
from pipelines.extract.text import collapsed_text
from pipelines.performance.vocabulary import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipelines.extract import ExtractedPage, ExtractedTable

# A name or a list of names is shorter; titles of what a cell links to are allowed more.
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
    """Write the page's facts below their headings; headings above no fact are left out."""
    headings: list[Heading] = []
    written: list[Heading] = []
    if page.title:
        yield f"<h1>{escape(page.title)}</h1>"
        written.append((1, page.title))
    numbers = iter(range(len(page.tables)))
    for element in etree.fromstring(body, etree.HTMLParser()).iter(*_LEVELS, "table", "pre", "p"):
        if element.tag in _LEVELS:
            level, text = _LEVELS[element.tag], collapsed_text(element)
            headings = [*(one for one in headings if one[0] < level), (level, text)]
            lines = [""] if known.RELEASE_HEADING.fullmatch(text) else []
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
    """Write the headings above a fact that do not stand above the one before."""
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


def _text(element: Any, heading: str) -> Iterator[str]:
    """Write a package list line by line, or the versions that a sentence states."""
    is_list = plain(heading) in known.PACKAGE_SECTIONS or plain(heading) in known.SUPPORT_SECTIONS
    if element.tag == "pre" and is_list:
        text = "".join(element.itertext())
        title = next(line.strip() for line in text.splitlines() if line.strip())
        lines = [re.sub(r"\s{2,}", "  ", line.strip()) for line in text.splitlines()]
        kept = {whole for whole, _, _ in lines_below(text)}
        listed = [line for line in lines if " ".join(line.split()) in kept]
        yield "<pre>" + escape("\n".join((title, *listed))) + "</pre>"
    elif element.tag == "p" and plain(heading) in known.SUPPORT_SECTIONS:
        text = collapsed_text(element)
        versions = known.CONSTRAINT.search(text)
        named = known.NAMED_PACKAGE.search(text)
        if versions:
            name = f"{named[0]}: " if named else ""
            yield f"<p>{escape(name + versions[0])}</p>"
