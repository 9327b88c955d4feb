"""What the notes of a page state for the whole page: the price basis and the tokens counted.

This module reads a note's facts. Its words are kept with the table above it; the price bases that a
note can name live in `vocabulary`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.errors import Problem
from pipelines.performance import vocabulary
from pipelines.performance.vocabulary import PRICE_BASES, plain
from pipelines.quality.reading.tables import contradictory_price_basis, unknown_price_basis

if TYPE_CHECKING:
    from collections.abc import Sequence

_HOURLY_RATE = re.compile(r"(?P<basis>[\w-]+)\s+hourly rate", re.IGNORECASE)
_ALL_TOKENS = re.compile(r"\binput and output tokens\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NoteFacts:
    """The bases that a page states; None where it states no basis, or two that contradict."""

    price_basis: str | None
    token_basis: str | None
    price_bases: tuple[str, ...]


def read_notes(page: str, notes: Sequence[str]) -> tuple[NoteFacts, tuple[Problem, ...]]:
    """Read the notes of a page.

    Args:
        page: Our name for the page, for the findings.
        notes: The texts of its notes.

    Returns:
        What they state, and a finding for each unknown price basis and for two that contradict.
    """
    bases: dict[str, None] = {}
    problems = []
    for match in (m for note in notes for m in _HOURLY_RATE.finditer(note)):
        known = PRICE_BASES.get(plain(match["basis"]))
        if known is None:
            problems.append(
                Problem(
                    rule=unknown_price_basis.RULE,
                    where=f"page {page}, a note",
                    observed=match[0],
                    expected=f"one of {', '.join(PRICE_BASES)} before 'hourly rate'",
                    remedy=f"add it to PRICE_BASES in {vocabulary.FILE}",
                )
            )
        else:
            bases[known] = None
    if len(bases) > 1:
        problems.append(
            Problem(
                rule=contradictory_price_basis.RULE,
                where=f"page {page}, its notes",
                observed=" and ".join(bases),
                expected="one price basis for the whole page",
                remedy="look at the notes; until they agree, the costs have no basis "
                f"(the known ones are PRICE_BASES in {vocabulary.FILE})",
            )
        )
    return NoteFacts(
        price_basis=next(iter(bases)) if len(bases) == 1 else None,
        token_basis="input+output" if any(_ALL_TOKENS.search(note) for note in notes) else None,
        price_bases=tuple(bases),
    ), tuple(problems)
