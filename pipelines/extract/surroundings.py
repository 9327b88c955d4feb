"""What surrounds the tables of a page: headings, tabs, notes, the page's date.

Here belongs reading a page from which the tables' insides are already taken: each table is a
`<div data-table="N">`. BeautifulSoup reads it; what remains is small.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK = "data-table"
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LAST_UPDATE = re.compile(r"last updated?\s*:?\s*(?:on\s+)?(?P<date>\S.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: the headings above it and the tab that it is in.

    `panel` and `tab_set` tell panels and sets of tabs apart on one page; they mean nothing else.
    """

    section: tuple[str, ...]
    tab: str | None
    panel: int | None
    tab_set: int | None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A page without its tables' insides."""

    title: str | None
    last_update: str | None
    places: dict[int, Place]
    notes: tuple[str, ...]
    notes_of: dict[int, tuple[str, ...]]


def read_surroundings(html: bytes) -> Surroundings:
    """Read the skeleton of a page, encoded in UTF-8."""
    soup = BeautifulSoup(html, "lxml", from_encoding="utf-8")
    reader = _Reader()
    for tag in _elements(soup):
        reader.read(tag)
    return Surroundings(
        title=reader.title,
        last_update=reader.last_update,
        places=reader.places,
        notes=tuple(reader.notes),
        notes_of={number: tuple(texts) for number, texts in reader.notes_of.items()},
    )


class _Reader:
    """Walks a page in document order; a note belongs to the tables that it follows."""

    def __init__(self) -> None:
        self.title: str | None = None
        self.last_update: str | None = None
        self.places: dict[int, Place] = {}
        self.notes: list[str] = []
        self.notes_of: dict[int, list[str]] = {}
        self._headings: list[tuple[int, str]] = []
        self._recent: list[int] = []

    def read(self, tag: Tag) -> None:
        if tag.name in _HEADINGS:
            self._enter_section(_HEADINGS[tag.name], _text(tag))
        elif tag.has_attr(MARK):
            number = int(str(tag[MARK]))
            self.places[number] = self._place(tag)
            self._recent.append(number)
        elif _is_note(tag):
            self._read_note(tag)
        elif tag.name == "p" and self.last_update is None:
            match = _LAST_UPDATE.fullmatch(_text(tag))
            self.last_update = match["date"] if match else None

    def _enter_section(self, level: int, text: str) -> None:
        if level == 1 and self.title is None:
            self.title = text
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        self._headings.append((level, text))
        self._recent = []

    def _read_note(self, tag: Tag) -> None:
        text = _text(tag)
        self.notes.append(text)
        if not self._recent:
            return
        place, above = self._place(tag), self.places[self._recent[-1]]
        if place.panel is not None:
            owners = [self._recent[-1]] if above.panel == place.panel else []
        elif above.tab_set is not None:
            owners = [n for n in self._recent if self.places[n].tab_set == above.tab_set]
        else:
            owners = [self._recent[-1]]
        for number in owners:
            self.notes_of.setdefault(number, []).append(text)

    def _place(self, tag: Tag) -> Place:
        section = tuple(text for _, text in self._headings)
        for parent in tag.parents:
            label = _tab_label(parent)
            if label is not None:
                return Place(section, label, id(parent), id(parent.parent))
        return Place(section, None, None, None)


def _elements(soup: BeautifulSoup) -> Iterator[Tag]:
    """Return the elements in document order.

    Navigation and the insides of notes are left out, but for the tables that stand there.
    """
    skipped: set[int] = set()
    for tag in soup.descendants:
        if not isinstance(tag, Tag):
            continue
        if id(tag.parent) in skipped or tag.name == "nav":
            skipped.add(id(tag))
            if tag.has_attr(MARK):
                yield tag
            continue
        if _is_note(tag):
            skipped.add(id(tag))
        yield tag


def _classes(tag: Tag) -> list[str]:
    return list(tag.get_attribute_list("class"))


def _is_note(tag: Tag) -> bool:
    return "admonition" in _classes(tag) or tag.get("role") == "note"


def _tab_label(tag: Tag) -> str | None:
    """Return the label of a tab's panel: its own, or the `label` element that stands before it."""
    if tag.get("role") == "tabpanel":
        return str(tag.get("aria-label") or "")
    if "sd-tab-content" in _classes(tag):
        label = tag.find_previous_sibling("label")
        return _text(label) if isinstance(label, Tag) else ""
    return None


def _text(tag: Tag) -> str:
    """Return a tag's text, white space collapsed, without permalinks and note titles."""
    left_out = {"headerlink", "admonition-title"}
    parts = []
    for node in tag.descendants:
        if isinstance(node, Tag):
            if node.name in ("p", "li", "br", "div"):
                parts.append(" ")
        elif type(node) is NavigableString and not any(
            left_out.intersection(_classes(parent)) for parent in _until(node, tag)
        ):
            parts.append(str(node))
    return " ".join("".join(parts).split())


def _until(node: NavigableString, root: Tag) -> Iterator[Tag]:
    for parent in node.parents:
        if parent is root:
            return
        yield parent
