"""HTML to tables: every table of a page, with all that tells it from the others.

Here belongs the one interface; `cells` reads the inside of a table and `surroundings` the rest.
Nothing is interpreted and nothing is lost: what the figures mean stands in
`pipelines.performance.vocabulary`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from pipelines.extract.cells import Cell, Grid, collapsed_text, read_grid
from pipelines.extract.surroundings import MARK, Place, read_surroundings

__all__ = ["Cell", "ExtractedPage", "ExtractedTable", "extract_page"]

_MAIN = ("//*[@role='main']", "//main", "//article", "//body")
_ANNOUNCED = re.compile(r"\bNeuron (\d+\.\d+\.\d+)\b", re.ASCII)
_LINKED = re.compile(r"/aws-neuron-sdk/(?:blob|tree)/v(\d+\.\d+\.\d+)/", re.ASCII)


@dataclass(frozen=True, slots=True)
class ExtractedTable:
    """One table of a page, as published.

    `header` has one text a column; rows may be narrower or wider where the page's are.
    """

    position: int
    section: tuple[str, ...]
    tab: str | None
    caption: str | None
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExtractedPage:
    """One page, as published.

    `release_claims` are the releases that the page itself speaks of as its own: in its
    announcement, and in links to its release's sources. `anchors` are the ids on the page;
    `announced` are the releases in its announcement alone, which every page of a tree carries.
    """

    title: str | None
    last_update: str | None
    notes: tuple[str, ...]
    tables: tuple[ExtractedTable, ...]
    release_claims: frozenset[str]
    anchors: frozenset[str]
    announced: frozenset[str] = frozenset()


def extract_page(body: bytes, encoding: str = "utf-8") -> ExtractedPage:
    """Read a page. The tables come in document order; a table in a cell is one of them too."""
    text = body if encoding == "utf-8" else body.decode(encoding).encode()  # lxml knows but few
    document = etree.fromstring(text, etree.HTMLParser(encoding="utf-8"))
    if document is None:  # nothing but comments, say
        document = etree.Element("html")
    tables = list(document.iter("table"))
    root = _main_part(document, tables)
    grids = [read_grid(table) for table in tables]
    announced = _announced(document)
    anchors = frozenset(str(anchor) for anchor in root.xpath(".//@id"))
    for element in root.xpath(f".//*[@{MARK}]"):
        del element.attrib[MARK]
    _take_out(tables)
    around = read_surroundings(etree.tostring(root, encoding="utf-8", method="html"))
    return ExtractedPage(
        title=around.title,
        last_update=around.last_update,
        notes=around.notes,
        tables=tuple(
            _joined(number, grid, around.places[number], around.notes_of.get(number, ()))
            for number, grid in enumerate(grids)
        ),
        release_claims=announced | _linked(grids),
        anchors=anchors,
        announced=announced,
    )


def _main_part(document: Any, tables: list[Any]) -> Any:
    """Find the page's own content; the menus around it are most of the bytes."""
    for path in _MAIN:
        for candidate in document.xpath(path):
            if len(candidate.xpath(".//table")) == len(tables):
                return candidate
    return document


def _take_out(tables: list[Any]) -> None:
    """Put an empty, numbered `div` in each table's place, nested ones inside their outer one's."""
    marks: dict[Any, Any] = {}
    for number, table in enumerate(tables):
        mark = etree.Element("div", {MARK: str(number)})
        outer = next((marks[t] for t in table.iterancestors("table") if t in marks), None)
        marks[table] = mark
        if outer is not None:
            outer.append(mark)
        else:
            mark.tail = table.tail
            table.getparent().replace(table, mark)


def _announced(document: Any) -> frozenset[str]:
    banner = next(
        (e for e in document.iter("div", "p") if "announcement" in e.get("class", "")), None
    )
    return frozenset([] if banner is None else _ANNOUNCED.findall(collapsed_text(banner)))


def _linked(grids: list[Grid]) -> frozenset[str]:
    return frozenset(
        match[1]
        for grid in grids
        for row in grid.body_rows
        for cell in row
        for link in cell.links
        if (match := _LINKED.search(link))
    )


def _joined(number: int, grid: Grid, place: Place, notes: tuple[str, ...]) -> ExtractedTable:
    return ExtractedTable(
        position=number,
        section=place.section,
        tab=place.tab,
        caption=grid.caption,
        header=_one_header(grid),
        rows=grid.body_rows,
        notes=notes,
    )


def _one_header(grid: Grid) -> tuple[str, ...]:
    """Return one text a column: where header rows are stacked, their distinct texts, top first."""
    width = max((len(row) for row in grid.header_rows), default=0)
    columns = []
    for at in range(width):
        texts = dict.fromkeys(row[at].text for row in grid.header_rows if at < len(row))
        columns.append(" / ".join(text for text in texts if text))
    return tuple(columns)
