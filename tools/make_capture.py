"""Write the bundled capture: the facts of a release's pages, in our own markup and words.

    python tools/make_capture.py FOLDER [--captured-at 2026-11-23T21:00:00+00:00] [--into FOLDER]

FOLDER holds real documentation pages, laid out like the site. Only facts are copied: headings,
tabs, tables, links, the page's date and label, and what notes state of prices and tokens. No
sentence and no markup of the original is copied; errors in its facts are. What is copied of other
pages than those of performance is chosen in `capture_other_pages`.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import sphobjinv
from bs4 import BeautifulSoup
from bs4.element import Tag

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from typing import TYPE_CHECKING

from pipelines.errors import AbsentError
from pipelines.extract import Cell, ExtractedPage, ExtractedTable, extract_page
from pipelines.pages.catalog import ALL_PAGES, PAGE_KINDS
from pipelines.pages.inventory import Location, pages_to_read, read_inventory
from pipelines.pages.radar import unread_pages
from pipelines.sources.site import INVENTORY_PATH, PUBLIC_SITE, FolderSite
from tools.capture_other_pages import other_page_lines
from tools.capture_sitemap import write_sitemap
from tools.real_pages import RealPages

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCES = "https://github.com/aws-neuron/aws-neuron-sdk"
BUNDLED = Path(__file__).resolve().parent.parent / "pipelines" / "bundled"
_PRICES = re.compile(r"(?P<basis>(?:US East \(N\. Virginia\) )?[\w-]+ hourly rate)")
_TOKENS = re.compile(r"input and output tokens")
_HEADINGS = re.compile(r"h[1-6]")


def main() -> None:
    """Read the folder and replace the bundled capture, or the one that `--into` names."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--captured-at", type=datetime.fromisoformat, default=datetime.now(UTC))
    arguments.add_argument("--into", type=Path, default=BUNDLED, help="default: %(default)s")
    options = arguments.parse_args()
    site = RealPages(options.folder, name=str(options.folder))
    shutil.rmtree(options.into / "en", ignore_errors=True)
    for release in site.releases():
        write_release(site, release, options.into)
    write_sitemap(options.folder / "sitemap.xml", site.releases(), options.into / "sitemap.xml")
    captured_at = options.captured_at.astimezone(UTC).replace(microsecond=0).isoformat()
    facts = {
        "captured_at": captured_at,
        "whole_pages": False,
        "source": PUBLIC_SITE,
        "licence": "CC-BY-SA-4.0",
        "attribution": "AWS Neuron documentation, (c) Amazon.com, Inc. or its affiliates",
    }
    text = json.dumps(facts, indent=2) + "\n"
    (options.into / "capture.json").write_text(text, encoding="utf-8")


def write_release(site: FolderSite, release: str, into: Path) -> None:
    """Write one release: its pages, and an inventory of their labels."""
    real = site.read(release, INVENTORY_PATH)
    labels = read_inventory(real.url, real.body)
    inventory = sphobjinv.Inventory()
    inventory.project, inventory.version = "AWS Neuron", ""
    tree = into / "en" / f"v{release}"
    pages = pages_to_read(labels, ALL_PAGES)
    for kind, location in pages:
        body = location and read_body(site, release, location)
        if location is None or body is None:
            continue
        page = extract_page(body)
        target = tree / location.path
        target.parent.mkdir(parents=True, exist_ok=True)
        content = (
            content_lines(page, main_part(body))
            if kind in PAGE_KINDS
            else other_page_lines(page, body, table_lines)
        )
        text = "\n".join(page_lines(release, location, page, content)) + "\n"
        target.write_text(text, encoding="utf-8")
        label = next(one for one in kind.labels if one in labels)
        inventory.objects.append(inventory_entry(label, location, page.title))
    # Labels of pages that look like performance and are not read are facts of a release, too.
    for suspect in unread_pages(labels, {place.path for _, place in pages if place}):
        for name in suspect.labels:
            inventory.objects.append(inventory_entry(name, labels[name], None))
    compressed = sphobjinv.compress(inventory.data_file())
    (tree / INVENTORY_PATH).write_bytes(compressed)


def inventory_entry(label: str, location: Location, title: str | None) -> object:
    """Return a label's line of the inventory."""
    return sphobjinv.DataObjStr(
        name=label,
        domain="std",
        role="label",
        priority="-1",
        uri=f"{location.path}#{location.anchor}" if location.anchor else location.path,
        dispname=title or "-",
    )


def read_body(site: FolderSite, release: str, location: Location) -> bytes | None:
    """Return a page's bytes, or None if the inventory names a missing page."""
    try:
        return site.read(release, location.path).body
    except AbsentError:
        return None


