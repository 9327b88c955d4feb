"""What a page says of itself is published unchanged: its facts, its tables, its cells."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ingest import ingest_release
from pipelines.pages.published import _date
from tests.pipelines.making import (
    DATED,
    ENCODER,
    PAGE,
    RELEASE,
    page_html,
    read_page,
    table_html,
    write_site,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_a_page_is_recorded_with_its_facts(tmp_path: Path) -> None:
    content = DATED.format("September 16th, 2024") + table_html(ENCODER)
    (page,) = read_page(tmp_path, content).rows["pages"]
    assert (page.release, page.page, page.title) == (RELEASE, PAGE, "Performance")
    assert page.last_update == date(2024, 9, 16)
    assert page.is_whole
    assert page.byte_count == len(page_html(content).encode())
    assert len(page.content_sha256) == len(page.tables_sha256) == 64


def test_a_page_that_is_not_whole_has_no_facts_of_bytes(tmp_path: Path) -> None:
    site = write_site(tmp_path, page_html(table_html(ENCODER)))
    note = '{"captured_at": "2026-01-02T03:04:05Z", "whole_pages": false}'
    (site.folder / "capture.json").write_text(note, "utf-8")
    (page,) = ingest_release(site, RELEASE).tables.rows["pages"]
    assert (page.is_whole, page.byte_count, page.content_sha256) == (False, None, None)
    assert len(page.tables_sha256) == 64


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("<main ", '<main class="theme" ', True),
        ("<td>FP32</td>", "<td> <b>FP32</b>\n</td>", True),
        ("<td>Benchmark</td>", '<td><a href="/blob/v2.20.1/a">Benchmark</a></td>', True),
        ("<td>1.02</td>", "<td>1.03</td>", False),
        ("Encoder models", "Encoder-models", False),
        ("<table>", "<table><caption>A</caption>", False),
    ],
)
def test_the_hash_of_the_tables_sees_their_texts_and_nothing_else(
    tmp_path: Path,
    old: str,
    new: str,
    same: bool,  # noqa: FBT001
) -> None:
    html = page_html(table_html(ENCODER))
    assert old in html
    one, other = (
        ingest_release(write_site(tmp_path / name, text), RELEASE).tables.rows["pages"][0]
        for name, text in (("one", html), ("other", html.replace(old, new)))
    )
    assert one.content_sha256 != other.content_sha256
    assert (one.tables_sha256 == other.tables_sha256) is same


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("September 16th, 2024", date(2024, 9, 16)),
        ("2024-09-16", date(2024, 9, 16)),
        ("Feb 13, 2024", date(2024, 2, 13)),
        ("13 February 2024", date(2024, 2, 13)),
        ("Feb 13, 2024, 23:59 PST", date(2024, 2, 13)),
        ("September 16", None),
        ("2024", None),
        ("Monday", None),
        ("soon", None),
    ],
)
def test_a_date_is_read_whole_or_not_at_all(text: str, read: date | None) -> None:
    assert _date(text) == read


@given(st.text(max_size=20) | st.text("0123456789 -/.:,TAPMJanFebZ+", max_size=20))
def test_any_text_is_a_date_or_none(text: str) -> None:
    assert _date(text) is None or isinstance(_date(text), date)


def test_what_surrounds_a_table_is_published_with_it(tmp_path: Path) -> None:
    html = table_html(ENCODER).replace("<table>", "<table><caption>A caption</caption>")
    (table,) = read_page(tmp_path, html).rows["published_tables"]
    assert (table.caption, table.section) == ("A caption", ("Performance", "Encoder models"))
    assert (table.row_count, table.position, table.kind) == (1, 0, "inference")
    assert table.header == tuple(ENCODER)
    assert table.notes == ("Price basis: RI-Effective hourly rate.",)


def test_every_cell_is_published_in_its_place(tmp_path: Path) -> None:
    cells = read_page(tmp_path, table_html(ENCODER, ENCODER)).rows["published_cells"]
    assert [(c.row, c.column, c.header, c.text) for c in cells] == [
        (row, at, header, text)
        for row in (0, 1)
        for at, (header, text) in enumerate(ENCODER.items())
    ]
