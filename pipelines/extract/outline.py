"""What stands beside the tables of a page, in order: headings, text blocks, paragraphs.

Here belongs reading them with the headings above and the tab around each. Tables are read in
`cells`; what a block says is read by those that ask for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from lxml import etree

from pipelines.extract.cells import collapsed_text

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["heading", "literal", "paragraph"]
_HEADINGS = {f"h{level}": level for level in range(1, 7)}


@dataclass(frozen=True, slots=True)
class Block:
    """One block. A heading's own text is the last of its `section`; a literal's has its lines."""

    kind: Kind
    section: tuple[str, ...]
    tab: str | None
    text: str


def read_outline(body: bytes, encoding: str = "utf-8") -> tuple[Block, ...]:
    """Read the blocks of a page in document order; those inside tables are the tables' own."""
    text = body if encoding == "utf-8" else body.decode(encoding).encode()  # lxml knows but few
    document = etree.fromstring(text, etree.HTMLParser(encoding="utf-8"))
    return () if document is None else tuple(_blocks(document))


def _blocks(document: Any) -> Iterator[Block]:
    headings: list[tuple[int, str]] = []
    for element in document.iter(*_HEADINGS, "pre", "p"):
        level = _HEADINGS.get(element.tag)
        if level is None and any(parent.tag == "table" for parent in element.iterancestors()):
            continue
        if level is not None:
            text = collapsed_text(element)
            headings = [one for one in headings if one[0] < level]
            headings.append((level, text))
        elif element.tag == "pre":
            text = "".join(element.itertext())
        else:
            text = collapsed_text(element)
        section = tuple(heading for _, heading in headings)
        yield Block(_kind(element.tag), section, _tab(element), text)


def _kind(tag: str) -> Kind:
    if tag in _HEADINGS:
        return "heading"
    return "literal" if tag == "pre" else "paragraph"


def _tab(element: Any) -> str | None:
    """Return the label of the tab around an element: the panel's own, or the `label` before it."""
    for parent in element.iterancestors("div"):
        if parent.get("role") == "tabpanel":
            return str(parent.get("aria-label") or "")
        if "sd-tab-content" in (parent.get("class") or "").split():
            label = next(parent.itersiblings("label", preceding=True), None)
            return "" if label is None else collapsed_text(label)
    return None
