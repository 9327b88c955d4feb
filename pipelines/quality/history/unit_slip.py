"""All figures of one metric of a table are a power of ten away from what they should be.

The table probably prints another unit than its header says, such as microseconds under `(ms)`. Each
row of the table with the metric gets a flag; `observed` begins with the metric and the factor, such
as `latency x 1000`. The figures are published as printed, and comparisons leave them out.

With older releases: two rows or more are in older releases too, the metric of every one of them is
near the same power of ten (10, 100, 1000, up or down) of its earlier values, and all other metrics
are within a quarter of theirs.

Without: in a table of three rows or more, no row is possible.

- Batches in flight (throughput x P50 / batch size) are above 8 on each NeuronCore, or below 0.2 in
  all. The largest of all sound rows is 6.9 on one NeuronCore, and 4.2 of all but one model.
- The hourly rate (cost x throughput) is a power of ten away from a rate known for the instance
  types; where none is known, it is below 0.002 or above 20 USD/h for one NeuronCore.
- Throughput in tokens is a power of ten away from what the times per token come to.

If only batches in flight are impossible, latency slipped; if only the rate, cost; if both,
throughput.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pipelines.contract.accelerators import NEURON_CORES
from pipelines.contract.metrics import PRICE_BASES
from pipelines.pricing.hourly_rates import known_rate
from pipelines.quality.context import COST, LATENCY_P50, PERCENTILES, THROUGHPUT, metric_label
from pipelines.quality.shared.due_rate import counts_of_two_kinds
from pipelines.quality.shared.in_flight import in_flight
from pipelines.quality.shared.moves import STAYED, digits_slipped
from pipelines.quality.shared.past import HistoryRule
from pipelines.quality.shared.token_times import due_throughput

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipelines.contract import Benchmark, QualityFlag
    from pipelines.pricing.hourly_rates import PricedRow
    from pipelines.quality.context import ReleaseView, Row
    from pipelines.quality.shared.past import HistoryView

# A row alone is a slip of a figure, which other rules judge. Without older releases, it takes one
# more row.
LEAST_ROWS = 2
LEAST_ROWS_ALONE = 3
# Rows are measured again and change by some percent; a power of ten is never that near by chance
# in all rows of a table.
NEAR = 1.5
MOST_IN_FLIGHT_A_CORE = 8.0
LEAST_IN_FLIGHT = 0.2
# The known rates are between 0.026 and 0.67 USD/h for one NeuronCore.
LEAST_RATE_A_CORE = 0.002
MOST_RATE_A_CORE = 20.0

# Metrics that slipped, each with the exponent of its power of ten; None where it is not known.
_Slips = dict[str, "int | None"]


def find(view: ReleaseView, history: HistoryView) -> Iterator[QualityFlag]:
    """Yield a flag for each row and metric of a table whose unit slipped."""
    for rows in view.by_table.values():
        slips = _since_older_releases(rows, history) or _beyond_bounds(rows, view)
        for metric, exponent in slips.items():
            for row in rows:
                if any(name == metric for name, _ in row.figures):
                    yield _flag(row, metric, exponent)


def _since_older_releases(rows: Sequence[Row], history: HistoryView) -> _Slips:
    """Return the metric of a table that alone is a power of ten away from its earlier values."""
    ratios: dict[str, list[float]] = defaultdict(list)
    compared = 0
    for row in rows:
        found = history.changes(row)
        compared += bool(found)
        for quantity, change in found.items():
            ratios[quantity.metric].append(change.ratio)
    if compared < LEAST_ROWS:
        return {}
    slips: _Slips = {}
    for metric, of_metric in ratios.items():
        exponents = {digits_slipped(ratio, NEAR) for ratio in of_metric}
        if len(exponents) == 1 and 0 not in exponents:
            slips[metric] = exponents.pop()
        elif not all(1 / STAYED <= ratio <= STAYED for ratio in of_metric):
            return {}
    return slips if len(slips) == 1 else {}


def _beyond_bounds(rows: Sequence[Row], view: ReleaseView) -> _Slips:
    """Return the metrics of a table that no row can have."""
    if len(rows) < LEAST_ROWS_ALONE:
        return {}
    flight, times, rate = _flight_slip(rows), _times_slip(rows), _rate_slip(rows, view)
    if not (flight or times or rate):
        return {}
    if rate and (flight or times):
        return {THROUGHPUT[0]: rate[0]}
    if rate:
        return {COST[0]: rate[0]}
    if flight:
        return {LATENCY_P50[0]: flight[0]}
    exponent = times[0]
    printed = {name for row in rows for name, _ in row.figures if name in PERCENTILES}
    return {name: exponent for name in PERCENTILES if name in printed}


def _flight_slip(rows: Sequence[Row]) -> tuple[int | None, ...]:
    """Return the slip of latency, in a tuple; empty where the batches in flight are possible."""
    found = in_flight(rows)
    cores = {row.benchmark.benchmark_id: _cores(row.benchmark) for row in rows}
    if len(found) < LEAST_ROWS_ALONE:
        return ()
    each = [(one.batches, cores[name]) for name, one in found.items()]
    if all(count and batches.low > MOST_IN_FLIGHT_A_CORE * count for batches, count in each):
        return (None,)
    return (None,) if all(batches.high < LEAST_IN_FLIGHT for batches, _ in each) else ()


def _times_slip(rows: Sequence[Row]) -> tuple[int | None, ...]:
    """Return the slip of times per token, in a tuple; empty where they fit throughput."""
    ratios = [row.figures[THROUGHPUT].value / due for row in rows if (due := due_throughput(row))]
    return _one_slip(ratios)


def _rate_slip(rows: Sequence[Row], view: ReleaseView) -> tuple[int | None, ...]:
    """Return the slip of the hourly rate, in a tuple; empty where the rate is possible."""
    priced = [
        one
        for row in rows
        if (one := view.priced.get(row.benchmark.benchmark_id)) and not counts_of_two_kinds(one)
    ]
    if len(priced) < LEAST_ROWS_ALONE:
        return ()
    known = [_known_slip(priced, basis) for basis in PRICE_BASES]
    if any(slip is not None for slip in known):
        return next((slip for slip in known if slip), ())
    cores = [(one.rate, NEURON_CORES.get(one.instance_type)) for one in priced]
    dear = all(count and rate.low > MOST_RATE_A_CORE * count for rate, count in cores)
    cheap = all(count and rate.high < LEAST_RATE_A_CORE * count for rate, count in cores)
    return (None,) if dear or cheap else ()


def _known_slip(priced: Sequence[PricedRow], basis: str) -> tuple[int | None, ...] | None:
    """Return the slip against the rates known for a basis; None where one is not known."""
    ratios = []
    for one in priced:
        known = known_rate((one.instance_type, basis))
        if known is None:
            return None
        ratios.append(one.rate.middle / known.middle)
    return _one_slip(ratios)


def _one_slip(ratios: Sequence[float]) -> tuple[int | None, ...]:
    """Return the one exponent that all ratios share, in a tuple; empty where they share none."""
    exponents = {digits_slipped(ratio, NEAR) for ratio in ratios}
    if len(ratios) < LEAST_ROWS_ALONE or len(exponents) != 1 or 0 in exponents:
        return ()
    return tuple(exponents)


def _cores(run: Benchmark) -> int:
    """Return the NeuronCores of the largest instance type of a run; 0 where it is unknown."""
    return max((NEURON_CORES.get(name, 0) for name in run.instance_types), default=0)


def _flag(row: Row, metric: str, exponent: int | None) -> QualityFlag:
    factor = "out of all bounds" if exponent is None else f"x {10.0**exponent:g}"
    return row.flag(
        RULE,
        f"the {metric_label(metric)} of every row of its table is {factor}, against its other "
        "figures or older releases; the table probably prints another unit than its header says.",
        observed=f"{metric} {factor}",
        expected=f"{metric} in the unit of the header",
    )


RULE = HistoryRule("unit-slip", ("error",), __doc__, find=find)
