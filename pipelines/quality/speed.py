"""Rules on throughput and latency: what both say together of the work in flight (Little's law).

Here belong rules that need speeds alone. What costs say stands in `money`.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from pipelines.pricing.intervals import Interval, printed
from pipelines.quality.context import LATENCY_P50, THROUGHPUT, ReleaseView, Row, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipelines.contract import Measurement, QualityFlag

# Rows that are merely run differently stand at most a factor of 4 from the median of their table:
# one batch in flight where the others keep four.
GROSS_FACTOR = 5.0
# Batches in flight come in whole numbers, so rows of a tight table that really differ are at
# least a factor of 1.5 apart (2 and 3). Rows that fit stay below 1.2, those in tokens below 1.3.
ODD_FACTOR = 1.5
# Whoever measures throughput keeps at least one batch in flight; the lowest of all rows that fit
# their table is 0.94. Less than a fifth says that the accelerator idled: one figure is another's.
IDLE = 0.2
# A table is tight, and an odd row in it is worth a warning, where it has enough rows to tell and
# most of them stand within a tenth of the median.
TIGHT_ROWS = 5
TIGHT_SHARE = 2 / 3
TIGHT_FACTOR = 1.1
# P50 and P99 of one sample: the first cannot be above the second.
_PERCENTILES = ("latency", "latency_per_token", "ttft", "tpot")


@dataclass(frozen=True, slots=True)
class InFlight:
    """Batches in flight of a row, as its rounded figures leave them, and its table's median."""

    batches: Interval
    median: float
    tight: bool

    @property
    def factor(self) -> float:
        """How far the row is from the median; 1 where rounding can explain it."""
        return self.batches.apart(Interval(self.median, self.median))

    @property
    def one_at_a_time(self) -> bool:
        """Whether the row keeps one batch in flight, which is odd in some tables, never wrong."""
        return self.batches.apart(Interval(1.0, 1.0)) <= TIGHT_FACTOR


def in_flight(rows: Sequence[Row]) -> Mapping[str, InFlight]:
    """Return the batches in flight of a table's rows: throughput x P50 / batch size.

    Rows in tokens are left out: there a batch is not done after one latency.
    """
    found: dict[str, Interval] = {}
    for row in rows:
        throughput, latency = row.figures.get(THROUGHPUT), row.figures.get(LATENCY_P50)
        batch = row.benchmark.batch_size
        if throughput and latency and batch and "tokens" not in throughput.unit:
            product = _range(throughput).times(_range(latency))
            found[row.benchmark.benchmark_id] = product.scaled(1 / (1000 * batch))
    if not found:
        return {}
    centre = median(one.middle for one in found.values())
    at_centre = Interval(centre, centre)
    near = sum(one.apart(at_centre) <= TIGHT_FACTOR for one in found.values())
    tight = len(found) >= TIGHT_ROWS and near >= TIGHT_SHARE * len(found)
    return {name: InFlight(one, centre, tight) for name, one in found.items()}


def concurrency(view: ReleaseView) -> Iterator[QualityFlag]:
    """Flag rows whose throughput and P50 do not belong together, by their table's other rows."""
    for rows in view.by_table.values():
        measured = in_flight(rows)
        for row in rows:
            found = measured.get(row.benchmark.benchmark_id)
            severity = found and _concurrency_severity(found, row.benchmark.batch_size)
            if found and severity:
                yield _concurrency_flag(row, found, severity)


def _concurrency_severity(found: InFlight, batch_size: int | None) -> Severity | None:
    # One sample after the other is the plainest way to run, whatever the table's other rows do.
    if found.one_at_a_time and batch_size == 1:
        return None
    gross = found.factor >= GROSS_FACTOR and not found.one_at_a_time
    if found.batches.high < IDLE or (found.tight and gross):
        return "error"
    if found.factor >= GROSS_FACTOR or (found.tight and found.factor >= ODD_FACTOR):
        return "warning"
    return None


def _concurrency_flag(row: Row, found: InFlight, severity: Severity) -> QualityFlag:
    throughput, latency = row.figures[THROUGHPUT], row.figures[LATENCY_P50]
    return row.flag(
        "concurrency",
        severity,
        f"{throughput.text} {throughput.unit} at a P50 of {latency.text} ms and a batch size of "
        f"{row.benchmark.batch_size} is {found.batches.middle:.3g} batches in flight; its table's "
        f"median is {found.median:.3g}.",
        observed=f"{found.batches.middle:.3g} batches in flight",
        expected=f"{found.median:.3g} batches in flight",
    )


def token_rate(view: ReleaseView) -> Iterator[QualityFlag]:
    """Flag rows in tokens whose throughput is not what their times per token come to."""
    for row in view.rows:
        throughput, seconds = row.figures.get(THROUGHPUT), _seconds_per_token(row)
        batch = row.benchmark.batch_size
        if not (throughput and seconds and batch and "tokens" in throughput.unit):
            continue
        due = batch / seconds
        factor = _range(throughput).apart(Interval(due, due))
        if factor >= ODD_FACTOR:
            yield row.flag(
                "token-rate",
                "error" if factor >= GROSS_FACTOR else "warning",
                f"{throughput.text} {throughput.unit} stands beside {_times(row)}, which with a "
                f"batch size of {batch} come to {due:.4g} {throughput.unit}.",
                observed=f"{throughput.text} {throughput.unit}",
                expected=f"{due:.4g} {throughput.unit}",
            )


def latency_order(view: ReleaseView) -> Iterator[QualityFlag]:
    """Flag rows whose P50 is above their P99."""
    for row in view.rows:
        for metric in _PERCENTILES:
            p50, p99 = row.figures.get((metric, "p50")), row.figures.get((metric, "p99"))
            if p50 and p99 and p50.value > p99.value:
                yield row.flag(
                    "latency-order",
                    "error",
                    f"its {_name(metric)} has a P50 of {p50.text} ms above its P99 of "
                    f"{p99.text} ms.",
                    observed=f"P50 {p50.text} ms",
                    expected=f"at most {p99.text} ms",
                )


def _seconds_per_token(row: Row) -> float | None:
    """Return the mean time between output tokens of a request, in seconds.

    A request takes the time to its first token, and the time per output token for each other one.
    """
    whole, output = row.figures.get(("latency_per_token", "p50")), row.benchmark.output_length
    if whole:
        return whole.value / 1000
    first, other = row.figures.get(("ttft", "p50")), row.figures.get(("tpot", "p50"))
    if first and other and output:
        return (first.value + other.value * (output - 1)) / output / 1000
    return None


def _times(row: Row) -> str:
    """Write the times per token that a row gives, for messages."""
    metrics: Iterable[str] = (m for m in _PERCENTILES if (m, "p50") in row.figures)
    return " and ".join(f"a P50 {_name(m)} of {row.figures[m, 'p50'].text} ms" for m in metrics)


def _name(metric: str) -> str:
    return metric.upper() if metric in {"ttft", "tpot"} else metric.replace("_", " ")


def _range(figure: Measurement) -> Interval:
    return printed(figure.value, figure.text)
