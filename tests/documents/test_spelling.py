"""Every word of the documents is English, or on the project's own list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tools.documents.found import documents, name_of
from tools.documents.words import OWN, unknown

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def own() -> list[str]:
    return OWN.read_text("utf-8").split()


@pytest.mark.parametrize("path", documents(), ids=name_of)
def test_every_word_is_known(path: Path, own: list[str]) -> None:
    slips = unknown(path.read_text("utf-8")) - {*own}
    assert slips == set(), "a slip; or a word for the list: python -m tools.documents.words"


def test_a_slip_is_found_and_code_is_left_out() -> None:
    assert unknown("The benchmrak of [a](there.md) `modle` and\n```sh\nqqzz\n```\n") == {
        "benchmrak"
    }


def test_the_own_list_is_sorted_and_holds_no_word_that_is_english(own: list[str]) -> None:
    assert own == sorted(set(own))
    assert {*own} - unknown(" ".join(own)) == set()
