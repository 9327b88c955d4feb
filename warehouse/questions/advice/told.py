"""An answer about costs in sentences, and in rows for a terminal.

This module has the words; the arithmetic lives in `ranking`, rows for programs in `advice_rows`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from warehouse.comparison.conclusion import number_of
from warehouse.comparison.prices.own_prices import said_of_prices
from warehouse.comparison.shown import shown_figure
from warehouse.questions.advice.run_bounds import time_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from warehouse.comparison.prices.price_book import Price
    from warehouse.questions.advice.ranking import Advice
    from warehouse.questions.advice.run_bounds import Bound
    from warehouse.questions.advice.runs import PricedRun

_DIGITS = 4


def opening(advice: Advice, bounds: Sequence[Bound], newest: tuple[str, date | None]) -> str:
    """Return the sentence that answers: what is cheapest, or that nothing keeps the bounds."""
    unit = unit_of(advice)
    if advice.meeting:
        best = advice.meeting[0]
        return (
            f"Cheapest of {number_of(len(advice.meeting), 'run')}{_kept(bounds)}: "
            f"{cost_text(best)} {unit} with {spoken(best, advice.time)}; {age(best, newest)}."
        )
    if not advice.considered:
        return f"No run that counts {advice.counted} has a cost at these prices."
    text = (
        f"No published configuration meets this ({number_of(advice.considered, 'run')} in {unit})"
    )
    if not advice.nearest:
        return f"{text}."
    near = advice.nearest[0]
    missed = [bound for bound in bounds if not bound.is_kept(near)]
    figures = ", ".join(_figure(near, bound.figure) for bound in missed)
    return (
        f"{text}; nearest: {cost_text(near)} with {spoken(near, '')}, {figures}; "
        f"{age(near, newest)}."
    )


def _kept(bounds: Sequence[Bound]) -> str:
    return f" that keep {' and '.join(bound.option for bound in bounds)}" if bounds else ""


def unit_of(advice: Advice) -> str:
    """Return the unit of an answer's costs."""
    return f"USD per 1M {advice.counted}"


def cost_text(run: PricedRun) -> str:
    """Return a cost with as many digits as a recalculation has a right to."""
    return f"{run.cost:,.{_DIGITS}g}"


def spoken(run: PricedRun, time: str) -> str:
    """Return a run as a person names it, with a time where one is named."""
    parts = (
        f"{run.model} on {run.instance_type}",
        *(f"{name.replace('_', ' ')} {value}" for name, value in run.lengths.items()),
        run.tuning,
        _figure(run, time) if time else "",
    )
    return ", ".join(filter(None, parts))


def _figure(run: PricedRun, figure: str) -> str:
    found = run.figure(figure)
    value = "not published" if found is None else shown_figure(found)
    if figure == "throughput":
        return f"throughput {value} {run.counted}/s"
    return f"{time_label(figure)} {value}{'' if found is None else ' ms'}"


def age(run: PricedRun, newest: tuple[str, date | None]) -> str:
    """Return which release printed a run last, how long before the newest, and what it measured."""
    release, published_on = newest
    measured = f"measured on {run.measured_release}" if run.measured_release else "SDK not stated"
    if run.release == release:
        return f"printed by {run.release}, the newest, and {measured}"
    months = _months(run.published_on, published_on)
    before = f", {number_of(months, 'month')} before {release}" if months else ""
    return f"last printed by {run.release}{before}, and {measured}"


def _months(older: date | None, newer: date | None) -> int:
    if older is None or newer is None:
        return 0
    return (newer.year - older.year) * 12 + newer.month - older.month


def remarks(advice: Advice, prices: Mapping[str, Price]) -> Iterator[str]:
    """Yield what has to be known beside an answer: whose prices, what bounds cost, what is left."""
    if prices:
        yield said_of_prices(prices)
    elif advice.meeting or advice.nearest:
        yield _published_prices(advice)
    for relaxed in advice.relaxed:
        other = relaxed.cheapest
        if other is None:
            yield f"Without {relaxed.bound.option} nothing is cheaper."
            continue
        times = f" ({advice.meeting[0].cost / other.cost:.3g} times less)" if advice.meeting else ""
        yield (
            f"Without {relaxed.bound.option}: {cost_text(other)}{times} with "
            f"{spoken(other, '')}, {_figure(other, relaxed.bound.figure)}."
        )
    yield from _mixed(advice)
    if advice.left_out:
        counted = Counter(one.why for one in advice.left_out)
        listed = ", ".join(f"{count} {why}" for why, count in counted.most_common())
        yield f"Runs left out: {listed}."


def _published_prices(advice: Advice) -> str:
    runs = (*advice.meeting, *advice.nearest)
    rates = {run.instance_type: run for run in runs if run.usd_per_hour is not None}
    listed = ", ".join(
        f"{name} {shown_figure(run.usd_per_hour)}" for name, run in sorted(rates.items())
    )
    return (
        "Costs are ours: each is throughput at the newest rate that published costs of the "
        f"instance type imply, in USD per hour ({listed})."
    )


def _mixed(advice: Advice) -> Iterator[str]:
    """Yield in which lengths the runs differ: a longer text is more work."""
    differing = {}
    for name in ("sequence_length", "input_length", "output_length"):
        found = {run.lengths[name] for run in advice.meeting if name in run.lengths}
        if len(found) > 1:
            differing[name.replace("_", " ")] = ", ".join(map(str, sorted(found)))
    if differing:
        listed = " and ".join(f"{name} ({values})" for name, values in differing.items())
        option = next(iter(differing)).replace(" ", "-")
        yield f"These runs differ in {listed}; options such as --{option} choose one."


def table_rows(advice: Advice, most: int) -> list[dict[str, Any]]:
    """Return the cheapest runs and the whole frontier as rows for a terminal, cheapest first."""
    front = {run.series_id for run in advice.frontier}
    cheapest = {run.series_id for run in advice.meeting[:most]}
    shown = [run for run in advice.meeting if run.series_id in front | cheapest]
    shown = [run for at, run in enumerate(shown) if not any(_is_copy(run, o) for o in shown[:at])]
    rows = [_row(advice, run, is_efficient=run.series_id in front) for run in shown]
    rows = rows or [_row(advice, run, is_efficient=False) for run in advice.nearest]
    if not any(row["warnings"] for row in rows):
        for row in rows:
            del row["warnings"]
    return rows


def _is_copy(run: PricedRun, other: PricedRun) -> bool:
    """Return whether two runs are one row that is printed in both tabs of its page."""
    facts = ("model", "instance_type", "release", "throughput", "times", "lengths", "tuning")
    return all(getattr(run, name) == getattr(other, name) for name in facts)


def _row(advice: Advice, run: PricedRun, *, is_efficient: bool) -> dict[str, Any]:
    time = {f"{time_label(advice.time)} ms": run.times.get(advice.time)} if advice.time else {}
    return {
        "": "*" if is_efficient else "",
        "USD per 1M": cost_text(run),
        **time,
        f"{advice.counted}/s": run.throughput,
        "instance": run.instance_type,
        "batch": run.lengths.get("batch_size"),
        "printed": run.release,
        "benchmark": run.benchmark_id,
        "run": run.series.replace(f", {run.instance_type}", ""),
        "warnings": ", ".join(run.warnings),
    }
