"""Names as people read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.performance.names import as_read, model_as_read, without_invisible


@pytest.mark.parametrize(
    "text",
    [
        "BERT-Base",
        "bert\u2011base",
        "bert\u2013base",
        "  Bert-base ",
        "be\u00adrt-base",
        "bert_base",
    ],
)
def test_case_hyphens_white_space_and_what_is_unseen_count_for_nothing(text: str) -> None:
    assert as_read(text) == "bert-base"


def test_spaces_of_any_kind_are_one_space() -> None:
    assert as_read("Data\u00a0\u2009Parallel") == as_read("data parallel")


@given(st.text())
def test_a_name_reads_as_what_it_reads_as(text: str) -> None:
    assert as_read(as_read(text)) == as_read(text)
    assert without_invisible(without_invisible(text)) == without_invisible(text)


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("google-bert/bert-base-cased", "bert-base-cased"),
        ("google/vit-base-patch16-224", "vit-base-patch16-224"),
        ("Stable Diffusion XL Base", "stable diffusion xl base"),
        ("BERT base / large", "bert base / large"),
        ("a/b/c", "a/b/c"),
        ("/bert", "/bert"),
        ("", ""),
    ],
)
def test_the_owner_of_a_model_is_no_part_of_its_name(name: str, read: str) -> None:
    assert model_as_read(name) == read
