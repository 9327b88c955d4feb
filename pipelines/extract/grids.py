"""This module reads a table into rows of cells, each cell in every place that it spans.

Put the form of a table here: groups of rows, headers, spans. `cells` reads one cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lxml import etree

from pipelines.extract import bounds as limits
from pipelines.extract.bounds import check_at_most
from pipelines.extract.cells import Cell, read_cell
from pipelines.extract.text import collapsed_text, is_unseen
from pipelines.remembered import LONGEST, MOST_TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_CELLS = frozenset(["td", "th"])
_GROUPS = frozenset(["thead", "tbody", "tfoot"])
_APART = frozenset(["caption", "colgroup", "col", "table"])
# As browsers read a number: what follows the digits counts for nothing.
_NUMBER = re.compile(r"\s*\+?0*(?P<digits>\d*)", re.ASCII)
_MOST_DIGITS = 6
_ODD_CHARACTER = "&#xFFFD;"
_MOST_KEPT_CELLS = 2_000
"""Three times as many as the largest table of the documentation has."""

Row = tuple[Cell, ...]


STACKED = " / "
"""Stands between the texts of header rows that are stacked."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The inside of a table. Rows may differ in width where the page's do.

    Attributes:
        caption: The text of `<caption>`, or None.
        header_rows: The rows of the header, from the top.
        body_rows: All other rows, from the top.
        row_tags: How many `<tr>` elements were read.
        cell_count: How many cells both kinds of rows hold together.
    """

    caption: str | None
    header_rows: tuple[Row, ...]
    body_rows: tuple[Row, ...]
    row_tags: int
    cell_count: int

    @property
    def header(self) -> tuple[str, ...]:
        """One text a column: where header rows are stacked, their distinct texts, top first."""
        columns: list[dict[str, None]] = []
        for row in self.header_rows:
            columns.extend({} for _ in range(len(row) - len(columns)))
            for texts, cell in zip(columns, row, strict=False):
                texts[cell.text] = None
        return tuple(STACKED.join(text for text in texts if text) for texts in columns)


@dataclass(frozen=True, slots=True)
class _RowTags:
    """The cell elements of a row, whether a `<tr>` holds them, and whether a reader sees it."""

    cells: list[Any]
    has_tag: bool
    in_sight: bool


def read_grid(table: Any, where: str) -> Grid:
    """Read the inside of a table; equal tables are read once.

    Args:
        table: An lxml `table` element. Tables nested in its cells count as those cells' text.
        where: The table's name, for messages.

    Returns:
        Its header rows and body rows.

    Raises:
        ExtractError: The table has more cells or more text than a table may have.
    """
    markup = etree.tostring(table, encoding="unicode", with_tail=False)
    # Control characters are all written alike: tables that differ in them alone have one markup.
    if len(markup) > LONGEST or _ODD_CHARACTER in markup:
        return _read_grid(table, where)
    known = _known(markup)
    if known:
        return known[0]
    grid = _read_grid(table, where)
    # A short table can have many cells, by its spans.
    if grid.cell_count <= _MOST_KEPT_CELLS:
        known.append(grid)
    return grid


# Each release repeats most tables of the release before.
@lru_cache(maxsize=MOST_TEXTS)
def _known(_markup: str) -> list[Grid]:
    """Return where the grid of a table with this markup is kept, once it is read."""
    return []


def _read_grid(table: Any, where: str) -> Grid:
    header: list[Row] = []
    body: list[Row] = []
    row_tags = 0
    room = _Room(where)
    for tag, rows in _row_groups(table):
        row_tags += sum(row.has_tag for row in rows)
        expanded = _expand_spans(rows, room)
        if tag == "thead":
            header.extend(expanded)
        elif not header and not body and len(rows) > 1 and _is_header(rows[0].cells):
            header.append(expanded[0])
            body.extend(expanded[1:])
        else:
            body.extend(expanded)
    caption = table.find("caption")
    text = None if caption is None else collapsed_text(caption) or None
    return Grid(text, tuple(header), tuple(body), row_tags, room.cells)


def _row_groups(table: Any) -> Iterator[tuple[str, list[_RowTags]]]:
    """Yield the groups of rows with their tags; rows without a group are a body."""
    loose: list[Any] = []
    for child in table:
        if child.tag not in _GROUPS:
            loose.append(child)
            continue
        if rows := list(_rows(loose)):
            yield "tbody", rows
        loose = []
        if rows := list(_rows(child, in_sight=not is_unseen(child))):
            yield child.tag, rows
    if rows := list(_rows(loose)):
        yield "tbody", rows


def _rows(elements: Iterable[Any], *, in_sight: bool = True) -> Iterator[_RowTags]:
    """Find rows, also inside misplaced elements; cells without a row make one together."""
    stray: list[Any] = []
    for element in _find(elements, _CELLS | {"tr"}):
        if element.tag != "tr":
            stray.append(element)
            continue
        if stray:
            yield _RowTags(stray, has_tag=False, in_sight=in_sight)
            stray = []
        children = list(element)
        is_plain = _CELLS.issuperset([child.tag for child in children])
        yield _RowTags(
            children if is_plain else list(_find(children, _CELLS)),
            has_tag=True,
            in_sight=in_sight and not is_unseen(element),
        )
    if stray:
        yield _RowTags(stray, has_tag=False, in_sight=in_sight)


def _find(elements: Iterable[Any], tags: frozenset[str]) -> Iterator[Any]:
    """Find the outermost elements of these tags, in document order, in no table of their own."""
    levels = [iter(elements)]
    while levels:
        element = next(levels[-1], None)
        if element is None:
            levels.pop()
        elif element.tag in tags:
            yield element
        elif isinstance(element.tag, str) and element.tag not in _APART:
            levels.append(iter(element))


def _is_header(row: list[Any]) -> bool:
    return bool(row) and all(cell.tag == "th" for cell in row)


class _Room:
    """Counts the cells and characters of a table while it is read."""

    def __init__(self, where: str) -> None:
        self.cells = 0
        self.text = 0
        self._where = where

    def take(self, cell: Cell, times: int = 1) -> None:
        """Take the places of a cell; raise `ExtractError` where too many are taken."""
        self.cells += times
        self.text += times * len(cell.text)
        if self.cells > limits.MOST_CELLS_OF_TABLE or self.text > limits.MOST_TEXT_OF_TABLE:
            check_at_most(limits.MOST_CELLS_OF_TABLE, self.cells, "cells", self._where)
            check_at_most(limits.MOST_TEXT_OF_TABLE, self.text, "characters", self._where)


def _expand_spans(rows: list[_RowTags], room: _Room) -> list[Row]:
    """Repeat a cell in every place that it spans; a row span ends with its group."""
    expanded = []
    # By column: the cell that reaches down from above, and the last row that it reaches.
    above: dict[int, tuple[int, Cell]] = {}
    for index, row in enumerate(rows):
        cells: list[Cell] = []
        for element in row.cells:
            if above:
                _take_from_above(cells, above, index, room)
            cell = read_cell(element, in_sight=row.in_sight)
            width, height = _spans(element)
            room.take(cell, width)
            if height != 1:
                last = index + height - 1 if height else len(rows)
                above.update({len(cells) + at: (last, cell) for at in range(width)})
            cells.extend([cell] * width)
        _take_from_above(cells, above, index, room)
        expanded.append(tuple(cells))
    return expanded


def _take_from_above(
    cells: list[Cell], above: dict[int, tuple[int, Cell]], index: int, room: _Room
) -> None:
    while (reaching := above.get(len(cells))) and reaching[0] >= index:
        room.take(reaching[1])
        cells.append(reaching[1])


def _spans(element: Any) -> tuple[int, int]:
    """Return how many columns and rows a cell covers; 0 rows means all that are left."""
    attributes = element.attrib
    if not attributes:
        return 1, 1
    width = _span(attributes.get("colspan"), limits.MOST_COLUMN_SPAN)
    return width or 1, _span(attributes.get("rowspan"), limits.MOST_ROW_SPAN)


def _span(text: str | None, most: int) -> int:
    """Read a span as browsers do: `2;` is 2, and what begins with no number is 1."""
    if text is None:
        return 1
    match = _NUMBER.match(text)
    if match is None or not match[0][-1:].isdigit():
        return 1
    digits = match["digits"]
    return most if len(digits) > _MOST_DIGITS else min(int(digits or 0), most)
