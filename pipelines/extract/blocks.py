"""This module declares what stands around tables: blocks, and the places of blocks and tables.

Put values here; `surroundings` reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["heading", "literal", "paragraph"]


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a page, outside tables and menus.

    Attributes:
        kind: What it is; a literal is text whose lines and spaces count.
        section: The headings above it, from the top. A heading's own text is the last of them.
        tab: The label of the tab that it is in, or None.
        text: Its text; a literal's has its lines, of all others white space is collapsed.
    """

    kind: Kind
    section: tuple[str, ...]
    tab: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Panel:
    """The content of one tab.

    Attributes:
        label: The tab's label.
        number: Tells panels of one page apart, and means nothing else.
        tab_set: Tells sets of tabs of one page apart, and means nothing else.
    """

    label: str
    number: int
    tab_set: int


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of a page, whether or not a table is in it.

    Attributes:
        section: The headings above it, from the top.
        label: Its label.
        tables: The numbers of the tables in it.
    """

    section: tuple[str, ...]
    label: str
    tables: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: the headings above it, from the top, and the tab around it."""

    section: tuple[str, ...]
    panel: Panel | None

    @property
    def tab(self) -> str | None:
        """The label of the tab around it, or None."""
        return None if self.panel is None else self.panel.label
