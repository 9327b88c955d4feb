"""Pages that must not be published: not whole, not the page, not of this release, or shrunken."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from pipelines.errors import ContractError
from pipelines.extract import extract_page
from pipelines.ingest import ingest_release
from pipelines.pages.inventory import Location
from pipelines.pages.page_checks import check_bytes, check_identity, encoding_of
from pipelines.policy import Policy
from pipelines.sources.site import FolderSite, bundled_site
from tests.pipelines.making import (
    ENCODER,
    LABELS,
    PAGE,
    RELEASE,
    capture_of,
    flags,
    inventory_bytes,
    page_html,
    read_page,
    table_html,
    without,
    write_site,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipelines.contract import ReleaseTables

GOOD = page_html(table_html(ENCODER))
CHALLENGE = (
    "<!DOCTYPE html><html><head><title>Just a moment...</title></head>"
    "<body><main><h1>Checking your browser</h1></main></body></html>"
)
LENIENT = Policy(unknown=True, lost_tables=True)
BROKEN = {
    "empty-page": b"",
    "empty-page ": b" \n",
    "binary-page": b"\x89PNG\0\0</html>",
    "truncated-page": GOOD[: len(GOOD) // 2].encode(),
    "truncated-page ": GOOD.removesuffix("</html>").encode(),
    "unreadable-encoding": GOOD.replace("Performance", "\u00e9").encode("latin-1"),
    "unreadable-encoding ": GOOD.replace("<html>", '<html><meta charset="no-such">').encode(),
    "unreadable-encoding  ": GOOD.replace("<html>", '<html><meta charset="undefined">').encode(),
    "not-the-page": CHALLENGE.encode(),
    "not-the-page ": b"<!-- nothing --></html>",
    "other-release": page_html(table_html(ENCODER), release="2.19.1").encode(),
}


@pytest.mark.parametrize("policy", [Policy(), LENIENT], ids=["strict", "lenient"])
@pytest.mark.parametrize("rule", BROKEN)
def test_a_page_that_is_not_the_page_is_refused_with_and_without_leniency(
    tmp_path: Path, rule: str, policy: Policy
) -> None:
    site = write_site(tmp_path, BROKEN[rule])
    with pytest.raises(ContractError) as refusal:
        ingest_release(site, RELEASE, policy=policy)
    assert refusal.value.exit_code == 4
    (problem,) = refusal.value.problems
    assert problem.rule.name == rule.strip()
    for words in (f"release {RELEASE}", f"page {PAGE}", f"/en/v{RELEASE}/", "met", "expected"):
        assert words in str(refusal.value)
    assert "the last good data stays" in problem.remedy


def test_a_whole_page_is_not_refused() -> None:
    assert check_bytes(PAGE, "address", GOOD.encode()) is None
    assert check_bytes(PAGE, "address", GOOD.encode() + b"\r\n \n") is None
    assert check_bytes(PAGE, "address", GOOD.replace("</html>", "</HTML>").encode()) is None


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


def test_a_page_in_another_encoding_is_read_in_it(tmp_path: Path) -> None:
    html = GOOD.replace("<html>", '<html><meta charset="latin-1">').replace("Performance", "é")
    site = write_site(tmp_path, html.encode("latin-1"))
    assert ingest_release(site, RELEASE).rows["pages"][0].title == "é"


@pytest.mark.parametrize("source", ["bundled", "real"])
def test_no_page_that_we_have_is_doubted(source: str, request: pytest.FixtureRequest) -> None:
    releases: Mapping[str, ReleaseTables] = request.getfixturevalue(source)
    doubted = {"unclaimed-release", "unclaimed-page", "mixed-release"}
    for tables in releases.values():
        assert not doubted & {flag.rule for flag in tables.rows["quality_flags"]}
    assert len(releases) == 9


def test_every_release_refuses_the_pages_of_every_other() -> None:
    site = bundled_site()
    path = "general/benchmarks/inf2/inf2-performance.html"
    pages = {release: extract_page(site.read(release, path).body) for release in site.releases()}
    place = Location(path, "inf2-performance")
    for ours, other in permutations(pages, 2):
        problem = check_identity(ours, PAGE, "address", place, pages[other])
        assert problem is not None
        assert problem.rule.name == "other-release"
        assert (problem.observed, problem.expected) == (f"a page of {other}", f"one of {ours}")


def _site_of_two(folder: Path, second: str) -> FolderSite:
    """Lay out a release whose second page is made by the test."""
    first = write_site(folder, GOOD)
    tree = folder / "en" / f"v{RELEASE}"
    (tree / "second.html").write_text(second, "utf-8")
    labels = {LABELS[PAGE]: f"somewhere/{PAGE}.html#{LABELS[PAGE]}", "benchmark": "second.html#$"}
    (tree / "objects.inv").write_bytes(inventory_bytes(labels))
    return first


SILENT = '<html><main id="benchmark"><h1>All</h1>%s</main></html>'
SOURCES = "https://github.com/aws-neuron/aws-neuron-sdk/blob/v{}/a.py"


def _linking(*releases: str) -> str:
    cells = "".join(f'<td><a href="{SOURCES.format(one)}">a</a></td>' for one in releases)
    return f"<table><tr>{'<th>a</th>' * len(releases)}</tr><tr>{cells}</tr></table>"


CLAIMS = {
    "unclaimed-page": SILENT % "",
    "mixed-release": SILENT % _linking(RELEASE, "2.19.1"),
}


@pytest.mark.parametrize("rule", CLAIMS)
def test_a_page_whose_claims_are_not_its_siblings_is_refused_unless_a_person_allows_it(
    tmp_path: Path, rule: str
) -> None:
    site = _site_of_two(tmp_path, CLAIMS[rule])
    with pytest.raises(ContractError) as refusal:
        ingest_release(site, RELEASE)
    (problem,) = refusal.value.problems
    assert problem.rule.name == rule
    assert "page performance-index (" in problem.where
    assert "the last good data stays" in problem.remedy
    assert "--allow-unknown" in problem.remedy
    tables = ingest_release(site, RELEASE, policy=Policy(unknown=True))
    (flag,) = flags(tables, rule)
    assert (flag.page, flag.severity) == ("performance-index", "warning")


def test_a_page_is_of_the_release_that_its_sources_are_of(tmp_path: Path) -> None:
    tables = ingest_release(_site_of_two(tmp_path, SILENT % _linking(RELEASE)), RELEASE)
    assert {page.page for page in tables.rows["pages"]} == {PAGE, "performance-index"}


def test_what_a_page_announces_counts_more_than_its_links(tmp_path: Path) -> None:
    announcing = SILENT.replace("<main", '<p class="announcement">Neuron 2.19.1</p><main')
    with pytest.raises(ContractError, match=r"other release: met 'a page of 2\.19\.1'"):
        ingest_release(_site_of_two(tmp_path, announcing % _linking(RELEASE)), RELEASE)


def test_a_release_that_says_nowhere_which_it_is_gets_a_flag(tmp_path: Path) -> None:
    site = write_site(tmp_path, GOOD.replace("announcement", "banner"))
    (flag,) = flags(ingest_release(site, RELEASE), "unclaimed-release")
    assert f"No page of {RELEASE} says which release it is of" in flag.message


def test_a_label_without_an_anchor_leads_to_the_page_with_its_title(tmp_path: Path) -> None:
    site = write_site(tmp_path, GOOD)
    tree = tmp_path / "en" / f"v{RELEASE}"
    whole_page = inventory_bytes({LABELS[PAGE]: f"somewhere/{PAGE}.html"})
    (tree / "objects.inv").write_bytes(whole_page)
    with pytest.raises(ContractError, match="not the page: met \"a page headed 'Performance'\""):
        ingest_release(site, RELEASE)
    write_site(tmp_path, GOOD.replace("<h1>Performance", "<h1>A title"))
    (tree / "objects.inv").write_bytes(whole_page)
    assert ingest_release(site, RELEASE).rows["benchmarks"]


def test_the_empty_inf1_page_is_published_at_first_with_an_error_that_names_it() -> None:
    tables = ingest_release(bundled_site(), "2.20.0")
    (flag,) = (f for f in tables.rows["quality_flags"] if f.rule == "page-without-tables")
    assert (flag.severity, flag.page) == ("error", "inf1-inference")
    assert "inf1-inference of 2.20.0 has its headings and not one table" in flag.message
    assert "inf1-inference" in {page.page for page in tables.rows["pages"]}
    assert {b.accelerator for b in tables.rows["benchmarks"]} == {"inf2", "trn1"}


def test_an_empty_page_is_refused_where_the_last_capture_had_tables(tmp_path: Path) -> None:
    last = capture_of(read_page(tmp_path, table_html(ENCODER)))
    with pytest.raises(ContractError, match="lost table") as refusal:
        read_page(tmp_path, "", options={"last": last})
    (problem,) = refusal.value.problems
    assert problem.expected == f"table {RELEASE}/{PAGE}/encoder-models"
    assert "--allow-lost-tables" in problem.remedy


def test_a_table_that_the_last_capture_had_is_missed_by_name(tmp_path: Path) -> None:
    two = f"{table_html(ENCODER)}<h2>Encoder decoder models</h2>{table_html(ENCODER)}"
    last = capture_of(read_page(tmp_path, two, options={"policy": LENIENT}))
    with pytest.raises(ContractError, match=f"table {RELEASE}/{PAGE}/encoder-decoder-models"):
        read_page(tmp_path, table_html(ENCODER), options={"last": last})


def test_a_column_that_the_last_capture_had_is_missed_by_name(tmp_path: Path) -> None:
    last = capture_of(read_page(tmp_path, table_html(ENCODER)))
    with pytest.raises(ContractError) as refusal:
        read_page(tmp_path, table_html(without(ENCODER, "OS Type")), options={"last": last})
    lost = next(p for p in refusal.value.problems if p.rule.name == "lost-column")
    assert lost.expected == "also 'OS Type', as in the last capture"
    assert lost.where == f"page {PAGE}, table {RELEASE}/{PAGE}/encoder-models"


def test_a_column_under_another_spelling_is_not_missed(tmp_path: Path) -> None:
    last = capture_of(read_page(tmp_path, table_html(ENCODER)))
    html = table_html(ENCODER).replace("OS Type", "OS Type.").replace("Inst. Type", "Instance-Type")
    assert len(read_page(tmp_path, html, options={"last": last}).rows["benchmarks"]) == 1


def test_a_page_that_the_last_capture_had_is_missed(tmp_path: Path) -> None:
    last = capture_of(ingest_release(bundled_site(), RELEASE))
    with pytest.raises(ContractError) as refusal:
        read_page(tmp_path, table_html(ENCODER), options={"last": last})
    lost = {p.where: p.observed for p in refusal.value.problems if p.rule.name == "lost-page"}
    assert lost["page trn1-training"] == "no label 'trn1-training-performance' in objects.inv"
    assert len(lost) == len(last.tables) - 1


def test_what_is_gone_for_good_is_published_without_it_when_a_person_says_so(
    tmp_path: Path,
) -> None:
    last = capture_of(read_page(tmp_path, table_html(ENCODER)))
    options = {"last": last, "policy": Policy(lost_tables=True)}
    tables = read_page(tmp_path, "", options=options)
    assert not tables.rows["benchmarks"]
    assert "lost-table" in {flag.rule for flag in tables.rows["quality_flags"]}
