"""The hourly rates that costs imply, and whether they are those of the stated basis."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.pricing.hourly_rates import hourly_rates, implied_rates, priced_rows
from pipelines.pricing.intervals import Interval, agreement
from pipelines.pricing.known_rates import KNOWN_RATES
from tests.pipelines.quality.making import ARow, a_row, benchmarks_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipelines.contract import ReleaseTables
    from pipelines.contract.prices import HourlyRate


def rates_of(rows: Sequence[ARow]) -> tuple[HourlyRate, ...]:
    return hourly_rates("2.20.0", implied_rates(priced_rows(*benchmarks_of(rows))))


def rate_of(rows: Sequence[ARow]) -> HourlyRate:
    (rate,) = rates_of(rows)
    return rate


def at(rate: float, per_second: float, *, decimals: int = 3) -> ARow:
    """Make a row whose cost follows from its throughput, rounded as on the pages."""
    cost = rate * 1e6 / 3600 / per_second
    return a_row(throughput=f"{per_second:.2f}", cost=f"${cost:,.{decimals}f}")


def test_a_cost_of_two_digits_still_gives_the_rate_when_others_agree() -> None:
    rows = [at(0.328, n) for n in (5554.69, 4756.25, 51.29, 0.08, 907.0)]
    rate = rate_of(rows)
    assert rate.implied_usd_per_hour == 0.328
    assert (rate.row_count, rate.agrees, rate.stated_basis) == (5, True, "ri-effective")


@given(st.lists(st.floats(1, 6000), min_size=3, max_size=20), st.floats(0.01, 30))
def test_the_rate_that_the_costs_were_made_with_is_recovered(
    speeds: list[float], rate: float
) -> None:
    rows = [at(rate, speed, decimals=6) for speed in speeds]
    (found,) = implied_rates(priced_rows(*benchmarks_of(rows))).values()
    assert found.agreeing == len(speeds)
    assert found.range.apart(Interval(rate, rate)) == pytest.approx(1, abs=1e-9)


def test_one_wrong_cost_does_not_move_the_rate() -> None:
    rows = [at(0.328, 907.0), at(0.328, 51.29), a_row(throughput="41.24", cost="$0.047")]
    assert rate_of(rows).implied_usd_per_hour == 0.328


def test_figures_at_another_rate_than_the_stated_one_do_not_agree() -> None:
    stated = ARow({"throughput": "1095", "cost": "$0.028"}, {"instance_types": ("inf1.xlarge",)})
    on_demand = ARow(stated.figures, stated.run, basis="on-demand")
    assert rate_of([stated]).agrees is True
    assert rate_of([on_demand]).agrees is False


def test_a_change_of_price_by_a_few_percent_is_no_contradiction() -> None:
    assert rate_of([at(0.35, 51.29)]).agrees is True


def test_nothing_is_said_where_no_basis_is_stated_or_no_rate_known() -> None:
    silent = ARow({"throughput": "100.0", "cost": "$1.000"}, basis=None)
    unheard = a_row({"instance_types": ("trn9.xlarge",)}, throughput="100.0", cost="$1.000")
    assert rate_of([silent]).agrees is None
    assert rate_of([unheard]).agrees is None


def test_a_row_of_several_instance_types_counts_for_none() -> None:
    run = {"instance_types": ("trn1.32xlarge", "trn1n.32xlarge")}
    assert rates_of([a_row(run, throughput="100.0", cost="$1.000")]) == ()


@pytest.mark.parametrize("figures", [{"cost": "$1.0"}, {"throughput": "2.0"}, {}])
def test_a_row_without_both_figures_gives_no_rate(figures: dict[str, str]) -> None:
    assert rates_of([a_row(**figures)]) == ()


def test_a_figure_of_zero_gives_no_rate() -> None:
    assert rates_of([a_row(throughput="0.0", cost="$1.000")]) == ()


def test_each_instance_type_and_basis_has_its_own_rate() -> None:
    other = ARow({"throughput": "100.0", "cost": "$2.106"}, basis="on-demand")
    rows = [at(0.328, 1.29), other, a_row({"instance_types": ("inf2.48xlarge",)}, cost="$1")]
    assert [(rate.stated_basis, rate.implied_usd_per_hour) for rate in rates_of(rows)] == [
        ("ri-effective", 0.328),
        ("on-demand", 0.758),
    ]


def test_known_rates_are_what_the_bundled_pages_imply(bundled: Mapping[str, ReleaseTables]) -> None:
    ranges: dict[tuple[str, str | None], list[Interval]] = {}
    # The rates are those of these releases; later ones print the same prices once more.
    for tables in (bundled[release] for release in bundled if "2.17.0" <= release <= "2.20.2"):
        for row in priced_rows(tables.rows["benchmarks"], tables.rows["measurements"]):
            ranges.setdefault(row.key, []).append(row.rate)
    assert {key: _outward(agreement(found).range) for key, found in ranges.items()} == KNOWN_RATES
    assert all(agreement(found).count == len(found) for found in ranges.values())


def test_the_rates_of_two_bases_cannot_be_taken_for_each_other() -> None:
    for (instance, _), rate in KNOWN_RATES.items():
        others = [r for (i, _), r in KNOWN_RATES.items() if i == instance and r is not rate]
        assert all(rate.apart(other) > 2 for other in others)


@pytest.mark.parametrize(
    ("release", "instance", "rate"),
    [
        ("2.19.1", "inf1.xlarge", 0.228),
        ("2.19.1", "inf2.xlarge", 0.758),
        ("2.19.1", "inf2.48xlarge", 12.981),
        ("2.19.1", "trn1.32xlarge", 21.5),
        ("2.20.2", "inf1.xlarge", 0.11),
        ("2.20.2", "inf2.xlarge", 0.328),
        ("2.20.2", "trn1.2xlarge", 0.512),
    ],
)
def test_the_rates_of_the_bundled_pages(
    bundled: Mapping[str, ReleaseTables], release: str, instance: str, rate: float
) -> None:
    rows = bundled[release].rows
    implied = implied_rates(priced_rows(rows["benchmarks"], rows["measurements"]))
    (found,) = (r for r in hourly_rates(release, implied) if r.instance_type == instance)
    assert found.implied_usd_per_hour == rate
    assert found.agrees is True


def _outward(interval: Interval) -> Interval:
    return Interval(floor(interval.low * 1e4) / 1e4, ceil(interval.high * 1e4) / 1e4)
