"""This module reads the text of an element: which text counts, and where words are set apart.

Put every rule about text here: there is one rule for cells, headings, paragraphs and notes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.extract.tree import Event, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCKS = frozenset(
    ["p", "div", "li", "ul", "ol", "br", "dl", "dt", "dd", "pre", "blockquote", "section", "hr"]
    + ["table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "figure", "figcaption"]
    + ["main", "article", "nav", "header", "footer", "aside", "search", "hgroup", "address"]
    + ["details", "summary", "dialog", "center", "menu", "dir", "form", "fieldset", "legend"]
    + ["label", "button", "select", "optgroup", "option", "textarea"]
    + [f"h{level}" for level in range(1, 7)]
)
"""Elements whose text is set apart from the text around them, as browsers show them."""

_STRUCK = frozenset(["s", "del", "strike"])
"""Struck out: joined with what takes its place, `<del>1</del>20.5` would be another figure."""

_SILENT = frozenset(["script", "style", "template"])
_UNSEEN_STYLE = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE
)
_RAISED = ("sup", "sub")
"""Raised or lowered: in the line with the text, it would be part of the figure before it."""
_RAISED_STYLE = re.compile(r"(?:^|;)\s*vertical-align\s*:\s*(?:super|sub)\b", re.IGNORECASE)
# For screen readers only, or not shown at all: Bootstrap's, and sphinx-design's of the same names.
# `aria-hidden` is the opposite: seen, and not read aloud.
_UNSEEN_CLASSES = frozenset(["visually-hidden", "sr-only", "d-none", "sd-d-none"])
_SEEN_WHERE_WIDE = re.compile(r"(?:sd-)?d-(?:sm|md|lg|xl|xxl)-(?!none)")
"""A class that shows in a wide window what is not shown in a narrow one."""


@dataclass(frozen=True, slots=True)
class Text:
    """The text of an element, with what is kept apart from it.

    Attributes:
        shown: The text that a reader sees, white space collapsed, without note marks.
        marks: The raised or lowered marks that point to notes, in order.
        hidden: Whether some text was left out because a reader does not see it.
    """

    shown: str
    marks: tuple[str, ...] = ()
    hidden: bool = False


def is_unseen(element: Any) -> bool:
    """Return whether a reader does not see an lxml element, as its own attributes say."""
    attributes = element.attrib
    if not attributes:
        return False
    classes = (attributes.get("class") or "").split()
    return (
        attributes.get("hidden") is not None
        or not (_UNSEEN_CLASSES.isdisjoint(classes) or any(map(_SEEN_WHERE_WIDE.match, classes)))
        or _UNSEEN_STYLE.search(attributes.get("style") or "") is not None
    )


def is_silent(element: Any) -> bool:
    """Return whether an lxml node never has text: a comment, a script, a permalink."""
    tag = element.tag
    return (
        not isinstance(tag, str)
        or tag in _SILENT
        or (tag == "a" and "headerlink" in (element.get("class") or "").split())
    )


def collapsed_text(element: Any) -> str:
    """Return the text of an lxml element, raised marks included, white space collapsed."""
    if len(element) == 0:
        return " ".join((element.text or "").split())
    return " ".join("".join(text for _, text in _pieces(element)).split())


def read_text(element: Any) -> Text:
    """Read the text of an lxml element, with raised marks and unseen text kept apart.

    Args:
        element: An lxml element. Its own attributes do not matter, those of its descendants do.

    Returns:
        The text in its parts.
    """
    shown: list[str] = []
    marks: list[str] = []
    hidden = False
    for node, text in _pieces(element, apart=True):
        if node is None:
            shown.append(text)
        elif is_unseen(node):
            hidden = hidden or any(part.strip() for part in node.itertext())
        elif mark := collapsed_text(node):
            marks.append(mark)
    return Text(" ".join("".join(shown).split()), tuple(marks), hidden)


def _is_mark(element: Any) -> bool:
    if element.tag in _RAISED or not element.attrib:
        return element.tag in _RAISED
    return (
        "footnote-reference" in (element.get("class") or "").split()
        or _RAISED_STYLE.search(element.get("style") or "") is not None
    )


def _pieces(element: Any, *, apart: bool = False) -> Iterator[tuple[Any, str]]:
    """Yield the pieces of text in order; with `apart`, also marks and unseen elements, unread."""

    def is_leaf(node: Any) -> bool:
        return is_silent(node) or is_unseen(node) or (apart and _is_mark(node))

    yield None, element.text or ""
    for event, node in walk(element, is_leaf):
        is_apart = event is not Event.LEAF and (node.tag in BLOCKS or node.tag in _STRUCK)
        around = " " if is_apart else ""
        if event is Event.START:
            yield None, around + (node.text or "")
            continue
        if event is Event.LEAF and apart and not is_silent(node):
            yield node, ""
        yield None, around + (node.tail or "")
