"""Which documents there are, and what is in them: prose, fenced blocks, links, headings.

This module reads Markdown as far as the tests and tools of documents need it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).resolve().parents[2]
PARTS = REPOSITORY / "docs" / "fragments"
"""Texts that tools put into documents; no documents themselves."""
_FENCE = re.compile(r"^```(?P<kind>[\w-]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_INLINE = re.compile(r"`([^`]+)`")
_LINK = re.compile(r"\]\(([^()\s]+)\)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its kind, such as `sh`, and its text."""

    kind: str
    text: str


def documents() -> tuple[Path, ...]:
    """Return all documents of the repository, the README first."""
    top = sorted(REPOSITORY.glob("*.md"), key=lambda path: (path.name != "README.md", path.name))
    below = sorted((REPOSITORY / "docs").rglob("*.md"))
    return (*top, *(path for path in below if PARTS not in path.parents))


def name_of(path: Path) -> str:
    """Return a document's path in the repository."""
    return path.relative_to(REPOSITORY).as_posix()


def blocks(text: str) -> tuple[Block, ...]:
    """Return the fenced blocks of a document."""
    return tuple(Block(match["kind"], match["text"]) for match in _FENCE.finditer(text))


def without_blocks(text: str) -> str:
    """Return a document without its fenced blocks and comments."""
    return _COMMENT.sub("", _FENCE.sub("", text))


def inline_code(text: str) -> list[str]:
    """Return what stands in back-ticks outside of fenced blocks, on one line each."""
    return [" ".join(one.split()) for one in _INLINE.findall(without_blocks(text))]


def links(text: str) -> list[str]:
    """Return the targets of all links of a document, as written."""
    return _LINK.findall(_INLINE.sub("", without_blocks(text)))


def prose(text: str) -> str:
    """Return the words of a document: no code, no targets of links, no HTML."""
    return re.sub(r"<[^>]+>", " ", _LINK.sub("]", _INLINE.sub(" ", without_blocks(text))))


def anchors(text: str) -> Iterator[str]:
    """Yield the anchor of each heading, as GitHub and MkDocs both make it."""
    seen: dict[str, int] = {}
    for heading in re.findall(r"^#+ (.+)$", without_blocks(text), re.MULTILINE):
        plain = re.sub(r"\]\([^)]*\)", "]", heading)
        anchor = re.sub(r"[^\w\- ]", "", plain.lower()).strip().replace(" ", "-")
        count = seen[anchor] = seen.get(anchor, -1) + 1
        yield f"{anchor}_{count}" if count else anchor
