"""The inside of tables: every cell stands where a browser shows it, with its text and links."""

from __future__ import annotations

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.extract import Cell, extract_page, grids
from tests.pipelines.extract.generated import CELL, DRAWN, Content, Drawn, tables


def texts(html: str) -> list[list[str]]:
    """Return the texts of the body of a page's first table."""
    return [[cell.text for cell in row] for row in extract_page(html.encode()).tables[0].rows]


def cells(rows: list[list[Content]]) -> tuple[tuple[Cell, ...], ...]:
    """Return the cells that a drawn grid should be read as."""
    return tuple(tuple(Cell(drawn.shown, drawn.links) for drawn in row) for row in rows)


@pytest.mark.stress
@given(tables())
@DRAWN
def test_spans_markup_and_entities_are_read_as_drawn(drawn: Drawn) -> None:
    (table,) = extract_page(f"<main>{drawn.html}</main>".encode()).tables
    assert table.rows == cells(drawn.body)
    stacked = [[row[at].shown for row in drawn.header] for at in range(len(table.header))]
    assert table.header == tuple(" / ".join(t for t in dict.fromkeys(s) if t) for s in stacked)
    assert len(table.header) == (len(drawn.header[0]) if drawn.header else 0)


@pytest.mark.stress
@given(st.lists(tables(), max_size=3), CELL)
@DRAWN
def test_tables_within_a_cell_are_its_text_and_tables_of_their_own(
    inner: list[Drawn], beside: Content
) -> None:
    nested = "".join(drawn.html for drawn in inner)
    page = extract_page(f"<table><tr><td>{nested}<td>{beside.html}</table>".encode())
    outer, *rest = page.tables
    assert [table.rows for table in rest] == [cells(drawn.body) for drawn in inner]
    assert outer.rows[0][1:] == (Cell(beside.shown, beside.links),)
    assert [table.position for table in page.tables] == list(range(len(inner) + 1))
    within = outer.rows[0][0].text.split()
    for table in rest:
        assert set(" ".join(cell.text for row in table.rows for cell in row).split()) <= set(within)


def test_a_row_span_ends_with_its_group() -> None:
    html = (
        "<table><tbody><tr><td rowspan=9>a<td>b</tbody><tbody><tr><td>c<td>d</tbody>"
        "<tfoot><tr><td>e<td>f</tfoot></table>"
    )
    assert texts(html) == [["a", "b"], ["c", "d"], ["e", "f"]]


BAD_SPANS = ["colspan=0", "colspan=-3", "colspan=x", "colspan=٣", "colspan=''"]


@pytest.mark.parametrize(
    ("attribute", "width"),
    [
        *((span, 2) for span in ("colspan=2", "colspan='2;'", "colspan=' +02.9'")),
        *(
            (span, 1000)
            for span in ("colspan=1001", "colspan=99999999999", f"colspan={'9' * 5000}")
        ),
        *((span, 1) for span in BAD_SPANS),
    ],
)
def test_a_span_without_meaning_is_one_and_a_huge_one_is_bounded(
    attribute: str, width: int
) -> None:
    assert texts(f"<table><tr><td {attribute}>a</table>") == [["a"] * width]


@pytest.mark.parametrize(
    "inside",
    [
        "<tr><td>1<td>2<tr><td>3<td>4",
        "<form><tr><td>1</td><td>2</td></tr></form><tr><td>3<td>4",
        "<tr><td>1<td>2</tr><div><tr><td>3</td><td>4</td></tr></div>",
        "<tr><td>1<td>2</tr><tbody><div><tr><td>3<td>4</div></tbody>",
        "<td>1</td><td>2</td><tr><td>3<td>4",
        "<tbody><td>1</td><td>2</td></tbody><tr><td>3<td>4",
        "<tr><td>1</td><form><td>2</td></form></tr><tr><td>3<td>4",
        "<colgroup><col><col></colgroup><caption>c</caption><tr><td>1<td>2<tr><td>3<td>4",
        "<!-- a --><tr><!-- b --><td>1<td>2<tr><td>3<td>4",
    ],
)
def test_no_row_or_cell_is_lost_where_markup_is_misplaced(inside: str) -> None:
    assert texts(f"<table>{inside}</table>") == [["1", "2"], ["3", "4"]]


