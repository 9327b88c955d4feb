"""What a reader returns: the runs of a result file, each with its settings and its figures.

This module has the values, and what readers share: numbers as they are written, and statistics by
the names that tools have for them. What a tool calls a figure stands in its reader.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.contract.metrics import UNITS_BY_NAME, compared_value, is_statistic
from pipelines.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TOKENS_OF = {"tokens/s": "input+output", "output tokens/s": "output", "input tokens/s": "input"}
_STATISTICS = {"avg": "mean", "median": "p50"}
_PERCENTILE = re.compile(r"p0?([1-9]\d?(?:\.\d{1,3})?)")


@dataclass(frozen=True, slots=True)
class OwnFigure:
    """One figure of a run, in the unit that its file states."""

    metric: str
    statistic: str
    value: float
    unit: str
    text: str

    @property
    def basis(self) -> str | None:
        """Which tokens it counts; None where it counts none."""
        return _TOKENS_OF.get(UNITS_BY_NAME[self.unit].compared_in)

    @property
    def compared_in(self) -> str:
        """The unit that it is compared in."""
        return UNITS_BY_NAME[self.unit].compared_in

    @property
    def compared_value(self) -> float:
        """Its value in that unit."""
        return compared_value(self.value, self.unit)


@dataclass(frozen=True, slots=True)
class OwnRun:
    """One run of a result file.

    Attributes:
        settings: What the file says of it, by the columns of `own_table.SETTINGS`.
        figures: What was measured.
        attributes: What else the file says, as texts.
    """

    settings: Mapping[str, Any]
    figures: tuple[OwnFigure, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)


def own_figures(metric: str, statistic: str, raw: Any, unit: str) -> Iterator[OwnFigure]:
    """Yield a figure; none where the file has no number for it.

    Args:
        metric: The metric.
        statistic: The statistic, by any of its names: `avg`, `median`, `p99`.
        raw: What the file has: a number, a text of one, or None.
        unit: Its unit, one of those of the metric.

    Raises:
        UsageError: The number is below 0.
    """
    value, name = finite_number(raw), statistic_named(statistic)
    if value is not None and value < 0:
        raise UsageError(f"{metric} {statistic} is {value:g}, and cannot be below 0")
    if value is not None and name is not None:
        yield OwnFigure(metric, name, value, unit, str(raw))


def statistic_named(name: str) -> str | None:
    """Return our name of a statistic, or None for one that we do not keep, such as a deviation."""
    text = _STATISTICS.get(name.strip().lower(), name.strip().lower())
    percentile = _PERCENTILE.fullmatch(text)
    text = f"p{percentile[1]}" if percentile else text
    return text if is_statistic(text) else None


def mapping(value: Any) -> Mapping[str, Any]:
    """Return an object of a JSON document; an empty one where it has something else there."""
    return value if isinstance(value, dict) else {}


def finite_number(raw: Any) -> float | None:
    """Return a finite number; None for anything else."""
    if isinstance(raw, bool) or raw is None:
        return None
    try:
        value = float(str(raw).replace(",", "")) if isinstance(raw, str) else float(raw)
    except (TypeError, ValueError, OverflowError):
        return None
    return value if math.isfinite(value) else None


def whole(raw: Any) -> int | None:
    """Return a number as the nearest whole one, such as a mean length; None for anything else."""
    value = finite_number(raw)
    return None if value is None or value < 0 else round(value)


def known(**settings: Any) -> dict[str, Any]:
    """Return the settings that have a value."""
    return {name: value for name, value in settings.items() if value not in (None, "", ())}


def texts(document: Mapping[str, Any], *names: str) -> dict[str, str]:
    """Return some fields of a document as texts, those that it has."""
    return {name: str(document[name]) for name in names if document.get(name) not in (None, "")}


def mean_of(total: Any, count: Any) -> int | None:
    """Return a total divided by a count, as a whole number; None where one is not known."""
    whole_total, how_many = finite_number(total), finite_number(count)
    return round(whole_total / how_many) if whole_total and how_many else None
