"""The comparisons of the site: each release and the one before, each minor and the minor before.

This module asks `warehouse.comparison` once for each pair. What the API and the feeds make of the
answers lives in `api` and `events`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from warehouse.comparison.conclusion import conclusion, coverage
from warehouse.comparison.request import Comparison, Question
from warehouse.comparison.results import COLUMNS, ComparedRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb


@dataclass(frozen=True, slots=True)
class Compared:
    """Two releases compared; `is_next` is true where no release is between them."""

    base: str
    target: str
    is_next: bool
    conclusion: str
    coverage: str
    rows: tuple[ComparedRow, ...]


def compare_neighbours(
    connection: duckdb.DuckDBPyConnection, releases: Sequence[Mapping[str, Any]]
) -> tuple[Compared, ...]:
    """Return the comparisons of neighbouring releases and of neighbouring minors.

    Args:
        connection: A warehouse, opened for reading.
        releases: The rows of the table `releases`, oldest first.
    """
    names = [row["release"] for row in releases]
    minors = [row["release"] for row in releases if row["is_latest_patch"]]
    nexts = list(pairwise(names))
    others = [pair for pair in pairwise(minors) if pair not in nexts]
    return tuple(
        _compared(connection, base, target, is_next=(base, target) in nexts)
        for base, target in (*nexts, *others)
    )


def _compared(
    connection: duckdb.DuckDBPyConnection, base: str, target: str, *, is_next: bool
) -> Compared:
    comparison = Comparison(connection, Question(base, target))
    rows = sorted((ComparedRow(*row) for row in comparison.fetch(COLUMNS)), key=_order)
    opening = conclusion(comparison, rows), coverage(comparison, rows)
    return Compared(base, target, is_next, *opening, tuple(rows))


def _order(row: ComparedRow) -> tuple[object, ...]:
    """Return what orders the rows of a comparison: the same rows always give the same bytes."""
    return (
        row.model,
        row.base_benchmark_id or "",
        row.target_benchmark_id or "",
        row.metric,
        row.statistic,
        row.unit or "",
    )