def test_a_first_row_of_header_cells_is_the_header() -> None:
    (table,) = extract_page(b"<table><tr><th>a<th>b<tr><th>1<td>2</table>").tables
    assert table.header == ("a", "b")
    assert table.rows == ((Cell("1"), Cell("2")),)


def test_a_lone_row_of_header_cells_is_content() -> None:
    (table,) = extract_page(b"<table><tr><th>a<th>b</table>").tables
    assert table.header == ()
    assert table.rows == ((Cell("a"), Cell("b")),)


def test_stacked_headers_are_joined_once_each() -> None:
    head = "<thead><tr><th rowspan=2>Model<th colspan=2>Latency<tr><th>P50<th>P99</thead>"
    (table,) = extract_page(f"<table>{head}<tr><td>1<td>2<td>3</table>".encode()).tables
    assert table.header == ("Model", "Latency / P50", "Latency / P99")


def test_a_caption_is_kept_apart_from_the_cells() -> None:
    (table,) = extract_page(b"<table><caption> A <b>b</b>\n</caption><tr><td>1</table>").tables
    assert (table.caption, table.rows) == ("A b", ((Cell("1"),),))


def test_blocks_set_words_apart_and_inline_markup_does_not() -> None:
    row = "<td>a<b>b</b>c<td><p>a</p><p>b</p><td>a<br>b<td>a<div>b</div>c<td><ul><li>a<li>b</ul>"
    assert texts(f"<table><tr>{row}</table>") == [["abc", "a b", "a b", "a b c", "a b"]]


def test_rows_of_another_width_stay_as_wide_as_they_are() -> None:
    assert texts("<table><tr><td>1<td>2<tr><td>3<tr></table>") == [["1", "2"], ["3"], []]


@pytest.mark.parametrize(
    "attribute", ["colspan=2", "rowspan=2", "hidden", "class=d-none", 'style="display: none"']
)
def test_a_table_reads_the_same_whatever_was_read_before_it(attribute: str) -> None:
    plain = "<table><tr><td>1<td>2<tr><td>3</table>"
    other = plain.replace("<td>1", f"<td {attribute}>1")
    alone = extract_page(other.encode()).tables[0].rows
    first, *rest = extract_page(f"{plain}{other}{plain}{other}".encode()).tables
    assert [table.rows for table in rest] == [alone, first.rows, alone]
    assert first.rows != alone


@given(st.lists(st.text("\1\2\x0b\x7f\ufffd&;#xD<é ", max_size=4), min_size=2, max_size=4))
def test_tables_that_differ_in_any_character_are_read_apart(cells: list[str]) -> None:
    bodies = [f"<table><tr><td>{escape(cell)}</table>".encode() for cell in cells]
    alone = []
    for body in bodies:
        grids._known.cache_clear()
        alone.append(extract_page(body).tables[0].rows)
    assert [extract_page(body).tables[0].rows for body in bodies] == alone


@pytest.mark.parametrize(("rows", "times"), [(1, 1), (3, 2)], ids=["few cells", "many"])
def test_a_table_is_kept_unless_it_has_many_cells(
    monkeypatch: pytest.MonkeyPatch, rows: int, times: int
) -> None:
    grids._known.cache_clear()
    read = []
    usual = grids._read_grid
    monkeypatch.setattr(grids, "_read_grid", lambda *given: read.append(1) or usual(*given))
    table = "<table>" + "<tr><td colspan=900>1" * rows + "</table>"
    first, second = extract_page((table * 2).encode()).tables
    assert first.rows == second.rows
    assert len(read) == times
