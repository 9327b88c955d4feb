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
- The hourly rate (cost x throughput) is a power of ten away from the rate that the rows print, or
  from a rate known for the instance types; where none is known, it is below 0.002 or above 20 USD/h
  for one NeuronCore.
- Throughput in tokens is a power of ten away from what the times per token come to.

Each of them has two metrics, and the others say which of the two slipped. Where the rate fits,
throughput did not; where the rate is off in the same way, throughput did; where the rate alone is
off, it is the one of throughput and cost without which the batches in flight would be usual. A
metric whose figures are those of older releases did not slip. Where nothing decides, the flag names
both, such as `throughput or latency out of all bounds`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines.quality.context import COST, LATENCY_P50, PERCENTILES, THROUGHPUT, metric_label
from pipelines.quality.shared.moves import STAYED, shared_digits
from pipelines.quality.shared.past import HistoryRule
from pipelines.quality.shared.slip_evidence import LEAST_ROWS, NEAR, evidence_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipelines.contract import QualityFlag
    from pipelines.quality.context import ReleaseView, Row
    from pipelines.quality.shared.moves import Change
    from pipelines.quality.shared.past import HistoryView
    from pipelines.quality.shared.slip_evidence import Evidence, Off

# A row alone is a slip of a figure, which other rules judge.
LEAST_ROWS_WITH_HISTORY = 2

_SPEED, _LATENCY, _COST = THROUGHPUT[0], LATENCY_P50[0], COST[0]


@dataclass(frozen=True, slots=True)
class _Slip:
    """A slip: of one of these metrics, by a power of ten, where it is known."""

    metrics: tuple[str, ...]
    exponent: int | None


def find(view: ReleaseView, history: HistoryView) -> Iterator[QualityFlag]:
    """Yield a flag for each row of a table whose unit slipped."""
    for rows in view.by_table.values():
        past = _changes(rows, history)
        slip = _since_older_releases(past) or _beyond_bounds(rows, view, past)
        for row in rows:
            if slip and any(name in slip.metrics for name, _ in row.figures):
                yield _flag(row, slip)


def _changes(rows: Sequence[Row], history: HistoryView) -> Mapping[str, Sequence[Change]]:
    """Return how the figures of a table changed since older releases, by metric."""
    found: dict[str, list[Change]] = defaultdict(list)
    each = [changes for row in rows if (changes := history.changes(row))]
    for changes in each if len(each) >= LEAST_ROWS_WITH_HISTORY else ():
        for quantity, change in changes.items():
            found[quantity.metric].append(change)
    return found


def _since_older_releases(past: Mapping[str, Sequence[Change]]) -> _Slip | None:
    """Return the metric of a table that alone is a power of ten away from its earlier values."""
    exponents = {metric: _digits(changes) for metric, changes in past.items()}
    slipped = [metric for metric, exponent in exponents.items() if exponent]
    if len(slipped) != 1 or not all(_stayed(past[name]) for name in past if name not in slipped):
        return None
    return _Slip((slipped[0],), exponents[slipped[0]])


def _digits(changes: Sequence[Change]) -> int | None:
    return shared_digits([change.ratios for change in changes], NEAR)


def _stayed(changes: Sequence[Change]) -> bool:
    return all(1 / STAYED <= change.ratio <= STAYED for change in changes)


def _beyond_bounds(
    rows: Sequence[Row], view: ReleaseView, past: Mapping[str, Sequence[Change]]
) -> _Slip | None:
    """Return the slip of a table of which no row is possible."""
    if len(rows) < LEAST_ROWS:
        return None
    slip = _suspected(rows, evidence_of(rows, view))
    if slip is None or len(slip.metrics) == 1:
        return slip
    stayed = {metric for metric, changes in past.items() if _stayed(changes)}
    left = tuple(metric for metric in slip.metrics if metric not in stayed)
    return replace(slip, metrics=left or slip.metrics)


def _suspected(rows: Sequence[Row], found: Evidence) -> _Slip | None:
    """Return the slip of which the figures of a table speak, without older releases."""
    if found.tokens and found.tokens.is_impossible:
        rate = found.rate or found.token_rate
        printed = {name for row in rows for name, _ in row.figures}
        times = tuple(name for name in PERCENTILES if name in printed and name != _LATENCY)
        return _of_two(found.tokens, rate, times)
    if found.flight:
        return _of_two(found.flight, found.rate, (_LATENCY,))
    if found.rate and found.rate.is_impossible:
        return _Slip(_of_a_rate(found), found.rate.exponent)
    return None


def _of_two(product: Off, rate: Off | None, times: tuple[str, ...]) -> _Slip:
    """Return the slip of throughput or of times, whose product is impossible.

    The rate is that of throughput and cost: it knows nothing of times.
    """
    if rate and not rate.is_impossible:
        return _Slip(times, product.exponent)
    if rate and rate.agrees(product):
        exponent = rate.exponent if product.exponent is None else product.exponent
        return _Slip((_SPEED,), exponent)
    return _Slip((_SPEED, *times), product.exponent)


def _of_a_rate(found: Evidence) -> tuple[str, ...]:
    """Return which of cost and throughput slipped, or both where nothing decides."""
    if found.tokens:  # they fit
        return (_COST,)
    exponent = found.rate.exponent if found.rate else None
    as_printed = found.is_sound_in_flight(0)
    if exponent is None or as_printed is None:
        return (_SPEED, _COST)
    undone = found.is_sound_in_flight(exponent)
    if as_printed == undone:
        return (_SPEED, _COST)
    return (_COST,) if as_printed else (_SPEED,)


def _flag(row: Row, slip: _Slip) -> QualityFlag:
    exponent = slip.exponent
    factor = "out of all bounds" if exponent is None else f"x {10.0**exponent:g}"
    labels = " or ".join(map(metric_label, slip.metrics))
    return row.flag(
        RULE,
        f"the {labels} of every row of its table is {factor}, against its other figures or older "
        "releases; the table probably prints another unit than its header says.",
        observed=f"{' or '.join(slip.metrics)} {factor}",
        expected=f"{' or '.join(slip.metrics)} in the unit of the header",
    )


RULE = HistoryRule("unit-slip", ("error",), __doc__, find=find)