def page_lines(
    release: str, location: Location, page: ExtractedPage, content: Iterator[str]
) -> Iterator[str]:
    """Yield the lines of one page in our own markup."""
    title = escape(page.title or "")
    yield "<!DOCTYPE html>"
    yield '<html lang="en">'
    yield f'<head><meta charset="utf-8"><title>{title}, {release}: facts</title></head>'
    yield "<body>"
    for announced in sorted(page.announced):
        yield f'<p class="announcement">Neuron {announced}</p>'
    if page.edit_link:
        address = f"{SOURCES}/edit/v{page.edit_link.release}/{page.edit_link.path}.rst"
        yield f'<a href="{escape(address)}">Source</a>'
    anchor = f' id="{escape(location.anchor)}"' if location.anchor else ""
    yield f"<main{anchor}>"
    yield from content
    yield "</main>"
    yield "</body>"
    yield "</html>"


def main_part(body: bytes) -> Tag:
    """Return the page's own content."""
    part = BeautifulSoup(body, "lxml").find(attrs={"role": "main"})
    if not isinstance(part, Tag):
        raise SystemExit("a page has no main part")
    return part


def content_lines(page: ExtractedPage, content: Tag) -> Iterator[str]:
    """Yield headings, tabs, tables and the facts of notes in the page's order."""
    tables = iter(page.tables)
    dated = False
    for tag in content.find_all(_is_fact):
        if _HEADINGS.fullmatch(tag.name):
            for link in tag.find_all("a", class_="headerlink"):
                link.decompose()
            yield f"<{tag.name}>{escape(words(tag))}</{tag.name}>"
            if not dated and page.last_update:
                yield f"<p>Last update: {escape(page.last_update)}</p>"
                dated = True
        elif is_panel(tag):
            label = tag.find_previous_sibling("label")
            yield f'<div role="tabpanel" aria-label="{escape(words(label))}">'
            for inner in tag.find_all(_is_fact):
                yield from fact_lines(inner, tables)
            yield "</div>"
        elif not any(is_panel(parent) for parent in tag.parents):
            yield from fact_lines(tag, tables)


def fact_lines(tag: Tag, tables: Iterator[ExtractedTable]) -> Iterator[str]:
    """Yield the lines of a table, or of what a note states."""
    if tag.name == "table":
        yield from table_lines(next(tables))
    else:
        text = words(tag)
        prices = _PRICES.search(text)
        if prices:
            yield f'<p role="note">Price basis: {escape(prices["basis"])}.</p>'
        if _TOKENS.search(text):
            yield '<p role="note">Tokens counted: input and output tokens.</p>'


def table_lines(table: ExtractedTable) -> Iterator[str]:
    """Yield the lines of a table, one a row."""
    yield "<table>"
    if table.caption:
        yield f"<caption>{escape(table.caption)}</caption>"
    if table.header:
        cells = "".join(f"<th>{escape(text)}</th>" for text in table.header)
        yield f"<thead><tr>{cells}</tr></thead>"
    yield "<tbody>"
    for row in table.rows:
        yield f"<tr>{''.join(f'<td>{cell_content(cell)}</td>' for cell in row)}</tr>"
    yield "</tbody>"
    yield "</table>"


def cell_content(cell: Cell) -> str:
    """Return a cell's text and links; if possible, each link is on its own part of the text."""
    parts = cell.text.split(" + ")
    if len(cell.links) == 0:
        return escape(cell.text)
    if len(cell.links) == 1:
        return f'<a href="{escape(cell.links[0])}">{escape(cell.text)}</a>'
    if len(parts) != len(cell.links):  # nothing says which part of the text links where
        return escape(cell.text) + "".join(f'<a href="{escape(one)}"></a>' for one in cell.links)
    linked = (
        f'<a href="{escape(link)}">{escape(part)}</a>'
        for part, link in zip(parts, cell.links, strict=True)
    )
    return " + ".join(linked)


def _is_fact(tag: Tag) -> bool:
    classes = tag.get_attribute_list("class")
    return (
        tag.name == "table"
        or bool(_HEADINGS.fullmatch(tag.name))
        or "admonition" in classes
        or is_panel(tag)
    )


def is_panel(tag: Tag) -> bool:
    """Return whether a tag holds the content of a tab."""
    return "sd-tab-content" in tag.get_attribute_list("class")


def words(tag: object) -> str:
    """Return a tag's text, white space collapsed."""
    return " ".join(tag.get_text(" ").split()) if isinstance(tag, Tag) else ""


if __name__ == "__main__":
    main()
