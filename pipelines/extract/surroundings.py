"""This module reads what surrounds the tables of a page, in one walk over its skeleton.

Headings, tabs, blocks, notes, the page's title and its date, and the place of each table: there
is one rule for headings and one for tabs. `skeleton` says what the walk can meet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from bs4.element import NavigableString, Tag

from pipelines.extract import bounds as limits
from pipelines.extract.blocks import Block, Kind, Panel, Place, Tab
from pipelines.extract.bounds import check_at_most
from pipelines.extract.skeleton import LABEL, NUMBER, is_panel

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bs4 import BeautifulSoup

_LEVELS = {f"h{level}": level for level in range(1, 7)}
_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(_LEVELS, "heading"),
    "pre": "literal",
    "p": "paragraph",
}
_NOTE_TITLE = "admonition-title"
# Of sphinx-design, sphinx-inline-tabs, sphinx-panels: the label stands before the content.
_PANELS = frozenset(["sd-tab-content", "tab-content", "tabbed-content"])
_LAST_UPDATE = re.compile(r"last updated?\s*:?\s*(?:on\s+)?(?P<date>\S.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What surrounds the tables of a page.

    Attributes:
        title: The first heading of the first level, or None.
        last_update: The date of the last update as the page prints it, or None.
        blocks: Headings, literal text and paragraphs, in order.
        places: Where each table stands, by its number.
        notes: The texts of all notes, in order.
        notes_of: The notes of each table that has some, by its number.
        tabs: The tabs, in order, with and without tables.
    """

    title: str | None
    last_update: str | None
    blocks: tuple[Block, ...]
    places: Mapping[int, Place]
    notes: tuple[str, ...]
    notes_of: Mapping[int, tuple[str, ...]]
    tabs: tuple[Tab, ...]


class _Around(NamedTuple):
    """What the walk knows of the elements around a tag."""

    panel: Panel | None = None
    menu: bool = False
    note: bool = False
    block: bool = False


def read_surroundings(skeleton: BeautifulSoup) -> Surroundings:
    """Read the skeleton of a page in one walk.

    Args:
        skeleton: The skeleton.

    Returns:
        What surrounds the page's tables.

    Raises:
        ExtractError: The page has more notes than a page may have.
    """
    reader = _Reader()
    for tag, around, inside in _tags(skeleton):
        reader.read(tag, around, inside)
    return Surroundings(
        title=reader.title,
        last_update=reader.last_update,
        blocks=tuple(reader.blocks),
        places=reader.places,
        notes=tuple(reader.notes),
        notes_of={number: tuple(texts) for number, texts in reader.notes_of.items()},
        tabs=reader.tabs(),
    )


def _tags(skeleton: BeautifulSoup) -> Iterator[tuple[Tag, _Around, _Around]]:
    """Yield every tag in document order, with what is around it and what is around its content."""
    waiting: list[tuple[Tag, _Around]] = [(skeleton, _Around())]
    while waiting:
        tag, around = waiting.pop()
        inside = _inside(tag, around)
        yield tag, around, inside
        waiting.extend(
            (child, inside) for child in reversed(tag.contents) if isinstance(child, Tag)
        )


def _inside(tag: Tag, around: _Around) -> _Around:
    if tag.attrs:
        panel = _panel(tag)
        if panel is not None:
            around = around._replace(panel=panel)
        if _is_note(tag):
            around = around._replace(note=True)
    if tag.name == "nav":
        return around._replace(menu=True)
    return around._replace(block=True) if tag.name in _KINDS else around


