"""The grammar of headers: what a column is, read from the words of its header alone.

A header of figures is `[statistic] quantity [statistic] (unit)`; a dimension is one phrase. The
words are closed and live in `words`; how they combine is open. Any word that is left over means
that the header is not read, and so does a missing unit: `Throughput per chip (tokens/s)` is no
throughput. Units are never converted here. A reading keeps the published unit, and says by which
factor a comparison multiplies.

Put the rules of combination here. Headers that are known as a whole live in the vocabulary, which
is asked first.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeVar

from pipelines.performance import words
from pipelines.performance.headers import Figures

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipelines.performance.vocabulary import Dimension
    from pipelines.performance.words import PrintedUnit, Quantity, Role

Tokens = tuple[str, ...]
_T = TypeVar("_T")
Reason = Literal["leftover-words", "no-quantity", "no-unit", "wrong-unit", "brackets"]

_HYPHENS = re.compile("[-_\u2010-\u2015\u2212]")
_LOOSE_DOT = re.compile(r"(?<!\d)\.|\.(?!\d)")
_GROUPING_COMMA = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_APART = re.compile(r"[()%]")
_PERCENTILE = re.compile(r"p\d{1,2}(?:\.\d{1,3})?", re.ASCII)
_MOST_CHARACTERS = 200
_GAP = ""  # where words were taken out; no header has an empty word
_MARKS = str.maketrans(
    {"[": "(", "]": ")", "/": " per ", "$": " usd ", "#": " number ", ",": " ", ";": " "}
)


@dataclass(frozen=True, slots=True)
class MetricColumn:
    """A column of figures, in the published unit.

    `value * factor` is the value in `compared_in`, the unit that comparisons use.
    """

    metric: str
    statistic: str
    unit: str
    basis: str | None
    compared_in: str
    factor: float

    @property
    def slot(self) -> str:
        """Return what the column is, whatever its header is called."""
        plain = self.statistic in ("mean", "stated")
        return self.metric if plain else f"{self.metric} {self.statistic}"


@dataclass(frozen=True, slots=True)
class DimensionColumn:
    """A column that describes the run; `field` is a column of `benchmarks`."""

    field: str

    @property
    def slot(self) -> str:
        """Return what the column is, whatever its header is called."""
        return self.field


@dataclass(frozen=True, slots=True)
class OtherDimensionColumn:
    """A column that describes the run and has no column of `benchmarks`.

    Its cells are kept in `attributes`. `role` says whether it belongs to the identity of the
    workload, or to what is tuned for the best figure.
    """

    name: str
    role: Role

    @property
    def slot(self) -> str:
        """Return what the column is, whatever its header is called."""
        return self.name


@dataclass(frozen=True, slots=True)
class NotRead:
    """A header that the grammar does not read, with the words that it could not use."""

    reason: Reason
    leftover: Tokens = ()


Reading = MetricColumn | DimensionColumn | OtherDimensionColumn


def _by_tokens(phrases: Iterable[tuple[str, _T]]) -> dict[Tokens, _T]:
    return {tuple(phrase.split()): value for phrase, value in phrases}


_QUANTITIES: Mapping[Tokens, Quantity] = _by_tokens(words.QUANTITIES.items())
_UNITS: Mapping[Tokens, PrintedUnit] = _by_tokens(words.UNITS.items())
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
    text = "".join(c for c in header if unicodedata.category(c) != "Cf").casefold()
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
    quantity: Quantity, tokens: Tokens, known: Mapping[Tokens, PrintedUnit]
) -> tuple[PrintedUnit | None, Tokens]:
    """Take a unit, with or without `in` before it; `$` alone only where money is carried."""
    if quantity.carried is not None:
        known = {**known, (words.MONEY,): quantity.carried}
    with_in = {("in", *phrase): unit for phrase, unit in known.items()}
    return _take(tokens, {**known, **with_in})


def _take_statistic(quantity: Quantity, tokens: Tokens) -> tuple[str | None, Tokens]:
    if quantity.has_statistics:
        for at, word in enumerate(tokens):
            if is_statistic(word):
                return word, (*tokens[:at], _GAP, *tokens[at + 1 :])
    return None, tokens


def is_statistic(word: str) -> bool:
    """Return whether a word names a statistic: `mean`, `max`, `min`, or a percentile, `p99.9`."""
    return word in words.STATISTICS or _PERCENTILE.fullmatch(word) is not None


def _metric(
    quantity: Quantity, statistic: str | None, found: PrintedUnit | None
) -> MetricColumn | NotRead:
    unit = found or quantity.carried
    if unit is None:
        return NotRead("no-unit")
    unit = _counting(quantity, unit)
    if unit is None or unit.kind != quantity.kind:
        return NotRead("wrong-unit")
    basis = quantity.basis or words.TOKEN_BASES.get(unit.thing or "")
    return MetricColumn(
        metric=quantity.metric,
        statistic=statistic or quantity.default,
        unit=unit.name,
        basis=basis,
        compared_in=unit.compared_in,
        factor=unit.factor,
    )


def _counting(quantity: Quantity, unit: PrintedUnit) -> PrintedUnit | None:
    """Return the rate of what the quantity's words count; None where unit and words disagree.

    `/sec` counts inferences where nothing says otherwise, and the tokens of
    `Output token throughput (tokens/s)` are output tokens.
    """
    if unit.kind != "rate":
        return unit
    thing = quantity.thing or unit.thing or "inferences"
    if unit.thing in (None, thing):
        return words.rate_of(thing, unit)
    same_tokens = unit.thing == "tokens" and thing in words.TOKEN_BASES
    return words.rate_of(thing, unit) if same_tokens else None


def canonical_header(reading: Reading) -> str:
    """Return the plainest header that reads as this: `throughput p50 (tokens/s)`."""
    if isinstance(reading, DimensionColumn):
        return words.FIELDS[reading.field][0]
    if isinstance(reading, OtherDimensionColumn):
        return words.OTHER_FIELDS[reading.role][reading.name][0]
    quantity = _plainest(reading)
    statistic = "" if reading.statistic == quantity.default else f" {reading.statistic}"
    unit = "" if quantity.carried else f" ({reading.unit})"
    return f"{quantity.phrase}{statistic}{unit}"


def _plainest(reading: MetricColumn) -> Quantity:
    """Return the first quantity whose words say what the reading says."""
    return next(
        quantity
        for quantity in words.QUANTITIES.values()
        if quantity.metric == reading.metric and _says(quantity, reading)
    )


def _says(quantity: Quantity, reading: MetricColumn) -> bool:
    if quantity.carried is not None and quantity.carried.name != reading.unit:
        return False
    counted = words.TOKEN_BASES.get(reading.unit.rpartition("/")[0])
    return (quantity.basis or counted) == reading.basis


def reading_of(column: Figures | Dimension) -> Reading:
    """Return what the vocabulary knows of a column, in the grammar's own terms."""
    if not isinstance(column, Figures):
        return DimensionColumn(column.field)
    metric = column.metric
    unit = _unit_named(column.unit)
    return MetricColumn(
        metric.metric, metric.statistic, column.unit, metric.basis, unit.compared_in, unit.factor
    )


@cache
def _unit_named(name: str) -> PrintedUnit:
    carried = (q.carried for q in words.QUANTITIES.values() if q.carried is not None)
    return next(unit for unit in (*words.UNITS.values(), *carried) if unit.name == name)
