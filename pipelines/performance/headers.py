"""What a column is, read from its header with the registry.

This module reads headers. Which headers there are lives in `registry`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pipelines.performance.vocabulary import DIMENSIONS, METRICS, Dimension, MetricHeader, plain
from pipelines.quality.reading.tables import unknown_header, unknown_unit

if TYPE_CHECKING:
    from pipelines.quality.rule import Rule

_WITH_UNIT = re.compile(r"(?P<name>[^()\[\]]*?)\s*[(\[](?P<unit>[^()\[\]]*)[)\]]")


@dataclass(frozen=True, slots=True)
class Figures:
    """A column of figures, with the unit that its header gives."""

    metric: MetricHeader
    unit: str

    @property
    def slot(self) -> str:
        """Names what the column is, whatever its header is called."""
        return self.metric.slot


class UnknownHeaderError(Exception):
    """A header that the registry does not know; says which part of it, and what is known."""

    def __init__(self, rule: Rule, expected: str) -> None:
        self.rule = rule
        self.expected = expected
        super().__init__(f"{rule.name}: expected {expected}")


@cache
def read_header(header: str) -> Dimension | Figures:
    """Return what a column is. Raises `UnknownHeaderError` for an unknown header or unit."""
    whole = plain(header)
    if whole in DIMENSIONS:
        return DIMENSIONS[whole]
    match = _WITH_UNIT.fullmatch(header.strip())
    name, unit = (plain(match["name"]), match["unit"].strip().casefold()) if match else (whole, "")
    metric = METRICS.get(name)
    if metric is None:
        raise UnknownHeaderError(unknown_header.RULE, "a header of METRICS or DIMENSIONS")
    if unit not in metric.units:
        known = ", ".join(repr(text) for text in metric.units)
        raise UnknownHeaderError(unknown_unit.RULE, f"for {name!r} one of the units {known}")
    return Figures(metric, metric.units[unit])