class _Reader:
    """Reads the tags of one walk. A note belongs to the tables that it follows."""

    def __init__(self) -> None:
        self.title: str | None = None
        self.last_update: str | None = None
        self.blocks: list[Block] = []
        self.places: dict[int, Place] = {}
        self.notes: list[str] = []
        self.notes_of: dict[int, list[str]] = {}
        self._headings: list[tuple[int, str]] = []
        self._recent: list[int] = []
        self._panels: dict[int, Place] = {}

    def tabs(self) -> tuple[Tab, ...]:
        """Return the tabs that were met; a table counts for the innermost tab around it."""
        inside: dict[int, list[int]] = {}
        for number, place in self.places.items():
            if place.panel:
                inside.setdefault(place.panel.number, []).append(number)
        return tuple(
            Tab(place.section, place.tab or "", tuple(inside.get(panel, ())))
            for panel, place in self._panels.items()
        )

    def read(self, tag: Tag, around: _Around, inside: _Around) -> None:
        """Read one tag."""
        if tag.name == "table":
            number = int(str(tag[NUMBER]))
            self.places[number] = self._place(around)
            self._recent.append(number)
        if around.menu:
            return
        if inside.panel and inside.panel is not around.panel:
            self._panels[inside.panel.number] = self._place(inside)
        if tag.name in _KINDS and not around.block:
            self._read_block(tag, around)
        if inside.note and not around.note:
            self._read_note(_text(tag), around)

    def _read_block(self, tag: Tag, around: _Around) -> None:
        kind = _KINDS[tag.name]
        text = "".join(tag.strings) if kind == "literal" else _text(tag)
        if kind == "heading" and not around.note:
            self._enter_section(_LEVELS[tag.name], text)
        if kind == "paragraph" and self.last_update is None and not around.note:
            match = _LAST_UPDATE.fullmatch(text)
            self.last_update = match["date"] if match else None
        place = self._place(around)
        self.blocks.append(Block(kind, place.section, place.tab, text))

    def _enter_section(self, level: int, text: str) -> None:
        if level == 1 and self.title is None:
            self.title = text
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        self._headings.append((level, text))
        self._recent = []

    def _read_note(self, text: str, around: _Around) -> None:
        self.notes.append(text)
        check_at_most(limits.MOST_NOTES, len(self.notes), "notes", "the page")
        for number in self._owners(around.panel):
            self.notes_of.setdefault(number, []).append(text)

    def _owners(self, panel: Panel | None) -> list[int]:
        """Find the tables that a note in this panel belongs to: the last, or all of its tabs."""
        if not self._recent:
            return []
        above = self.places[self._recent[-1]].panel
        if panel is not None:
            return self._recent[-1:] if above == panel else []
        if above is None:
            return self._recent[-1:]
        panels = ((number, self.places[number].panel) for number in self._recent)
        return [number for number, one in panels if one and one.tab_set == above.tab_set]

    def _place(self, around: _Around) -> Place:
        return Place(tuple(text for _, text in self._headings), around.panel)


def _classes(tag: Tag) -> list[str]:
    return str(tag.get("class") or "").split()


def _is_note(tag: Tag) -> bool:
    return "admonition" in _classes(tag) or tag.get("role") == "note"


def _panel(tag: Tag) -> Panel | None:
    """Return the panel that a tag is, if it is the content of a tab."""
    label = _tab_label(tag)
    return None if label is None else Panel(label, id(tag), id(tag.parent))


def _tab_label(tag: Tag) -> str | None:
    """Return the label of a tab's panel: its own, or the `label` element that stands before it."""
    if is_panel(tag):
        return str(tag.get(LABEL) or "")
    if not _PANELS.isdisjoint(_classes(tag)):
        label = tag.find_previous_sibling("label")
        return _text(label) if isinstance(label, Tag) else None
    return None


def _text(tag: Tag) -> str:
    """Return the text of a tag, without the titles of the notes in it."""
    return " ".join(" ".join(_strings(tag)).split())


def _strings(tag: Tag) -> Iterator[str]:
    """Yield the texts of a tag; in a skeleton, each is set apart from its neighbours."""
    waiting = list(reversed(tag.contents))
    while waiting:
        node = waiting.pop()
        if isinstance(node, NavigableString):
            yield str(node)
        elif isinstance(node, Tag) and _NOTE_TITLE not in _classes(node):
            waiting.extend(reversed(node.contents))
