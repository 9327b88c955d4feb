"""The hourly rate behind a release's costs: cost x throughput, row by row, and where rows agree.

This module recovers rates and compares them with those known. What a row that does not fit
means is a rule of `quality.money`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.contract.metrics import COST, THROUGHPUT
from pipelines.contract.prices import HourlyRate
from pipelines.pricing.intervals import Interval, agreement, compared
from pipelines.pricing.known_rates import KNOWN_RATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipelines.contract import Benchmark, Measurement

RateKey = tuple[str, str | None]

# The bases that the pages state stand a factor of two apart. A fifth tells them apart and leaves
# room for a change of the price itself, which is no contradiction.
AGREEMENT_FACTOR = 1.2
# Two rows that contradict do not say which is right; a majority of at least two does.
LEAST_AGREEING = 2
_TYPICAL = "mean"
_HOURS_PER_MILLION = 3600 / 1e6


@dataclass(frozen=True, slots=True)
class PricedRow:
    """A row from which a rate can be told: it has a cost, a throughput and one instance type.

    `rate` is the range in USD/h that both figures leave, as they are rounded.
    """

    benchmark_id: str
    instance_type: str
    cost: Measurement
    throughput: Measurement
    rate: Interval

    @property
    def key(self) -> RateKey:
        """What the row's rate should depend on: instance type and stated basis."""
        return self.instance_type, self.cost.basis


@dataclass(frozen=True, slots=True)
class ImpliedRate:
    """The rate of one instance type and stated basis; `agreeing` of `row_count` rows hold it.

    Of those that hold it, `contradicting` rows leave no room for the known rate.
    """

    instance_type: str
    stated_basis: str | None
    range: Interval
    agreeing: int
    row_count: int
    contradicting: int

    @property
    def usd_per_hour(self) -> float:
        """The rate in USD/h, with no more decimals than the rows agree on."""
        return self.range.shortest

    @property
    def sure(self) -> bool:
        """Whether a majority of the rows stands behind it, and not one row alone."""
        return self.agreeing >= LEAST_AGREEING and 2 * self.agreeing > self.row_count

    @property
    def known(self) -> Interval | None:
        """The rate known for the stated basis, in USD/h."""
        return known_rate((self.instance_type, self.stated_basis))

    @property
    def agrees(self) -> bool | None:
        """Whether it is the rate known for the stated basis; None where none is stated or known.

        Coarse ranges can meet beside a rate that each of them allows: that is no contradiction.
        """
        if self.known is None:
            return None
        fits = self.range.apart(self.known) <= AGREEMENT_FACTOR
        return fits or self.contradicting < min(LEAST_AGREEING, self.agreeing)


def known_rate(key: RateKey) -> Interval | None:
    """Return the rate in USD/h known for an instance type and basis; None where it is unknown."""
    instance_type, basis = key
    return None if basis is None else KNOWN_RATES.get((instance_type, basis))


def priced_rows(
    benchmarks: Iterable[Benchmark], measurements: Iterable[Measurement]
) -> tuple[PricedRow, ...]:
    """Return the rows from which a rate can be told.

    A row with several instance types is left out: it does not say whose price its cost is.
    """
    costs: dict[str, Measurement] = {}
    throughputs: dict[str, Measurement] = {}
    for one in measurements:
        # A table may print the lowest and the highest throughput as well.
        if one.value <= 0 or one.statistic != _TYPICAL:
            continue
        if one.metric == COST.name:
            costs[one.benchmark_id] = one
        elif one.metric == THROUGHPUT.name:
            throughputs[one.benchmark_id] = one
    return tuple(
        _priced(row, costs[row.benchmark_id], throughputs[row.benchmark_id])
        for row in benchmarks
        if row.benchmark_id in costs
        and row.benchmark_id in throughputs
        and len(row.instance_types) == 1
    )


def implied_rates(rows: Sequence[PricedRow]) -> Mapping[RateKey, ImpliedRate]:
    """Return for each instance type and stated basis the rate at which most rows agree."""
    ranges: dict[RateKey, list[Interval]] = defaultdict(list)
    for row in rows:
        ranges[row.key].append(row.rate)
    return {key: _implied(key, ranges[key]) for key in ranges}


def hourly_rates(release: str, rates: Mapping[RateKey, ImpliedRate]) -> tuple[HourlyRate, ...]:
    """Return the rows of the table `hourly_rates`."""
    return tuple(
        HourlyRate(
            release=release,
            instance_type=rate.instance_type,
            stated_basis=rate.stated_basis,
            implied_usd_per_hour=rate.usd_per_hour,
            low_usd_per_hour=rate.range.low,
            high_usd_per_hour=rate.range.high,
            row_count=rate.row_count,
            agrees=rate.agrees,
        )
        for rate in rates.values()
    )


def _priced(row: Benchmark, cost: Measurement, throughput: Measurement) -> PricedRow:
    rate = compared(cost).times(compared(throughput))
    return PricedRow(
        benchmark_id=row.benchmark_id,
        instance_type=row.instance_types[0],
        cost=cost,
        throughput=throughput,
        rate=rate.scaled(_HOURS_PER_MILLION),
    )


def _implied(key: RateKey, ranges: Sequence[Interval]) -> ImpliedRate:
    most, known = agreement(ranges), known_rate(key)
    holding = [one for one in ranges if one.low <= most.range.low and most.range.high <= one.high]
    against = [one for one in holding if known and one.apart(known) > AGREEMENT_FACTOR]
    return ImpliedRate(
        *key,
        range=most.range,
        agreeing=most.count,
        row_count=len(ranges),
        contradicting=len(against),
    )
