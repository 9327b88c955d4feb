"""What throughput and latency say of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pipelines.making import ENCODER, read_page, table_html
from tests.pipelines.quality.making import ARow, a_row, flags_of, found

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# Five rows of two batches in flight: a tight table.
TWO_IN_FLIGHT = tuple(a_row(throughput=f"{2000 / ms:.2f}", p50=f"{ms}") for ms in (1, 2, 3, 4, 5))


def in_tokens(batch_size: int = 1, output_length: int = 101, **figures: str) -> ARow:
    run = {"batch_size": batch_size, "output_length": output_length}
    return ARow(figures, run, unit="output tokens/s")


def test_rows_that_keep_the_same_batches_in_flight_are_in_order() -> None:
    assert found(TWO_IN_FLIGHT, "concurrency") == []


def test_an_accelerator_that_would_have_idled_is_an_error() -> None:
    rows = [*TWO_IN_FLIGHT, a_row(throughput="41.24", p50="1.02")]
    assert found(rows, "concurrency") == [(5, "error")]
    (flag,) = (flag for flag in flags_of(rows) if flag.rule == "concurrency")
    assert flag.message == (
        "inf2-inference, Encoder Models, row 5 (model 5): 41.24 inferences/s at a P50 of 1.02 ms "
        "and a batch size of 1 is 0.0421 batches in flight; its table's median is 2."
    )
    assert (flag.observed, flag.expected) == ("0.0421 batches in flight", "2 batches in flight")


def test_it_is_an_error_even_in_a_table_of_one_row() -> None:
    assert found([a_row(throughput="41.24", p50="1.02")], "concurrency") == [(0, "error")]


def test_ten_times_too_much_in_flight_is_an_error() -> None:
    rows = [*TWO_IN_FLIGHT, a_row(throughput="19268.1", p50="1.03")]
    assert found(rows, "concurrency") == [(5, "error")]


def test_another_batch_size_than_the_figures_show_is_a_warning() -> None:
    rows = [*TWO_IN_FLIGHT, a_row({"batch_size": 4}, throughput="1056.49", p50="15.14")]
    assert found(rows, "concurrency") == [(5, "warning")]


@pytest.mark.parametrize(("batch_size", "expected"), [(4, [(5, "warning")]), (1, [])])
def test_one_batch_at_a_time_is_never_an_error_and_one_sample_at_a_time_nothing_odd(
    batch_size: int, expected: list[tuple[int, str]]
) -> None:
    rows = [a_row(throughput=f"{8000 / ms:.2f}", p50=f"{ms}") for ms in (1, 2, 3, 4, 5)]
    odd = a_row({"batch_size": batch_size}, throughput=f"{batch_size * 100}.0", p50="10.0")
    assert found([*rows, odd], "concurrency") == expected


def test_a_table_whose_rows_are_run_in_different_ways_gives_no_warning() -> None:
    spread = [a_row(throughput=str(n * 100), p50="10") for n in (1, 1, 2, 2, 4, 4, 4)]
    assert found(spread, "concurrency") == []


def test_too_few_rows_to_tell_give_no_warning() -> None:
    rows = [*TWO_IN_FLIGHT[:3], a_row(throughput="4000", p50="1")]
    assert found(rows, "concurrency") == []


def test_a_figure_of_one_digit_is_not_held_against_its_row() -> None:
    slow = [a_row(throughput="1.00", p50=str(ms)) for ms in (998, 999, 1000, 1001)]
    assert found([*slow, a_row(throughput="0.1", p50="14800")], "concurrency") == []


@pytest.mark.parametrize("missing", ["throughput", "p50"])
def test_a_row_without_both_figures_says_nothing(missing: str) -> None:
    figures = {"throughput": "41.24", "p50": "1.02"}
    del figures[missing]
    assert found([*TWO_IN_FLIGHT, a_row(**figures)], "concurrency") == []


def test_a_row_without_a_batch_size_says_nothing() -> None:
    row = a_row({"batch_size": None}, throughput="41.24", p50="1.02")
    assert found([*TWO_IN_FLIGHT, row], "concurrency") == []


@given(st.lists(st.floats(0.1, 5000), min_size=1, max_size=9), st.integers(1, 64))
def test_figures_that_come_from_one_law_are_never_flagged(times: list[float], batch: int) -> None:
    rows = [
        a_row({"batch_size": batch}, throughput=f"{2e3 * batch / ms:.2f}", p50=f"{ms:.2f}")
        for ms in times
    ]
    assert found(rows, "concurrency") == []


def test_tokens_that_come_as_fast_as_their_times_say_are_in_order() -> None:
    row = in_tokens(throughput="39.16", ttft="57.75", tpot="25.45", output_length=1024)
    assert found([row], "token-rate") == []


def test_throughput_below_what_the_times_per_token_come_to_is_a_warning() -> None:
    row = in_tokens(throughput="31.4", ttft="2367.93", tpot="13.41", output_length=8192)
    assert found([row], "token-rate") == [(0, "warning")]
    (flag,) = flags_of([row])
    assert "a P50 TTFT of 2367.93 ms and a P50 TPOT of 13.41 ms, which with" in flag.message
    assert flag.expected == "73.01 output tokens/s"


def test_throughput_far_from_what_the_times_per_token_come_to_is_an_error() -> None:
    row = in_tokens(throughput="11761", each="8.51")
    assert found([row], "token-rate") == [(0, "error")]


def test_a_batch_makes_its_tokens_together() -> None:
    assert found([in_tokens(throughput="800.0", each="10", batch_size=8)], "token-rate") == []
    assert found([in_tokens(throughput="800.0", each="10")], "token-rate") == [(0, "error")]


def test_without_an_output_length_the_times_say_nothing_of_a_request() -> None:
    row = ARow({"throughput": "1", "ttft": "5", "tpot": "5"}, {}, unit="output tokens/s")
    assert found([row], "token-rate") == []


@pytest.mark.parametrize(("p50", "p99", "expected"), [("10.39", "10.19", 1), ("10", "10", 0)])
def test_a_median_above_the_ninety_ninth_percentile_is_an_error(
    p50: str, p99: str, expected: int
) -> None:
    assert found([a_row(p50=p50, p99=p99)], "latency-order") == [(0, "error")] * expected


OTHER_UNITS = {
    "Throughput (inference/second)": ("Throughput (inferences/min)", 60.0),
    "Latency P50 (ms)": ("Latency P50 (s)", 0.001),
    "Latency P99 (ms)": ("Latency P99 (\u00b5s)", 1000.0),
    "Cost per 1M inferences": ("Cost per 1K inferences", 0.001),
}


def in_other_units(row: Mapping[str, str]) -> dict[str, str]:
    """Return a row whose figures are the same in other units."""
    figures = {
        header: f"{float(row[old].replace('$', '').replace(',', '')) * factor:.7f}"
        for old, (header, factor) in OTHER_UNITS.items()
    }
    headers = {old: header for old, (header, _) in OTHER_UNITS.items()}
    return {headers.get(name, name): text for name, text in row.items()} | figures


@pytest.mark.parametrize(
    "figures",
    [
        {},
        {"Latency P50 (ms)": "1.06"},
        {"Latency P99 (ms)": "10.5"},
        {"Throughput (inference/second)": "19.5"},
        {"Cost per 1M inferences": "$0.66"},
    ],
)
def test_the_rules_say_the_same_in_whatever_unit_a_table_prints(
    tmp_path: Path, figures: dict[str, str]
) -> None:
    rows = [ENCODER | {"Model": f"model {number}"} for number in range(6)]
    rows.append(ENCODER | {"Latency P50 (ms)": "1.02"} | figures)
    said, rates = [], []
    for name, table in (("plain", rows), ("other", [in_other_units(row) for row in rows])):
        (tmp_path / name).mkdir()
        tables = read_page(tmp_path / name, table_html(*table)).rows
        flags = [one for one in tables["quality_flags"] if one.benchmark_id]
        # Another unit prints more digits, by which that rule tells copies from chance.
        said.append({(one.rule, one.severity) for one in flags if one.rule != "repeated-value"})
        rates.append([one.implied_usd_per_hour for one in tables["hourly_rates"]])
    assert said[0] == said[1]
    assert bool(said[0]) == bool(figures)
    assert rates[1] == pytest.approx(rates[0], rel=0.05)
