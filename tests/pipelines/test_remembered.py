"""What short texts were read as is kept, and no more than that."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.remembered import LONGEST, MOST_TEXTS, remembered


def _counting() -> tuple[list[str], Any]:
    asked: list[str] = []

    def read(text: str) -> str:
        """Read a text."""
        asked.append(text)
        if text == "odd":
            raise ValueError(text)
        return text.upper()

    return asked, remembered(read)


def test_equal_texts_are_read_once_and_long_ones_each_time() -> None:
    asked, read = _counting()
    long = "x" * (LONGEST + 1)
    for text in ("a", "b", "a", long, long):
        assert read(text) == text.upper()
    assert asked == ["a", "b", long, long]


def test_a_text_that_cannot_be_read_is_not_kept() -> None:
    asked, read = _counting()
    for _ in range(2):
        with pytest.raises(ValueError, match="odd"):
            read("odd")
    assert asked == ["odd", "odd"]


def test_only_the_latest_texts_are_kept() -> None:
    asked, read = _counting()
    for number in range(MOST_TEXTS + 1):
        read(str(number))
    read(str(MOST_TEXTS))
    read("0")
    assert asked[MOST_TEXTS:] == [str(MOST_TEXTS), "0"]
    read.cache_clear()
    read("0")
    assert asked[-2:] == ["0", "0"]


def test_a_function_keeps_its_name_and_docstring() -> None:
    _, read = _counting()
    assert (read.__name__, read.__doc__) == ("read", "Read a text.")
