"""The outline: headings, text blocks and paragraphs, with what stands above and around them."""

from __future__ import annotations

from pipelines.extract.outline import Block, read_outline

PAGE = """<html><body><h1>Top<a class="headerlink" href="#top">#</a></h1>
<p>One  paragraph.</p>
<table><tr><td><p>in a cell</p></td></tr></table>
<section><h2>Packages</h2>
<div class="highlight"><pre><span></span>first   line
second</pre></div></section>
<div class="sd-tab-set"><input><label>A tab</label>
<div class="sd-tab-content"><p>in the tab</p></div></div>
<div role="tabpanel" aria-label="Ours"><pre>x</pre></div>
<h2>After</h2><h3>Below</h3><p>last</p></body></html>"""


def test_blocks_come_in_order_with_their_headings_and_tabs() -> None:
    assert read_outline(PAGE.encode()) == (
        Block("heading", ("Top",), None, "Top"),
        Block("paragraph", ("Top",), None, "One paragraph."),
        Block("heading", ("Top", "Packages"), None, "Packages"),
        Block("literal", ("Top", "Packages"), None, "first   line\nsecond"),
        Block("paragraph", ("Top", "Packages"), "A tab", "in the tab"),
        Block("literal", ("Top", "Packages"), "Ours", "x"),
        Block("heading", ("Top", "After"), None, "After"),
        Block("heading", ("Top", "After", "Below"), None, "Below"),
        Block("paragraph", ("Top", "After", "Below"), None, "last"),
    )


def test_a_page_of_nothing_has_no_blocks() -> None:
    assert read_outline(b"<!-- nothing -->") == ()


def test_a_page_is_read_in_its_encoding() -> None:
    (block,) = read_outline("<p>é</p>".encode("latin-1"), "latin-1")
    assert block.text == "é"
