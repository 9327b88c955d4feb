"""What surrounds tables: headings, tabs and notes, in both generations of markup."""

from __future__ import annotations

from html import escape
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.extract import ExtractedPage, extract_page
from pipelines.extract.blocks import Tab

if TYPE_CHECKING:
    from collections.abc import Callable

TABLE = "<table><tr><td>x</td></tr></table>"
NOTE = '<div class="admonition note"><p class="admonition-title">Note</p><p>{}</p></div>'
NAMES = st.text("ab <&é", min_size=1, max_size=6)
BLOCKS = st.one_of(
    st.tuples(st.just("heading"), st.integers(1, 6), NAMES),
    st.tuples(st.just("table"), st.just(0), st.just("")),
    st.tuples(st.just("tab"), st.integers(0, 2), NAMES),
)


def sphinx_tab(label: str, content: str) -> str:
    """Write a tab as the pages of 2.17 to 2.20 do: its label stands before its content."""
    return (
        f'<input type="radio"><label class="sd-tab-label">{label}</label>'
        f'<div class="sd-tab-content">{content}</div>'
    )


def inline_tab(label: str, content: str) -> str:
    """Write a tab as the Sphinx extension `sphinx-inline-tabs` does."""
    return (
        f'<input class="tab-input" type="radio"><label class="tab-label">{label}</label>'
        f'<div class="tab-content">{content}</div>'
    )


def aria_tab(label: str, content: str) -> str:
    """Write a tab whose panel carries its label."""
    return f'<div role="tabpanel" aria-label="{label}">{content}</div>'


def button_tab(label: str, content: str) -> str:
    """Write a tab as the Sphinx extension `sphinx-tabs` does: a button, and a panel that names it.

    Of such tabs, all panels but one are hidden until their button is pressed.
    """
    number = next(_NUMBERS)
    return (
        f'<div role="tablist"><button role="tab" id="tab-{number}">{label}</button></div>'
        f'<div role="tabpanel" aria-labelledby="tab-{number}" hidden="true">{content}</div>'
    )


_NUMBERS = count()
TABS = pytest.mark.parametrize("tab", [sphinx_tab, inline_tab, aria_tab, button_tab])


def page(content: str) -> ExtractedPage:
    """Read a page of this content."""
    return extract_page(f'<body><main role="main">{content}</main></body>'.encode())


@pytest.mark.parametrize("tag", ["section", "div"])
@TABS
@given(blocks=st.lists(BLOCKS, max_size=12))
def test_every_table_stands_under_the_headings_and_in_the_tab_above_it(
    tab: type, tag: str, blocks: list[tuple[str, int, str]]
) -> None:
    html, expected = "", []
    open_headings: dict[int, str] = {}
    for kind, number, name in blocks:
        shown = " ".join(name.split())
        if kind == "heading":
            open_headings = {at: text for at, text in open_headings.items() if at < number}
            open_headings[number] = shown
            html += f"<{tag}><h{number}>{escape(name)}<a class='headerlink' href='#'>¶</a>"
            html += f"</h{number}></{tag}>"
        elif kind == "table":
            html += TABLE
            expected.append((tuple(open_headings.values()), None))
        else:
            html += f"<div>{tab(escape(shown), TABLE * number)}</div>"
            expected += [(tuple(open_headings.values()), shown)] * number
    found = [(table.section, table.tab) for table in page(html).tables]
    assert found == expected


def test_the_title_is_the_first_heading_of_the_page_itself() -> None:
    html = f"<h1>Menu</h1><main role=main><h1>A <em>page</em></h1>{TABLE}<h1>Other</h1></main>"
    assert extract_page(html.encode()).title == "A page"


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Last update: September 16th, 2024", "September 16th, 2024"),
        ("last updated on\n 2024-09-16", "2024-09-16"),
        ("<em>Last update</em>: Feb 13, 2024", "Feb 13, 2024"),
        ("The last update: never", None),
    ],
)
def test_the_date_of_the_last_update_is_found_in_its_spellings(text: str, date: str | None) -> None:
    assert page(f"<h1>A</h1><p>{text}</p><p>Last update: of something else").last_update == (
        date or "of something else"
    )


@pytest.mark.parametrize("note", [NOTE, '<p role="note">{}</p>'])
def test_a_note_belongs_to_the_table_that_it_follows(note: str) -> None:
    first, second = page(
        note.format("zero") + f"<h2>A</h2>{TABLE}{note.format('one')}<h2>B</h2>{TABLE}"
        f"{note.format('two')}{note.format('<b>th</b>ree')}"
    ).tables
    assert (first.notes, second.notes) == (("one",), ("two", "three"))


@TABS
def test_a_note_after_tabs_belongs_to_all_of_them_and_one_within_to_its_own(tab: type) -> None:
    tabs = tab("A", TABLE + NOTE.format("inner")) + tab("B", TABLE)
    found = page(f"<h2>S</h2><div>{tabs}</div>{NOTE.format('outer')}")
    assert [table.notes for table in found.tables] == [("inner", "outer"), ("outer",)]
    assert found.notes == ("inner", "outer")


def test_a_note_does_not_reach_back_over_a_heading() -> None:
    found = page(f"{TABLE}<h2>Other</h2>{NOTE.format('late')}")
    assert (found.tables[0].notes, found.notes) == ((), ("late",))


@pytest.mark.parametrize("around", [NOTE, "<nav>{}</nav>", "<p>{}</p>", "<h2>{}</h2>", "<a>{}</a>"])
def test_a_table_is_found_wherever_it_stands(around: str) -> None:
    found = page(f"<h2>A</h2>{around.format(TABLE)}{TABLE}")
    assert [table.position for table in found.tables] == [0, 1]
    assert found.tables[0].section[0] in ("A", "")


def test_a_table_outside_the_main_part_is_found_too() -> None:
    found = extract_page(f"<main><h1>A</h1>{TABLE}</main>{TABLE}".encode())
    assert [table.section for table in found.tables] == [("A",), ("A",)]


def test_headings_of_menus_are_no_sections() -> None:
    found = page(f"<h2>A</h2><nav><h2>Contents</h2></nav>{TABLE}")
    assert found.tables[0].section == ("A",)


def test_marks_like_ours_on_a_page_mean_nothing() -> None:
    found = page(f'<div data-table="x">a</div><div data-table="0">b</div><h2>A</h2>{TABLE}')
    assert [table.section for table in found.tables] == [("A",)]


@TABS
def test_tabs_are_listed_with_and_without_tables(tab: Callable[[str, str], str]) -> None:
    read = page(
        "<h1>Page</h1>"
        + tab("Full", TABLE + TABLE)
        + tab("Empty", "")
        + "<h2>Below</h2>"
        + tab("Outer", tab("Inner", TABLE))
        + TABLE
    )
    assert read.tabs == (
        Tab(("Page",), "Full", (0, 1)),
        Tab(("Page",), "Empty", ()),
        Tab(("Page", "Below"), "Outer", ()),
        Tab(("Page", "Below"), "Inner", (2,)),
    )


def test_a_page_without_tabs_lists_none() -> None:
    assert page(TABLE).tabs == ()
