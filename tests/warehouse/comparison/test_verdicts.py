"""What a pair's figures come to, each rule at its border; the oracle is asked each time as well."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.pricing.intervals import printed
from tests.warehouse.comparison.made import NEW, OLD, World, a_rate, a_row, compared, compared_each
from warehouse.comparison.ranges import half_step, usd_per_1m

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import duckdb

    from pipelines.contract import HourlyRate
    from tests.warehouse.comparison.oracle import Told

Figure = tuple[Any, ...]
Name = TypeVar("Name")


def pair(
    empty: duckdb.DuckDBPyConnection,
    base: Sequence[Figure],
    target: Sequence[Figure],
    rates: Sequence[HourlyRate] = (),
    **changes: Any,
) -> dict[str, Told]:
    """Return what is said of a row measured on 2.18.0 and again on 2.20.0, by metric.

    `changes` are columns of the target's row that are not the base's.
    """
    world = two(base, target, rates, **changes)
    return by_metric(compared(empty, world.rows, world.rates))


def two(
    base: Sequence[Figure],
    target: Sequence[Figure],
    rates: Sequence[HourlyRate] = (),
    **changes: Any,
) -> World:
    """Return a row measured on 2.18.0 and again on 2.20.0."""
    after = {"measured_release": "2.20.0", "batch_size": 4, **changes}
    rows = a_row(OLD, 0, *base, batch_size=4), a_row(NEW, 0, *target, **after)
    return World(rows, tuple(rates))


def pair_each(
    empty: duckdb.DuckDBPyConnection, worlds: Mapping[Name, World]
) -> Iterator[tuple[Name, dict[str, Told]]]:
    """Yield what `pair` says of each case, all of them compared in one query."""
    for name, found in compared_each(empty, worlds).items():
        yield name, by_metric(found)


def by_metric(found: Iterable[Told]) -> dict[str, Told]:
    """Return the figures of the only row by their metric."""
    return {row.metric: row for row in found}


def test_the_tolerance_is_of_the_smaller_figure(empty: duckdb.DuckDBPyConnection) -> None:
    verdicts = {
        ("100", "102"): "unchanged",
        ("100", "102.1"): "improved",
        ("102", "100"): "unchanged",
        ("102.1", "100"): "regressed",
    }
    worlds = {
        (before, after): two([("throughput", before)], [("throughput", after)])
        for before, after in verdicts
    }
    for case, told in pair_each(empty, worlds):
        assert told["throughput"].verdict == verdicts[case], case


THREE = (("throughput", "5"), ("latency", "1"), ("cost", "2"))
LONG = (("throughput", "5.125"), ("cost", "0.01017"))


def test_a_row_of_which_no_digit_changed_is_relabelled_where_that_is_no_accident(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    verdicts: dict[tuple[Figure, ...], str] = {
        THREE: "relabelled",
        THREE[:2]: "unchanged",
        LONG: "relabelled",
        (LONG[0], ("cost", "0.0102")): "unchanged",
        LONG[:1]: "unchanged",
    }
    worlds = {figures: two(figures, figures) for figures in verdicts}
    for figures, told in pair_each(empty, worlds):
        assert {row.verdict for row in told.values()} == {verdicts[figures]}, figures
        relabelled = verdicts[figures] == "relabelled"
        assert {row.remeasured for row in told.values()} == {not relabelled}, figures


def test_of_two_spellings_of_a_figure_the_shorter_counts_its_digits(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    short, padded = (LONG[0], ("cost", "0.101")), (LONG[0], ("cost", "0.1010"))
    verdicts = {
        (short, padded): "unchanged",
        (padded, short): "unchanged",
        (padded, padded): "relabelled",
    }
    for case, told in pair_each(empty, {sides: two(*sides) for sides in verdicts}):
        assert {row.verdict for row in told.values()} == {verdicts[case]}, case


def test_a_relabelled_row_can_be_tuned_otherwise_and_state_another_basis(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    after = (*THREE[:2], ("cost", "2", "ri-effective"))
    before = (*THREE[:2], ("cost", "2", "on-demand"))
    told = pair(empty, before, after, batch_size=8)
    assert {row.verdict for row in told.values()} == {"relabelled"}


def test_one_figure_more_or_another_one_is_newly_measured(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    worlds = {
        "one more": two(THREE, (*THREE, ("ttft", "7"))),
        "another": two(THREE, (*THREE[:2], ("cost", "3"))),
    }
    for case, told in pair_each(empty, worlds):
        assert told["latency"].verdict == "unchanged", case


def test_a_latency_at_another_batch_size_is_not_comparable(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    worlds = {
        metric: two(
            [("throughput", "100"), ("cost", "2"), (metric, "40")],
            [("throughput", "110"), ("cost", "3"), (metric, "10")],
            batch_size=1,
        )
        for metric in ("latency", "ttft")
    }
    for metric, told in pair_each(empty, worlds):
        assert (told[metric].verdict, told[metric].change) == ("not-comparable", None)
        assert (told[metric].better, told[metric].unit) == (None, "ms")
        assert told["throughput"].verdict == "improved"
        assert told["throughput"].match == "retuned"
        assert "batch_size 4 → 1" in told["throughput"].changed


def test_a_batch_size_that_one_page_does_not_state_is_no_other_one(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    told = pair(empty, [("latency", "40")], [("latency", "10")], batch_size=None)
    assert told["latency"].verdict == "improved"


def test_a_batch_size_corrected_under_the_same_figures_is_a_correction(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    told = pair(empty, THREE, THREE, batch_size=1, measured_release="2.18.0")
    assert {row.verdict for row in told.values()} == {"corrected"}


def test_figures_in_a_slipped_unit_are_not_comparable(empty: duckdb.DuckDBPyConnection) -> None:
    def slipped(side: str) -> World:
        flags = ("error: unit-slip",)
        return World(
            tuple(
                a_row(release, 0, ("latency", text), flags=flags * (release == side))
                for release, text in ((OLD, "5"), (NEW, "5000"))
            )
        )

    for side, found in compared_each(empty, {side: slipped(side) for side in (OLD, NEW)}).items():
        (told,) = found
        assert (told.verdict, told.change, told.better) == ("not-comparable", None, None), side
        assert told.error_flags == 1


def test_flags_of_a_row_are_listed_once_and_in_order(empty: duckdb.DuckDBPyConnection) -> None:
    flags = ("warning: token-rate", "error: degrees", "error: degrees")
    told = pair(empty, [("throughput", "10")], [("throughput", "10")], flags=flags)["throughput"]
    assert told.target_flags == ("error: degrees", "warning: token-rate")
    assert (told.base_flags, told.error_flags) == ((), 2)


def test_a_cost_without_a_throughput_stays_in_the_comparison(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    told = pair(empty, [("cost", "2.5")], [("cost", "5.5")])
    assert (told["cost"].verdict, told["cost"].base_usd_per_hour) == ("regressed", None)
    rows = [a_row(OLD, 0, ("cost", "2.5")), a_row(NEW, 0, ("cost", "5.5"), nodes=2)]
    assert {row.verdict for row in compared(empty, rows)} == {"added", "removed"}
    rates = [a_rate(OLD, 0.4, 0.4), a_rate(NEW, 0.8, 0.8)]
    told = pair(empty, [("cost", "2.5")], [("cost", "5.5")], rates)
    assert told["cost"].verdict == "price-basis-changed"
    # Without a speed the dollars are all there is: 5.5 at half the rate is 2.75.
    assert told["cost"].speed_change == pytest.approx(0.1)


def test_a_cost_that_moved_by_its_last_digit_is_unchanged(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    verdicts = {
        ("0.017", "0.018"): "unchanged",
        ("$0.018", "$0.017"): "unchanged",
        ("0.017", "0.019"): "regressed",
        ("0.02", "0.0251"): "regressed",
        ("0.02", "0.0250"): "unchanged",
        ("1,017", "1,018"): "unchanged",
        ("0.7", "0.8"): "unchanged",  # as doubles, more than a tenth apart
    }
    worlds = {
        (before, after): two([("cost", before)], [("cost", after)]) for before, after in verdicts
    }
    for case, told in pair_each(empty, worlds):
        assert told["cost"].verdict == verdicts[case], case
        assert (told["cost"].better is None) == (verdicts[case] == "unchanged"), case


def test_a_metric_without_a_better_direction_is_neither_gain_nor_loss(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    metric = "compute_cost_per_token"
    verdicts = {"10": "unchanged", "10.1": "unchanged", "11": "not-comparable"}
    worlds = {after: two([(metric, "10")], [(metric, after)]) for after in verdicts}
    for after, told in pair_each(empty, worlds):
        assert (told[metric].verdict, told[metric].better) == (verdicts[after], None), after


def test_a_rate_that_rose_is_a_loss_though_no_cost_tells_its_price(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    told = pair(empty, [("hourly_rate", "0.758")], [("hourly_rate", "0.9")])["hourly_rate"]
    assert (told.verdict, told.better) == ("regressed", False)


def test_a_speed_that_moved_by_its_last_digit_has_moved(empty: duckdb.DuckDBPyConnection) -> None:
    told = pair(empty, [("throughput", "0.17")], [("throughput", "0.18")])
    assert told["throughput"].verdict == "improved"


PRICED = (("throughput", "100"), ("cost", "2.5"))


def test_a_price_has_changed_where_the_ranges_of_both_rates_are_apart(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    verdicts = {
        1.0: "unchanged",
        1.0099: "unchanged",
        1.01: "unchanged",
        1.0101: "price-basis-changed",
        2.0: "price-basis-changed",
    }
    worlds = {}
    for basis, low in product((None, "on-demand"), verdicts):
        figures = [("throughput", "100"), ("cost", "2.5", basis)]
        ranges = (0.99, 1.0), (low, low * 1.01)
        for one, other in (ranges, ranges[::-1]):
            rates = [
                a_rate(OLD, *one, stated_basis=basis),
                a_rate(NEW, *other, stated_basis=basis),
            ]
            worlds[basis, low, one] = two(figures, figures, rates)
    for case, told in pair_each(empty, worlds):
        assert told["cost"].verdict == verdicts[case[1]], case


def test_a_row_without_a_known_rate_has_the_range_of_its_own_figures(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    # 10 and 2.50 leave 9.5 to 10.5 and 2.495 to 2.505: a rate of 23.70 to 26.30.
    rough = [("throughput", "10"), ("cost", "2.50")]
    is_price = {"0.0234": True, "0.0235": False, "0.0266": False, "0.0267": True}
    worlds = {}
    for cost in is_price:
        sharp = [("throughput", "1000.0"), ("cost", cost)]
        worlds[cost, "after"] = two(rough, sharp)
        worlds[cost, "before"] = two(sharp, rough)
    for case, told in pair_each(empty, worlds):
        assert (told["cost"].verdict == "price-basis-changed") == is_price[case[0]], case


def test_stated_bases_that_differ_are_another_price_whatever_the_rates(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    told = pair(empty, [("cost", "2.5", "on-demand")], [("cost", "2.6", "ri-effective")])
    assert told["cost"].verdict == "price-basis-changed"


def test_no_split_comes_from_a_wide_range(empty: duckdb.DuckDBPyConnection) -> None:
    is_split = {1.0499: True, 1.05: True, 1.0501: False}
    worlds = {}
    for width in is_split:
        ranges = (1.0, 1.0), (2.0, 2.0 * width)
        for one, other in (ranges, ranges[::-1]):
            rates = [a_rate(OLD, *one), a_rate(NEW, *other)]
            worlds[width, one] = two(PRICED, PRICED, rates)
    for case, told in pair_each(empty, worlds):
        cost = told["cost"]
        assert cost.verdict == "price-basis-changed", case
        assert (cost.speed_change is not None) == is_split[case[0]], case
        assert (cost.base_usd_per_hour is not None) == is_split[case[0]], case


def test_the_part_that_speed_made_comes_from_throughput(empty: duckdb.DuckDBPyConnection) -> None:
    rates = [a_rate(OLD, 0.76, 0.76), a_rate(NEW, 0.38, 0.38)]
    told = pair(
        empty,
        [("throughput", "1000"), ("cost", "0.2")],
        [("throughput", "1001"), ("cost", "0.1")],
        rates,
    )["cost"]
    assert told.speed_change == pytest.approx(1000 / 1001 - 1)
    assert told.price_change == pytest.approx(-0.5)
    assert told.target_value_at_base_rate == pytest.approx(0.2 * 1000 / 1001)


def test_speeds_that_are_not_of_one_metric_are_no_part(empty: duckdb.DuckDBPyConnection) -> None:
    speeds: tuple[tuple[Figure, Figure], ...] = (
        (
            ("throughput", "1000", "output", "tokens/s"),
            ("throughput", "2000", "input+output", "tokens/s"),
        ),
        (("throughput", "1000", None, "images/s"), ("throughput", "2000")),
        (("throughput", "0"), ("throughput", "2000")),
        (("throughput", "1000"), ("throughput", "0")),
    )
    rates = [a_rate(OLD, 0.76, 0.76), a_rate(NEW, 0.38, 0.38)]
    worlds = {
        (base, target): two([base, ("cost", "0.2")], [target, ("cost", "0.11")], rates)
        for base, target in speeds
    }
    for case, told in pair_each(empty, worlds):
        assert told["cost"].speed_change == pytest.approx(0.1), case


@given(
    number=st.decimals(0, 100000, allow_nan=False),
    money=st.booleans(),
    unit=st.sampled_from(["", " USD", "ms", " inferences/s"]),
)
def test_sql_knows_the_range_of_a_printed_figure_as_python_does(
    empty: duckdb.DuckDBPyConnection, number: object, *, money: bool, unit: str
) -> None:
    text = f"{number:,f}"[:20]
    value = float(text.replace(",", ""))
    shown = f"{'$' if money else ''}{text}{unit}"
    ((half,),) = empty.execute(f"SELECT {half_step(repr(shown))}").fetchall()
    assert value + half == pytest.approx(printed(value, shown).high, abs=1e-12)
    assert printed(value, shown) == printed(value, text)


def test_usd_per_1m_is_a_function_of_throughput_and_price(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    ((macro, nothing, inline),) = empty.execute(
        f"SELECT usd_per_1m(117.61, 2.804), usd_per_1m(0, 1), {usd_per_1m('117.61', '2.804')}"
    ).fetchall()
    assert macro == pytest.approx(6.6226, abs=1e-4)
    assert macro == pytest.approx(inline)
    assert nothing is None
