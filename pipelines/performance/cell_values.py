"""What a cell says, read from its text: numbers, versions, degrees, data types, categories.

Here belong pure functions from text to value. Which categories there are stands in `registry`.
A text that cannot be read raises `UnreadableError`; nothing is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from pipelines.performance.vocabulary import CATEGORIES, NOTHING, SLIPS
from pipelines.quality.reading.cells import (
    malformed_version,
    unknown_category,
    unreadable_value,
)
from pipelines.releases import MINOR_PATTERN, RELEASE_PATTERN

if TYPE_CHECKING:
    from pipelines.quality.rule import Rule

_NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?", re.ASCII)
_INSTANCE = re.compile(r"(?:inf|trn)\d+[a-z]*\.\d*x?large", re.ASCII)
_RELEASE = re.compile(RELEASE_PATTERN, re.ASCII)
_SHORT_RELEASE = re.compile(MINOR_PATTERN, re.ASCII)
_VERSION = re.compile(r"\d+(?:\.\d+)+(?:[a-z+.\d]*)", re.ASCII)
_FRAMEWORK = re.compile(r"(?P<name>.*?\D)(?:\s+(?P<version>\d+(?:\.\d+)*))?", re.ASCII)
_SEQUENCE = re.compile(r"sequence[- ]length\s*=\s*(\d{1,9})\b", re.IGNORECASE | re.ASCII)
_DEGREES = re.compile(r"(?:(?:TP|DP|PP)\s*=\s*\d{1,6}\s*)+(?:ZeRO-\d\s*)?", re.ASCII)
_DEGREE = re.compile(r"(TP|DP|PP)\s*=\s*(\d+)", re.ASCII)
_CORES = re.compile(
    r"\[\s*(\d{1,6})\s*x\s*NC\s*\(DP\)\s*\](?:\s*x\s*(\d{1,6})\s*Nodes\s*\(DP\))?",
    re.ASCII | re.IGNORECASE,
)
_QUOTES = "“”\"'‘’"  # noqa: RUF001 - the quotes that pages use
_MOST_DIGITS = 18  # fit into 64 bits


class UnreadableError(Exception):
    """A text that is none of what its column can hold."""

    def __init__(self, rule: Rule, expected: str) -> None:
        self.rule = rule
        self.expected = expected
        super().__init__(f"{rule.name}: expected {expected}")


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A value read from a text that is not quite right; `rule` is what is wrong with it."""

    value: str
    rule: Rule
    expected: str


def number(text: str, *, money: bool = False) -> float | None:
    """Read a figure, such as `1,111.111`, or `$0.066` where money stands; None for no text."""
    if not text:
        return None
    digits = text.removeprefix("$").strip() if money else text
    if not _NUMBER.fullmatch(digits):
        kind = "an amount in dollars, such as $1.25" if money else "a number, such as 1,234.5"
        raise UnreadableError(unreadable_value.RULE, kind)
    value = float(digits.replace(",", ""))
    if not isfinite(value):
        raise UnreadableError(unreadable_value.RULE, "a number of sane size")
    return value


def integer(text: str) -> int | None:
    """Read a count, such as a batch size; None for no text."""
    if not text:
        return None
    digits = text.replace(",", "") if _NUMBER.fullmatch(text) else text
    if not (digits.isascii() and digits.isdigit()) or len(digits) > _MOST_DIGITS:
        raise UnreadableError(unreadable_value.RULE, "a whole number")
    return int(digits)


def measured_release(text: str, page_release: str) -> str | Doubtful | None:
    """Read an SDK version. `2.2` on a page of 2.20 is 2.20.0: a spreadsheet ate the zero."""
    if not text:
        return None
    if _RELEASE.fullmatch(text):
        return text
    short = _SHORT_RELEASE.fullmatch(text)
    if short is None:
        raise UnreadableError(unreadable_value.RULE, "an SDK version, such as 2.20.0")
    restored = f"{text}0" if page_release.startswith(f"{text}0.") else text
    return Doubtful(f"{restored}.0", malformed_version.RULE, f"{restored}.0")


def version(text: str) -> str | None:
    """Read a component's version, such as `2.1.2.2.3.0`; None for no text."""
    if text and not _VERSION.fullmatch(text):
        raise UnreadableError(unreadable_value.RULE, "a version, such as 2.1.2.2.3.0")
    return text or None


def framework(text: str) -> tuple[str | None, str | None]:
    """Split `PyTorch 1.13.1` into the framework, a known category, and its version."""
    if not text:
        return None, None
    match = _FRAMEWORK.fullmatch(text)
    if match is None:
        raise UnreadableError(unknown_category.RULE, "a framework, such as PyTorch 2.1")
    return _known("framework", match["name"].strip()), match["version"]


def instance_types(text: str) -> tuple[str, ...]:
    """Read `trn1.32xlarge/trn1n.32xlarge` into its instance types, in lower case."""
    names = tuple(name.strip().lower() for name in text.split("/")) if text else ()
    if not all(_INSTANCE.fullmatch(name) for name in names):
        raise UnreadableError(unknown_category.RULE, "instance types, such as inf2.xlarge")
    return names


def category(field: str, text: str) -> str | Doubtful | None:
    """Read a value of a closed set; None for no text, and for words that stand for nothing."""
    bare = text.strip(_QUOTES + " ")
    if not bare or bare in NOTHING.get(field, ()):
        return None
    if bare in SLIPS.get(field, {}):
        return Doubtful(bare, unknown_category.RULE, SLIPS[field][bare])
    return _known(field, bare)


def data_types(text: str) -> tuple[str, ...] | None:
    """Read `“FP32, BF16”`, quoted or not, into its data types; None for no text."""
    parts = [part.strip(_QUOTES + " ") for part in text.split(",")]
    found = tuple(_known("model_data_types", part) for part in parts if part)
    return found or None


def training_data_types(text: str) -> tuple[tuple[str, ...] | None, str | Doubtful | None]:
    """Split what a training table says of data types: those of the model, and of autocast."""
    head, colon, tail = text.partition(":")
    if colon and head.strip().casefold() == "autocast":
        return None, category("autocast_data_type", tail.strip())
    return data_types(text), None


def sequence_length_of(details: str) -> int | None:
    """Find the sequence length in what an Inf1 page says of a model; None where it says none."""
    match = _SEQUENCE.search(details)
    return int(match[1]) if match else None


@dataclass(frozen=True, slots=True)
class Degrees:
    """Degrees of parallelism; None where the topology does not state one."""

    tp: int | None = None
    dp: int | None = None
    pp: int | None = None


def degrees(text: str) -> Degrees:
    """Read `TP=8 DP=32 PP=4`, `[32xNC(DP)] x 16Nodes(DP)` (data parallel on 512 cores) and kin."""
    if not text:
        return Degrees()
    cores = _CORES.fullmatch(text)
    if cores:
        return Degrees(dp=int(cores[1]) * int(cores[2] or 1))
    found = _DEGREE.findall(text)
    stated = {name.lower(): int(digits) for name, digits in found}
    if not _DEGREES.fullmatch(text) or len(stated) != len(found):
        raise UnreadableError(unreadable_value.RULE, "a topology, such as TP=8 DP=32 PP=4")
    return Degrees(**stated)


def _known(field: str, text: str) -> str:
    for known in CATEGORIES[field]:
        if known.casefold() == text.casefold():
            return known
    raise UnreadableError(unknown_category.RULE, f"one of {', '.join(CATEGORIES[field])}")
