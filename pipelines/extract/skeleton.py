"""This module hands what surrounds the tables of a page to BeautifulSoup.

The skeleton holds blocks, panels and notes, an empty `table` in the place of each table, and no
inline markup: neighbouring pieces of text are one text. Put what the skeleton keeps here; `walk`
reads it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup
from bs4.builder import HTMLTreeBuilder
from lxml import etree

from pipelines.extract.text import BLOCKS, collapsed_text, is_silent, is_unseen
from pipelines.extract.tree import Event, walk

if TYPE_CHECKING:
    from collections.abc import Mapping

NUMBER = "data-number"
"""The attribute of a `table` of the skeleton that holds the table's number on its page."""

LABEL = "aria-label"
"""The attribute of a tab's panel that holds its label."""

_ATTRIBUTES = ("role", "class", LABEL)
_ROLES = frozenset(["note", "tabpanel"])
_CLASSES = frozenset(["admonition", "sd-tab-content"])


def build_skeleton(root: Any, numbers: Mapping[Any, int]) -> BeautifulSoup:
    """Build the skeleton of a page.

    Args:
        root: The lxml element that is the page's own content.
        numbers: Every `table` element below `root`, with its number.

    Returns:
        The skeleton.
    """
    return BeautifulSoup("", builder=_FromTree(root, numbers))


class _FromTree(HTMLTreeBuilder):
    """Feeds BeautifulSoup from a tree that is parsed already, so that no page is parsed twice."""

    def __init__(self, root: Any, numbers: Mapping[Any, int]) -> None:
        super().__init__(multi_valued_attributes={})
        self._root = root
        self._numbers = numbers
        self._texts: list[str] = []

    def feed(self, _markup: object) -> None:
        """Send the tree's elements and texts in document order."""
        self._start(self._root)
        for event, element in walk(self._root, _is_leaf):
            if event is Event.START:
                self._start(element)
                continue
            if event is Event.END:
                self._end(element)
            elif isinstance(element.tag, str):
                self._mark_tables(element)
            self._texts.append(element.tail or "")
        self._end(self._root)
        self._send_text()

    def _start(self, element: Any) -> None:
        if _is_kept(element):
            found = {name: text for name in _ATTRIBUTES if (text := element.get(name)) is not None}
            if is_panel(element) and (label := self._label(element)) is not None:
                found[LABEL] = label
            self._open(element.tag, found)
        self._texts.append(element.text or "")

    def _label(self, panel: Any) -> str | None:
        """Return a panel's label: that of the tabs that it names, or else its own."""
        names = (panel.get("aria-labelledby") or "").split()
        tabs = [self._tabs[name] for name in names if name in self._tabs]
        return " ".join(map(collapsed_text, tabs)) or panel.get(LABEL)

    @cached_property
    def _tabs(self) -> Mapping[str, Any]:
        """The elements that a panel can name as its tab, by their ids."""
        return {name: one for one in self._root.iter(etree.Element) if (name := one.get("id"))}

    def _end(self, element: Any) -> None:
        if _is_kept(element):
            self._close(element.tag)

    def _mark_tables(self, element: Any) -> None:
        for table in element.iter("table"):
            self._open("table", {NUMBER: str(self._numbers[table])})
            self._close("table")

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        self._send_text()
        self._page.handle_starttag(name, None, None, attributes)

    def _close(self, name: str) -> None:
        self._send_text()
        self._page.handle_endtag(name)

    def _send_text(self) -> None:
        """Send the text since the last tag. White space alone counts in literal text only."""
        text = "".join(self._texts)
        self._texts.clear()
        if text and (self._page.preserve_whitespace_tag_stack or not text.isspace()):
            self._page.handle_data(text)

    @property
    def _page(self) -> BeautifulSoup:
        assert self.soup is not None  # noqa: S101 - BeautifulSoup sets it before it calls `feed`
        return self.soup


def _is_leaf(node: Any) -> bool:
    if node.tag == "table" or is_silent(node):
        return True
    # A reader sees the panel of a tab that is not chosen after a click.
    return is_unseen(node) and not is_panel(node)


def is_panel(element: Any) -> bool:
    """Return whether an element, of lxml or of the skeleton, says that it is a tab's content."""
    return bool(element.get("role") == "tabpanel")


def _is_kept(element: Any) -> bool:
    return (
        element.tag in BLOCKS
        or element.get("role") in _ROLES
        or not _CLASSES.isdisjoint((element.get("class") or "").split())
    )
