"""Package lists as BeautifulSoup reads them from a page: a reading that shares no code with ours.

Put here what tests hold our rows of lists against; no test.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup, Tag

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Written by hand from the pages, not from the vocabulary that is tested.
_NAMED = re.compile(r"((?:(?:Inf|Trn)\d/?)+) packages")
_RELEASE = re.compile(r"Neuron (?:release version )?(\d+\.\d+\.\d+)")


def lists(docs: Path, release: str, path: str) -> Iterator[tuple[str, str, str]]:
    """Yield each list of a page: the text that names it, the release of it, and its text."""
    body = (docs / "en" / f"v{release}" / path).read_bytes()
    for block in BeautifulSoup(body, "html.parser").find_all("pre"):
        text = block.get_text()
        if not re.search(r"packages .*in Neuron|Component\s+Package", text):
            continue
        named = next(
            one for one in _above(block) if one.endswith("packages") and len(one.split()) < 9
        )
        title = _RELEASE.search(text) or next(filter(None, map(_RELEASE.search, _above(block))))
        yield named, title[1], text


def _above(block: Tag) -> Iterator[str]:
    """Yield the headings and paragraphs before a block, the nearest first."""
    for element in block.previous_elements:
        if isinstance(element, Tag) and element.name in ("h2", "h3", "h4", "p"):
            yield " ".join(element.get_text().rstrip("#\uf0c1¶").split())


def lines(text: str) -> Iterator[str]:
    """Yield the lines of a list that name a package, white space collapsed."""
    for line in filter(str.strip, text.splitlines()):
        words = " ".join(line.split())
        if not re.match(r"List of|Component Package$|Package Supported", words):
            yield words


def printed_lines(docs: Path, release: str, path: str) -> Counter[tuple[str, str, str]]:
    """Count a page's lines: the accelerator, the release, and the text of each."""
    return Counter(
        (name.lower(), of, line)
        for heading, of, text in lists(docs, release, path)
        if (named := _NAMED.fullmatch(heading))
        for name in named[1].split("/")
        for line in lines(text)
    )
