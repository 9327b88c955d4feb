"""What printed figures leave open, and where many of them agree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.pricing.intervals import Interval, agreement, printed, significant_digits

FIGURES = st.floats(0.001, 1e6)
INTERVALS = st.tuples(FIGURES, FIGURES).map(lambda ends: Interval(min(ends), max(ends)))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("0.07", 0.065, 0.075),
        ("966", 965.5, 966.5),
        ("$1,111.111", 1111.1105, 1111.1115),
        ("0.0", 0.0, 0.05),
        ("10.0", 9.95, 10.05),
    ],
)
def test_the_last_digit_says_how_far_a_figure_was_rounded(
    text: str, low: float, high: float
) -> None:
    found = printed(float(text.strip("$").replace(",", "")), text)
    assert found.low == pytest.approx(low)
    assert found.high == pytest.approx(high)


@given(FIGURES, st.integers(0, 6))
def test_the_figure_before_rounding_lies_in_what_is_printed(figure: float, digits: int) -> None:
    text = f"{figure:.{digits}f}"
    found = printed(float(text), text)
    assert found.low * (1 - 1e-9) <= figure <= found.high * (1 + 1e-9)


@given(FIGURES, FIGURES)
def test_a_product_lies_in_the_product_of_what_is_printed(one: float, other: float) -> None:
    ranges = [printed(float(f"{n:.3f}"), f"{n:.3f}") for n in (one, other)]
    found = ranges[0].times(ranges[1])
    assert found.low * (1 - 1e-9) <= one * other <= found.high * (1 + 1e-9)


@given(INTERVALS, INTERVALS)
def test_ranges_are_apart_by_the_factor_between_their_ends(one: Interval, other: Interval) -> None:
    factor = one.apart(other)
    assert factor == other.apart(one) >= 1
    meet = one.low <= other.high and other.low <= one.high
    assert (factor == 1) == meet


@given(INTERVALS, FIGURES)
def test_a_figure_is_apart_like_the_range_that_holds_it_alone(one: Interval, figure: float) -> None:
    assert one.apart_from(figure) == one.apart(Interval(figure, figure))


@pytest.mark.parametrize(
    ("low", "high", "figure"),
    [
        (0.75796, 0.758002, 0.758),
        (12.98098, 12.98127, 12.981),
        (21.49975, 21.50008, 21.5),
        (1.738, 1.97, 1.9),
        (3.0, 3.0, 3.0),
        (0.0, 0.0004, 0.0002),
    ],
)
def test_the_shortest_figure_has_the_fewest_decimals(
    low: float, high: float, figure: float
) -> None:
    assert Interval(low, high).shortest == figure


@given(INTERVALS)
def test_the_shortest_figure_lies_within(interval: Interval) -> None:
    assert interval.low <= interval.shortest <= interval.high


@pytest.mark.parametrize(
    ("text", "digits"), [("41.24", 4), ("0.08", 1), ("0.070", 2), ("$1,111.1", 5), ("0", 0)]
)
def test_leading_zeros_are_not_significant(text: str, digits: int) -> None:
    assert significant_digits(text) == digits


@given(st.lists(INTERVALS, min_size=1, max_size=12))
def test_no_figure_lies_in_more_ranges_than_the_agreement(ranges: list[Interval]) -> None:
    found = agreement(ranges)

    def holding(figure: float) -> int:
        return sum(one.low <= figure <= one.high for one in ranges)

    assert holding(found.range.low) == holding(found.range.high) == found.count
    assert all(holding(one.low) <= found.count for one in ranges)


def test_one_wrong_range_does_not_move_the_agreement() -> None:
    right = [Interval(0.75, 0.77), Interval(0.757, 0.76), Interval(0.7, 0.759)]
    found = agreement([*right, Interval(35.0, 36.0)])
    assert found.range == Interval(0.757, 0.759)
    assert found.count == 3


def test_of_equal_agreements_the_one_nearest_the_median_is_taken() -> None:
    ranges = [Interval(1, 2), Interval(5, 6), Interval(30, 31)]
    assert agreement(ranges).range == Interval(5, 6)


def test_ranges_that_touch_meet() -> None:
    assert agreement([Interval(1, 2), Interval(2, 3)]).count == 2


def test_no_ranges_agree_on_nothing() -> None:
    with pytest.raises(ValueError, match="no ranges"):
        agreement([])
