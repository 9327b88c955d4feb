"""The macros against the oracle on generated releases that have the shapes real ones lack."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from tests.warehouse.comparison.answers import mirrored, seen, told
from tests.warehouse.comparison.figures import MONEY
from tests.warehouse.comparison.made import World, a_rate, a_row, fill
from tests.warehouse.comparison.oracle import Oracle, Told
from tests.warehouse.in_memory import empty_database
from warehouse.comparison.verdicts import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

    from pipelines.contract import HourlyRate, Measurement
    from tests.warehouse.comparison.made import Row

pytestmark = pytest.mark.slow

RELEASES = tuple(f"2.{minor}.0" for minor in range(1, 801))
PAIRS = tuple(pairwise(RELEASES))
FEW = RELEASES[:160]
"""Enough for what holds of any rows; all of them are needed to meet every branch."""
# Few of each, so that rows meet: copies, several tunings, names that differ in one column.
MODELS = ("vision-perveriver", "vision-perceiver", "bert-base-cased", "bert-base-uncased", "BERT-1")
COSTS = ("0.017", "0.018", "$1,017.25", "2.5", "0")
SPEEDS = ("100.5", "98.75", "201", "0.09", "100.5")
TIMES = ("5.25", "5.3", "9")


def a_world(random: Random) -> World:
    """Return a chain of releases, each with a handful of rows and two hourly rates."""
    rows, rates = [], []
    for number, release in enumerate(RELEASES):
        # Ten releases go on with one model and few tasks, so that most rows have a partner.
        model = MODELS[number // 10 % len(MODELS)]
        rows += [
            _row(random, release, n, (model, ("a", None, "c", "c")[n]))
            for n in range(random.randint(0, 4))
        ]
        for basis in (None, "on-demand", "ri-effective"):
            if random.random() < 0.7:
                # Two prices a factor of two apart, some known to 4 %, some only to 8 %.
                low = random.choice((0.4, 0.8)) * random.choice((1, 1.005))
                high = low * random.choice((1.001, 1.04, 1.08))
                rates.append(a_rate(release, low, high, stated_basis=basis))
    return World(tuple(rows), tuple(rates))


def _row(random: Random, release: str, number: int, shared: tuple[str, str | None]) -> Row:
    model, task = shared
    if random.random() < 0.2:
        model, task = random.choice((random.choice(MODELS), model)), random.choice(("a", task))
    unit = random.choice((None,) * 8 + ("tokens/s", "output tokens/s"))
    basis = random.choice((None,) * 4 + ("on-demand", "ri-effective"))
    tokens = random.choice((None, "output", "input+output")) if unit == "tokens/s" else None
    figures: list[tuple[Any, ...]] = []
    if random.random() < 0.85:
        figures.append(("throughput", random.choice(SPEEDS), tokens, unit))
    if random.random() < 0.8:
        figures.append(("cost", random.choice(COSTS), basis))
    if random.random() < 0.6:
        figures.append(("latency", random.choice(TIMES)))
    if random.random() < 0.2:
        figures.append(("hourly_rate", random.choice(("0.758", "0.76")), basis))
    if random.random() < 0.35:
        # What is carried over, corrected and relabelled: three figures, or two long or short ones.
        figures = [("throughput", "1,017.25"), ("latency", "5.125"), ("cost", "2.5", basis)]
        figures = random.choice((figures, figures, figures[:2], [("latency", "5.125")]))
    flags = random.choice(((),) * 12 + (("error: unit-slip",), ("warning: concurrency",)))
    return a_row(
        release,
        number,
        *(figures or [("ttft", "17.5")]),
        model=model,
        task=task,
        flags=flags,
        batch_size=random.choice((1,) * 6 + (4, None)),
        measured_release=random.choice(("2.18.0", "2.20.0", "2.20.0", None)),
        instance_types=random.choice((("inf2.xlarge",),) * 5 + (("inf2.xlarge", "trn1.2xlarge"),)),
        framework_version=random.choice(("1.13", "2.1")),
    )


@pytest.fixture(scope="module")
def world() -> World:
    return a_world(Random(15))  # noqa: S311 - the same every time


@pytest.fixture(scope="module")
def connection(world: World) -> Iterator[duckdb.DuckDBPyConnection]:
    with empty_database() as made:
        fill(made, world, *RELEASES)
        yield made


@pytest.fixture(scope="module")
def answers(connection: duckdb.DuckDBPyConnection) -> Counter[Told]:
    """Return each release against the one before: one query for all of them."""
    return told(connection, "release_changes")


@pytest.fixture(scope="module")
def few(world: World) -> World:
    """Return the part of the world that is of few releases."""
    return World(
        tuple(row for row in world.rows if row.benchmark.release in FEW),
        tuple(rate for rate in world.rates if rate.release in FEW),
    )


@pytest.fixture(scope="module")
def few_answers(few: World) -> Counter[Told]:
    return _answers(few)


def _answers(world: World) -> Counter[Told]:
    with empty_database() as connection:
        fill(connection, world, *FEW)
        return told(connection, "release_changes")


def test_all_columns_are_as_the_oracle_says(world: World, answers: Counter[Told]) -> None:
    oracle = Oracle(world.releases(*RELEASES))
    expected: Counter[Told] = Counter()
    for base, target in PAIRS:
        expected += oracle.published(base, target)
    assert sorted(map(str, (answers - expected).elements())) == []
    assert sorted(map(str, (expected - answers).elements())) == []


def test_the_measured_axis_is_as_the_oracle_says(
    world: World, connection: duckdb.DuckDBPyConnection
) -> None:
    oracle = Oracle(world.releases(*RELEASES))
    for base, target in (("2.18.0", "2.20.0"), ("2.20.0", "2.18.0")):
        expected = oracle.measured(base, target)
        found = told(connection, f"compare_measured('{base}', '{target}')")
        assert sorted(map(str, (found - expected).elements())) == []
        assert sorted(map(str, (expected - found).elements())) == []
        assert {row.match for row in found} == {"exact", "retuned", "renamed", "ambiguous", None}


def test_the_generated_rows_reach_every_branch(world: World, answers: Counter[Told]) -> None:
    rows = list(answers.elements())
    met = Counter((row.match, row.verdict) for row in rows)
    assert {verdict for _, verdict in met} == set(VERDICTS)
    for match in ("exact", "retuned", "renamed"):
        for verdict in set(VERDICTS) - {"added", "removed", "corrected"}:
            assert met[match, verdict], (match, verdict)
    assert met["ambiguous", "not-comparable"]
    assert met["retuned", "corrected"]
    assert met["renamed", "corrected"]
    costs = [row for row in rows if row.metric == "cost"]
    with_speed = {
        row.benchmark.benchmark_id
        for row in world.rows
        if any(one.metric == "throughput" for one in row.figures)
    }
    shapes = Counter(
        {
            "a pair's cost without a throughput": sum(
                row.base_id not in with_speed and row.target_id not in with_speed
                for row in costs
                if row.base_id and row.target_id
            ),
            "a split without a stated basis": sum(
                row.speed_change is not None and row.base_basis is row.target_basis is None
                for row in costs
            ),
            "another rate without a stated basis": sum(
                row.verdict == "price-basis-changed" and row.base_basis is row.target_basis is None
                for row in costs
            ),
            "a price change without a split": sum(
                row.verdict == "price-basis-changed" and row.speed_change is None for row in costs
            ),
            "a cost that moved by its last digit": sum(
                row.verdict == "unchanged" and abs(row.change or 0) > 0.05 for row in costs
            ),
            "a latency at another batch size": sum(
                row.metric == "latency"
                and row.verdict == "not-comparable"
                and row.unit is not None
                and any(text.startswith("batch_size") for text in row.changed)
                for row in rows
            ),
        }
    )
    assert min(shapes.values()) > 0, shapes


def test_swapping_the_sides_mirrors_every_answer(
    connection: duckdb.DuckDBPyConnection, answers: Counter[Told]
) -> None:
    for base, target in PAIRS[::270]:
        there = told(connection, f"compare_releases('{base}', '{target}')")
        back = told(connection, f"compare_releases('{target}', '{base}')")
        assert there <= answers
        assert Counter(map(mirrored, there.elements())) == Counter(map(seen, back.elements()))


def test_scaling_all_prices_changes_no_part_that_speed_made(
    few: World, few_answers: Counter[Told]
) -> None:
    scaled = World(
        tuple(replace(row, figures=tuple(map(_tenfold, row.figures))) for row in few.rows),
        tuple(map(_at_ten_times, few.rates)),
    )
    again = _answers(scaled)
    assert _speed_parts(again) == _speed_parts(few_answers)
    assert any(part is not None for _, _, part in _speed_parts(again))


def test_the_order_of_rows_changes_nothing(few: World, few_answers: Counter[Told]) -> None:
    assert _answers(World(few.rows[::-1], few.rates[::-1])) == few_answers


def test_unrelated_rows_change_nothing(few: World, few_answers: Counter[Told]) -> None:
    more = tuple(
        a_row(release, 9, ("throughput", "100.5"), ("cost", "2.5"), model=f"other-{n}", nodes=n + 2)
        for n, release in enumerate(FEW)
    )
    again = _answers(World((*few.rows, *more), few.rates))
    unrelated = {row.benchmark.benchmark_id for row in more}
    assert (
        Counter(row for row in again.elements() if not {row.base_id, row.target_id} & unrelated)
        == few_answers
    )


def _tenfold(one: Measurement) -> Measurement:
    """Return a price in a tenth of its coin; its digits stay, and so does how it is rounded."""
    if one.metric not in MONEY or not one.value:
        return one
    text = str(Decimal(one.text.strip("$").replace(",", "")).scaleb(1))
    return replace(one, value=float(text), text=text)


def _at_ten_times(rate: HourlyRate) -> HourlyRate:
    assert rate.low_usd_per_hour is not None
    assert rate.high_usd_per_hour is not None
    return replace(
        rate,
        implied_usd_per_hour=10 * rate.implied_usd_per_hour,
        low_usd_per_hour=10 * rate.low_usd_per_hour,
        high_usd_per_hour=10 * rate.high_usd_per_hour,
    )


def _speed_parts(answers: Counter[Told]) -> Counter[tuple[Any, ...]]:
    return Counter(
        (row.base_id, row.target_id, row.speed_change)
        for row in answers.elements()
        if row.metric == "cost"
    )
