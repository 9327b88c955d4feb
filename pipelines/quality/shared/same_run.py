"""What a row says of its run and its figures, to tell rows apart.

This module holds what the rules on repeated rows in `rows` share.
"""

from __future__ import annotations

from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING

from pipelines.contract import Benchmark

if TYPE_CHECKING:
    from collections.abc import Hashable

    from pipelines.quality.context import Row

_PLACE_OF_A_ROW = {"benchmark_id", "comparison_key", "table_id", "row", "optimized_for"}
# The one field whose values cannot be hashed is told apart by its items.
_PLAIN = attrgetter(
    *(f.name for f in fields(Benchmark) if f.name not in {*_PLACE_OF_A_ROW, "attributes"})
)


def run_and_figures(row: Row) -> tuple[Hashable, Hashable]:
    """Return two values: equal first ones mean one run, equal second ones the same figures."""
    run = (_PLAIN(row.benchmark), tuple(row.benchmark.attributes.items()))
    return run, tuple((figure, one.value, one.unit) for figure, one in row.figures.items())
