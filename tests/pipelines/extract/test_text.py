"""What counts as text: not what a reader does not see, and no raised note marks in cells."""

from __future__ import annotations

import pytest

from pipelines.extract import Cell, extract_page

UNSEEN = pytest.mark.parametrize(
    "attribute",
    [
        "hidden",
        "hidden=until-found",
        'style="display:none"',
        'style="color: red; DISPLAY : None;"',
        'style="visibility: hidden"',
        'class="a visually-hidden"',
        "class=sr-only",
        "class=d-none",
        'class="sd-d-none sd-d-print-block"',
    ],
)
SEEN = pytest.mark.parametrize(
    "attribute",
    [
        "class=hidden-gem",
        'style="display: block"',
        "aria-hidden=true",
        'data-x="display:none"',
        'class="d-none d-lg-block"',
    ],
)


def cell(html: str) -> Cell:
    """Return the one cell of a table."""
    return extract_page(f"<table><tr>{html}</table>".encode()).tables[0].rows[0][0]


@UNSEEN
def test_text_that_a_reader_does_not_see_is_left_out_of_a_cell_and_told(attribute: str) -> None:
    assert cell(f"<td><span {attribute}>1</span>2756.19") == Cell("2756.19", hidden=True)
    assert cell(f"<td><p {attribute}>1</p>") == Cell("", hidden=True)
    assert cell(f"<td {attribute}>1") == Cell("", hidden=True)


@UNSEEN
def test_an_unseen_element_without_text_hides_nothing(attribute: str) -> None:
    assert cell(f"<td><i {attribute}> </i>1") == Cell("1")


@UNSEEN
def test_text_that_a_reader_does_not_see_is_in_no_block_and_no_note(attribute: str) -> None:
    page = extract_page(
        f"<h1>A<i {attribute}>x</i></h1><p {attribute}>y</p>"
        f"<p role=note>b<b {attribute}>z</b></p>".encode()
    )
    assert (page.title, [block.text for block in page.blocks], page.notes) == (
        "A",
        ["A", "b"],
        ("b",),
    )


def test_a_table_that_a_reader_does_not_see_is_found_all_the_same() -> None:
    page = extract_page(b"<h2>A</h2><div hidden><p>x</p><table><tr><td>1</table></div>")
    assert [(table.section, table.rows) for table in page.tables] == [(("A",), ((Cell("1"),),))]


@UNSEEN
def test_a_row_that_a_reader_does_not_see_is_left_out_of_its_cells_and_told(attribute: str) -> None:
    rows = f"<tr><td>1<td>2</tr><tr {attribute}><td>3<td>4</tr>"
    hidden = Cell("", hidden=True)
    page = extract_page(f"<table>{rows}<tbody {attribute}><tr><td>5</table>".encode())
    assert page.tables[0].rows == ((Cell("1"), Cell("2")), (hidden, hidden), (hidden,))


@UNSEEN
def test_a_table_that_a_reader_does_not_see_says_so(attribute: str) -> None:
    table = "<table><tr><td>1</table>"
    page = extract_page(
        f"{table}<div {attribute}>{table}</div><section role=tabpanel {attribute}>{table}".encode()
    )
    assert [one.hidden for one in page.tables] == [False, True, False]


@SEEN
def test_text_that_a_reader_sees_stays(attribute: str) -> None:
    assert cell(f"<td><span {attribute}>1</span>2") == Cell("12")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("2756.19<sup>1</sup>", Cell("2756.19", marks=("1",))),
        ("2756.19<sub>2</sub>", Cell("2756.19", marks=("2",))),
        (
            '2756.19<span style="color: red; Vertical-Align:super">1</span>',
            Cell("2756.19", marks=("1",)),
        ),
        ("<p>5<sup> a </sup><sup>b</sup> ms</p>", Cell("5 ms", marks=("a", "b"))),
        (
            '5<a class="footnote-reference brackets" href="#f">[1]</a>',
            Cell("5", ("#f",), ("[1]",)),
        ),
        ("5<sup><a href='#f'>1</a></sup>", Cell("5", ("#f",), ("1",))),
        ("5<sup> </sup>", Cell("5")),
    ],
)
def test_a_raised_mark_is_no_part_of_the_figure(html: str, expected: Cell) -> None:
    assert cell(f"<td>{html}") == expected


def test_a_raised_mark_is_no_part_of_a_header() -> None:
    html = b"<table><tr><th>Latency<sup>2</sup><th>B<tr><td>1<td>2</table>"
    assert extract_page(html).tables[0].header == ("Latency", "B")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<details><summary>20</summary>.5</details>", "20 .5"),
        ("<figure>20<figcaption>5</figcaption></figure>", "20 5"),
        ("<select><option>20<option>5</select>", "20 5"),
        ("20<button>5</button>", "20 5"),
        ("<del>1</del>20.5", "1 20.5"),
        ("<s>1</s><b>20.5</b>", "1 20.5"),
        ("20.5<strike>1</strike>", "20.5 1"),
    ],
)
def test_what_is_shown_apart_or_struck_out_joins_no_figure(html: str, expected: str) -> None:
    assert cell(f"<td>{html}") == Cell(expected)
