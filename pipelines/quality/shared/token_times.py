"""The throughput in tokens that a row's times per token come to.

This module computes it for the rules that judge it. A request takes the time to its first token and
then the time per output token for each other one; a batch makes its tokens together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.contract.metrics import compared_value
from pipelines.pricing.intervals import compared
from pipelines.quality.context import THROUGHPUT

if TYPE_CHECKING:
    from pipelines.contract import Measurement
    from pipelines.quality.context import Row


def due_throughput(row: Row) -> float | None:
    """Return the throughput in tokens/s that a row should have.

    None where the row's throughput does not count tokens, or a time or its batch size is missing.
    """
    throughput, seconds = row.figures.get(THROUGHPUT), _seconds_per_token(row)
    batch = row.benchmark.batch_size
    if not (throughput and seconds and batch and "tokens" in throughput.unit):
        return None
    return batch / seconds


def tokens_apart(row: Row) -> float | None:
    """Return the factor between a row's throughput and the one that its times come to.

    1 where rounding can explain the difference, None where nothing says what it should be.
    """
    due = due_throughput(row)
    if due is None:
        return None
    return compared(row.figures[THROUGHPUT]).apart_from(due)


def _seconds_per_token(row: Row) -> float | None:
    """Return the mean time between output tokens of a request, in seconds."""
    whole, output = row.figures.get(("latency_per_token", "p50")), row.benchmark.output_length
    if whole:
        return _milliseconds(whole) / 1000
    first, other = row.figures.get(("ttft", "p50")), row.figures.get(("tpot", "p50"))
    if first and other and output:
        others = _milliseconds(other) * (output - 1)
        return (_milliseconds(first) + others) / output / 1000
    return None


def _milliseconds(time: Measurement) -> float:
    return compared_value(time.value, time.unit)
