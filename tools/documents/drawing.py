"""Boxes and arrows as SVG: what the pictures of this room are drawn with.

A drawing has its own light ground, so that it can be read on a dark page too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from textwrap import dedent
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LINE = 18
PAD = 10
_STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1c2530 }
  .title { font-weight: 600 } .note { fill: #5a6675; font-size: 12px }
  .box { fill: #fff; stroke: #8a97a6 } .strong { fill: #fdf1e7; stroke: #c45a11 }
  .edge { fill: none; stroke: #5a6675; stroke-width: 1.3; marker-end: url(#tip) }
"""
_TIP = (
    '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
    'orient="auto"><path d="M0 0 8 4 0 8z" fill="#5a6675"/></marker>'
)


@dataclass(frozen=True, slots=True)
class Box:
    """A box with a title and lines below it."""

    x: float
    y: float
    width: float
    title: str
    lines: tuple[str, ...] = ()
    strong: bool = False

    @property
    def height(self) -> float:
        """How high the box is."""
        return 2 * PAD + LINE * (1 + len(self.lines)) - 4

    def svg(self) -> str:
        """Return the box."""
        x, y = self.x + PAD, self.y + PAD + 12
        texts = [f'<text class="title" x="{x:g}" y="{y:g}">{escape(self.title)}</text>']
        texts += [
            f'<text class="note" x="{x:g}" y="{y + LINE * number:g}">{escape(line)}</text>'
            for number, line in enumerate(self.lines, 1)
        ]
        kind = "box strong" if self.strong else "box"
        return (
            f'<rect class="{kind}" x="{self.x:g}" y="{self.y:g}" width="{self.width:g}" '
            f'height="{self.height:g}" rx="5"/>' + "".join(texts)
        )


@dataclass(slots=True)
class Drawing:
    """A picture to which boxes, arrows and notes are added."""

    description: str
    parts: list[str] = field(default_factory=list)
    width: float = 0
    height: float = 0

    def add(self, boxes: Sequence[Box]) -> None:
        """Add boxes; the picture grows to hold them."""
        for box in boxes:
            self.parts.append(box.svg())
            self.width = max(self.width, box.x + box.width)
            self.height = max(self.height, box.y + box.height)

    def note(self, x: float, y: float, text: str) -> None:
        """Add a line of text."""
        self.parts.append(f'<text class="note" x="{x:g}" y="{y:g}">{escape(text)}</text>')

    def arrow(self, path: str) -> None:
        """Add an arrow along a path of SVG."""
        self.parts.append(f'<path class="edge" d="{path}"/>')

    def svg(self) -> str:
        """Return the whole picture."""
        width, height = self.width + 20, self.height + 20
        return dedent(f"""\
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" \
width="{width:g}" height="{height:g}" role="img" aria-label="{escape(self.description)}">
            <style>{_STYLE}</style>
            <defs>{_TIP}</defs>
            <rect width="{width:g}" height="{height:g}" rx="8" fill="#f5f7f9"/>
            """) + "\n".join([*self.parts, "</svg>\n"])
