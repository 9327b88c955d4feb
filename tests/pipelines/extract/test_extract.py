"""Whole pages: what they claim to be, in whatever encoding, and nothing where nothing is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.extract import ExtractedPage, extract_page
from pipelines.pages.catalog import PAGE_KINDS
from pipelines.pages.inventory import locate, read_inventory
from pipelines.sources.site import FolderSite, bundled_site
from tests.forms import some

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Extract = Callable[[bytes], ExtractedPage]

NOTHING = ExtractedPage(None, None, (), (), frozenset(), frozenset())
LINK = "https://github.com/aws-neuron/aws-neuron-sdk/blob/v{}/src/a.py"


@pytest.mark.parametrize("body", [b"</html>", b"<!-- a --></html>", b"<?a?></html>", b"text"])
def test_a_page_without_elements_holds_nothing(body: bytes) -> None:
    assert extract_page(body) == NOTHING


@given(st.binary(max_size=40) | st.text("<>/tabledr hp1=!-&;'\"", max_size=60).map(str.encode))
def test_any_bytes_are_read_without_an_error(body: bytes) -> None:
    page = extract_page(body + b"</html>")
    assert [table.position for table in page.tables] == list(range(len(page.tables)))


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "latin-1", "windows-1252", "utf-7", "shift_jis"]
)
def test_a_page_is_read_in_its_encoding(encoding: str) -> None:
    title = "漢字" if encoding == "shift_jis" else "é"
    assert extract_page(f"<h1>{title}</h1>".encode(encoding), encoding).title == title


def test_a_page_claims_the_releases_of_its_announcement_and_of_its_links() -> None:
    page = extract_page(
        f"<div class='header announcement'><p>Neuron <b>2.20.0</b> is here, as was Neuron 2.19</p>"
        f"</div><main><p>Neuron 2.1.0, <a href='{LINK.format('1.0.0')}'>old</a></p>"
        f"<table><tr><td><a href='{LINK.format('2.20.1')}'>new</a></table></main>".encode()
    )
    assert page.announced == {"2.20.0", "2.19"}
    assert page.linked_releases == {"2.20.1"}
    assert page.release_claims == {"2.20.0", "2.19", "2.20.1"}


def test_anchors_are_those_of_the_page_itself() -> None:
    page = extract_page(b"<nav id=menu></nav><main id=a><i id=b></i><table id=c></table></main>")
    assert page.anchors == {"a", "b", "c"}


def _claims(site: FolderSite, extract: Extract = extract_page) -> set[tuple[str, frozenset[str]]]:
    found = set()
    for release in site.releases():
        labels = read_inventory("", site.read(release, "objects.inv").body)
        for kind in PAGE_KINDS:
            location = locate(labels, kind)
            if location is None:
                continue
            page = extract(site.read(release, location.path).body)
            assert location.anchor in page.anchors
            assert page.edit_link is not None
            assert f"{page.edit_link.path}.html" == location.path
            found.add((release, page.linked_releases | {page.edit_link.release}))
    return found


def test_every_bundled_page_claims_its_own_release_alone() -> None:
    site = bundled_site()
    assert _claims(site) == {(release, frozenset([release])) for release in site.releases()}


def test_every_real_page_claims_its_own_release_alone(
    real_site: FolderSite, extracted: Extract
) -> None:
    releases = real_site.releases()
    assert _claims(real_site, extracted) == {
        (release, frozenset([release])) for release in releases
    }


@pytest.mark.stress
def test_every_real_page_is_read_to_its_end(neuron_docs: Path, extracted: Extract) -> None:
    paths = some(sorted((neuron_docs / "en").rglob("*.html")), 5)
    pages = {path: extracted(path.read_bytes()) for path in paths}
    assert [path for path, page in pages.items() if page.parse_errors] == []
    assert [path for path, page in pages.items() if not page.tag_check.agrees] == []
    cells = (cell for page in pages.values() for t in page.tables for row in t.rows for cell in row)
    assert [cell for cell in cells if cell.marks or cell.hidden] == []
