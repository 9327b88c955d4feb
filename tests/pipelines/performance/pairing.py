"""Pairs of two releases' rows by their keys, plainly: what the keys alone make possible.

The pairing that a comparison uses is SQL and lives in `warehouse.comparison`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pipelines.contract import BENCHMARKS
from pipelines.contract.benchmarks import IDENTITY

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from pipelines.contract import Benchmark

    Pairing = Callable[[Benchmark], Hashable]

Pair = tuple["Benchmark", "Benchmark"]
TUNED = BENCHMARKS.with_role("tuned")


def pairs_of(base: Sequence[Benchmark], target: Sequence[Benchmark]) -> list[Pair]:
    """Return the pairs: of equal keys and tuned columns, of equal keys, then of one renamed column.

    Only one row on each side makes a pair.
    """
    pairs: list[Pair] = []
    for pairing in (_exact, _same_key, *map(_all_but, IDENTITY)):
        done = {one.benchmark_id for pair in pairs for one in pair}
        left = [[one for one in rows if one.benchmark_id not in done] for rows in (base, target)]
        pairs += _only_ones(*left, pairing)
    return pairs


def _exact(row: Benchmark) -> Hashable:
    return (row.comparison_key, *(getattr(row, name) for name in TUNED))


def _same_key(row: Benchmark) -> Hashable:
    return row.comparison_key


def _all_but(name: str) -> Pairing:
    others = [one for one in IDENTITY if one != name]
    return lambda row: tuple(getattr(row, one) for one in others)


def _only_ones(base: list[Benchmark], target: list[Benchmark], pairing: Pairing) -> list[Pair]:
    sides: tuple[dict[Hashable, list[Benchmark]], ...] = (defaultdict(list), defaultdict(list))
    for side, rows in zip(sides, (base, target), strict=True):
        for row in rows:
            side[pairing(row)].append(row)
    return [
        (rows[0], sides[1][key][0])
        for key, rows in sides[0].items()
        if len(rows) == len(sides[1].get(key, ())) == 1
    ]
