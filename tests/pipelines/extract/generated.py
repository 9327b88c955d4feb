"""Generated tables with the grid that a reader should find in them: an independent model.

A table is drawn as a grid first and cut into rectangles; the HTML is written from the rectangles.
Nothing here knows how the extractor works.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from hypothesis import settings
from hypothesis import strategies as st

from tests.forms import FULL

_SPACES = " \t\n\u00a0\u2003"
_LETTERS = "ab9,.$<>&\"'“é¶" + _SPACES
_INLINE = ("b", "em", "span", "code")


@dataclass(frozen=True)
class Content:
    """Markup, the text that it shows before white space is collapsed, and the links in it."""

    html: str
    text: str
    links: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The text with its white space collapsed."""
        return re.sub(f"[{_SPACES}]+", " ", self.text).strip(" ")


@dataclass(frozen=True)
class Drawn:
    """A table's markup, and the header and body that a reader finds."""

    html: str
    header: list[list[Content]]
    body: list[list[Content]]


@st.composite
def _words(draw: st.DrawFn) -> Content:
    text = draw(st.text(_LETTERS, max_size=6))
    written = draw(st.sampled_from(("plain", "decimal", "hexadecimal")))
    if written == "plain":
        return Content(escape(text), text)
    form = "&#{};" if written == "decimal" else "&#x{:x};"
    return Content("".join(form.format(ord(letter)) for letter in text), text)


@st.composite
def _link(draw: st.DrawFn) -> Content:
    inner = draw(_words())
    address = draw(st.sampled_from(("#here", "a.html?b=1&c=2", "https://docs.example/ü", "")))
    return Content(f'<a href="{escape(address)}">{inner.html}</a>', inner.text, (address,))


_SILENT = st.sampled_from(
    [
        Content("<!-- a comment -->", ""),
        Content("<script>let a = '<td>'</script>", ""),
        Content('<a class="headerlink" href="#x">\u00b6</a>', "", ("#x",)),
        Content('<a name="x"></a>', ""),
        Content("<br>", " "),
        Content('<img src="a.png" alt="b">', ""),
    ]
)


def _joined(parts: list[Content]) -> Content:
    return Content(
        "".join(part.html for part in parts),
        "".join(part.text for part in parts),
        tuple(link for part in parts for link in part.links),
    )


def _wrapped(parts: list[Content], tag: str) -> Content:
    inner = _joined(parts)
    if tag in _INLINE:
        return Content(f"<{tag}>{inner.html}</{tag}>", inner.text, inner.links)
    if tag == "li":
        return Content(f"<ul><li>{inner.html}</li></ul>", f" {inner.text} ", inner.links)
    return Content(f"<{tag}>{inner.html}</{tag}>", f" {inner.text} ", inner.links)


DRAWN = settings(max_examples=60 if FULL else 25)
"""How often a test draws tables: one of them takes ten milliseconds, most of it for the draw."""
CONTENT = st.recursive(
    _words() | _link() | _SILENT,
    lambda inner: st.builds(
        _wrapped, st.lists(inner, max_size=3), st.sampled_from([*_INLINE, "div", "li"])
    ),
    max_leaves=4,
)
# Cells as Sphinx writes them, bare ones, and whatever else there is.
CELL = st.one_of(
    _words(),
    st.builds(lambda inner: Content(f"<p>{inner.html}</p>", inner.text, inner.links), _words()),
    st.builds(_joined, st.lists(CONTENT, max_size=3)),
)


@st.composite
def _rows(draw: st.DrawFn, width: int, *, tag: str) -> tuple[str, list[list[Content]]]:
    """Cut a grid into rectangles, row by row, and write each as one cell with its spans."""
    height = draw(st.integers(1, 4))
    grid: list[list[Content | None]] = [[None] * width for _ in range(height)]
    lines = []
    for y in range(height):
        cells = []
        for x in range(width):
            if grid[y][x] is not None:
                continue
            free = next((at for at in range(x, width) if grid[y][at] is not None), width) - x
            across, down = draw(st.integers(1, free)), draw(st.integers(1, height - y))
            content = draw(CELL)
            for row in grid[y : y + down]:
                row[x : x + across] = [content] * across
            attributes = _spans(draw, across, down, last=y + down == height)
            cells.append(f"<{tag}{attributes}>{content.html}{draw(_end(tag))}")
        lines.append(f"<tr>{''.join(cells)}{draw(_end('tr'))}")
    return draw(st.sampled_from(("", "\n"))).join(lines), grid  # type: ignore[return-value]


def _spans(draw: st.DrawFn, across: int, down: int, *, last: bool) -> str:
    """Write spans; one that reaches the last row may say so with 0 or with too large a number."""
    rows = draw(st.sampled_from((down, 0, down + 7))) if last else down
    text = "" if across == 1 and draw(st.booleans()) else f' colspan="{across}"'
    return text if rows == 1 and draw(st.booleans()) else f'{text} rowspan=" {rows} "'


def _end(tag: str) -> st.SearchStrategy[str]:
    return st.sampled_from((f"</{tag}>", ""))


@st.composite
def tables(draw: st.DrawFn) -> Drawn:
    """Draw a table with a header, or without, and one or more bodies."""
    width = draw(st.integers(1, 4))
    head_html, header = draw(_rows(width, tag="th")) if draw(st.booleans()) else ("", [])
    bodies = draw(st.lists(_rows(width, tag="td"), min_size=1, max_size=2))
    groups = [f"<tbody>{html}</tbody>" for html, _ in bodies]
    head = f"<thead>{head_html}</thead>" if header else ""
    return Drawn(
        f"<table class='any'>{head}{''.join(groups)}</table>",
        header,
        [row for _, rows in bodies for row in rows],
    )
