"""Bounds: what no real page has is refused by name, in little memory and little time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pipelines.errors import NeuronWarehouseError
from pipelines.extract import ExtractError, extract_page
from pipelines.extract import bounds as limits
from tests.forking import forking

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.forking import Ask

TABLE = b"<table><tr><td>1</table>"
SPAN = limits.MOST_COLUMN_SPAN
# Reads the page that an expression makes; prints the outcome, megabytes, seconds of the processor.
MEASURE = """
import resource
from pipelines.extract import ExtractError, extract_page
def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime
def answer(body, into):
    body = eval(body)
    memory, time = used()
    try:
        page = extract_page(body)
        outcome = f"{len(page.tables)} tables, {len(page.parse_errors)} errors"
    except ExtractError as error:
        outcome = str(error)
    after = used()
    with open(into, "w") as file:
        json.dump([outcome, after[0] - memory, after[1] - time], file)
extract_page(b"<table><tr><td>what is imported late</table>")
"""
CELLS = "table 0 of the page: more than 50,000 cells"
READ = "1 tables, 0 errors"
ATTRIBUTES = "a tag of the page: more than 64 attributes"
TAGS = "the page: more than 100,000 tags"
MANY = "b'<p ' + b' '.join(b'a%d=1' % n for n in range(200_000)) + b'>'"
MENUS_THAT_STAY = (
    "b'<main></main><nav>' + {} + b'</nav>'",
    "b'<main><nav>' + {} + b'</nav></main>'",
    "b'<nav><p class=announcement>' + {} + b'</nav><main></main>'",
)


@pytest.fixture(scope="module")
def measured() -> Iterator[Ask]:
    """Start what reads a page in a process of its own."""
    with forking(MEASURE) as ask:
        yield ask


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("b'<table><tr>' + b'<td colspan=1000>' * 4000", CELLS),
        ("b'<table><tr>' + b'<td colspan=1000 rowspan=65534>' * 9 + b'<tr>' * 4000", CELLS),
        (
            "b'<table><tr><td>' + b'<td colspan=999 rowspan=0>' * 40 + b'<tr>' * 4000",
            "1 tables, 0 e",
        ),
        ("b'<table><tr>' + b'<th colspan=1000>' * 40 + b'<tr><th>' * 9999 + b'<tr><td>'", READ),
        ("b'<table><tr><td colspan=1000>' + b'x' * 500_000", "table 0 of the page: more than 4,0"),
        (MANY, ATTRIBUTES),
        ("b'<p>' * 200_000", TAGS),
        ("b'<table>' * 501", "the page: more than 500 tables"),
        ("b'<p role=note>' * 2001", "the page: more than 2,000 notes"),
        ("b'<table><tr><td>' * 9", "table 8 of the page: more than 8 tables within each other"),
        ("b'</b>' * 1_000_000", "0 tables, 0 errors"),
        ("b'<!--' * 1_000_000", "0 tables, 0 errors"),
        ("b'<a b=\"' * 1_000_000", ATTRIBUTES),
        ("b'<article>' * 20_000", "0 tables, 1 errors"),
        ("b'<nav>' * 90_000 + b'<main>'", "0 tables, 1 errors"),
        ("b'<nav></a>' * 500_000 + b'</nav><main>'", TAGS),
        *((around.format(MANY), ATTRIBUTES) for around in MENUS_THAT_STAY),
        *((around.format("b'<a>' * 200_000"), TAGS) for around in MENUS_THAT_STAY),
    ],
)
def test_a_small_page_takes_little_memory_and_time(
    measured: Ask, body: str, outcome: str, tmp_path: Path
) -> None:
    into = tmp_path / "measured.json"
    assert measured({"body": body, "into": str(into)}) == 0
    told, megabytes, seconds = json.loads(into.read_text("utf-8"))
    assert told.startswith(outcome)
    assert megabytes < 150
    assert seconds < 10


def test_a_page_larger_than_the_bound_is_not_parsed() -> None:
    with pytest.raises(ExtractError, match="the page: 67,108,865 bytes, more than 67,108,864"):
        extract_page(b" " * (limits.MOST_BYTES + 1))


def test_the_error_names_the_table_by_its_headings() -> None:
    wide = f"<td colspan={SPAN}>x" * 51
    html = f"<h1>A</h1>{TABLE.decode()}<h2>B</h2><table><tr>{wide}</table>"
    with pytest.raises(ExtractError, match=r"^table 1 of the page \(A > B\): more than 50,000"):
        extract_page(html.encode())


def test_the_cells_of_all_tables_together_are_bounded() -> None:
    wide = f"<table><tr>{f'<td colspan={SPAN}>x' * 50}</table>"
    assert len(extract_page((wide * 4).encode()).tables) == 4
    with pytest.raises(ExtractError, match=r"^table 4 of the page: more than 200,000 cells on"):
        extract_page((wide * 5).encode())


def test_an_extract_error_is_one_that_a_person_meets() -> None:
    assert issubclass(ExtractError, NeuronWarehouseError)
    assert ExtractError.exit_code == 4


@pytest.mark.parametrize(
    "between",
    [
        b"<div>" * 300,
        b"<div>" * 1500,
        b"<script>" + b"x" * 11_000_000 + b"</script>",
        b'<img src="data:' + b"x" * 11_000_000 + b'">',
        b"<p>" + b"x" * 11_000_000,
    ],
    ids=["deep", "deeper", "script", "attribute", "text"],
)
def test_no_table_is_lost_behind_what_ends_a_careless_parser(between: bytes) -> None:
    page = extract_page(TABLE + between + TABLE)
    assert len(page.tables) == 2
    assert page.parse_errors == ()
    assert page.tag_check.agrees


def test_a_page_that_the_parser_gives_up_says_so() -> None:
    page = extract_page(TABLE + b"<div>" * 3000 + TABLE)
    (error,) = page.parse_errors
    assert "depth" in error
    assert (page.tag_check.tables_in_bytes, page.tag_check.tables_read) == (2, 1)
    assert not page.tag_check.agrees


def test_deep_markup_in_a_cell_and_around_rows_is_read() -> None:
    html = b"<table>" + b"<div>" * 600 + b"<tr>" + b"<b>" * 400 + b"<td>" + b"<i>" * 900 + b"x"
    (table,) = extract_page(html).tables
    assert [[cell.text for cell in row] for row in table.rows] == [["x"]]
