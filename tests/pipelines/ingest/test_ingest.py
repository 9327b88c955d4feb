"""A release as a whole: its rows, its flags, and when there is nothing to publish of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipelines.errors import ContractError, SourceError
from pipelines.ingest import NOTHING_CAPTURED, ingest_release
from pipelines.ingest.last_capture import last_capture_of
from pipelines.pages.catalog import missing_pages
from pipelines.sources.site import FolderSite, bundled_site
from tests.pipelines.making import (
    DATED,
    ENCODER,
    PAGE,
    RELEASE,
    flags,
    page_html,
    read_page,
    table_html,
    write_pages,
    write_site,
)
from tests.sites import inventory_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipelines.contract import ReleaseTables


def test_reading_twice_gives_the_same_rows() -> None:
    once, again = (ingest_release(bundled_site(), RELEASE) for _ in range(2))
    assert once == again


def test_a_release_without_our_labels_is_published_empty_with_a_warning_for_each(
    tmp_path: Path,
) -> None:
    site = write_site(tmp_path, page_html(table_html(ENCODER)))
    inventory = tmp_path / "en" / f"v{RELEASE}" / "objects.inv"
    inventory.write_bytes(inventory_of({"something-else": "a.html#b"}))
    tables = ingest_release(site, RELEASE).tables
    assert tables.rows["pages"] == []
    missing = flags(tables, "missing-page")
    assert [flag.expected for flag in missing] == [kind.label for kind in missing_pages(())]


def test_an_inventory_without_a_label_is_refused_and_nothing_is_changed(tmp_path: Path) -> None:
    site = write_site(tmp_path, page_html(table_html(ENCODER)))
    last = last_capture_of(ingest_release(site, RELEASE).tables)
    (tmp_path / "en" / f"v{RELEASE}" / "objects.inv").write_bytes(inventory_of({}))
    for before in (NOTHING_CAPTURED, last):
        with pytest.raises(ContractError, match="no pages: met 'an inventory without a label'"):
            ingest_release(site, RELEASE, last=before)


def test_a_release_of_which_no_page_can_be_fetched_is_a_source_error(tmp_path: Path) -> None:
    site = write_site(tmp_path, page_html(table_html(ENCODER)))
    (tmp_path / "en" / f"v{RELEASE}" / "somewhere" / f"{PAGE}.html").unlink()
    with pytest.raises(SourceError, match=rf"page {PAGE}.*{PAGE}\.html: cannot be read"):
        ingest_release(site, RELEASE)


def test_a_release_that_the_site_lacks_is_a_source_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"v9\.9\.9/objects\.inv: cannot be read"):
        ingest_release(FolderSite(tmp_path, "a test"), "9.9.9")


def test_a_date_that_cannot_be_read_is_flagged_as_it_stands(tmp_path: Path) -> None:
    tables = read_page(tmp_path, DATED.format("soon") + table_html(ENCODER))
    (flag,) = flags(tables, "unreadable-date")
    assert (flag.page, flag.observed) == (PAGE, "soon")
    assert tables.rows["pages"][0].last_update is None


def test_costs_without_a_stated_basis_are_flagged(tmp_path: Path) -> None:
    tables = read_page(tmp_path, table_html(ENCODER), note="")
    (flag,) = flags(tables, "price-basis-not-stated")
    assert (flag.page, flag.severity) == (PAGE, "warning")
    assert not flags(read_page(tmp_path, table_html(ENCODER)), "price-basis-not-stated")


def test_a_release_that_says_nowhere_which_it_is_gets_a_flag(tmp_path: Path) -> None:
    silent = page_html(table_html(ENCODER)).replace("announcement", "banner")
    tables = ingest_release(write_pages(tmp_path, {PAGE: silent}), RELEASE).tables
    (flag,) = flags(tables, "unclaimed-release")
    assert f"No page of {RELEASE} says which release it is of" in flag.message


def test_a_page_that_is_empty_at_first_is_published_with_an_error_that_names_it(
    bundled: Mapping[str, ReleaseTables],
) -> None:
    tables = bundled["2.20.0"]
    (flag,) = flags(tables, "page-without-tables")
    assert (flag.severity, flag.page) == ("error", "inf1-inference")
    assert {row.accelerator for row in tables.rows["benchmarks"]} == {"inf2", "trn1"}
    assert flag.observed == "0 tables"
