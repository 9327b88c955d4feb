"""Menus before a page's main part are not parsed, and the page reads as if they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.extract import ExtractError, extract_page, extracted_page
from pipelines.extract.parsing import parse, parse_without_menus
from pipelines.sources.site import bundled_site
from tests.forms import some

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.extract import ExtractedPage

MENU = '<nav class="bd-links"><ul><li><a href="x.html">Neuron 2.9</a></li></ul></nav>'
MAIN = (
    "<main><h1>Title</h1><table><thead><tr><th>Model</th></tr></thead>"
    "<tbody><tr><td>bert</td></tr></tbody></table><p id='end'>Below</p></main>"
)
PIECES = (
    *(
        "<nav>",
        "<NAV id=a>",
        "</nav>",
        "<nav title='>'>",
        "</NAV >",
        MENU,
        MAIN,
        "<main>",
        "</main>",
    ),
    *("<table>", "<tr>", "<td>1", "</table>", "<TABLE><tr><td>2</table>", "<h1>A</h1>", "<p>b"),
    *("<!--", "-->", "<script>", "</script>", "<title>", "</title>", "<a title='", '<a title="'),
    *("'>", '">', "</a>", "<div class='announcement'>Neuron 2.20.0</div>", "text ", "<", ">"),
    '<a href="//github.com/a/b/edit/v2.20.0/x.rst">edit</a>',
    *('<div role="main">', '<a href="x">', '"', "'", "="),
    *("</div>", "<div class='announcement'>", "<p class=announcement>"),
    "<nav><div class='&#97;nnouncement'>Neuron 2.21.0</div></nav>",
    '<nav><a href="//github.com/a/b/edit&sol;v2.20.0/x.rst">edit</a></nav>',
)


def _whole(html: bytes, patch: pytest.MonkeyPatch) -> ExtractedPage | str:
    with patch.context() as inner:
        inner.setattr(extracted_page, "parse_without_menus", parse)
        return _read(html)


def _read(html: bytes) -> ExtractedPage | str:
    try:
        return extract_page(html)
    except ExtractError as error:
        return str(error)


@given(pieces=st.lists(st.sampled_from(PIECES), max_size=12), end=st.sampled_from((MAIN, "")))
def test_a_page_reads_the_same_with_its_menus(pieces: list[str], end: str) -> None:
    html = "".join((*pieces, end)).encode()
    with pytest.MonkeyPatch.context() as patch:
        assert extract_page(html) == _whole(html, patch)


@pytest.mark.parametrize("source", ["bundled", "real"])
def test_a_published_page_reads_the_same_with_its_menus(
    source: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder: Path = (
        bundled_site().folder if source == "bundled" else request.getfixturevalue("neuron_docs")
    )
    pages = sorted((folder / "en").rglob("*.html"))
    for path in some(pages, 1 + len(pages) // 30):
        html = path.read_bytes()
        assert _read(html) == _whole(html, monkeypatch), path


def test_the_menu_before_the_main_part_is_not_parsed() -> None:
    parsed = parse_without_menus(f"<html><body>{MENU}{MAIN}{MENU}</body></html>".encode())
    # The one after it may be a part of the text, for all that the bytes say.
    assert [len(menu) for menu in parsed.document.iter("nav")] == [0, 1]


@pytest.mark.parametrize(
    "kept",
    [
        "<div class='announcement'>Neuron 2.20.0 is released!</div>",
        "<div class='&#97;nnouncement'>Neuron 2.20.0 is released!</div>",
        '<a href="https://github.com/a/b/edit/v2.20.0/page.rst">Edit</a>',
        '<a href="https://github.com/a/b/edit&sol;v2.20.0/page.rst">Edit</a>',
    ],
)
def test_a_menu_that_names_the_release_is_read(kept: str) -> None:
    page = extract_page(f"<body><nav>{kept}</nav>{MAIN}".encode())
    assert page.release_claims == {"2.20.0"}


def test_a_menu_in_the_announcement_is_read() -> None:
    banner = "<div class='announcement'><nav><a>Neuron 2.20.0</a></nav></div>"
    page = extract_page(f"<body>{banner}{MAIN}".encode())
    assert page.release_claims == {"2.20.0"}


def test_a_long_menu_counts_as_one_tag(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.extract.bounds.MOST_TAGS", 100)
    links = '<a href="x">x</a>' * 200
    assert extract_page(f"<body><nav>{links}</nav>{MAIN}".encode()).tag_check.agrees
    with pytest.raises(ExtractError, match="more than 100 tags"):
        extract_page(f"<body><nav>{links}{MAIN}".encode())
