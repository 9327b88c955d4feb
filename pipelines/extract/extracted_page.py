"""This module reads a page: every table with all that tells it from the others, and every block.

Put what holds for a page as a whole here. `grids` reads the inside of tables, `surroundings` what
is around them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from lxml import etree

from pipelines.extract import bounds as limits
from pipelines.extract.bounds import check_at_most
from pipelines.extract.grids import Grid, read_grid
from pipelines.extract.parsing import as_utf8, parse, parse_without_menus
from pipelines.extract.skeleton import build_skeleton, is_panel
from pipelines.extract.surroundings import Surroundings, read_surroundings
from pipelines.extract.text import collapsed_text, is_unseen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.extract.blocks import Block, Place, Tab
    from pipelines.extract.cells import Cell
    from pipelines.extract.parsing import Parsed

_ANNOUNCED = re.compile(r"\bNeuron (?:SDK )?v?(\d+\.\d+(?:\.\d+)?)\b", re.ASCII)
_LINKED = re.compile(r"/aws-neuron-sdk/(?:blob|tree|raw)/v(\d+\.\d+\.\d+)/", re.ASCII)
_IDS = etree.XPath(".//@id", smart_strings=False)
_EDIT = re.compile(
    r"//github\.com/[^/]+/[^/]+/edit/v(?P<release>\d+\.\d+\.\d+)/(?P<path>.+)\.(?:rst|md|ipynb)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class ExtractedTable:
    """One table of a page, as published.

    Attributes:
        position: Its number on the page, from 0.
        section: The headings above it, from the top.
        tab: The label of the tab that it is in, or None.
        caption: Its caption, or None.
        header: One text a column.
        rows: The cells of each row; rows may be narrower or wider where the page's are.
        notes: The notes that belong to it.
        hidden: Whether a reader of the page does not see it, unless a script shows it.
    """

    position: int
    section: tuple[str, ...]
    tab: str | None
    caption: str | None
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class EditLink:
    """The theme's own link to the source of a page, which names the page's release and path.

    Attributes:
        release: The release, such as 2.24.0.
        path: The path of the source in the release's tree, without its ending.
    """

    release: str
    path: str


@dataclass(frozen=True, slots=True)
class TagCheck:
    """How many tags there are in the bytes, and how many the tables account for.

    The first two are counted without the parser. On a page that was read to its end, each equals
    the number below it.

    Attributes:
        tables_in_bytes: Start tags `<table>` outside comments and scripts.
        rows_in_bytes: Start tags `<tr>` outside comments and scripts.
        tables_read: Tables that were extracted.
        rows_read: `<tr>` elements whose cells were extracted, and those outside all tables.
    """

    tables_in_bytes: int = 0
    rows_in_bytes: int = 0
    tables_read: int = 0
    rows_read: int = 0

    @property
    def agrees(self) -> bool:
        """Whether every table and row in the bytes is accounted for."""
        in_bytes = (self.tables_in_bytes, self.rows_in_bytes)
        return in_bytes == (self.tables_read, self.rows_read)


@dataclass(frozen=True, slots=True)
class ExtractedPage:
    """One page, as published.

    Attributes:
        title: The page's first heading of the first level, or None.
        last_update: The date of its last update as printed, or None.
        notes: The texts of its notes, in order.
        tables: Its tables, in document order; a table in a cell is one of them too.
        linked_releases: The releases to whose sources the links in its tables lead.
        anchors: The ids on the page.
        announced: The releases, or minor versions, in its announcement. A person types it.
        edit_link: The theme's link to the page's source; None where the page has none, or several.
        blocks: Its headings, literal texts and paragraphs, outside tables and menus, in order.
        parse_errors: What ended the parsing early. A page with one must not be published.
        tag_check: Whether all tables and rows in the bytes were read.
        tabs: Its tabs, in order, with the numbers of the tables in them.
    """

    title: str | None
    last_update: str | None
    notes: tuple[str, ...]
    tables: tuple[ExtractedTable, ...]
    linked_releases: frozenset[str]
    anchors: frozenset[str]
    announced: frozenset[str] = frozenset()
    edit_link: EditLink | None = None
    blocks: tuple[Block, ...] = ()
    parse_errors: tuple[str, ...] = ()
    tag_check: TagCheck = TagCheck()
    tabs: tuple[Tab, ...] = ()

    @property
    def release_claims(self) -> frozenset[str]:
        """The releases of which the page says that it is, in any of its ways."""
        edited = frozenset([self.edit_link.release] if self.edit_link else [])
        return self.announced | self.linked_releases | edited


def extract_page(body: bytes, encoding: str = "utf-8") -> ExtractedPage:
    """Read a page.

    Args:
        body: The page's bytes.
        encoding: The codec of the bytes, one that Python knows.

    Returns:
        The page. Where `parse_errors` is not empty or `tag_check` does not agree, part of the
        page is missing.

    Raises:
        ExtractError: The page, or one of its tables, is larger than `bounds` allows.
    """
    html = as_utf8(body, encoding)
    tree = _tree(parse_without_menus(html))
    if not _is_whole(tree):
        tree = _tree(parse(html))
    _check_tables(tree.tables)
    numbers = {table: number for number, table in enumerate(tree.tables)}
    around = read_surroundings(build_skeleton(tree.root, numbers))
    grids = _read_grids(tree.tables, around)
    return ExtractedPage(
        title=around.title,
        last_update=around.last_update,
        notes=around.notes,
        tables=tuple(
            _joined(
                number,
                grid,
                around.places[number],
                around.notes_of.get(number, ()),
                hidden=_is_hidden(tree.tables[number]),
            )
            for number, grid in enumerate(grids)
        ),
        linked_releases=_linked(grids),
        anchors=frozenset(_IDS(tree.root)),
        announced=_announced(tree.banner),
        edit_link=_edit_link(tree.links),
        blocks=around.blocks,
        parse_errors=tree.parsed.errors,
        tag_check=TagCheck(
            tables_in_bytes=tree.parsed.tags.tables,
            rows_in_bytes=tree.parsed.tags.rows,
            tables_read=len(grids),
            rows_read=_rows_read(grids, tree.rows),
        ),
        tabs=around.tabs,
    )


@dataclass(frozen=True, slots=True)
class _Tree:
    """A parsed page, what one walk through it finds, and the element that is its own content."""

    parsed: Parsed
    tables: list[Any]
    rows: list[Any]
    links: list[Any]
    banner: Any
    root: Any


def _tree(parsed: Parsed) -> _Tree:
    found: dict[str, list[Any]] = {"table": [], "tr": [], "a": []}
    for element in parsed.document.iter(*found):
        found[element.tag].append(element)
    tables = found["table"]
    return _Tree(
        parsed=parsed,
        tables=tables,
        rows=found["tr"],
        links=found["a"],
        banner=_banner(parsed.document),
        root=_main_part(parsed.document, tables),
    )


def _is_whole(tree: _Tree) -> bool:
    """Return whether a page that was parsed without its menus reads as the whole page does.

    Its main part must hold all tables, there must be as many as in the bytes of the page, and its
    announcement must hold no menu.
    """
    tags = tree.parsed.tags
    return (
        not tree.parsed.errors
        and (len(tree.tables), len(tree.rows)) == (tags.tables, tags.rows)
        and tree.root.tag not in ("html", "body")
        and (tree.banner is None or next(tree.banner.iter("nav"), None) is None)
    )


def _check_tables(tables: list[Any]) -> None:
    check_at_most(limits.MOST_TABLES, len(tables), "tables", "the page")
    for number, table in enumerate(tables):
        depth = 1 + sum(1 for _ in table.iterancestors("table"))
        where = f"table {number} of the page"
        check_at_most(limits.MOST_NESTED_TABLES, depth, "tables within each other", where)


def _main_part(document: Any, tables: list[Any]) -> Any:
    """Find the page's own content, with all tables; the menus around it are most of the bytes."""
    around = [set(table.iterancestors()) for table in (*tables[:1], *tables[-1:])]
    for candidate in _main_parts(document):
        if all(candidate in ancestors for ancestors in around):
            return candidate
    return document


