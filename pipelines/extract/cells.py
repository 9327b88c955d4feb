"""The inside of a table: its rows of cells with text and links, spans expanded.

Here belongs what lies between `<table>` and `</table>`, read with lxml alone because cells are
most of a page. What surrounds a table is read in `surroundings`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BLOCKS = frozenset(
    ["p", "div", "li", "ul", "ol", "br", "dl", "dt", "dd", "pre", "blockquote", "section", "hr"]
    + ["table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "figure", "aside"]
    + [f"h{level}" for level in range(1, 7)]
)
_SILENT = frozenset(["script", "style", "template"])
_GROUPS = frozenset(["thead", "tbody", "tfoot"])
_APART = frozenset(["caption", "colgroup", "col", "table"])
_MOST_COLUMNS = 1_000  # HTML's own bounds on spans
_MOST_ROWS = 65_534


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text with white space collapsed, and the addresses it links to, in order."""

    text: str
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """A table's header rows and body rows. Rows may differ in width where the page's do."""

    caption: str | None
    header_rows: tuple[tuple[Cell, ...], ...]
    body_rows: tuple[tuple[Cell, ...], ...]


def read_grid(table: Any) -> Grid:
    """Read an lxml `table` element. Tables nested in its cells count as those cells' text."""
    header: list[tuple[Cell, ...]] = []
    body: list[tuple[Cell, ...]] = []
    for tag, rows in _row_groups(table):
        expanded = _expand_spans(rows)
        if tag == "thead":
            header.extend(expanded)
        elif not header and not body and len(rows) > 1 and _is_header(rows[0]):
            header.append(expanded[0])
            body.extend(expanded[1:])
        else:
            body.extend(expanded)
    caption = table.find("caption")
    text = None if caption is None else collapsed_text(caption) or None
    return Grid(text, tuple(header), tuple(body))


def collapsed_text(element: Any) -> str:
    """Return an element's text, blocks set apart and white space collapsed, without permalinks."""
    if len(element) == 0:
        return " ".join((element.text or "").split())
    return " ".join("".join(_chunks(element)).split())


def _chunks(element: Any) -> Iterator[str]:
    if element.text:
        yield element.text
    for child in element:
        tag = child.tag
        if isinstance(tag, str) and tag not in _SILENT and not _is_permalink(child):
            apart = tag in _BLOCKS
            if apart:
                yield " "
            yield from _chunks(child)
            if apart:
                yield " "
        if child.tail:
            yield child.tail


def _is_permalink(element: Any) -> bool:
    return element.tag == "a" and "headerlink" in (element.get("class") or "").split()


def _row_groups(table: Any) -> Iterator[tuple[str, list[list[Any]]]]:
    """Return the groups of rows, each row as its cell elements; loose rows are a body."""
    loose: list[Any] = []
    for child in table:
        if child.tag not in _GROUPS:
            loose.append(child)
            continue
        if rows := list(_rows(loose)):
            yield "tbody", rows
        loose = []
        if rows := list(_rows(child)):
            yield child.tag, rows
    if rows := list(_rows(loose)):
        yield "tbody", rows


def _rows(elements: Iterable[Any]) -> Iterator[list[Any]]:
    """Find rows, also inside what must not stand in a table; cells without a row make one."""
    stray: list[Any] = []
    for element in elements:
        if element.tag in ("td", "th"):
            stray.append(element)
            continue
        if not isinstance(element.tag, str) or element.tag in _APART:
            continue
        if stray:
            yield stray
            stray = []
        if element.tag == "tr":
            yield list(_cells_of(element))
        else:
            yield from _rows(element)
    if stray:
        yield stray


def _cells_of(row: Any) -> Iterator[Any]:
    for element in row:
        if element.tag in ("td", "th"):
            yield element
        elif isinstance(element.tag, str) and element.tag not in _APART:
            yield from _cells_of(element)


def _is_header(row: list[Any]) -> bool:
    return bool(row) and all(cell.tag == "th" for cell in row)


def _expand_spans(rows: list[list[Any]]) -> list[tuple[Cell, ...]]:
    """Repeat a cell in every position that it spans; a row span ends with its group."""
    expanded = []
    below: dict[int, tuple[int, Cell]] = {}
    for index, row in enumerate(rows):
        cells: list[Cell] = []
        for element in row:
            _take_from_above(cells, below)
            cell = _read_cell(element)
            width, height = _spans(element)
            if height != 1:
                left = height or len(rows) - index
                below.update({len(cells) + at: (left, cell) for at in range(width)})
            cells.extend([cell] * width)
        _take_from_above(cells, below)
        below = {at: (left - 1, cell) for at, (left, cell) in below.items() if left > 1}
        expanded.append(tuple(cells))
    return expanded


def _take_from_above(cells: list[Cell], below: dict[int, tuple[int, Cell]]) -> None:
    while len(cells) in below:
        cells.append(below[len(cells)][1])


def _spans(element: Any) -> tuple[int, int]:
    """Return how many columns and rows a cell covers; 0 rows means all that are left."""
    attributes = element.attrib
    if not attributes:
        return 1, 1
    width = _span(attributes.get("colspan"), _MOST_COLUMNS)
    return width or 1, _span(attributes.get("rowspan"), _MOST_ROWS)


def _span(text: str | None, most: int) -> int:
    digits = (text or "").strip()
    return min(int(digits), most) if digits.isascii() and digits.isdigit() else 1


def _read_cell(element: Any) -> Cell:
    children = list(element)
    if not children:
        return Cell(" ".join((element.text or "").split()))
    if len(children) == 1 and children[0].tag == "p" and len(children[0]) == 0:
        inner = children[0]
        text = f"{element.text or ''} {inner.text or ''} {inner.tail or ''}"
        return Cell(" ".join(text.split()))
    links = tuple(href for link in element.iter("a") if (href := link.get("href")) is not None)
    return Cell(collapsed_text(element), links)
