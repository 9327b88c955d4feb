"""Links of documents lead somewhere, and every document is on the site's list of pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import yaml

from tools.documents.found import REPOSITORY, anchors, documents, links, name_of
from tools.documents.site import BESIDE, expanded, with_links_of_site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
MOST_LINES = 200
LONG = {"CHANGELOG.md": "a list that is not read from top to bottom"}
"""Documents that may be longer than a page, each with its reason."""


@pytest.mark.parametrize("path", documents(), ids=name_of)
def test_every_link_leads_to_a_file_and_a_heading(path: Path) -> None:
    text = path.read_text("utf-8")
    for target in (one for one in links(text) if not re.match(r"[a-z]+:", one)):
        name, _, anchor = target.partition("#")
        found = (path.parent / name).resolve() if name else path
        assert found.exists(), f"{target} leads to no file"
        if anchor and found.suffix == ".md":
            assert anchor in set(anchors(found.read_text("utf-8"))), f"{target}: no such heading"


def test_every_document_has_a_place_on_the_site() -> None:
    # Its icons and colours are tags of Python, which are of no matter here.
    settings = yaml.safe_load((REPOSITORY / "mkdocs.yml").read_text("utf-8"))
    pages = set(_pages(expanded(settings["nav"])))
    expected = {name_of(path).removeprefix("docs/") for path in documents()}
    assert pages == {BESIDE.get(name, name) for name in expected} | {*BESIDE.values()}


def _pages(nav: object) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    for part in nav.values() if isinstance(nav, dict) else nav if isinstance(nav, list) else ():
        yield from _pages(part)


def test_on_the_site_a_link_out_of_the_documents_leads_to_a_page_or_is_plain_text() -> None:
    text = "[a](../README.md#x) [b](../i.py) [c](start/with-sql.md) `[d](../e.md)` [`f`](../g)"
    known = {"index.md", "start/with-sql.md"}
    found = with_links_of_site(text, "docs/glossary.md", "glossary.md", known)
    assert found == "[a](index.md#x) b [c](start/with-sql.md) `[d](../e.md)` `f`"
    deeper = with_links_of_site(
        "![p](docs/images/x.png)", "CHANGELOG.md", "project/changes.md", {"images/x.png"}
    )
    assert deeper == "![p](../images/x.png)"


@pytest.mark.parametrize("path", documents(), ids=name_of)
def test_every_document_is_a_page_that_can_be_read(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= MOST_LINES or name_of(path) in LONG, f"{lines} lines: split it by subject"
