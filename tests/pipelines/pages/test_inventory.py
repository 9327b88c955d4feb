"""Pages are found by label; an inventory that is not whole is refused, never half believed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sphobjinv import Inventory, compress

from pipelines.errors import SourceError
from pipelines.ingest import ingest_release
from pipelines.pages.catalog import PAGE_KINDS, OtherPage, missing_pages
from pipelines.pages.inventory import (
    Location,
    listed_pages,
    locate,
    pages_to_read,
    read_inventory,
)
from pipelines.sources.site import bundled_site
from tests.pipelines.making import (
    ENCODER,
    LABELS,
    PAGE,
    RELEASE,
    flags,
    page_html,
    table_html,
    write_site,
)
from tests.sites import inventory_of

if TYPE_CHECKING:
    from pathlib import Path

INVENTORY = inventory_of({f"label-{n}": f"page-{n}.html#label-{n}" for n in range(50)})


def test_a_label_leads_to_a_page_and_an_anchor() -> None:
    body = inventory_of({"here": "a/b.html#$", "there": "c.html#other", "whole": "d.html"})
    assert read_inventory("objects.inv", body) == {
        "here": Location("a/b.html", "here", "A title"),
        "there": Location("c.html", "other", "A title"),
        "whole": Location("d.html", "", "A title"),
    }


def test_pages_are_listed_beside_labels() -> None:
    text = Inventory(zlib=bytes(inventory_of({"here": "a/b.html#$"}))).data_file()
    body = compress(text + b"\na/c.html std:doc -1 $ A title\na/d std:doc -1 a/d.html A title")
    assert listed_pages("objects.inv", body) == {"a/c.html", "a/d.html"}
    assert set(read_inventory("objects.inv", body)) == {"here"}
    assert listed_pages("objects.inv", INVENTORY) == set()


def test_every_release_of_the_capture_has_our_pages() -> None:
    site = bundled_site()
    for release in site.releases():
        response = site.read(release, "objects.inv")
        labels = read_inventory("", response.body)
        assert not missing_pages({kind.page for kind in PAGE_KINDS if locate(labels, kind)})


def test_an_address_is_read_once_for_the_page_that_is_listed_first() -> None:
    first, second, third, absent = (
        OtherPage(name, f"{name}-label", read_for=()) for name in ("a", "b", "c", "d")
    )
    labels = {
        "a-label": Location("one.html", ""),
        "b-label": Location("one.html", "further-down"),
        "c-label": Location("two.html", ""),
    }
    assert pages_to_read(labels, [first, second, third, absent]) == (
        (first, labels["a-label"]),
        (third, labels["c-label"]),
        (absent, None),
    )
    assert pages_to_read(labels, [second, first]) == ((second, labels["b-label"]),)


def test_a_page_that_moved_is_found_by_its_label(tmp_path: Path) -> None:
    site = write_site(tmp_path, page_html(table_html(ENCODER)))
    tree = tmp_path / "en" / f"v{RELEASE}"
    (tree / "archive").mkdir()
    (tree / "somewhere" / f"{PAGE}.html").rename(tree / "archive" / "moved.html")
    before = inventory_of({LABELS[PAGE]: f"archive/moved.html#{LABELS[PAGE]}"})
    (tree / "objects.inv").write_bytes(before)
    (page,) = ingest_release(site, RELEASE).tables.rows["pages"]
    assert (page.page, page.url.rpartition("/en/")[2]) == (PAGE, f"v{RELEASE}/archive/moved.html")


def test_a_page_without_its_label_is_left_out_with_a_flag_that_names_it(tmp_path: Path) -> None:
    site = write_site(tmp_path, page_html(table_html(ENCODER)))
    tables = ingest_release(site, RELEASE).tables
    assert [page.page for page in tables.rows["pages"]] == [PAGE]
    missing = flags(tables, "missing-page")
    assert {flag.page for flag in missing} == {kind.page for kind in missing_pages({PAGE})}
    assert all(LABELS[flag.page] in flag.message for flag in missing)


def test_a_label_that_leads_out_of_the_release_is_refused(tmp_path: Path) -> None:
    site = write_site(tmp_path, page_html(table_html(ENCODER)))
    outside = inventory_of({LABELS[PAGE]: "../../capture.json#x"})
    (tmp_path / "en" / f"v{RELEASE}" / "objects.inv").write_bytes(outside)
    with pytest.raises(SourceError, match=r"'\.\./\.\./capture\.json'.*leads out"):
        ingest_release(site, RELEASE)


@pytest.mark.parametrize("body", [b"", b"<html>not found</html>", b"# Sphinx inventory version 1"])
def test_a_file_that_is_no_inventory_is_refused_by_its_address(body: bytes) -> None:
    address = "https://docs.example/objects.inv"
    with pytest.raises(SourceError, match=f"{re.escape(address)}: is no Sphinx inventory"):
        read_inventory(address, body)


@given(st.integers(0, len(INVENTORY) - 1))
def test_an_inventory_cut_short_anywhere_is_refused(length: int) -> None:
    with pytest.raises(SourceError, match=r"objects\.inv: is (no Sphinx|a damaged) inventory"):
        read_inventory("objects.inv", INVENTORY[:length])


@given(st.integers(0, len(INVENTORY) - 1), st.integers(1, 255))
def test_an_inventory_with_a_wrong_byte_is_read_whole_or_refused(at: int, wrong: int) -> None:
    body = bytearray(INVENTORY)
    body[at] ^= wrong
    try:
        labels = read_inventory("objects.inv", bytes(body))
    except SourceError as error:
        assert "objects.inv" in str(error)  # noqa: PT017 - refusing is one of two right answers
    else:
        assert labels == read_inventory("objects.inv", INVENTORY)
