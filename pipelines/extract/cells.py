"""This module reads one cell of a table: its text, its links, its note marks.

Put what is read inside `<td>` and `<th>` here; `grids` finds the cells and their places. lxml
reads them alone, because cells are most of a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pipelines.extract.text import is_unseen, read_text


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table.

    Attributes:
        text: The text that a reader sees, white space collapsed, without note marks.
        links: The addresses that the cell links to, in order.
        marks: The raised marks that point to notes, such as `1` in `12.5<sup>1</sup>`.
        hidden: Whether the cell holds text that a reader does not see; `text` is without it.
    """

    text: str
    links: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    hidden: bool = False


def read_cell(element: Any, *, in_sight: bool = True) -> Cell:
    """Read an lxml `td` or `th` element. Tables in it count as its text.

    Args:
        element: The element.
        in_sight: Whether a reader sees the row that it is in.
    """
    if not in_sight or is_unseen(element):
        return Cell("", _links(element), hidden=any(text.strip() for text in element.itertext()))
    children = len(element)
    if not children:
        return _plain(element.text or "")
    inner = element[0]
    if children == 1 and inner.tag == "p" and len(inner) == 0 and not is_unseen(inner):
        return _plain(f"{element.text or ''} {inner.text or ''} {inner.tail or ''}")
    read = read_text(element)
    return Cell(read.shown, _links(element), read.marks, read.hidden)


@lru_cache(maxsize=10_000)
def _plain(text: str) -> Cell:
    """Return a cell of text alone: a page repeats few texts many times."""
    return Cell(" ".join(text.split()))


def _links(element: Any) -> tuple[str, ...]:
    return tuple(href for link in element.iter("a") if (href := link.get("href")) is not None)
