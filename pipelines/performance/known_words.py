"""Words of the open vocabularies: known, new, or a slip of a known one.

This module reads a word that is kept in its typed column as printed. Put new words into `WORDS`
of the vocabulary; values that are calculated with live in `cell_values`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.performance.names import as_read
from pipelines.performance.vocabulary import NOTHING, WORDS
from pipelines.quality.reading.cells import new_category, slip

if TYPE_CHECKING:
    from pipelines.quality.rule import Rule

QUOTES = "“”\"'‘’"  # noqa: RUF001 - the quotes that pages use


@dataclass(frozen=True, slots=True)
class Remark:
    """What is worth knowing of a cell that was read all the same."""

    rule: Rule
    observed: str
    expected: str


Remarks = tuple[Remark, ...]


def read_word(field: str, text: str) -> tuple[str | None, Remarks]:
    """Read a word of an open vocabulary.

    Args:
        field: A column of `benchmarks` with words in the vocabulary.
        text: The cell.

    Returns:
        The word, in the spelling of the vocabulary where that has it, and what is worth knowing of
        it. None for no text, and for words that pages print where there is nothing to say.
    """
    word = text.strip(QUOTES + " ")
    if not word or word in NOTHING.get(field, ()):
        return None, ()
    for known in WORDS[field]:
        if as_read(known) == as_read(word):
            return known, ()
    meant = [known for known in WORDS[field] if is_slip(word, known)]
    remark = Remark(
        slip.RULE if meant else new_category.RULE,
        word,
        " or ".join(meant) or f"one of {', '.join(WORDS[field])}",
    )
    return word, (remark,)


def is_slip(word: str, known: str) -> bool:
    """Return whether a word differs by one character from a known one, or is one cut short.

    A word that ends where a word of the known one ends is not cut short: `BF16` is no slip of
    `BF16+SR`. Two words that differ by one digit are both right: `U26` is no slip of `U24`.
    """
    a, b = as_read(word), as_read(known)
    return a != b and (_is_cut_short(a, b) or _differs_by_one(a, b))


def _is_cut_short(word: str, known: str) -> bool:
    rest = known.removeprefix(word)
    return rest != known and word[-1:].isalnum() and rest[:1].isalnum()


def _differs_by_one(a: str, b: str) -> bool:
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    longer, shorter = sorted((a[start:], b[start:]), key=len, reverse=True)
    if len(longer) == len(shorter):
        both_digits = longer[:1].isdigit() and shorter[:1].isdigit()
        return longer[1:] == shorter[1:] and not both_digits
    return longer[1:] == shorter
