"""What a cell says, read from its text: numbers, versions, degrees, data types.

This module has pure functions from text to value. A text that cannot be read raises
`UnreadableError`; nothing is guessed. Words that nothing is calculated with live in `known_words`;
which columns of `benchmarks` a cell fills is decided in `dimensions`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.contract.metrics import MONEY
from pipelines.performance.columns.grammar import has_unit
from pipelines.performance.known_words import QUOTES, read_word
from pipelines.performance.names import without_invisible
from pipelines.releases import MINOR_PATTERN, RELEASE_PATTERN

if TYPE_CHECKING:
    from pipelines.performance.column_kinds import MetricColumn
    from pipelines.performance.known_words import Remarks

# A comma sets groups of three apart. After a leading zero there is nothing to group: `0,033` would
# be a decimal comma.
_NUMBER = re.compile(r"(?:0|[1-9]\d*|[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d+)?", re.ASCII)
_WITH_UNIT = re.compile(r"(?P<amount>\$?[\d.,]+)\s*(?P<unit>[^\d\s.,].*)", re.ASCII)
_INSTANCE = re.compile(r"(?:inf|trn)\d+[a-z]*\.\d*x?large", re.ASCII)
_RELEASE = re.compile(RELEASE_PATTERN, re.ASCII)
_SHORT_RELEASE = re.compile(MINOR_PATTERN, re.ASCII)
_VERSION = re.compile(r"\d+(?:\.\d+)+(?:[a-z+.\d]*)", re.ASCII)
_FRAMEWORK = re.compile(r"(?P<name>.*?\D)(?:\s+(?P<version>\d+(?:\.\d+)*))?", re.ASCII)
_SEQUENCE = re.compile(r"sequence[- ]length\s*=\s*(\d{1,9})\b", re.IGNORECASE | re.ASCII)
_DEGREES = re.compile(r"(?:(?:TP|DP|PP)\s*=\s*\d{1,6}\s*)+(?:ZeRO-\d\s*)?", re.ASCII)
_DEGREE = re.compile(r"(TP|DP|PP)\s*=\s*(\d+)", re.ASCII)
_KINDS = "TP|DP|PP"
_CORES = re.compile(
    rf"\[\s*(\d{{1,6}})\s*x\s*NC\s*\(({_KINDS})\)"
    rf"(?:\s*x\s*(\d{{1,6}})\s*\(({_KINDS})\))?\s*\]"
    rf"(?:\s*x\s*(\d{{1,6}})\s*Nodes\s*\(({_KINDS})\))?",
    re.ASCII | re.IGNORECASE,
)
_AUTOCAST = "autocast"
_MOST_DIGITS = 18  # fit into 64 bits
# No figure is beyond these. What is calculated with them is still no infinity and no zero.
_MOST, _LEAST = 1e18, 1e-18


class UnreadableError(Exception):
    """A text that is not what its column is made of; `expected` is what would be."""

    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected


def figure(text: str, column: MetricColumn) -> float | None:
    """Return the figure of a cell, in the unit of its column; None for no text.

    The cell may repeat the unit of its column, as in `48.3 ms`. Another unit is not read.

    Raises:
        UnreadableError: The text is no figure, or has another unit.
    """
    text = without_invisible(text).strip()
    match = _WITH_UNIT.fullmatch(text)
    if match and has_unit(column, match["unit"]):
        text = match["amount"]
    return number(text, money=column.metric in MONEY)


def number(text: str, *, money: bool = False) -> float | None:
    """Return a number, such as `1,111.111`, or an amount, such as `$0.066`; None for no text.

    Args:
        text: The digits, without a unit.
        money: Whether a dollar sign may stand before them.

    Raises:
        UnreadableError: The text is no number.
    """
    if not text:
        return None
    digits = text.removeprefix("$").strip() if money else text
    if not _NUMBER.fullmatch(digits):
        kind = "an amount in dollars, such as $1.25" if money else "a number, such as 1,234.5"
        raise UnreadableError(kind)
    value = float(digits.replace(",", ""))
    if value > _MOST or 0 < value < _LEAST or (not value and digits.strip("0.,")):
        raise UnreadableError("a number of sane size")
    return value


def integer(text: str) -> int | None:
    """Return a count, such as a batch size; None for no text.

    Raises:
        UnreadableError: The text is no whole number.
    """
    text = without_invisible(text)
    if not text:
        return None
    digits = text.replace(",", "")
    if not (_NUMBER.fullmatch(text) and digits.isdigit()) or len(digits) > _MOST_DIGITS:
        raise UnreadableError("a whole number")
    return int(digits)


def measured_release(text: str) -> str | None:
    """Return an SDK version of three parts, or of two as printed; None for no text.

    Raises:
        UnreadableError: The text is neither.
    """
    text = without_invisible(text)
    if text and not (_RELEASE.fullmatch(text) or _SHORT_RELEASE.fullmatch(text)):
        raise UnreadableError("an SDK version, such as 2.20.0")
    return text or None


def is_whole_release(text: str) -> bool:
    """Return whether a text is an SDK version of three parts."""
    return _RELEASE.fullmatch(text) is not None


def version(text: str) -> str | None:
    """Return a component's version, such as `2.1.2.2.3.0`; None for no text.

    Raises:
        UnreadableError: The text is no version.
    """
    if text and not _VERSION.fullmatch(text):
        raise UnreadableError("a version, such as 2.1.2.2.3.0")
    return text or None


def framework(text: str) -> tuple[str | None, str | None, Remarks]:
    """Split `PyTorch 1.13.1` into the framework and its version, with what is worth knowing."""
    match = _FRAMEWORK.fullmatch(text)
    name, number_ = (match["name"].strip(), match["version"]) if match else (text, None)
    word, remarks = read_word("framework", name)
    return word, number_, remarks


def instance_types(text: str) -> tuple[str, ...]:
    """Return the instance types of `trn1.32xlarge/trn1n.32xlarge`, in lower case.

    Raises:
        UnreadableError: A part is no instance type of an accelerator.
    """
    shown = without_invisible(text)
    names = tuple(name.strip().lower() for name in shown.split("/")) if text else ()
    if not all(_INSTANCE.fullmatch(name) for name in names):
        raise UnreadableError("instance types, such as inf2.xlarge")
    return names


def data_types(text: str) -> tuple[tuple[str, ...] | None, Remarks]:
    """Return the data types of `“FP32, BF16”`, quoted or not, with what is worth knowing.

    None for no text.
    """
    read = [read_word("model_data_types", part.strip(QUOTES + " ")) for part in text.split(",")]
    words = tuple(word for word, _ in read if word)
    return words or None, tuple(remark for _, remarks in read for remark in remarks)


def autocast_of(text: str) -> str | None:
    """Return the kind of autocast that a training table names, as in `Autocast:BF16+SR`.

    None where it names data types of the model.
    """
    head, colon, tail = text.partition(":")
    return tail.strip() if colon and head.strip().casefold() == _AUTOCAST else None


def sequence_length_of(details: str) -> int | None:
    """Return the sequence length in what an Inf1 page says of a model; None where it says none."""
    match = _SEQUENCE.search(details)
    return int(match[1]) if match else None


@dataclass(frozen=True, slots=True)
class Degrees:
    """Degrees of parallelism; None where the topology does not state one."""

    tp: int | None = None
    dp: int | None = None
    pp: int | None = None


def degrees(text: str) -> Degrees:
    """Return the degrees of `TP=8 DP=32 PP=4`, `[32xNC(DP)] x 16Nodes(DP)` and their kin.

    The second is data parallel on 32 x 16 = 512 NeuronCores.

    Raises:
        UnreadableError: The text is no topology.
    """
    if not text:
        return Degrees()
    cores = _CORES.fullmatch(text)
    if cores:
        return _multiplied(cores.groups())
    found = _DEGREE.findall(text)
    stated = {name.lower(): int(digits) for name, digits in found}
    if not _DEGREES.fullmatch(text) or len(stated) != len(found):
        raise UnreadableError("a topology, such as TP=8 DP=32 PP=4")
    return Degrees(**stated)


def _multiplied(groups: tuple[str | None, ...]) -> Degrees:
    """Return the degrees of counts and kinds that take turns: 8, TP, 4, DP, 16, DP."""
    found: dict[str, int] = {}
    for count, kind in zip(groups[::2], groups[1::2], strict=True):
        if count and kind:
            found[kind.lower()] = found.get(kind.lower(), 1) * int(count)
    return Degrees(**found)
