"""Untyped columns that tell rows apart: as few as will do, and never a measured figure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.performance.columns.unread_columns import columns_that_tell_rows_apart

KEYS = st.lists(st.integers(0, 2), max_size=8)
WORDS = st.sampled_from(["", "a", "b"])


def test_a_column_is_needed_where_two_rows_have_equal_keys() -> None:
    rows = [{"EP Degree": "1"}, {"EP Degree": "4"}]
    assert columns_that_tell_rows_apart(["a", "a"], rows) == ("EP Degree",)


def test_no_column_is_needed_where_the_keys_differ() -> None:
    rows = [{"EP Degree": "1"}, {"EP Degree": "4"}]
    assert columns_that_tell_rows_apart(["a", "b"], rows) == ()


def test_a_column_with_one_text_in_rows_of_equal_keys_is_not_needed() -> None:
    rows = [{"Kind": "x"}, {"Kind": "x"}, {"Kind": "y"}]
    assert columns_that_tell_rows_apart(["a", "a", "b"], rows) == ()


def test_two_columns_are_needed_where_neither_tells_all_rows_apart() -> None:
    rows = [{"P": "1", "Q": "1"}, {"P": "1", "Q": "2"}, {"P": "2", "Q": "1"}]
    assert columns_that_tell_rows_apart(["a"] * 3, rows) == ("P", "Q")


def test_of_two_columns_that_say_the_same_the_first_is_kept() -> None:
    rows = [{"P": "1", "Q": "one"}, {"P": "2", "Q": "two"}]
    assert columns_that_tell_rows_apart(["a", "a"], rows) == ("P",)


def test_a_known_dimension_is_kept_before_another_column() -> None:
    rows = [{"Remark": "new", "EP Degree": "1"}, {"Remark": "old", "EP Degree": "2"}]
    assert columns_that_tell_rows_apart(["a", "a"], rows, ["EP Degree"]) == ("EP Degree",)


def test_of_two_columns_the_one_with_fewer_texts_is_kept() -> None:
    rows = [
        {"Note": "i", "Mode": "x"},
        {"Note": "ii", "Mode": "y"},
        {"Note": "iii", "Mode": "x"},
    ]
    assert columns_that_tell_rows_apart(["a", "a", "b"], rows) == ("Mode",)


@pytest.mark.parametrize("texts", [("41.2", "38"), ("$5", "$6"), ("1.4x", "2x"), ("38%", "40%")])
def test_a_measured_figure_is_never_part_of_a_key(texts: tuple[str, str]) -> None:
    rows = [{"Power (W)": text} for text in texts]
    assert columns_that_tell_rows_apart(["a", "a"], rows) == ()
    assert columns_that_tell_rows_apart(["a", "a"], rows, ["Power (W)"]) == ("Power (W)",)


def test_an_empty_cell_tells_a_row_apart_and_a_missing_one_counts_as_empty() -> None:
    assert columns_that_tell_rows_apart(["a", "a"], [{"P": ""}, {"P": "x"}]) == ("P",)
    assert columns_that_tell_rows_apart(["a", "a"], [{}, {"P": "x"}]) == ("P",)


def test_a_table_without_rows_needs_no_column() -> None:
    assert columns_that_tell_rows_apart([], []) == ()


@given(st.data(), KEYS)
def test_all_rows_that_can_be_told_apart_are_and_no_column_is_idle(
    data: st.DataObject, keys: list[int]
) -> None:
    rows = [data.draw(st.fixed_dictionaries({"P": WORDS, "Q": WORDS, "R": WORDS})) for _ in keys]
    needed = columns_that_tell_rows_apart(keys, rows)

    def told_apart(headers: tuple[str, ...]) -> int:
        return len({(key, *(r[h] for h in headers)) for key, r in zip(keys, rows, strict=True)})

    assert told_apart(needed) == told_apart(("P", "Q", "R"))
    for header in needed:
        assert told_apart(tuple(h for h in needed if h != header)) < told_apart(needed)
