"""What a column is, read from its header: by the vocabulary first, then by the grammar.

This module asks one after the other. Headers that are known letter by letter live in `vocabulary`,
how words combine in `grammar`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from pipelines.extract import STACKED
from pipelines.performance.column_kinds import DimensionColumn, MetricColumn, NotRead
from pipelines.performance.columns.grammar import read_by_grammar
from pipelines.performance.vocabulary import DIMENSIONS, METRICS, plain

if TYPE_CHECKING:
    from pipelines.performance.column_kinds import Reading

_WITH_UNIT = re.compile(r"(?P<name>[^()\[\]]*?)\s*[(\[](?P<unit>[^()\[\]]*)[)\]]")


def read_header(header: str) -> Reading | NotRead:
    """Return what a column is, or why its header is not read. Never raises.

    A header of several rows is read as one line where it cannot be read otherwise: `P50` below
    `Latency (ms)` is `Latency (ms) P50`.
    """
    reading = read_by_vocabulary(header) or read_by_grammar(header)
    if isinstance(reading, NotRead) and STACKED in header:
        in_line = read_header(header.replace(STACKED, " "))
        return reading if isinstance(in_line, NotRead) else in_line
    return reading


@cache
def read_by_vocabulary(header: str) -> DimensionColumn | MetricColumn | None:
    """Return what the vocabulary says of a header; None where it does not have it."""
    whole = plain(header)
    if whole in DIMENSIONS:
        return DIMENSIONS[whole]
    match = _WITH_UNIT.fullmatch(header.strip())
    name, unit = (plain(match["name"]), match["unit"].strip().casefold()) if match else (whole, "")
    metric = METRICS.get(name)
    if metric is None or unit not in metric.units:
        return None
    return MetricColumn(metric.metric, metric.statistic, metric.units[unit], metric.basis)


def slot_of(header: str) -> str:
    """Return what a column is, whatever its header is called; the header itself if not read."""
    reading = read_header(header)
    return header if isinstance(reading, NotRead) else reading.slot
