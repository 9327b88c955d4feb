"""Tables of which one metric stands in another unit than its header says."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import pytest

from pipelines.quality.across import cross_release_flags, judged_release
from pipelines.quality.context import view_release
from pipelines.quality.history import unit_slip
from pipelines.quality.shared.past import History
from pipelines.quality.shared.row_facts import row_facts
from pipelines.quality.shared.slip_evidence import LEAST_ROWS
from pipelines.releases import release_order
from tests.pipelines.quality.injection import scaled as planted
from tests.pipelines.quality.making import a_row, released
from tests.pipelines.quality.test_history import run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipelines.contract import ReleaseTables
    from pipelines.quality.context import ReleaseView, Row
    from tests.pipelines.quality.making import ARow

TABLE = [run(f"{100 * n}", f"{40 / n:.2f}", f"{42 / n:.2f}", model=f"m{n}") for n in (1, 2, 3, 4)]

COSTLY = [
    replace(row, figures={**row.figures, "cost": f"{0.328 / (0.36 * n):.4f}"})
    for n, row in enumerate(TABLE, 1)
]


def scaled(rows: Sequence[ARow], factor: float, *names: str) -> list[ARow]:
    return [
        replace(
            row,
            figures={
                name: f"{float(text) * factor:.4f}" if name in names else text
                for name, text in row.figures.items()
            },
        )
        for row in rows
    ]


def slips(*releases: Sequence[ARow]) -> set[str | None]:
    flags = cross_release_flags(
        judged_release(released(f"2.{10 + number}.0", rows)) for number, rows in enumerate(releases)
    )
    return {flag.observed for some in flags.values() for flag in some if flag.rule == "unit-slip"}


@pytest.mark.parametrize("factor", [10, 1000, 0.1, 0.001])
def test_a_table_whose_latencies_slip_is_flagged_against_older_releases(factor: float) -> None:
    assert slips(TABLE, scaled(TABLE, factor, "p50", "p99")) == {f"latency x {factor:g}"}


def test_a_table_whose_throughputs_slip_is_flagged_against_older_releases() -> None:
    assert slips(TABLE, scaled(TABLE, 0.001, "throughput")) == {"throughput x 0.001"}


def test_a_table_whose_costs_slip_is_flagged_against_older_releases() -> None:
    assert slips(COSTLY, scaled(COSTLY, 100, "cost")) == {"cost x 100"}


def test_a_factor_that_not_all_rows_share_is_no_slip_of_the_unit() -> None:
    assert slips(TABLE, [*scaled(TABLE[:3], 1000, "p50", "p99"), TABLE[3]]) == set()


def test_a_table_that_changed_altogether_is_no_slip_of_the_unit() -> None:
    faster = scaled(scaled(TABLE, 10, "throughput"), 0.1, "p50", "p99")
    assert slips(TABLE, faster) == set()


@pytest.mark.parametrize(("factor", "slip"), [(1000, True), (0.01, True), (1, False), (8, False)])
def test_without_history_more_in_flight_than_cores_can_hold_is_a_slip(
    factor: float,
    slip: bool,  # noqa: FBT001
) -> None:
    # One batch in flight, on the two NeuronCores of an inf2.xlarge.
    rows = scaled(TABLE, factor, "p50", "p99")
    assert slips(rows) == ({"throughput or latency out of all bounds"} if slip else set())


@pytest.mark.parametrize("factor", [1000, 0.001])
def test_without_history_the_rate_says_which_of_two_metrics_slipped(factor: float) -> None:
    assert slips(COSTLY) == set()
    assert slips(scaled(COSTLY, factor, "cost")) == {f"cost x {factor:g}"}
    assert slips(scaled(COSTLY, factor, "throughput")) == {f"throughput x {factor:g}"}
    # The rate fits, so throughput and cost did not slip.
    assert slips(scaled(COSTLY, factor, "p50", "p99")) == {"latency out of all bounds"}


def test_without_history_a_small_slip_names_both_metrics_where_both_would_be_usual() -> None:
    # Four batches on two NeuronCores are as usual as 0.4 are not; forty are usual in no case.
    four = scaled(COSTLY, 4, "p50", "p99")
    assert slips(scaled(four, 10, "cost")) == {"cost x 10"}
    assert slips(scaled(four, 10, "throughput")) == {"throughput x 10"}
    six = scaled(COSTLY, 6, "p50", "p99")
    assert slips(scaled(six, 10, "cost")) == {"throughput or cost x 10"}


def test_without_history_and_latency_a_rate_alone_names_both_metrics() -> None:
    rows = [replace(row, figures=without(row, "p50", "p99")) for row in COSTLY]
    assert slips(rows) == set()
    assert slips(scaled(rows, 1000, "cost")) == {"throughput or cost x 1000"}
    assert slips(scaled(rows, 1000, "throughput")) == {"throughput or cost x 1000"}


def test_a_metric_that_older_releases_print_so_did_not_slip() -> None:
    # A third metric moved as well, so that history alone does not decide.
    before, now = (
        [replace(row, figures={**row.figures, "ttft": ttft}) for row in TABLE]
        for ttft in ("5.0", "10.0")
    )
    assert slips(before, now) == set()
    slow = scaled(now, 0.001, "throughput")
    assert slips(slow) == {"throughput or latency out of all bounds"}
    assert slips(before, slow) == {"throughput out of all bounds"}
    assert slips(before, scaled(now, 0.001, "p50", "p99")) == {"latency out of all bounds"}


def test_a_rate_that_the_rows_print_is_the_one_that_they_should_have() -> None:
    rows = [
        replace(row, figures={**row.figures, "hourly_rate": "0.328"}, basis=None) for row in COSTLY
    ]
    assert slips(rows) == set()
    assert slips(scaled(rows, 0.001, "throughput")) == {"throughput x 0.001"}


@pytest.mark.parametrize(
    ("text", "slip"),
    [("0.3", "throughput x 0.001"), ("0", "throughput out of all bounds")],
)
def test_figures_of_one_digit_slip_as_far_as_their_rounding_allows(text: str, slip: str) -> None:
    # 0.3 is 0.25 to 0.35, within one and a half times of 0.44.
    before = [run("440.0", "9.0", "9.1", 1, model=f"m{n}") for n in range(3)]
    now = [replace(row, figures={**row.figures, "throughput": text}) for row in before]

    assert slips(before, now) == {slip}


def without(row: ARow, *names: str) -> dict[str, str]:
    return {name: text for name, text in row.figures.items() if name not in names}


def test_without_history_times_per_token_a_power_of_ten_away_are_a_slip() -> None:
    rows = [
        replace(
            a_row(
                {"batch_size": 1, "output_length": 128, "model": f"m{n}"},
                throughput=f"{100 * n}",
                each=f"{10000 / n:.3f}",
            ),
            unit="tokens/s",
        )
        for n in (1, 2, 4)
    ]
    assert slips(rows) == {"throughput or latency_per_token x 1000"}
    paid = [replace(row, figures=with_cost(row, 0.328), unit="tokens/s") for row in rows]
    assert slips(paid) == {"latency_per_token x 1000"}
    sound = scaled(paid, 0.001, "each")
    assert slips(sound) == set()
    assert slips(scaled(sound, 0.001, "throughput")) == {"throughput x 0.001"}
    # By its header the cost is per inference: then a thousand tokens may be one.
    assert slips(scaled(sound, 1000, "cost")) == set()
    per_token = [replace(row, cost_unit="USD per 1M tokens") for row in sound]
    assert slips(scaled(per_token, 1000, "cost")) == {"cost x 1000"}


def with_cost(row: ARow, rate: float) -> dict[str, str]:
    cost = rate / 3600 * 1e6 / float(row.figures["throughput"])
    return {**row.figures, "cost": f"{cost:.6f}"}


def test_a_slip_planted_in_a_whole_real_table_is_never_blamed_on_another_metric(
    bundled: Mapping[str, ReleaseTables],
) -> None:
    chosen = {name: bundled[name] for name in sorted(bundled, key=release_order)[::5]}
    found = Counter(planted_slips(chosen, (1000, 0.001)))
    blamed = {(metric, told) for metric, told in found if told and metric not in told.split(" or ")}
    assert blamed == set()
    told = Counter[tuple[str, str]]()
    for (metric, said), count in found.items():
        told[metric, "alone" if said == metric else "among two" if said else "not at all"] += count
    for metric in ("throughput", "latency", "cost"):
        every = sum(told[metric, how] for how in ("alone", "among two", "not at all"))
        assert told[metric, "alone"] >= 0.7 * every, (metric, told)


def planted_slips(
    releases: Mapping[str, ReleaseTables], factors: Sequence[float]
) -> Iterator[tuple[str, str]]:
    """Let each metric of each table slip; yield it and the metrics that the flags name, if any."""
    history = History()
    for name, tables in releases.items():
        one = judged_release(tables)
        view = view_release(name, one.tables, one.benchmarks, one.measurements)
        before = history.before(view)
        for rows in view.by_table.values():
            metrics = {metric for row in rows for metric, _ in row.figures}
            for metric, factor in product(
                sorted(metrics & {"throughput", "latency", "cost"}), factors
            ):
                slipped = one_table(view, rows, metric, factor)
                facts = {**before.facts, **row_facts(slipped, before.older)}
                by_key = {
                    key: [facts[row.benchmark_id] for row in of_key]
                    for key, of_key in before.by_key.items()
                }
                changed = replace(before, facts=facts, by_key=by_key, _changes={})
                flags = {flag.observed for flag in unit_slip.find(slipped, changed)}
                if len(rows) >= LEAST_ROWS:
                    yield metric, re.sub(" x .*| out of .*", "", flags.pop()) if flags else ""
        history.add(before, ())


def one_table(view: ReleaseView, rows: Sequence[Row], metric: str, factor: float) -> ReleaseView:
    """Return one table of a release, with a metric of it in another unit."""
    figures = [
        figure if figure.metric != metric else planted(figure, factor)
        for row in rows
        for figure in row.figures.values()
    ]
    runs = [row.benchmark for row in rows]
    return view_release(view.release, [rows[0].table], runs, figures)
