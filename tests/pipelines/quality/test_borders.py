"""Each threshold of the rules, just at its value and just beside it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.pricing import hourly_rates
from pipelines.pricing.hourly_rates import ImpliedRate, known_rate
from pipelines.pricing.intervals import Interval
from pipelines.quality.shared.moves import digits_slipped
from tests.pipelines.quality.making import ARow, a_row, found

RATE = Interval(1.0, 1.0)


@pytest.mark.parametrize(
    ("agreeing", "rows", "sure"),
    [(2, 4, False), (3, 4, True), (2, 3, True), (1, 1, False), (2, 2, True), (3, 6, False)],
)
def test_a_rate_is_sure_where_more_than_half_of_the_rows_and_two_agree(
    agreeing: int,
    rows: int,
    sure: bool,  # noqa: FBT001
) -> None:
    assert ImpliedRate("inf2.xlarge", None, RATE, agreeing, rows, 0).sure is sure


@pytest.mark.parametrize(("rate", "agrees"), [(1.2, True), (1.2001, False), (1 / 1.2001, False)])
def test_a_rate_agrees_with_the_known_one_up_to_a_fifth(
    rate: float,
    agrees: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hourly_rates, "KNOWN_RATES", {("a.size", "on-demand"): RATE})
    implied = ImpliedRate("a.size", "on-demand", Interval(rate, rate), 2, 2, 2)
    assert implied.agrees is agrees


def test_a_rate_without_a_stated_basis_is_not_known() -> None:
    assert known_rate(("inf2.xlarge", None)) is None


# A rate that its row prints, and a cost so exact that rounding plays no part.
def at(factor: float) -> ARow:
    cost = factor * 1e6 / 3600 / 1000
    return a_row(throughput="1000.000000", cost=f"{cost:.9f}", hourly_rate="1.000000000")


@pytest.mark.parametrize(
    ("factor", "expected"),
    [
        (1.0499, []),
        (1.0501, ["warning"]),
        (1 / 1.0501, ["warning"]),
        (1.9999, ["warning"]),
        (2.0001, ["error"]),
        (1 / 2.0001, ["error"]),
    ],
)
def test_a_cost_is_odd_from_a_twentieth_and_an_error_from_two(
    factor: float, expected: list[str]
) -> None:
    assert [severity for _, severity in found([at(factor)], "cost-rate")] == expected


TIGHT = tuple(a_row(throughput=f"{2000 / ms:.6f}", p50=f"{ms}.000000") for ms in (1, 2, 3, 4, 5, 6))


def in_flight(batches: float, batch_size: int = 2) -> ARow:
    run = {"batch_size": batch_size}
    return a_row(run, throughput=f"{batches * batch_size * 100:.6f}", p50="10.000000")


@pytest.mark.parametrize(
    ("batches", "expected"),
    [
        (2.99, []),
        (3.01, ["warning"]),
        (9.99, ["warning"]),
        (10.01, ["error"]),
        (1.34, []),
        (1.32, ["warning"]),
        (0.41, ["warning"]),
        (0.39, ["error"]),
    ],
)
def test_batches_in_flight_are_odd_from_one_and_a_half_and_an_error_from_five(
    batches: float, expected: list[str]
) -> None:
    rows = [*TIGHT, in_flight(batches)]
    assert [severity for _, severity in found(rows, "concurrency")] == expected


@pytest.mark.parametrize(("batches", "expected"), [(0.201, []), (0.199, ["error"])])
def test_an_accelerator_idles_below_a_fifth_of_a_batch(batches: float, expected: list[str]) -> None:
    severities = [severity for _, severity in found([in_flight(batches)], "concurrency")]
    assert severities == expected


@pytest.mark.parametrize(("odd", "expected"), [(1, ["warning"]), (2, [])])
def test_a_table_is_tight_where_two_thirds_of_its_rows_are_alike(
    odd: int, expected: list[str]
) -> None:
    others = [in_flight(2 * 1.3), in_flight(2 / 1.3)][:odd]
    rows = [in_flight(3.2), *TIGHT[:4], *others]
    assert [s for place, s in found(rows, "concurrency") if place == 0] == expected


def tokens(throughput: float) -> ARow:
    row = a_row({"batch_size": 1}, throughput=f"{throughput:.6f}", each="10.000000")
    return replace(row, unit="tokens/s")


@pytest.mark.parametrize(
    ("throughput", "expected"),
    [(149.9, []), (150.1, ["warning"]), (66.8, []), (66.5, ["warning"]), (501, ["error"])],
)
def test_a_rate_of_tokens_is_odd_from_one_and_a_half_and_an_error_from_five(
    throughput: float, expected: list[str]
) -> None:
    assert [s for _, s in found([tokens(throughput)], "token-rate")] == expected


@pytest.mark.parametrize(("p99", "expected"), [("4.000", []), ("4.010", ["warning"])])
def test_a_p99_is_wide_above_four_times_its_p50(p99: str, expected: list[str]) -> None:
    row = a_row(p50="1.000", p99=p99)
    assert [severity for _, severity in found([row], "latency-spread")] == expected


def test_a_p99_of_one_digit_is_not_held_against_its_p50() -> None:
    # 2 ms can be 2.5, and 8 ms can be 7.5.
    assert found([a_row(p50="2", p99="8")], "latency-spread") == []
    assert found([a_row(p50="2", p99="11")], "latency-spread") == [(0, "warning")]


@pytest.mark.parametrize("metric", ["p50", "ttft"])
def test_figures_of_zero_have_no_spread(metric: str) -> None:
    assert found([a_row(**{metric: "0", "p99": "9"})], "latency-spread") == []


@pytest.mark.parametrize(
    ("owner", "copy", "expected"),
    [(2.49, 6.01, [7]), (2.51, 6.01, []), (2.0, 5.99, []), (2.0, 6.01, [7])],
)
def test_a_figure_is_of_another_row_where_it_fits_within_a_quarter_and_here_not_within_three(
    owner: float, copy: float, expected: list[int]
) -> None:
    rows = [
        *TIGHT,
        a_row(throughput="777.7777", p50=f"{owner * 1000 / 777.7777:.6f}"),
        a_row(throughput="777.7777", p50=f"{copy * 1000 / 777.7777:.6f}"),
    ]
    assert [place for place, _ in found(rows, "repeated-value")] == expected


@pytest.mark.parametrize(("text", "expected"), [("77.7", []), ("77.77", [7])])
def test_a_figure_of_three_digits_can_be_in_two_rows_by_chance(
    text: str, expected: list[int]
) -> None:
    rows = [
        *TIGHT,
        a_row(throughput=text, p50=f"{2000 / float(text):.6f}"),
        a_row(throughput=text, p50=f"{20000 / float(text):.6f}"),
    ]
    assert [place for place, _ in found(rows, "repeated-value")] == expected


@pytest.mark.parametrize(
    ("ratio", "digits"),
    [(10, 1), (10.5, 1), (10.51, 0), (9.53, 1), (9.5, 0), (0.1, -1), (0.001, -3), (1, 0), (5, 0)],
)
def test_digits_slip_by_a_power_of_ten(ratio: float, digits: int) -> None:
    assert digits_slipped(ratio, 1.05) == digits
