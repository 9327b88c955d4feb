"""Words for figures on the page: their label, sort and direction.

This module derives them from what the warehouse declares of its wide columns and units; a new
metric needs no edit here. Words for verdicts live in `warehouse.comparison.verdicts`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from warehouse.views.metric_columns import METRIC_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping


def label(metric: str, statistic: str, unit: str) -> str:
    """Return the label of a figure, such as `Median time to first token`."""
    return _labels().get((metric, statistic, unit)) or f"{metric} {statistic}".replace("_", " ")


@cache
def _labels() -> Mapping[tuple[str, str, str], str]:
    """Return the first clause of each wide column's description."""
    return {
        (column.metric, column.statistic, column.unit): re.split(r"[,;.]", column.description)[0]
        for column in METRIC_COLUMNS
    }


def is_typical(statistic: str) -> bool:
    """Return whether a statistic stands for all runs of a row: a mean or a median does."""
    return statistic in ("mean", "p50")


def kind(unit: str) -> str:
    """Return `money`, `speed` or `time`, whichever a unit counts."""
    if unit.startswith("USD"):
        return "money"
    return "speed" if unit.endswith("/s") else "time"


def better(unit: str) -> str:
    """Return the direction of an improvement: only of a speed, more is better."""
    return "higher" if kind(unit) == "speed" else "lower"