def _main_parts(document: Any) -> Iterator[Any]:
    """Yield what may be the page's own content, the likeliest first."""
    # Nearly always the first one found, so that no list is made of them all.
    yield from (one for one in document.iter(etree.Element) if one.get("role") == "main")
    yield from chain.from_iterable(map(document.iter, ("main", "article", "body")))


def _read_grids(tables: list[Any], around: Surroundings) -> list[Grid]:
    grids: list[Grid] = []
    cells = 0
    for number, table in enumerate(tables):
        section = " > ".join(around.places[number].section)
        where = f"table {number} of the page" + (f" ({section})" if section else "")
        grids.append(read_grid(table, where))
        cells += grids[-1].cell_count
        check_at_most(limits.MOST_CELLS_OF_PAGE, cells, "cells on the page", where)
    return grids


def _rows_read(grids: list[Grid], rows: list[Any]) -> int:
    """Return how many rows were read, or are in no table; browsers show these as plain text."""
    read = sum(grid.row_tags for grid in grids)
    return read if read == len(rows) else read + sum(not _is_in_table(row) for row in rows)


def _is_in_table(element: Any) -> bool:
    return next(element.iterancestors("table"), None) is not None


def _banner(document: Any) -> Any:
    """Return the element of the page's announcement, or None."""
    return next(
        (e for e in document.iter("div", "p") if "announcement" in e.get("class", "")), None
    )


def _announced(banner: Any) -> frozenset[str]:
    return frozenset([] if banner is None else _ANNOUNCED.findall(collapsed_text(banner)))


def _edit_link(links: list[Any]) -> EditLink | None:
    """Return the one link to the page's source outside tables; the theme prints it on top."""
    found = {
        EditLink(match["release"], match["path"])
        for link in links
        if (match := _EDIT.search(link.get("href", ""))) and not _is_in_table(link)
    }
    return found.pop() if len(found) == 1 else None


def _linked(grids: list[Grid]) -> frozenset[str]:
    return frozenset(
        match[1]
        for grid in grids
        for row in grid.body_rows
        for cell in row
        for link in cell.links
        if (match := _LINKED.search(link))
    )


def _is_hidden(table: Any) -> bool:
    """Return whether a reader does not see a table; tabs that are not chosen are seen."""
    return any(is_unseen(one) and not is_panel(one) for one in (table, *table.iterancestors()))


def _joined(
    number: int, grid: Grid, place: Place, notes: tuple[str, ...], *, hidden: bool
) -> ExtractedTable:
    return ExtractedTable(
        position=number,
        section=place.section,
        tab=place.tab,
        caption=grid.caption,
        header=grid.header,
        rows=grid.body_rows,
        notes=notes,
        hidden=hidden,
    )
