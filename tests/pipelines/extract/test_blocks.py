"""Blocks: headings, literal texts and paragraphs, with what stands above and around them."""

from __future__ import annotations

import pytest

from pipelines.extract import Block, extract_page

PAGE = """<html><body><nav><h2>Menu</h2><p>a page</p></nav><main>
<h1>Top<a class="headerlink" href="#top">#</a></h1>
<p>One  <b>para</b>graph.</p>
<table><tr><td><h2>in a cell</h2><p>in a cell</p></td></tr></table>
<section><h2>Packages</h2>
<div class="highlight"><pre><span></span>first   <span>line</span>
second</pre></div></section>
<div class="sd-tab-set"><input><label>A tab</label>
<div class="sd-tab-content"><p>in the tab</p></div></div>
<section role="tabpanel" aria-label="Ours"><pre>x</pre></section>
<div class="admonition"><h2>Aside</h2><p>in a note</p></div>
<h2>After</h2><h3>Below</h3><p>last</p></main><p>outside</p></body></html>"""


def blocks(html: str) -> tuple[Block, ...]:
    """Return the blocks of a page."""
    return extract_page(html.encode()).blocks


def test_blocks_come_in_order_with_their_headings_and_tabs() -> None:
    assert blocks(PAGE) == (
        Block("heading", ("Top",), None, "Top"),
        Block("paragraph", ("Top",), None, "One paragraph."),
        Block("heading", ("Top", "Packages"), None, "Packages"),
        Block("literal", ("Top", "Packages"), None, "first   line\nsecond"),
        Block("paragraph", ("Top", "Packages"), "A tab", "in the tab"),
        Block("literal", ("Top", "Packages"), "Ours", "x"),
        Block("heading", ("Top", "Packages"), None, "Aside"),
        Block("paragraph", ("Top", "Packages"), None, "in a note"),
        Block("heading", ("Top", "After"), None, "After"),
        Block("heading", ("Top", "After", "Below"), None, "Below"),
        Block("paragraph", ("Top", "After", "Below"), None, "last"),
    )


def test_blocks_and_tables_have_the_same_headings_and_tabs_above_them() -> None:
    tab = '<label>T</label><div class="sd-tab-content"><p>x</p><table><tr><td>1</table></div>'
    page = extract_page(f"<h1>A</h1><nav><h2>B</h2></nav><h3>C</h3>{tab}".encode())
    (table,) = page.tables
    block = page.blocks[-1]
    assert (table.section, table.tab) == (block.section, block.tab) == (("A", "C"), "T")


def test_a_page_of_nothing_has_no_blocks() -> None:
    assert blocks("<!-- nothing -->") == ()


def test_a_block_in_a_block_is_part_of_its_text_alone() -> None:
    assert [block.text for block in blocks("<h2>a<div><h3>b</h3></div></h2>")] == ["a b"]


@pytest.mark.parametrize("text", [" ", "\n  a\n\n b ", "a\tb"])
def test_a_literal_keeps_its_spaces_and_lines(text: str) -> None:
    assert blocks(f"<pre><b></b>{text}</pre>")[0].text == text


@pytest.mark.parametrize("tag", ["script", "style", "template"])
def test_what_is_no_text_is_in_no_block(tag: str) -> None:
    assert blocks(f"<p>a<{tag}>x</{tag}><!-- y -->b</p>")[0].text == "ab"
