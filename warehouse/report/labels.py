"""Words for figures on the page: their label, kind and direction.

This module takes them from the declaration of each metric; a new metric needs no edit here. Words
for verdicts live in `warehouse.comparison.verdicts`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.contract.metrics import METRICS_BY_NAME

if TYPE_CHECKING:
    from pipelines.contract.metrics import Better, Kind

# A warehouse may hold metrics that this software does not know; they have no kind and no direction.


def label(metric: str, statistic: str) -> str:
    """Return the label of a figure, such as `Median time to first token`."""
    known = METRICS_BY_NAME.get(metric)
    return known.title_of(statistic) if known else f"{metric} {statistic}".replace("_", " ")


def is_typical(statistic: str) -> bool:
    """Return whether a statistic stands for all runs of a row: a mean or a median does."""
    return statistic in ("mean", "p50")


def kind(metric: str) -> Kind | None:
    """Return what sort of quantity a metric is."""
    known = METRICS_BY_NAME.get(metric)
    return known.kind if known else None


def better(metric: str) -> Better | None:
    """Return the direction of an improvement; None where neither is better."""
    known = METRICS_BY_NAME.get(metric)
    return known.better if known else None
