"""The grammar of headers: what a column is, read from the words of its header alone.

A header of figures is `[statistic] quantity [statistic] (unit)`; a dimension is one phrase. The
words are closed and live in `words`; how they combine is open. Any word that is left over means
that the header is not read, and so does a missing unit: `Throughput per chip (tokens/s)` is no
throughput. Units are never converted here: a reading keeps the published unit.

Put the rules of combination here. Headers that are known as a whole live in the vocabulary, which
is asked first.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, TypeVar

from pipelines.contract.metrics import STATED, THINGS, UNSTATED, is_statistic
from pipelines.performance.column_kinds import (
    DimensionColumn,
    MetricColumn,
    NotRead,
    OtherDimensionColumn,
    Reading,
    Tokens,
)
from pipelines.performance.columns import words
from pipelines.performance.names import without_invisible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipelines.contract.metrics import Unit
    from pipelines.performance.columns.words import Quantity

_T = TypeVar("_T")

_HYPHENS = re.compile("[-_\u2010-\u2015\u2212]")
_LOOSE_DOT = re.compile(r"(?<!\d)\.|\.(?!\d)")
_GROUPING_COMMA = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_APART = re.compile(r"[()%]")
_MOST_CHARACTERS = 200
_GAP = ""  # where words were taken out; no header has an empty word
_MARKS = str.maketrans(
    {"[": "(", "]": ")", "/": " per ", "$": " usd ", "#": " number ", ",": " ", ";": " "}
)


def _by_tokens(phrases: Iterable[tuple[str, _T]]) -> dict[Tokens, _T]:
    return {tuple(phrase.split()): value for phrase, value in phrases}


_QUANTITIES: Mapping[Tokens, Quantity] = _by_tokens(words.QUANTITIES.items())
_UNITS: Mapping[Tokens, Unit] = _by_tokens(words.UNITS.items())
_UNITS_IN_BRACKETS = {**_UNITS, **_by_tokens(words.BARE_RATES.items())}
_DIMENSIONS: Mapping[Tokens, DimensionColumn | OtherDimensionColumn] = {
    **_by_tokens(
        (phrase, DimensionColumn(field))
        for field, phrases in words.FIELDS.items()
        for phrase in phrases
    ),
    **_by_tokens(
        (phrase, OtherDimensionColumn(name, role))
        for role, fields in words.OTHER_FIELDS.items()
        for name, phrases in fields.items()
        for phrase in phrases
    ),
}


def tokens_of(header: str) -> Tokens:
    """Return the words of a header without the noise in which pages differ.

    Letter case, white space, invisible characters, hyphens and dots (but `99.9`) mean nothing.
    """
    text = without_invisible(header).casefold()
    text = _GROUPING_COMMA.sub("", _LOOSE_DOT.sub(" ", _HYPHENS.sub(" ", text)))
    text = _APART.sub(r" \g<0> ", text.translate(_MARKS))
    same = (words.SAME_WORD.get(word, word) for word in text.split())
    return tuple(part for word in same for part in word.split())


@cache
def read_by_grammar(header: str) -> Reading | NotRead:
    """Return what a column is, or why its header is not read. Never raises."""
    if len(header) > _MOST_CHARACTERS:
        return NotRead("leftover-words", tokens_of(header[:_MOST_CHARACTERS]))
    tokens = tokens_of(header)
    if (dimension := _DIMENSIONS.get(tokens)) is not None:
        return dimension
    parts = _split_brackets(tokens)
    return NotRead("brackets", tokens) if parts is None else _read_metric(*parts)


def _split_brackets(tokens: Tokens) -> tuple[Tokens, Tokens] | None:
    """Split a header into the words outside and inside its one pair of brackets."""
    brackets = [at for at, word in enumerate(tokens) if word in ("(", ")")]
    if not brackets:
        return tokens, ()
    if [tokens[at] for at in brackets] != ["(", ")"]:
        return None
    start, end = brackets
    return (*tokens[:start], _GAP, *tokens[end + 1 :]), tokens[start + 1 : end]


def _read_metric(outside: Tokens, inside: Tokens) -> MetricColumn | NotRead:
    """Take quantity, unit and statistic out of the words; nothing may be left."""
    quantity, rest = _take(outside, _QUANTITIES)
    if quantity is None:
        return NotRead("no-quantity", _without_gaps(outside + inside))
    unit, inside = _take_unit(quantity, inside, _UNITS_IN_BRACKETS)
    if unit is None:
        unit, rest = _take_unit(quantity, rest, _UNITS)
    statistic, left = _take_statistic(quantity, (*rest, _GAP, *inside))
    if leftover := _without_gaps(left):
        return NotRead("leftover-words", leftover)
    return _metric(quantity, statistic, unit)


def _without_gaps(tokens: Tokens) -> Tokens:
    return tuple(word for word in tokens if word != _GAP)


def _take(tokens: Tokens, phrases: Mapping[Tokens, _T]) -> tuple[_T | None, Tokens]:
    """Take the longest known phrase out of the words, and leave a gap that joins nothing."""
    for size in range(len(tokens), 0, -1):
        for start in range(len(tokens) - size + 1):
            found = phrases.get(tokens[start : start + size])
            if found is not None:
                return found, (*tokens[:start], _GAP, *tokens[start + size :])
    return None, tokens


def _take_unit(
    quantity: Quantity, tokens: Tokens, known: Mapping[Tokens, Unit]
) -> tuple[Unit | None, Tokens]:
    """Take a unit, with or without `in` before it; `$` alone only where money is carried."""
    if quantity.carried is not None:
        known = {**known, (words.MONEY,): quantity.carried}
    with_in = {("in", *phrase): unit for phrase, unit in known.items()}
    return _take(tokens, {**known, **with_in})


def _take_statistic(quantity: Quantity, tokens: Tokens) -> tuple[str | None, Tokens]:
    if quantity.has_statistics:
        for at, word in enumerate(tokens):
            if is_header_statistic(word):
                return word, (*tokens[:at], _GAP, *tokens[at + 1 :])
    return None, tokens


def is_header_statistic(word: str) -> bool:
    """Return whether a word of a header is a statistic; no header says `stated` or `unstated`."""
    return is_statistic(word) and word not in (STATED, UNSTATED)


def _metric(
    quantity: Quantity, statistic: str | None, found: Unit | None
) -> MetricColumn | NotRead:
    unit = found or quantity.carried
    if unit is None:
        return NotRead("no-unit")
    unit = _counting(quantity, unit)
    if unit is None or unit not in quantity.metric.units:
        return NotRead("wrong-unit")
    basis = quantity.basis or words.TOKEN_BASES.get(_thing(unit) or "")
    return MetricColumn(
        quantity.metric.name, statistic or quantity.metric.default, unit.name, basis
    )


def _counting(quantity: Quantity, unit: Unit) -> Unit | None:
    """Return the rate of what the quantity's words count; None where unit and words disagree.

    `/sec` counts inferences where nothing says otherwise, and the tokens of
    `Output token throughput (tokens/s)` are output tokens.
    """
    if unit != words.BARE_RATE and _thing(unit) is None:
        return unit
    stated = _thing(unit)
    thing = quantity.thing or stated or "inferences"
    same_tokens = stated == "tokens" and thing in words.TOKEN_BASES
    if stated not in (None, thing) and not same_tokens:
        return None
    return quantity.metric.unit(f"{thing}/{unit.name.rpartition('/')[2]}")


def _thing(unit: Unit) -> str | None:
    """Return what a rate counts; None for a bare rate, and for what is no rate."""
    thing = unit.name.rpartition("/")[0]
    return thing if thing in THINGS else None


def canonical_header(reading: Reading) -> str:
    """Return the plainest header that reads as this: `throughput p50 (tokens/s)`."""
    if isinstance(reading, DimensionColumn):
        return words.FIELDS[reading.field][0]
    if isinstance(reading, OtherDimensionColumn):
        return words.OTHER_FIELDS[reading.role][reading.name][0]
    quantity = _plainest(reading)
    unit = "" if quantity.carried else f" ({reading.unit})"
    return f"{_phrase(quantity, reading)}{unit}"


def _phrase(quantity: Quantity, reading: MetricColumn) -> str:
    """Return the words of a header without its unit."""
    plain = reading.statistic == quantity.metric.default
    return quantity.phrase if plain else f"{quantity.phrase} {reading.statistic}"


@lru_cache(maxsize=10_000)
def has_unit(column: MetricColumn, text: str) -> bool:
    """Return whether a text is the unit of a column, in any spelling: `ms`, `tokens/second`."""
    return any(
        read_by_grammar(f"{_phrase(quantity, column)} ({text})") == column
        for quantity in words.QUANTITIES.values()
        if quantity.metric.name == column.metric
    )


def _plainest(reading: MetricColumn) -> Quantity:
    """Return the first quantity whose words say what the reading says."""
    return next(
        quantity
        for quantity in words.QUANTITIES.values()
        if quantity.metric.name == reading.metric and _says(quantity, reading)
    )


def _says(quantity: Quantity, reading: MetricColumn) -> bool:
    if quantity.carried is not None and quantity.carried.name != reading.unit:
        return False
    counted = words.TOKEN_BASES.get(reading.unit.rpartition("/")[0])
    return (quantity.basis or counted) == reading.basis
