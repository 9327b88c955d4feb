"""Tags are counted in the bytes, and every table and row there is read or accounted for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.extract import ExtractError, extract_page
from pipelines.extract import bounds as limits
from pipelines.extract.tags import TagCounts, count_tags
from tests.pipelines.extract.generated import DRAWN, Drawn, tables

ROW = "<table><tr><td>1</table>"


@pytest.mark.stress
@given(st.lists(tables(), max_size=3))
@DRAWN
def test_every_table_and_row_of_drawn_tables_is_accounted_for(drawn: list[Drawn]) -> None:
    page = extract_page("".join(one.html for one in drawn).encode())
    assert page.tag_check.agrees
    assert page.tag_check.tables_in_bytes == len(drawn)


@pytest.mark.parametrize(
    "around",
    [
        "<!--{}-->",
        "<!-- > {} --!>",
        "<script>'{}'</script>",
        "<STYLE a='>'>{}</sTyle >",
        "<title>{}</title>",
        "<textarea>{}</textarea>",
        '<img alt="{}">',
        "<img alt = '{}' b>",
        '<img a=it\'s alt="{}">',
    ],
)
def test_what_only_looks_like_a_tag_is_not_counted(around: str) -> None:
    html = around.format(ROW) + "<tr-x><tablet>"
    assert count_tags((html + ROW).encode()) == TagCounts(1, 1)
    page = extract_page((html + ROW).encode())
    assert page.tag_check.agrees
    assert len(page.tables) == 1


@pytest.mark.parametrize(
    "html",
    [
        "<TABLE\nclass='a>b'><TR/><tr\t></TABLE>",
        "<table a=it's><tr b='c'><tr d=\"e\">",
        "<table a=1><tr><template><tr></template></table>",
        "<!-- a --!><table><tr></tr><!----><tr></table>",
        "<script>a</scripty><table></script><table><tr><tr></table>",
    ],
)
def test_tags_are_counted_in_every_spelling(html: str) -> None:
    assert count_tags(html.encode()) == TagCounts(1, 2)


def test_rows_outside_tables_and_rows_without_cells_are_accounted_for() -> None:
    page = extract_page(b"<div><tr><td>1</tr></div><table><tr></tr><tr><td>2</table>")
    assert page.tag_check.agrees
    assert page.tag_check.rows_in_bytes == 3


def test_a_tag_has_as_many_attributes_as_allowed_and_no_more() -> None:
    def tag(number: int) -> bytes:
        return "<p {}>".format(" ".join(f'a{at}="b c d e f"' for at in range(number))).encode()

    assert count_tags(tag(limits.MOST_ATTRIBUTES)) == TagCounts(0, 0)
    with pytest.raises(
        ExtractError, match=f"a tag of the page: more than {limits.MOST_ATTRIBUTES}"
    ):
        count_tags(tag(limits.MOST_ATTRIBUTES + 1))


def test_a_page_has_no_more_tags_than_allowed() -> None:
    assert count_tags(b"<p>" * limits.MOST_TAGS) == TagCounts(0, 0)
    with pytest.raises(ExtractError, match="more than 100,000 tags"):
        count_tags(b"<p>" * (limits.MOST_TAGS + 1))
