"""The tables that hold what was published, as text: releases, pages, tables, cells.

This module declares what a page says of itself. What its figures mean lives in `benchmarks`.
"""

# ruff: noqa: RUF009 - `described` returns a dataclass field

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime  # noqa: TC003 - `Table.columns` reads them

from pipelines.contract.column import SOURCE, Table, described, quickly_made
from pipelines.contract.metrics import NEVER_YET

RELEASE = "Docs release whose pages the row was read from, such as 2.20.0."


@dataclass(frozen=True, slots=True)
class Release:
    """One documentation release."""

    release: str = described("Docs release, such as 2.20.0.")
    minor: str = described("Minor version of the release, such as 2.20.")
    release_order: int = described(
        "Sorts releases: major x 1,000,000 + minor x 1,000 + patch; versions never sort as text."
    )
    published_on: date | None = described("Day on which the release was published, if known.")
    is_latest_patch: bool = described("True for the newest patch of its minor in this dataset.")
    captured_at: datetime | None = described(
        "When the newest of its pages was captured, if the source tells.", unit="UTC"
    )
    page_count: int = described("Pages of the release in this dataset.", unit="pages")
    table_count: int = described("Published tables of the release.", unit="tables")
    benchmark_count: int = described("Benchmark rows of the release.", unit="benchmarks")
    flag_count: int = described("Quality flags of the release, of every severity.", unit="flags")


@dataclass(frozen=True, slots=True)
class Page:
    """One captured page of a release."""

    release: str = described(RELEASE)
    page: str = described("Our name for the page, such as inf2-inference.")
    url: str = described("Address that the page was read from.")
    title: str | None = described("First heading of the page.")
    last_update: date | None = described("Date of the last update, as the page states it.")
    captured_at: datetime | None = described(
        "When these tables were first captured, if the source tells.", unit="UTC"
    )
    http_status: int | None = described("Status of the HTTP response; null for a folder.")
    etag: str | None = described("ETag of the HTTP response; null for a folder.")
    last_modified: str | None = described(
        "Last-Modified of the HTTP response, as sent; null for a folder."
    )
    is_whole: bool | None = described(
        "Whether the page was read as served; false: facts alone, as bundled; null: before 0.2.0."
    )
    byte_count: int | None = described("Length of the page; null unless is_whole.", unit="bytes")
    content_sha256: str | None = described("SHA-256 of the page's bytes; null unless is_whole.")
    tables_sha256: str = described(
        "SHA-256 of the normalized text of the page's tables that were read; it differs when they "
        "change."
    )
    archive_record: str | None = described(
        "Record of the web archive that holds the page as received; null without an archive."
    )


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """One table of a page."""

    table_id: str = described(
        "Name of the table: release, page, section and tab, independent of its position."
    )
    release: str = described(RELEASE)
    page: str = described("Our name for the page, such as inf2-inference.")
    position: int = described(
        "Place of the table among those of its page that were read, from 0; it may change."
    )
    section: tuple[str, ...] = described("Headings above the table, outermost first.")
    tab: str | None = described("Label of the tab that the table is in.")
    caption: str | None = described(f"Caption of the table. {NEVER_YET}")
    header: tuple[str, ...] = described("Column headers, as published.")
    row_count: int = described("Body rows of the table.", unit="rows")
    notes: tuple[str, ...] = described(
        "Notes below the table, white space collapsed; in our words unless the page is_whole."
    )
    kind: str = described("What the table's rows are.", values=("inference", "training", "other"))


@quickly_made
@dataclass(frozen=True, slots=True)
class PublishedCell:
    """One body cell of a published table."""

    table_id: str = described("Table that the cell is in.")
    release: str = described(RELEASE)
    row: int = described("Body row of the cell, from 0.")
    column: int = described("Column of the cell, from 0.")
    header: str = described("Header of the cell's column, as published.")
    text: str = described("Text of the cell, white space collapsed; empty if the cell is.")
    links: tuple[str, ...] = described("Addresses that the cell links to, as published.")


RELEASES = Table(
    "releases",
    Release,
    "Documentation releases in this dataset, one row each.",
    key=("release",),
    sort=("release_order",),
    group="serving",
    made_from=("pages", "release_dates", "quality_flags"),
)
PAGES = Table(
    "pages",
    Page,
    "Captured pages, one row for each page of a release.",
    key=("release", "page"),
    sort=("release", "page"),
    group="published",
    made_from=(SOURCE,),
)
PUBLISHED_TABLES = Table(
    "published_tables",
    PublishedTable,
    "Every table that was read of every page, with its headings, tab, caption and notes.",
    key=("table_id",),
    sort=("release", "page", "position"),
    references=(("pages", ("release", "page")),),
    group="published",
    made_from=("pages",),
)
PUBLISHED_CELLS = Table(
    "published_cells",
    PublishedCell,
    "Every body cell of every published table, as text.",
    key=("table_id", "row", "column"),
    sort=("table_id", "row", "column"),
    references=(("published_tables", ("table_id",)),),
    group="published",
    made_from=("published_tables",),
)
