"""Pages that were not read to their end, or are too large, are not published."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipelines.errors import ContractError
from pipelines.extract import extract_page
from pipelines.pages.page_checks import check_whole
from tests.pipelines.making import ENCODER, read_page, table_html

if TYPE_CHECKING:
    from pathlib import Path

TABLE = table_html(ENCODER)


def refusal(folder: Path, content: str) -> str:
    """Return why a page of this content is refused."""
    with pytest.raises(ContractError) as caught:
        read_page(folder, content)
    (problem,) = caught.value.problems
    return str(problem)


def test_a_page_that_the_parser_gives_up_is_refused(tmp_path: Path) -> None:
    told = refusal(tmp_path, TABLE + "<div>" * 3000 + TABLE)
    assert "page inf2-inference" in told
    assert "unread markup: met 'Excessive depth" in told


def test_a_row_that_was_not_read_is_a_problem() -> None:
    page = extract_page(b"<table><tr><td>1<tr><td>2</table>")
    assert check_whole("a", "b", page) is None
    lost = replace(page, tag_check=replace(page.tag_check, rows_read=1))
    told = str(check_whole("a", "b", lost))
    assert "met '1 tables and 1 rows read', expected the 1 tables and 2 rows in its bytes" in told


def test_a_page_with_too_large_a_table_is_refused_by_the_table(tmp_path: Path) -> None:
    told = refusal(tmp_path, f"<table><tr>{'<td colspan=1000>' * 60}</table>")
    assert (
        "met 'table 0 of the page (Performance > Encoder models): more than 50,000 cells'" in told
    )


def test_deep_markup_between_tables_loses_no_row(tmp_path: Path) -> None:
    second = TABLE.replace("bert-base-cased", "bert-large-cased")
    tables = read_page(tmp_path, TABLE + "<div>" * 300 + second)
    assert len(tables.rows["benchmarks"]) == 2
