"""All tables and package lists of all pages equal what others read there.

Tables are held against the independent transcription, as in `test_oracle`; lists against a reading
of the pages' text that shares no code with ours.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from bs4 import BeautifulSoup

from pipelines.pages.catalog import ALL_PAGES, OTHER_PAGES
from pipelines.pages.inventory import locate, read_inventory
from pipelines.sources.site import bundled_site
from warehouse.cross_release_flags import with_cross_release_flags

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipelines.contract import ReleaseTables

TABLES = {
    "2.17.0": 48,
    "2.18.0": 48,
    "2.18.1": 48,
    "2.18.2": 48,
    "2.19.0": 49,
    "2.19.1": 49,
    "2.20.0": 58,
    "2.20.1": 58,
    "2.20.2": 58,
}
RELEASES = pytest.mark.parametrize("release", TABLES)
# A reference that leads nowhere is printed as a link to its error message; the transcription,
# made from the sources, has no such link. We keep what the page has.
BROKEN_REFERENCE = re.compile(r"#id\d+")
HAS = {
    "2.17.0": {"model-architecture-fit"},
    "2.19.0": {"maintenance-policy"},
    "2.20.0": {"maintenance-policy"},
}
"""Releases that have one of the two pages that most releases lack."""
LISTS = {"release-content", "release-content-history", "whats-new"}


@cache
def _paths(docs: Path, release: str) -> dict[str, str]:
    """Return our names of a release's pages, by their path without its ending."""
    inventory = (docs / "en" / f"v{release}" / "objects.inv").read_bytes()
    labels = read_inventory("objects.inv", inventory)
    places = {kind.page: locate(labels, kind) for kind in ALL_PAGES}
    return {place.path.removesuffix(".html"): page for page, place in places.items() if place}


def _cells(tables: ReleaseTables) -> dict[str, dict[tuple[int, int], Any]]:
    cells: dict[str, dict[tuple[int, int], Any]] = defaultdict(dict)
    for cell in tables.rows["published_cells"]:
        cells[cell.table_id][cell.row, cell.column] = cell
    return cells


@RELEASES
def test_every_table_of_every_page_equals_the_oracle(
    neuron_docs: Path, real: Mapping[str, ReleaseTables], release: str
) -> None:
    oracle = json.loads((neuron_docs / "oracle" / f"v{release}.json").read_text("utf-8"))["tables"]
    tables = {(t.page, t.position): t for t in real[release].rows["published_tables"]}
    cells = _cells(real[release])
    assert len(tables) == len(oracle) == TABLES[release]
    for theirs in oracle:
        page = _paths(neuron_docs, release)[theirs["page"]]
        ours = tables[page, theirs["index_on_page"]]
        assert list(ours.section) == theirs["headings"]
        assert ours.tab == (theirs["tab"][-1] if theirs["tab"] else None)
        assert ours.caption == theirs["caption"]
        assert [list(ours.header)] == (theirs["header"] or [[]])
        texts = {
            (row, column): text
            for row, line in enumerate(theirs["body"])
            for column, text in enumerate(line)
        }
        assert {at: cell.text for at, cell in cells[ours.table_id].items()} == texts


@RELEASES
def test_every_link_equals_the_oracle_but_for_broken_references(
    neuron_docs: Path, real: Mapping[str, ReleaseTables], release: str
) -> None:
    oracle = json.loads((neuron_docs / "oracle" / f"v{release}.json").read_text("utf-8"))["tables"]
    names = {(t.page, t.position): t.table_id for t in real[release].rows["published_tables"]}
    cells = _cells(real[release])
    for theirs in oracle:
        page = _paths(neuron_docs, release)[theirs["page"]]
        ours = cells[names[page, theirs["index_on_page"]]]
        for row, line in enumerate(theirs["body_cells"]):
            for column, cell in enumerate(line):
                expected = [link["href"] for link in cell.get("links", ())]
                found = list(ours[row, column].links)
                extra = Counter(found) - Counter(expected)
                assert all(BROKEN_REFERENCE.fullmatch(link) for link in extra)
                assert [link for link in found if link not in extra] == expected


