"""Whether bytes are the page that they should be: whole, readable, and of this release."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from pipelines.extract import EditLink, extract_page
from pipelines.pages.inventory import Location
from pipelines.pages.page_checks import check_bytes, check_identity, encoding_of
from pipelines.sources.site import bundled_site
from tests.pipelines.making import CHALLENGE, ENCODER, LABELS, PAGE, RELEASE, page_html, table_html

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.contract import ReleaseTables
    from pipelines.errors import Problem

GOOD = page_html(table_html(ENCODER))
BROKEN = {
    "empty-page": b"",
    "empty-page ": b" \n",
    "binary-page": b"\x89PNG\0\0</html>",
    "truncated-page": GOOD[: len(GOOD) // 2].encode(),
    "truncated-page ": GOOD.removesuffix("</html>").encode(),
    "truncated-page  ": GOOD.encode() + b"<!-- cached --> and more",
    "truncated-page   ": GOOD.encode() + b"<!-- " * 30_000,
    "unreadable-encoding": GOOD.replace("Performance", "\u00e9").encode("latin-1"),
    "unreadable-encoding ": GOOD.replace("<html>", '<html><meta charset="no-such">').encode(),
    "unreadable-encoding  ": GOOD.replace("<html>", '<html><meta charset="undefined">').encode(),
}
PLACE = Location(f"somewhere/{PAGE}.html", LABELS[PAGE])
SOURCES = "https://github.com/aws-neuron/aws-neuron-sdk/blob/v{}/a.py"


@pytest.mark.parametrize("rule", BROKEN)
def test_bytes_that_are_no_whole_page_are_named(rule: str) -> None:
    problem = check_bytes(PAGE, "the address", BROKEN[rule])
    assert problem is not None
    assert problem.rule.name == rule.strip()
    assert problem.where == f"page {PAGE} (the address)"
    assert "the last good data stays" in problem.remedy


def test_a_whole_page_has_no_problem() -> None:
    assert check_bytes(PAGE, "address", GOOD.encode()) is None
    assert check_bytes(PAGE, "address", GOOD.encode() + b"\r\n \n") is None
    assert check_bytes(PAGE, "address", GOOD.replace("</html>", "</HTML >").encode()) is None
    assert check_bytes(PAGE, "address", GOOD.encode() + b"<!-- a > b -->\n<!---->\n") is None


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b"<meta charset='Windows-1252'>", "windows-1252"),
        (b'<meta http-equiv=a content="text/html; charset=latin-1">', "latin-1"),
        (b"<p>", "utf-8"),
    ],
)
def test_the_encoding_is_the_declared_one(body: bytes, encoding: str) -> None:
    assert encoding_of(body) == encoding


@pytest.mark.slow
@pytest.mark.parametrize("source", ["bundled", "real"])
def test_no_page_that_we_have_is_doubted(source: str, request: pytest.FixtureRequest) -> None:
    releases: Mapping[str, ReleaseTables] = request.getfixturevalue(source)
    doubted = {"unclaimed-release", "unclaimed-page", "mixed-release", "page-held-back"}
    for tables in releases.values():
        assert not doubted & {flag.rule for flag in tables.rows["quality_flags"]}
    assert len(releases) >= 9


def test_no_release_takes_the_page_of_another() -> None:
    site = bundled_site()
    path = "general/benchmarks/inf2/inf2-performance.html"
    releases = ("2.19.1", "2.20.0", "2.20.1", "2.20.2")
    found = {release: site.read(release, path).body for release in releases}
    pages = {release: extract_page(body) for release, body in found.items()}
    place = Location(path, "inf2-performance")
    for ours, other in permutations(pages, 2):
        problem = check_identity(ours, PAGE, "address", place, pages[other])
        assert problem is not None
        assert problem.rule.name == "other-release"
        assert (problem.observed, problem.expected) == (f"a page of {other}", f"one of {ours}")


def _identity(
    html: str, *, link: EditLink | None = None, place: Location = PLACE
) -> Problem | None:
    extracted = replace(extract_page(html.encode()), edit_link=link)
    return check_identity(RELEASE, PAGE, "address", place, extracted)


def _linking(*releases: str) -> str:
    cells = "".join(f'<td><a href="{SOURCES.format(one)}">a</a></td>' for one in releases)
    return page_html(f"<table><tr>{'<th>a</th>' * len(releases)}</tr><tr>{cells}</tr></table>")


LINKS: dict[str, tuple[EditLink, str | None]] = {
    "this page of this release": (EditLink(RELEASE, f"somewhere/{PAGE}"), None),
    "this page of another release": (EditLink("2.19.1", f"somewhere/{PAGE}"), "other-release"),
    "another page of this release": (EditLink(RELEASE, "somewhere/else"), "not-the-page"),
}


@pytest.mark.parametrize("name", LINKS)
def test_the_themes_link_to_the_source_decides_who_a_page_is(name: str) -> None:
    link, rule = LINKS[name]
    html = _linking("2.19.1").replace("Neuron 2.20.1", "Neuron 2.32.0").replace("<main id", "<main")
    problem = _identity(html, link=link)
    assert (problem and problem.rule.name) == rule


def test_the_path_of_the_link_is_compared_as_a_browser_reads_it() -> None:
    place = Location("some%20where/a.html", "")
    assert _identity(GOOD, link=EditLink(RELEASE, "some where/a"), place=place) is None


def test_links_to_sources_come_second() -> None:
    assert _identity(_linking(RELEASE)) is None
    assert _identity(_linking(RELEASE, "2.19.1")) is None
    problem = _identity(_linking("2.19.1"))
    assert problem is not None
    assert (problem.rule.name, problem.observed) == ("other-release", "a page of 2.19.1")


def test_the_announcement_decides_nothing() -> None:
    assert _identity(GOOD.replace(f"Neuron {RELEASE}", "Neuron 2.32.0")) is None


def test_a_page_without_the_anchor_of_its_label_is_not_the_page() -> None:
    problem = _identity(CHALLENGE)
    assert problem is not None
    assert problem.rule.name == "not-the-page"
    assert "Checking your browser" in problem.observed


def test_a_label_without_an_anchor_leads_to_the_page_with_its_title() -> None:
    whole_page = Location(PLACE.path, "", "A title")
    problem = _identity(GOOD, place=whole_page)
    assert problem is not None
    assert (problem.rule.name, problem.observed) == (
        "not-the-page",
        "a page headed 'Performance'",
    )
    assert _identity(GOOD.replace("<h1>Performance", "<h1>A title"), place=whole_page) is None
