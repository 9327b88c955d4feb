"""How rows are named and matched off by name; used by the oracle alone."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipelines.contract import Benchmark

TUNED = (
    "batch_size",
    "tp_degree",
    "dp_degree",
    "pp_degree",
    "topology",
    "model_data_types",
    "autocast_data_type",
    "weight_storage_data_type",
    "optimizer",
    "scaling",
    "microbatch",
    "global_batch",
)


def alone_together(
    left: list[Benchmark], right: list[Benchmark], name: Callable[[Any], Any], match: str
) -> list[tuple[Benchmark, Benchmark, str]]:
    """Take out the rows that have a name to themselves on both sides."""
    olds, news = Counter(map(name, left)), Counter(map(name, right))
    alone = {key for key in olds if olds[key] == news[key] == 1}
    partners = {name(row): row for row in right if name(row) in alone}
    found = [(row, partners[name(row)], match) for row in left if name(row) in alone]
    left[:] = [row for row in left if name(row) not in alone]
    right[:] = [row for row in right if name(row) not in alone]
    return found


def id_of(row: Benchmark) -> str:
    return row.benchmark_id


def key_of(row: Benchmark) -> str:
    return row.comparison_key


def tuned_of(row: Benchmark) -> tuple[object, ...]:
    return row.comparison_key, *(getattr(row, name) for name in TUNED)


def version(release: str) -> tuple[int, ...]:
    return tuple(map(int, release.split(".")))
