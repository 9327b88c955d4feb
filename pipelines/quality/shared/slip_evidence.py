"""What the figures of a whole table say of each other where the unit of one metric may be wrong.

Throughput x P50 is what is in flight, cost x throughput is the hourly rate, and times per token
come to a throughput. Each of these says that one of two metrics slipped, and by how much. This
module computes them for a table; which metric is blamed is decided in `history.unit_slip`.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from pipelines.contract.accelerators import NEURON_CORES
from pipelines.contract.metrics import PRICE_BASES
from pipelines.pricing.hourly_rates import known_rate
from pipelines.pricing.intervals import Interval, compared
from pipelines.quality.context import THROUGHPUT
from pipelines.quality.shared.due_rate import counts_of_two_kinds, stated_rate
from pipelines.quality.shared.in_flight import in_flight
from pipelines.quality.shared.moves import shared_digits
from pipelines.quality.shared.token_times import due_throughput

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipelines.pricing.hourly_rates import PricedRow
    from pipelines.quality.context import ReleaseView, Row

# Without older releases, it takes so many rows that agree.
LEAST_ROWS = 3
# Rows are measured again and change by some percent; a power of ten is never that near by chance
# in all rows of a table.
NEAR = 1.5
MOST_IN_FLIGHT_A_CORE = 8.0
LEAST_IN_FLIGHT = 0.2
# Half of what the lowest of all sound rows has: a table of which most rows have less is not sound.
LEAST_SOUND_IN_FLIGHT = 0.5
# The known rates are between 0.026 and 0.67 USD/h for one NeuronCore.
LEAST_RATE_A_CORE = 0.002
MOST_RATE_A_CORE = 20.0


@dataclass(frozen=True, slots=True)
class Off:
    """How far a product of two metrics is from what it should be.

    Attributes:
        sign: 1 where it is too large, -1 where it is too small, 0 where it fits.
        exponent: The power of ten, where it is known.
    """

    sign: int
    exponent: int | None = None

    @property
    def is_impossible(self) -> bool:
        """Whether it does not fit."""
        return self.sign != 0

    def agrees(self, other: Off) -> bool:
        """Return whether both can come of one slip."""
        exponents = {self.exponent, other.exponent} - {None}
        return self.sign == other.sign and len(exponents) <= 1


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a table's products say; None where they say nothing.

    Attributes:
        flight: Throughput x P50 / batch size, in batches in flight.
        tokens: Throughput in tokens through what the times per token come to.
        rate: Cost x throughput, against the hourly rate that a row prints or that is known.
        token_rate: The same, of rows whose cost is per inference by its header and per token by its
            figures: it proves nothing alone.
    """

    flight: Off | None
    tokens: Off | None
    rate: Off | None
    token_rate: Off | None
    _flights: Sequence[tuple[float, int]]

    def is_sound_in_flight(self, exponent: int) -> bool | None:
        """Return whether what is in flight would be usual, were throughput without a slip.

        None where nothing says what is in flight.

        Args:
            exponent: That of the slip.
        """
        if len(self._flights) < LEAST_ROWS:
            return None
        undone = [(batches / 10.0**exponent, cores) for batches, cores in self._flights]
        if median(batches for batches, _ in undone) < LEAST_SOUND_IN_FLIGHT:
            return False
        of_a_core = [batches / cores for batches, cores in undone if cores]
        return not of_a_core or median(of_a_core) <= MOST_IN_FLIGHT_A_CORE


def evidence_of(rows: Sequence[Row], view: ReleaseView) -> Evidence:
    """Return what the products of a table's metrics say."""
    priced = [
        (row, one)
        for row in rows
        if (one := view.priced.get(row.benchmark.benchmark_id)) is not None
    ]
    single = [(row, one) for row, one in priced if not counts_of_two_kinds(one)]
    double = [(row, one) for row, one in priced if counts_of_two_kinds(one)]
    flights = in_flight(rows)
    cores = {row.benchmark.benchmark_id: cores_of(row) for row in rows}
    each = [(one.batches, cores[name]) for name, one in flights.items()]
    return Evidence(
        flight=_flight(each),
        tokens=_tokens(rows),
        rate=_known_rate(single) or _possible_rate(one for _, one in single),
        token_rate=_known_rate(double),
        _flights=[(batches.middle, count) for batches, count in each],
    )


def cores_of(row: Row) -> int:
    """Return the NeuronCores of the largest instance type of a run; 0 where it is unknown."""
    return max((NEURON_CORES.get(name, 0) for name in row.benchmark.instance_types), default=0)


def _flight(each: Sequence[tuple[Interval, int]]) -> Off | None:
    """Return whether no row's batches in flight are possible. What is possible proves nothing."""
    if len(each) < LEAST_ROWS:
        return None
    if all(count and batches.low > MOST_IN_FLIGHT_A_CORE * count for batches, count in each):
        return Off(1)
    return Off(-1) if all(batches.high < LEAST_IN_FLIGHT for batches, _ in each) else None


def _tokens(rows: Iterable[Row]) -> Off | None:
    ratios = []
    for row in rows:
        due = due_throughput(row)
        if due:
            throughput = row.figures[THROUGHPUT]
            ratios.append(compared(throughput).scaled(1 / due))
    return _shared(ratios)


def _known_rate(priced: Sequence[tuple[Row, PricedRow]]) -> Off | None:
    """Return how far the rates of rows are from those that they print, or that are known."""
    for basis in PRICE_BASES:
        ratios = []
        for row, one in priced:
            due = stated_rate(row) or known_rate((one.instance_type, basis))
            if due is None:
                break
            ratios.append(Interval(one.rate.low / due.high, one.rate.high / due.low))
        else:
            found = _shared(ratios)
            if found is not None:
                return found
    return None


def _possible_rate(priced: Iterable[PricedRow]) -> Off | None:
    """Return whether no row's rate is possible. What is possible proves nothing."""
    each = [(one.rate, NEURON_CORES.get(one.instance_type, 0)) for one in priced]
    if len(each) < LEAST_ROWS:
        return None
    if all(count and rate.low > MOST_RATE_A_CORE * count for rate, count in each):
        return Off(1)
    cheap = all(count and rate.high < LEAST_RATE_A_CORE * count for rate, count in each)
    return Off(-1) if cheap else None


def _shared(ratios: Sequence[Interval]) -> Off | None:
    """Return the one power of ten that all ratios are near; None where they are near none."""
    exponent = shared_digits(ratios, NEAR) if len(ratios) >= LEAST_ROWS else None
    return None if exponent is None else Off((exponent > 0) - (exponent < 0), exponent)
