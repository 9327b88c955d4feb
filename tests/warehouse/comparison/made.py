"""Made-up releases for the comparison's tests, and what the macros and the oracle say of them.

This module makes rows, figures, rates and flags. The database without files that they are put into
lives in `tests.warehouse.in_memory`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from pipelines.contract import (
    Benchmark,
    HourlyRate,
    Measurement,
    QualityFlag,
    ReleaseTables,
)
from pipelines.performance.keys import comparison_key
from tests.warehouse.comparison.answers import Answer, told
from tests.warehouse.comparison.oracle import Oracle, Told
from tests.warehouse.conftest import a_benchmark, a_flag
from tests.warehouse.in_memory import put_in_memory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import duckdb

Name = TypeVar("Name")

OLD, NEW = "2.19.0", "2.20.0"
CALL = f"compare_releases('{OLD}', '{NEW}')"
UNITS = {
    "throughput": "inferences/s",
    "latency": "ms",
    "ttft": "ms",
    "cost": "USD per 1M inferences",
    "hourly_rate": "USD/h",
    "compute_cost_per_token": "TFLOPs",
}
STATISTICS = {
    "latency": "p50",
    "ttft": "p50",
    "hourly_rate": "stated",
    "compute_cost_per_token": "stated",
}
FILLED = ("benchmarks", "measurements", "hourly_rates", "quality_flags")


@dataclass(frozen=True)
class Row:
    """One row with its figures and flags."""

    benchmark: Benchmark
    figures: tuple[Measurement, ...]
    flags: tuple[QualityFlag, ...] = ()


@dataclass(frozen=True)
class World:
    """Some releases' rows and hourly rates."""

    rows: tuple[Row, ...]
    rates: tuple[HourlyRate, ...] = field(default=())

    def releases(self, *names: str) -> dict[str, ReleaseTables]:
        """Return the world as the oracle reads it."""
        return {name: ReleaseTables(name, dict(self._tables(name))) for name in names}

    def _tables(self, release: str) -> Iterator[tuple[str, tuple[Any, ...]]]:
        rows = [row for row in self.rows if row.benchmark.release == release]
        yield "benchmarks", tuple(row.benchmark for row in rows)
        yield "measurements", tuple(one for row in rows for one in row.figures)
        yield "quality_flags", tuple(one for row in rows for one in row.flags)
        yield "hourly_rates", tuple(rate for rate in self.rates if rate.release == release)


def a_row(release: str, number: int, *figures: tuple[Any, ...], **changes: Any) -> Row:
    """Return a row.

    Args:
        release: Whose page prints it.
        number: Tells it from the release's other rows.
        figures: Metric and text of each figure, and its basis and unit where they are not usual.
        changes: Columns of the row, and `flags`: rules that flagged it.
    """
    rules = changes.pop("flags", ())
    facts = {
        "model": "m",
        "measured_release": "2.18.0",
        "instance_types": ("inf2.xlarge",),
        "attributes": {},
    }
    benchmark = a_benchmark(release, number, **{**facts, **changes})
    if "comparison_key" not in changes:
        key = comparison_key(benchmark, {})
        benchmark = a_benchmark(release, number, **{**facts, **changes, "comparison_key": key})
    flags = tuple(
        a_flag(release, benchmark_id=benchmark.benchmark_id, rule=rule, severity=severity)
        for severity, rule in (text.split(": ") for text in rules)
    )
    return Row(benchmark, tuple(_figures(benchmark, figures or (("throughput", "10"),))), flags)


def _figures(row: Benchmark, figures: Iterable[tuple[Any, ...]]) -> Iterator[Measurement]:
    for column, (metric, text, *more) in enumerate(figures):
        basis, unit = (*more, None, None)[:2]
        yield Measurement(
            row.benchmark_id,
            row.release,
            metric,
            STATISTICS.get(metric, "mean"),
            float(text.replace(",", "").replace("$", "")),
            unit or UNITS[metric],
            basis,
            text,
            row.table_id,
            row.row,
            column,
        )


def a_rate(release: str, low: float, high: float, **changes: Any) -> HourlyRate:
    """Return the rate of an instance type, half way in its range."""
    facts: dict[str, Any] = {
        "release": release,
        "instance_type": "inf2.xlarge",
        "stated_basis": None,
        "implied_usd_per_hour": (low + high) / 2,
        "low_usd_per_hour": low,
        "high_usd_per_hour": high,
        "row_count": 3,
        "agrees": None,
    }
    return HourlyRate(**facts | changes)


def fill(connection: duckdb.DuckDBPyConnection, world: World, *releases: str) -> None:
    """Put a world in the place of what the database holds."""
    put_in_memory(connection, world.releases(*releases), FILLED)


def compared(
    connection: duckdb.DuckDBPyConnection,
    rows: Sequence[Row],
    rates: Sequence[HourlyRate] = (),
) -> Answer:
    """Return what the macro says of rows of `OLD` and `NEW`; the oracle must say the same."""
    world = World(tuple(rows), tuple(rates))
    fill(connection, world, OLD, NEW)
    found = told(connection, CALL)
    _assert_as_the_oracle_says(found, world)
    return found


def compared_each(
    connection: duckdb.DuckDBPyConnection,
    cases: Mapping[Name, World],
) -> dict[Name, Answer]:
    """Return what `compared` does of the world of each case, in one query for all of them.

    To plan a query takes longer than to answer it.
    """
    worlds = [*cases.values()]
    moved = [_moved(world, number) for number, world in enumerate(worlds)]
    everything = World(
        tuple(chain.from_iterable(world.rows for world in moved)),
        tuple(chain.from_iterable(world.rates for world in moved)),
    )
    fill(connection, everything, *chain.from_iterable(map(_releases_of, range(len(moved)))))
    found: list[Answer] = [Counter() for _ in worlds]
    for row, count in told(connection, "release_changes").items():
        number, side = divmod(_place_of(row.base_release or row.target_release or ""), 2)
        # Also compared is what nothing asks for: each case's new release with the next one's old.
        if side == (row.base_release is None):
            found[number][_moved_back(row)] += count
    for one, world in zip(found, worlds, strict=True):
        _assert_as_the_oracle_says(one, world)
    return dict(zip(cases, found, strict=True))


def _assert_as_the_oracle_says(found: Answer, world: World) -> None:
    expected = Oracle(world.releases(OLD, NEW)).published(OLD, NEW)
    assert found - expected == Counter()
    assert expected - found == Counter()


def _releases_of(number: int) -> tuple[str, str]:
    """Return the two minors that a case has to itself."""
    return f"2.{2 * number}.0", f"2.{2 * number + 1}.0"


def _place_of(release: str) -> int:
    return int(release.split(".")[1])


def _moved(world: World, number: int) -> World:
    """Return a case's world in its two minors; its rows' names begin with its number."""
    there = dict(zip((OLD, NEW), _releases_of(number), strict=True))

    def moved(one: Any) -> Any:
        place = {"release": there[one.release]}
        if getattr(one, "benchmark_id", None):
            place["benchmark_id"] = f"{number}/{one.benchmark_id}"
        return replace(one, **place)

    return World(
        tuple(
            Row(moved(row.benchmark), tuple(map(moved, row.figures)), tuple(map(moved, row.flags)))
            for row in world.rows
        ),
        tuple(map(moved, world.rates)),
    )


def _moved_back(row: Told) -> Told:
    return replace(
        row,
        base_release=row.base_release and OLD,
        target_release=row.target_release and NEW,
        base_id=row.base_id and row.base_id.partition("/")[2],
        target_id=row.target_id and row.target_id.partition("/")[2],
    )
