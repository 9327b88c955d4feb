"""What is cheapest: `advise` agrees with a search through all rows, and leads to its cells."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.errors import UsageError
from tests.forms import FULL
from warehouse.comparison.prices.price_book import Price
from warehouse.comparison.request import Filters
from warehouse.questions.advice.ranking import MOST_NEAR, Advice, advise
from warehouse.questions.advice.run_bounds import TIMES, Bound, time_figure
from warehouse.questions.advice.runs import PricedRun, RunFilters, at_prices, read_runs
from warehouse.views.priced_runs import time_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    Row = dict[str, Any]

QUESTIONS = 1000 if FULL else 100
SUBJECTS = (
    RunFilters(Filters(model="bert")),
    RunFilters(Filters(model="llama 2 13b")),
    RunFilters(Filters(model="llama", accelerator="trn1")),
    RunFilters(Filters(instance="inf2"), task="text generation"),
    RunFilters(Filters(accelerator="inf2"), task="image classification"),
    RunFilters(Filters(model="stable diffusion")),
    RunFilters(Filters(), task="raw output"),
    RunFilters(Filters(model="opt")),
)


@pytest.fixture(scope="module")
def rows(all_releases: duckdb.DuckDBPyConnection) -> list[Row]:
    """Return every row of the view, unread."""
    answer = all_releases.execute("FROM priced_runs")
    names = [column for column, *_ in answer.description]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


@pytest.fixture(scope="module")
def runs_of(all_releases: duckdb.DuckDBPyConnection) -> list[tuple[PricedRun, ...]]:
    """Return the runs of each subject."""
    return [read_runs(all_releases, subject) for subject in SUBJECTS]


@dataclass(frozen=True)
class _Asked:
    bounds: tuple[Bound, ...]
    prices: dict[str, Price]


def _question(rng: random.Random, runs: Sequence[PricedRun]) -> _Asked:
    """Return bounds around what is published, so that some are kept and some are not."""
    bounds = []
    metrics = [m for m in TIMES if any(time_figure(m.name, "p50") in run.times for run in runs)]
    for metric in rng.sample(metrics, k=rng.randint(0, min(2, len(metrics)))):
        figure = time_figure(metric.name, rng.choice(("p50", "p99")))
        known = [run.times[figure] for run in runs if figure in run.times]
        bounds.append(Bound(figure, rng.choice(known) * rng.choice((0.01, 0.5, 1, 1.5))))
    if rng.random() < 0.4:
        value = rng.choice(runs).throughput * rng.choice((0.5, 1, 2, 100))
        bounds.append(Bound("throughput", value))
    prices = {}
    if rng.random() < 0.5:
        types = sorted({run.instance_type for run in runs})
        for name in rng.sample(types, k=rng.randint(1, len(types))):
            prices[name] = Price(name, rng.uniform(0.05, 20))
    return _Asked(tuple(bounds), prices)


@pytest.mark.stress
def test_a_search_through_all_rows_finds_the_same(
    rows: list[Row], runs_of: Sequence[tuple[PricedRun, ...]]
) -> None:
    by_id = {row["series_id"]: row for row in rows}
    rng = random.Random(18)  # noqa: S311 - the same questions every time
    kinds = defaultdict(int)
    for _ in range(QUESTIONS):
        runs = rng.choice(runs_of)
        asked = _question(rng, runs)
        answers = advise(at_prices(runs, asked.prices), asked.bounds)
        groups = defaultdict(list)
        for run in runs:
            groups[by_id[run.series_id]["counted"]].append(by_id[run.series_id])
        assert {answer.counted for answer in answers} == groups.keys()
        for answer in answers:
            _compare(answer, groups[answer.counted], asked)
            kinds["met" if answer.meeting else "near" if answer.nearest else "nothing"] += 1
            kinds["relaxed"] += any(one.cheapest for one in answer.relaxed)
            kinds["a choice"] += len(answer.frontier) > 1
    assert min(kinds.values()) >= QUESTIONS // 20, kinds
    assert len(kinds) == 5


def _compare(answer: Advice, rows: list[Row], asked: _Asked) -> None:
    priced = [(row, _cost(row, asked.prices)) for row in rows]
    priced = [(row, cost) for row, cost in priced if cost is not None]
    meeting = [(r, cost) for r, cost in priced if all(_keeps(r, b) for b in asked.bounds)]
    assert answer.considered == len(priced)
    assert {run.series_id for run in answer.meeting} == {row["series_id"] for row, _ in meeting}
    costs = [run.usd_per_1m for run in answer.meeting]
    assert costs == pytest.approx(sorted(cost for _, cost in meeting))
    assert costs == sorted(costs)
    _compare_front(answer, meeting)
    for relaxed in answer.relaxed:
        others = [b for b in asked.bounds if b is not relaxed.bound]
        free = [cost for row, cost in priced if all(_keeps(row, b) for b in others)]
        least = min(free, default=math.inf)
        is_cheaper = least < min((cost for _, cost in meeting), default=math.inf)
        found = relaxed.cheapest.usd_per_1m if relaxed.cheapest else None
        assert found == (pytest.approx(least) if is_cheaper else None)
    misses = sorted(miss for row, _ in priced if (miss := _miss(row, asked.bounds)) < math.inf)
    by_id = {row["series_id"]: row for row, _ in priced}
    near = [_miss(by_id[run.series_id], asked.bounds) for run in answer.nearest]
    assert near == ([] if meeting else pytest.approx(misses[:MOST_NEAR]))


def _compare_front(answer: Advice, meeting: list[tuple[Row, float]]) -> None:
    timed = [(row[answer.time], cost) for row, cost in meeting if answer.time and row[answer.time]]
    best = {
        (time, cost)
        for time, cost in timed
        if not any(
            t <= time and c <= cost and (t, c) != (time, cost) for t, c in timed
        )
    }  # fmt: skip
    front = {(run.times[answer.time], run.usd_per_1m) for run in answer.frontier}
    assert front == best


def _cost(row: Row, prices: dict[str, Price]) -> float | None:
    if not prices:
        return row["usd_per_1m"]
    price = prices.get(row["instance_types"])
    return price and row["hours_per_1m"] and row["hours_per_1m"] * price.usd_per_hour


def _keeps(row: Row, bound: Bound) -> bool:
    return _miss(row, (bound,)) == 0


def _miss(row: Row, bounds: Sequence[Bound]) -> float:
    worst = 0.0
    for bound in bounds:
        value = row[bound.figure]
        if value is None:
            return math.inf
        ratio = bound.value / value if bound.figure == "throughput" else value / bound.value
        worst = max(worst, math.log(ratio))
    return worst


def test_a_run_is_the_newest_believable_row_of_its_series(
    all_releases: duckdb.DuckDBPyConnection, rows: list[Row]
) -> None:
    newest: dict[str, tuple[Any, ...]] = {}
    for series, order, value, unit, basis, benchmark in all_releases.execute(
        "SELECT series_id, release_order, value, unit, basis, benchmark_id FROM history "
        "WHERE metric = 'throughput' AND is_believable AND workload = 'inference' "
        "AND NOT contains(instance_types, ',')"
    ).fetchall():
        newest[series] = max(newest.get(series, (0,)), (order, value, unit, basis, benchmark))
    assert {row["series_id"] for row in rows} == newest.keys()
    for row in rows:
        order, value, unit, basis, benchmark = newest[row["series_id"]]
        assert (row["release_order"], row["throughput"]) == (order, value)
        assert row["benchmark_id"] == benchmark
        words = {("tokens/s", "input+output"): "input+output tokens"}
        assert row["counted"] == words.get((unit, basis), unit.removesuffix("/s"))


def test_a_cost_at_the_newest_rate_is_the_published_one_but_for_rounding(rows: list[Row]) -> None:
    for row in rows:
        share = row["latest_usd_per_hour"] / row["implied_usd_per_hour"]
        assert row["usd_per_1m"] == pytest.approx(row["published_usd_per_1m"] * share, rel=0.025)
        if row["hours_per_1m"] is not None:
            at_rate = row["hours_per_1m"] * row["latest_usd_per_hour"]
            assert row["usd_per_1m"] == pytest.approx(at_rate)


def test_every_answer_leads_to_its_cells(
    all_releases: duckdb.DuckDBPyConnection, runs_of: Sequence[tuple[PricedRun, ...]]
) -> None:
    cells: dict[tuple[str, int], dict[tuple[str, str], tuple[float, str]]] = defaultdict(dict)
    for table, row, metric, statistic, value, printed in all_releases.execute(
        "SELECT m.table_id, m.row, m.metric, m.statistic, m.value, c.text FROM measurements AS m "
        'JOIN published_cells AS c USING (release, table_id, row, "column")'
    ).fetchall():
        cells[table, row][metric, statistic] = (value, printed)
    slots = {column.name: (column.metric, column.statistic) for column in time_columns()}
    for runs in runs_of:
        for run in runs:
            found = cells[run.table_id, run.row]
            figures = {"throughput": run.throughput, **run.times}
            for name, value in figures.items():
                published, text = found[slots.get(name, ("throughput", "mean"))]
                assert published == value
                assert float(text.replace(",", "")) == value
            cost, _ = found["cost", "mean"]
            assert cost == run.published_usd_per_1m


def test_no_answer_mixes_what_is_counted(runs_of: Sequence[tuple[PricedRun, ...]]) -> None:
    answers = advise(runs_of[1], ())
    assert {answer.counted for answer in answers} == {"output tokens", "input+output tokens"}
    for answer in answers:
        assert {run.counted for run in answer.meeting} == {answer.counted}


def test_a_model_that_is_called_just_so_is_meant_alone(
    all_releases: duckdb.DuckDBPyConnection,
) -> None:
    runs = read_runs(all_releases, RunFilters(Filters(model="BERT-base-cased")))
    assert {run.model for run in runs} == {"bert-base-cased"}


def test_a_length_that_no_run_has_names_those_that_there_are(
    all_releases: duckdb.DuckDBPyConnection,
) -> None:
    wanted = RunFilters(Filters(model="bert-base-cased"), lengths={"batch_size": 3})
    with pytest.raises(UsageError, match="no run has the batch size 3; there are 1, 4, "):
        read_runs(all_releases, wanted)


def test_a_question_names_a_model_or_a_task() -> None:
    with pytest.raises(UsageError, match="name a model or a task"):
        RunFilters(Filters(instance="inf2"))
