"""Plants faults in real rows and counts what the rules flag.

Each fault is one mistake that a person could make in one row. It is planted in a random row of a
release, and the release is judged again with the older releases beside it. Put new faults in
`FAULTS`; what must be found of them is in `test_injection`.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipelines.contract.accelerators import NEURON_CORES
from pipelines.contract.metrics import PRICE_BASES
from pipelines.pricing.hourly_rates import known_rate
from pipelines.quality.across import doubted_rows, judged_release
from pipelines.quality.context import COST, LATENCY_P50, THROUGHPUT, view_release
from pipelines.quality.rules import history_flags, row_flags
from pipelines.quality.shared.past import History
from pipelines.quality.shared.row_facts import row_facts
from pipelines.releases import release_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pipelines.contract import Benchmark, Measurement, QualityFlag, ReleaseTables
    from pipelines.quality.across import JudgedRelease
    from pipelines.quality.context import Figure, ReleaseView, Row
    from pipelines.quality.shared.past import HistoryView

    Plant = Callable[["Row", "ReleaseView", random.Random], "Planted | None"]

LATENCY_P99: Figure = ("latency", "p99")
# A figure of another row is planted where it differs by more than half: two rows of one table
# often print nearly the same figure, and then one for the other is no fault that could be seen.
OTHER_BY = 1.5


@dataclass(frozen=True)
class Planted:
    """A row with a fault in it."""

    benchmark: Benchmark
    figures: Mapping[Figure, Measurement]


@dataclass
class Found:
    """What became of the faults of one kind."""

    planted: int = 0
    flagged: int = 0
    errors: int = 0
    elsewhere: int = 0
    rules: Counter[str] = field(default_factory=Counter)

    @property
    def share(self) -> float:
        """The share of the faults that are flagged on their row."""
        return self.flagged / self.planted if self.planted else 1.0


def inject(releases: Mapping[str, ReleaseTables], each: int, seed: int) -> Mapping[str, Found]:
    """Plant faults in releases and return what was found, by the fault's name.

    Args:
        releases: The releases, by name.
        each: How many faults of each kind to plant in each release.
        seed: Chooses the rows.
    """
    found = {name: Found() for name in FAULTS}
    history = History()
    for name in sorted(releases, key=release_order):
        release = judged_release(releases[name])
        view = view_release(name, release.tables, release.benchmarks, release.measurements)
        before = history.before(view)
        sound = (*row_flags(view), *history_flags(view, before))
        for fault, plant in FAULTS.items():
            chance = random.Random(f"{seed} {name} {fault}")  # noqa: S311 - it chooses test data
            for row, planted in _faults(view, plant, each, chance):
                flags = _flags_with(release, planted, before)
                _count(found[fault], row.benchmark.benchmark_id, flags, sound)
        history.add(before, doubted_rows((*release.flags, *sound)))
    return found


def _faults(
    view: ReleaseView, plant: Plant, each: int, chance: random.Random
) -> Iterator[tuple[Row, Planted]]:
    rows = chance.sample(list(view.rows), len(view.rows))
    made = 0
    for row in rows:
        planted = plant(row, view, chance) if made < each else None
        if planted:
            made += 1
            yield row, planted


def _flags_with(
    release: JudgedRelease, planted: Planted, before: HistoryView
) -> tuple[QualityFlag, ...]:
    """Judge a release with a fault in it: all rules over rows, and history where the fault is."""
    name = planted.benchmark.benchmark_id
    benchmarks = [planted.benchmark if b.benchmark_id == name else b for b in release.benchmarks]
    others = [one for one in release.measurements if one.benchmark_id != name]
    view = view_release(
        release.release, release.tables, benchmarks, [*others, *planted.figures.values()]
    )
    rows = view.by_table[planted.benchmark.table_id]
    table = replace(view, rows=rows, by_table={planted.benchmark.table_id: rows})
    facts = {**before.facts, **row_facts(table, before.older)}
    by_key = {key: [facts[one.benchmark_id] for one in some] for key, some in before.by_key.items()}
    history = replace(before, facts=facts, by_key=by_key, _changes={})
    return (*row_flags(view), *history_flags(table, history))


def _count(
    found: Found, row: str, flags: Sequence[QualityFlag], sound: Sequence[QualityFlag]
) -> None:
    def doubts(some: Iterable[QualityFlag]) -> Counter[tuple[str | None, str, str]]:
        return Counter(
            (flag.benchmark_id, flag.rule, flag.severity)
            for flag in some
            if flag.severity != "info"
        )

    new = doubts(flags) - doubts(sound)
    on_row = [(rule, severity) for name, rule, severity in new if name == row]
    found.planted += 1
    found.flagged += bool(on_row)
    found.errors += any(severity == "error" for _, severity in on_row)
    found.elsewhere += sum(
        count for (name, _, severity), count in new.items() if name != row and severity == "error"
    )
    found.rules.update(rule for rule, _ in on_row)


def _times(figure: Figure, factor: float) -> Plant:
    def plant(row: Row, _view: ReleaseView, _chance: random.Random) -> Planted | None:
        one = row.figures.get(figure)
        return _with(row, {figure: scaled(one, factor)}) if one and one.value > 0 else None

    return plant


def _of_another(figure: Figure) -> Plant:
    def plant(row: Row, view: ReleaseView, chance: random.Random) -> Planted | None:
        one = row.figures.get(figure)
        others = [
            other.figures[figure]
            for other in view.by_table[row.table.table_id]
            if one and figure in other.figures and _differ(one, other.figures[figure])
        ]
        if not (one and others):
            return None
        other = chance.choice(others)
        return _with(row, {figure: replace(one, value=other.value, text=other.text)})

    return plant


def _differ(one: Measurement, other: Measurement) -> bool:
    if not (one.value > 0 and other.value > 0 and one.unit == other.unit):
        return False
    return max(one.value / other.value, other.value / one.value) > OTHER_BY


def _exchanged(row: Row, _view: ReleaseView, _chance: random.Random) -> Planted | None:
    p50, p99 = row.figures.get(LATENCY_P50), row.figures.get(LATENCY_P99)
    if not (p50 and p99 and p50.value < p99.value):
        return None
    return _with(
        row,
        {
            LATENCY_P50: replace(p50, value=p99.value, text=p99.text),
            LATENCY_P99: replace(p99, value=p50.value, text=p50.text),
        },
    )


def _at_the_other_basis(row: Row, view: ReleaseView, _chance: random.Random) -> Planted | None:
    priced = view.priced.get(row.benchmark.benchmark_id)
    if priced is None:
        return None
    here = known_rate(priced.key)
    there = [
        rate
        for basis in PRICE_BASES
        if basis != priced.cost.basis and (rate := known_rate((priced.instance_type, basis)))
    ]
    if not (here and there):
        return None
    return _with(row, {COST: scaled(row.figures[COST], there[0].middle / here.middle)})


def _doubled(*columns: str) -> Plant:
    def plant(row: Row, _view: ReleaseView, chance: random.Random) -> Planted | None:
        stated = [name for name in columns if getattr(row.benchmark, name)]
        if not stated:
            return None
        name = chance.choice(stated)
        value = 2 * getattr(row.benchmark, name)
        return Planted(replace(row.benchmark, **{name: value}), row.figures)

    return plant


def _measured_later(row: Row, view: ReleaseView, _chance: random.Random) -> Planted | None:
    major, minor, _ = view.release.split(".")
    later = f"{major}.{int(minor) + 1}.0"
    return Planted(replace(row.benchmark, measured_release=later), row.figures)


def _wrong_size(row: Row, _view: ReleaseView, chance: random.Random) -> Planted | None:
    run = row.benchmark
    others = [
        name
        for name, cores in NEURON_CORES.items()
        if name.startswith(f"{run.accelerator}.")
        and len(run.instance_types) == 1
        and cores != NEURON_CORES.get(run.instance_types[0])
    ]
    if not others or (COST not in row.figures and run.tp_degree is None):
        return None
    return Planted(replace(run, instance_types=(chance.choice(others),)), row.figures)


def _with(row: Row, changed: Mapping[Figure, Measurement]) -> Planted:
    return Planted(row.benchmark, {**row.figures, **changed})


def scaled(one: Measurement, factor: float) -> Measurement:
    """Return a figure times a factor, printed with as many decimals as before, or as it needs."""
    value = one.value * factor
    decimals = len(one.text.partition(".")[2])
    while round(value, decimals) == 0:
        decimals += 1
    text = f"{value:.{decimals}f}"
    return replace(one, value=float(text), text=text)


FAULTS: Mapping[str, Plant] = {
    "throughput x 10": _times(THROUGHPUT, 10),
    "throughput / 10": _times(THROUGHPUT, 0.1),
    "throughput x 2": _times(THROUGHPUT, 2),
    "throughput of another row": _of_another(THROUGHPUT),
    "P50 x 10": _times(LATENCY_P50, 10),
    "P50 / 4": _times(LATENCY_P50, 0.25),
    "P50 of another row": _of_another(LATENCY_P50),
    "P99 x 10": _times(LATENCY_P99, 10),
    "P50 and P99 exchanged": _exchanged,
    "cost x 10": _times(COST, 10),
    "cost of another row": _of_another(COST),
    "cost at the other price basis": _at_the_other_basis,
    "batch size x 2": _doubled("batch_size"),
    "TTFT x 10": _times(("ttft", "p50"), 10),
    "TPOT x 10": _times(("tpot", "p50"), 10),
    "latency per token / 4": _times(("latency_per_token", "p50"), 0.25),
    "measured later": _measured_later,
    "parallel degree x 2": _doubled("tp_degree", "dp_degree", "pp_degree"),
    "nodes x 2": _doubled("nodes"),
    "wrong instance size": _wrong_size,
}
