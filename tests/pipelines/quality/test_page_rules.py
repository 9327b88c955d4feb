"""Rules over a page as a whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.extract import ExtractedTable, extract_page
from pipelines.extract.blocks import Tab
from pipelines.performance.notes import NoteFacts
from pipelines.quality.context import PageView
from pipelines.quality.rules import page_flags

TABLE = ExtractedTable(0, (), None, None, ("Model",), (), ())
PAGE = replace(extract_page(b"<html><main></main></html>"), tables=(TABLE,), last_update=None)
VIEW = PageView(
    release="2.20.0",
    page="inf2-inference",
    url="https://a.site/page.html",
    extracted=PAGE,
    notes=NoteFacts("on-demand", None, ("on-demand",)),
    has_costs=True,
    last_update_read=False,
)


def test_a_page_with_tables_a_price_basis_and_no_date_has_no_flag() -> None:
    assert page_flags(VIEW) == ()


def test_a_page_without_tables_is_an_error_with_its_address() -> None:
    (flag,) = page_flags(replace(VIEW, extracted=replace(PAGE, tables=())))
    assert (flag.rule, flag.severity, flag.observed) == (
        "page-without-tables",
        "error",
        "0 tables",
    )
    assert VIEW.url in flag.message


@pytest.mark.parametrize(("has_costs", "expected"), [(True, ["warning"]), (False, [])])
def test_costs_without_a_price_basis_are_a_warning(has_costs: bool, expected: list[str]) -> None:  # noqa: FBT001
    view = replace(VIEW, notes=NoteFacts(None, None, ()), has_costs=has_costs)
    flags = [flag for flag in page_flags(view) if flag.rule == "price-basis-not-stated"]
    assert [flag.severity for flag in flags] == expected


@pytest.mark.parametrize(("read", "expected"), [(False, ["soon"]), (True, [])])
def test_a_last_update_that_is_not_a_date_is_a_warning(read: bool, expected: list[str]) -> None:  # noqa: FBT001
    view = replace(VIEW, extracted=replace(PAGE, last_update="soon"), last_update_read=read)
    assert [flag.observed for flag in page_flags(view)] == expected


def tabbed(*tabs: Tab) -> PageView:
    return replace(VIEW, extracted=replace(PAGE, tabs=tabs))


FULL = Tab(("Performance", "Encoder Models"), "Throughput optimized", (0,))


def test_a_tab_without_a_table_is_an_error_that_names_tab_and_section() -> None:
    assert page_flags(tabbed(FULL)) == ()
    (flag,) = page_flags(tabbed(FULL, replace(FULL, label="Latency optimized", tables=())))
    assert (flag.rule, flag.severity) == ("tab-without-table", "error")
    assert flag.observed == "Encoder Models [Latency optimized]: 0 tables"
    assert "'Latency optimized' below 'Encoder Models' on inf2-inference of 2.20.0" in flag.message


def test_a_page_without_any_table_is_reported_once_and_not_for_each_tab() -> None:
    view = tabbed(replace(FULL, tables=()))
    flags = page_flags(replace(view, extracted=replace(view.extracted, tables=())))
    assert [flag.rule for flag in flags] == ["page-without-tables"]
