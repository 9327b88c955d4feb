"""Rules on rows beside each other, and on what a row says of its own run.

Here belong rules that need neither a speed law nor a rate, but for `repeated_value`, which asks
both whether a figure belongs to its row.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import fields
from math import prod
from typing import TYPE_CHECKING, Any

from pipelines.contract import Benchmark
from pipelines.pricing.intervals import significant_digits
from pipelines.pricing.known_rates import NEURON_CORES
from pipelines.quality.context import COST, LATENCY_P50, THROUGHPUT
from pipelines.quality.money import rate_factor
from pipelines.quality.speed import in_flight
from pipelines.releases import release_order

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from pipelines.contract import QualityFlag
    from pipelines.quality.context import Figure, ReleaseView, Row

# Two different rows share four digits by chance once in thousands; 0.08 they share often.
LEAST_DIGITS = 4
# Where a figure belongs, its row's other figures fit within a quarter; where it was copied to by
# mistake, they are out by a factor of two or more. Between the two nothing is said.
BELONGS = 1.25
CANNOT_BELONG = 2.0
_PLACE_OF_A_ROW = {"benchmark_id", "comparison_key", "table_id", "row", "optimized_for"}
_RUN = tuple(f.name for f in fields(Benchmark) if f.name not in _PLACE_OF_A_ROW)


def degrees(view: ReleaseView) -> Iterator[QualityFlag]:
    """Flag rows whose parallel degrees do not fit the NeuronCores of their instances.

    A training run uses all of them; inference may leave some to other copies of the model.
    """
    for row in view.rows:
        run = row.benchmark
        stated = [n for n in (run.tp_degree, run.dp_degree, run.pp_degree) if n is not None]
        cores = {(run.nodes or 1) * NEURON_CORES.get(name, 0) for name in run.instance_types}
        training = run.workload == "training"
        if not stated or 0 in cores or not cores or (training and run.nodes is None):
            continue
        product = prod(stated)
        if product in cores or (not training and product < max(cores)):
            continue
        names = "/".join(run.instance_types)
        available = " or ".join(str(count) for count in sorted(cores))
        topology = f" ({run.topology})" if run.topology else ""
        yield row.flag(
            "degrees",
            "error",
            f"its parallel degrees{topology} multiply to {product} NeuronCores; "
            f"{run.nodes or 1} x {names} has {available}.",
            observed=f"{product} NeuronCores",
            expected=f"{available} NeuronCores",
        )


def measured_later(view: ReleaseView) -> Iterator[QualityFlag]:
    """Flag rows measured on an SDK newer than the release whose page publishes them."""
    for row in view.rows:
        measured = row.benchmark.measured_release
        if measured and release_order(measured) > release_order(view.release):
            yield row.flag(
                "measured-later",
                "error",
                f"it was measured on {measured}, which is newer than its page of {view.release}.",
                observed=measured,
                expected=f"{view.release} or older",
            )


def other_accelerator(view: ReleaseView) -> Iterator[QualityFlag]:
    """Flag rows whose instance type is not of their page's accelerator."""
    for row in view.rows:
        accelerator = row.benchmark.accelerator
        strangers = [t for t in row.benchmark.instance_types if not t.startswith(accelerator)]
        if strangers:
            yield row.flag(
                "other-accelerator",
                "warning",
                f"it ran on {'/'.join(strangers)} and stands on a page of {accelerator}.",
                observed="/".join(strangers),
                expected=f"an instance type of {accelerator}",
            )


def repeated_value(view: ReleaseView) -> Iterator[QualityFlag]:
    """Flag a figure that stands again in another row of its column, where alone it belongs."""
    for rows in view.by_table.values():
        flight = {name: one.factor for name, one in in_flight(rows).items()}
        rates = {row.benchmark.benchmark_id: rate_factor(view, row) for row in rows}
        for figure, factors in ((THROUGHPUT, flight), (LATENCY_P50, flight), (COST, rates)):
            for same in _sharing(rows, figure):
                fits = [(row, factors.get(row.benchmark.benchmark_id)) for row in same]
                owners = [row for row, factor in fits if factor and factor <= BELONGS]
                for row, factor in fits:
                    if owners and factor and factor >= CANNOT_BELONG:
                        yield _repeated(row, owners[0], figure)


def _sharing(rows: Sequence[Row], figure: Figure) -> Iterator[Sequence[Row]]:
    """Return the groups of a table's rows that share a figure of enough digits."""
    groups: dict[float, list[Row]] = defaultdict(list)
    for row in rows:
        found = row.figures.get(figure)
        if found and significant_digits(found.text) >= LEAST_DIGITS:
            groups[found.value].append(row)
    return (group for group in groups.values() if len(group) > 1)


def _repeated(row: Row, owner: Row, figure: Figure) -> QualityFlag:
    text = row.figures[figure].text
    return row.flag(
        "repeated-value",
        "error",
        f"its {figure[0]} of {text} is also that of row {owner.benchmark.row + 1} "
        f"({owner.benchmark.model}), whose other figures it fits; here they contradict it.",
        observed=text,
        expected="a figure of its own",
    )


def same_row_in_both_tabs(view: ReleaseView) -> Iterator[QualityFlag]:
    """Flag the second of two rows alike in all but their tab: without it, each counts once."""
    first: dict[Hashable, Row] = {}
    for row in view.rows:
        twin = first.setdefault((row.table.page, *_content(row)), row)
        if twin.table.tab != row.table.tab:
            yield row.flag(
                "same-row-in-both-tabs",
                "info",
                f"the same run with the same figures stands in row {twin.benchmark.row + 1} of "
                f"[{twin.table.tab}].",
                observed=row.table.tab or "no tab",
                expected=twin.table.tab or "no tab",
            )


def duplicate_row(view: ReleaseView) -> Iterator[QualityFlag]:
    """Flag a row that stands again in its own table, whether with the same figures or others."""
    first: dict[Hashable, Row] = {}
    for row in view.rows:
        run, figures = _content(row)
        twin = first.setdefault((row.table.table_id, run), row)
        if twin is not row:
            same = figures == _content(twin)[1]
            yield row.flag(
                "duplicate-row",
                "warning",
                f"the same run stands in row {twin.benchmark.row + 1} of its table, with "
                f"{'the same' if same else 'other'} figures.",
                observed="two rows of one run",
                expected="one row",
            )


def _content(row: Row) -> tuple[Hashable, Hashable]:
    """Return what a row says: of its run, and its figures."""
    run = tuple(_hashable(getattr(row.benchmark, name)) for name in _RUN)
    return run, tuple((figure, one.value, one.unit) for figure, one in row.figures.items())


def _hashable(value: Any) -> Hashable:
    return tuple(value.items()) if isinstance(value, dict) else value