def _independent_lines(docs: Path, release: str, page: str) -> Counter[tuple[str, str, str]]:
    """Read a page's lists with BeautifulSoup: heading, release of the title, and line."""
    path = next(path for path, name in _paths(docs, release).items() if name == page)
    body = (docs / "en" / f"v{release}" / f"{path}.html").read_bytes()
    found: Counter[tuple[str, str, str]] = Counter()
    for block in BeautifulSoup(body, "html.parser").find_all("pre"):
        heading = block.find_previous(["h2", "h3", "h4"]).get_text().rstrip("#\u00b6").strip()
        if not heading.endswith("packages") or heading.startswith("Supported"):
            continue
        title, *lines = (line for line in block.get_text().split("\n") if line.strip())
        described = re.findall(r"\d+\.\d+\.\d+", title)[0]
        for line in lines:
            if line.split() != ["Component", "Package"]:
                found[heading[:4].lower(), described, " ".join(line.split())] += 1
    return found


@RELEASES
@pytest.mark.parametrize("page", sorted(LISTS))
def test_every_line_of_every_list_is_one_row(
    neuron_docs: Path, real: Mapping[str, ReleaseTables], release: str, page: str
) -> None:
    rows = [row for row in real[release].rows["package_versions"] if row.page == page]
    found = Counter((row.accelerator, row.release, row.text) for row in rows)
    assert found == _independent_lines(neuron_docs, release, page)
    for row in rows:
        assert row.version is not None
        assert row.text.endswith((f"{row.package}-{row.version}", f"ersion {row.version})"))


def test_lists_are_counted(bundled: Mapping[str, ReleaseTables]) -> None:
    counts = {release: len(one.rows["package_versions"]) for release, one in bundled.items()}
    assert sum(counts.values()) == 18_597
    assert counts["2.17.0"] == 1_754
    assert counts["2.20.2"] == 2_400


def test_2_17_0_is_listed_alike_by_itself_and_by_the_history_of_2_20_2(
    bundled: Mapping[str, ReleaseTables],
) -> None:
    def listed(on: str) -> Counter[tuple[str, str | None, str, str | None]]:
        return Counter(
            (row.accelerator, row.component, row.package, row.version)
            for row in bundled[on].rows["package_versions"]
            if row.release == "2.17.0"
        )

    assert listed("2.17.0") == listed("2.20.2")
    assert sum(listed("2.17.0").values()) == 85


def test_no_two_docs_releases_list_a_release_otherwise(
    bundled: Mapping[str, ReleaseTables], tmp_path: Path
) -> None:
    flagged = with_cross_release_flags(tmp_path / "nothing", bundled, None).read
    rules = {flag.rule for one in flagged.values() for flag in one.rows["quality_flags"]}
    assert "package-lists-differ" not in rules


@RELEASES
def test_the_bundled_capture_holds_the_facts_of_the_real_pages(
    bundled: Mapping[str, ReleaseTables], real: Mapping[str, ReleaseTables], release: str
) -> None:
    ours, theirs = bundled[release].rows, real[release].rows
    for table in ("package_versions", "framework_support", "release_dates", "instances"):
        assert list(ours[table]) == list(theirs[table]), table
    published = {(c.table_id, c.row, c.column): c for c in theirs["published_cells"]}
    assert all(published[c.table_id, c.row, c.column] == c for c in ours["published_cells"])
    assert {page.page for page in ours["pages"]} == {page.page for page in theirs["pages"]}


def test_what_the_bundled_capture_leaves_out_is_prose_and_is_named(
    bundled: Mapping[str, ReleaseTables], real: Mapping[str, ReleaseTables]
) -> None:
    there = {t.table_id for one in bundled.values() for t in one.rows["published_tables"]}
    left_out = {
        (table.page, table.section[-1].partition(" (")[0])
        for one in real.values()
        for table in one.rows["published_tables"]
        if table.table_id not in there
    }
    words = " ".join((bundled_site().folder / "README.md").read_text("utf-8").split())
    assert left_out
    for page, heading in left_out:
        assert f"`{page}`" in words, page
        assert heading in words, heading


def test_a_release_lists_the_pages_that_it_has(bundled: Mapping[str, ReleaseTables]) -> None:
    every = {kind.page for kind in OTHER_PAGES}
    missing = {
        release: every - {page.page for page in tables.rows["pages"]}
        for release, tables in bundled.items()
    }
    assert missing == {
        release: {"maintenance-policy", "model-architecture-fit"} - HAS.get(release, set())
        for release in bundled
    }
