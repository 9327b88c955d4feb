"""Words of open vocabularies: known in any spelling, new, or a slip of a known one."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.performance.known_words import Remark, is_slip, read_word
from pipelines.performance.vocabulary import NOTHING, WORDS
from pipelines.quality.reading.cells import new_category, slip
from tests.pipelines.performance.reading import QUOTED

FIELDS = st.sampled_from(sorted(WORDS))


@given(st.data(), FIELDS, QUOTED)
def test_a_word_is_known_in_any_case_and_quotes(
    data: st.DataObject, field: str, quoted: str
) -> None:
    known = data.draw(st.sampled_from(WORDS[field]))
    text = quoted.format(data.draw(st.sampled_from([known, known.upper(), known.lower()])))
    assert read_word(field, text) == (known, ())


@given(FIELDS, st.text(max_size=20))
def test_any_word_is_kept_or_says_nothing(field: str, text: str) -> None:
    word, remarks = read_word(field, text)
    assert word is None or word in text or word in WORDS[field]
    assert all(remark.observed == word and remark.expected for remark in remarks)


def test_words_that_pages_print_for_nothing_are_nothing() -> None:
    for field, words in NOTHING.items():
        assert [read_word(field, word) for word in words] == [(None, ())] * len(words)


def test_a_new_word_is_kept_as_printed_with_the_known_ones() -> None:
    word, remarks = read_word("optimizer", "Muon")
    assert word == "Muon"
    assert remarks == (Remark(new_category.RULE, "Muon", "one of Lamb, Adam, AdamW"),)


def test_a_slip_is_kept_as_printed_with_what_may_be_meant() -> None:
    word, remarks = read_word("os", "U2")
    assert word == "U2"
    assert remarks == (Remark(slip.RULE, "U2", "U20 or U22 or U24"),)


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("AdmW", "AdamW"),
        ("AdamWW", "AdamW"),
        ("AdanW", "AdamW"),
        ("U2", "U22"),
        ("weak scal", "weak scaling"),
        ("Text Genera", "Text Generation"),
    ],
)
def test_one_character_or_a_cut_end_is_a_slip(word: str, known: str) -> None:
    assert is_slip(word, known)


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("AdamW", "AdamW"),
        ("ADAMW", "AdamW"),
        ("U26", "U24"),
        ("int4", "int8"),
        ("FP8", "FP16"),
        ("BF16", "BF16+SR"),
        ("Raw Output", "Raw Output (AutoModel)"),
        ("Muon", "AdamW"),
        ("", "AdamW"),
    ],
)
def test_another_word_another_digit_and_a_whole_word_are_no_slips(word: str, known: str) -> None:
    assert not is_slip(word, known)


def test_a_known_word_is_never_a_slip_of_another_known_one() -> None:
    assert is_slip("Adam", "AdamW")
    for field, words in WORDS.items():
        for word, _ in permutations(words, 2):
            assert read_word(field, word) == (word, ())
