"""A comparison in plain Python, written from docs/reference/verdicts.md and not from the SQL.

This module goes the slow and obvious way: rows are matched off against each other one by one. How a
single figure is judged lives in `figures`, how rows are named in `matching`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from tests.warehouse.comparison.figures import Figures, Judge, Money, Range, Side
from tests.warehouse.comparison.matching import (
    IDENTITY,
    TOLD_CHANGES,
    Pair,
    alone_together,
    id_of,
    key_of,
    one_name_apart,
    tuned_of,
    version,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipelines.contract import Benchmark, Measurement, QualityFlag, ReleaseTables

SAME_BUT_IDENTITY = (
    "accelerator",
    "workload",
    "model_family",
    "optimized_for",
    "application_type",
    "measured_release",
)


@dataclass(frozen=True)
class Told:
    """One row of an answer: every column that it has."""

    comparison_key: str
    base_release: str | None
    target_release: str | None
    base_measured_release: str | None
    target_measured_release: str | None
    dimensions: tuple[object, ...]
    metric: str
    statistic: str
    unit: str | None
    base_value: float | None
    target_value: float | None
    change: float | None
    better: bool | None
    match: str | None
    changed: tuple[str, ...]
    verdict: str
    remeasured: bool
    base_usd_per_hour: float | None
    target_usd_per_hour: float | None
    target_value_at_base_rate: float | None
    speed_change: float | None
    price_change: float | None
    base_unit: str | None
    target_unit: str | None
    base_basis: str | None
    target_basis: str | None
    base_flags: tuple[str, ...]
    target_flags: tuple[str, ...]
    error_flags: int
    base_id: str | None
    target_id: str | None


_LISTS = frozenset((list, tuple))


def plain(value: Any) -> Any:
    """Return a value so that equal ones are equal: lists as tuples, without the last bits."""
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if value.__class__ in _LISTS:  # much faster than to ask for an instance, for each cell
        return tuple(map(plain, value))
    return value


class Oracle:
    """All releases, in memory."""

    def __init__(self, releases: Mapping[str, ReleaseTables], tolerance: float = 0.02) -> None:
        self.tolerance = tolerance
        self.benchmarks: list[Benchmark] = []
        self.figures: dict[str, Figures] = defaultdict(dict)
        self.rates: dict[str, dict[tuple[str, str | None], Range]] = defaultdict(dict)
        self.flags: dict[str | None, list[QualityFlag]] = defaultdict(list)
        for release, tables in releases.items():
            self.benchmarks += tables.rows["benchmarks"]
            for one in tables.rows["measurements"]:
                self.figures[one.benchmark_id][one.metric, one.statistic] = one
            for rate in tables.rows["hourly_rates"]:
                self.rates[release][rate.instance_type, rate.stated_basis] = (
                    rate.low_usd_per_hour,
                    rate.implied_usd_per_hour,
                    rate.high_usd_per_hour,
                )
            for flag in tables.rows["quality_flags"]:
                self.flags[flag.benchmark_id].append(flag)

    def published(self, base: str, target: str) -> Counter[Told]:
        """Compare what the pages of two releases say."""
        of = {
            side: [row for row in self.benchmarks if row.release == side] for side in (base, target)
        }
        return self.compare(of[base], of[target])

    def measured(self, base: str, target: str) -> Counter[Told]:
        """Compare the rows measured on two SDK releases."""
        return self.compare(self._measured_on(base), self._measured_on(target))

    def _measured_on(self, sdk: str) -> list[Benchmark]:
        """Walk the releases from the newest; keep what no newer page has told."""
        kept: list[Benchmark] = []
        # A row that is left out, because it was corrected later, still stands for its older copies.
        tuned: set[object] = set()
        rows = [row for row in self.benchmarks if row.measured_release == sdk]
        for release in sorted({row.release for row in rows}, key=version, reverse=True):
            told = {(row.comparison_key, self._printed(row)) for row in kept}
            of_release = [row for row in rows if row.release == release]
            kept += [
                row
                for row in of_release
                if tuned_of(row) not in tuned
                and (row.comparison_key, self._printed(row)) not in told
            ]
            tuned |= {tuned_of(row) for row in of_release}
        return kept

    def compare(self, base: Sequence[Benchmark], target: Sequence[Benchmark]) -> Counter[Told]:
        """Pair the rows of two sides, and judge every figure."""
        pairs, shared = self.pair(base, target)
        told: list[Told] = []
        for one, other, match in pairs:
            told += self._judge(one, other, match)
        paired = {id_of(one) for one, _, _ in pairs}, {id_of(other) for _, other, _ in pairs}
        for row in base:
            if id_of(row) not in paired[0]:
                told += self._single(row, base=True, ambiguous=key_of(row) in shared)
        for row in target:
            if id_of(row) not in paired[1]:
                told += self._single(row, base=False, ambiguous=key_of(row) in shared)
        return Counter(told)

    def pair(
        self, base: Sequence[Benchmark], target: Sequence[Benchmark]
    ) -> tuple[list[Pair], set[str]]:
        """Return the pairs, and the keys that several rows are left of on both sides."""
        left, right = list(base), list(target)
        done = alone_together(left, right, tuned_of, "exact")
        crowded = {tuned_of(row) for row in left} & {tuned_of(row) for row in right}
        done += self._copies(left, right, crowded)
        done += alone_together(left, right, tuned_of, "exact")
        done += alone_together(left, right, key_of, "retuned")
        shared = {key_of(row) for row in left} & {key_of(row) for row in right}
        gone = [row for row in left if key_of(row) not in shared]
        come = [row for row in right if key_of(row) not in shared]
        done += self._same_figures(gone, come)
        models = {row.model.lower() for row in base}, {row.model.lower() for row in target}
        return done + one_name_apart(gone, come, models), shared

    def _same_figures(self, gone: list[Benchmark], come: list[Benchmark]) -> list[Pair]:
        """Take out the rows that are told by their figures, one of each."""
        olds, news = (
            [row for row in rows if row.measured_release and self.figures[id_of(row)]]
            for rows in (gone, come)
        )
        found = alone_together(olds, news, self._all_but_identity, "renamed")
        taken = {id_of(row) for pair in found for row in pair[:2]}
        gone[:] = [row for row in gone if id_of(row) not in taken]
        come[:] = [row for row in come if id_of(row) not in taken]
        return found

    def _copies(
        self, left: list[Benchmark], right: list[Benchmark], crowded: set[object]
    ) -> list[Pair]:
        found = []
        for one in sorted((row for row in left if tuned_of(row) in crowded), key=id_of):
            for other in sorted(right, key=id_of):
                if (
                    tuned_of(other) == tuned_of(one)
                    and other.measured_release == one.measured_release
                    and self._printed(other) == self._printed(one)
                ):
                    found.append((one, other, "exact"))
                    left.remove(one)
                    right.remove(other)
                    break
        return found

    def _printed(self, row: Benchmark) -> frozenset[tuple[object, ...]]:
        found = self.figures[id_of(row)].values()
        return frozenset((one.metric, one.statistic, one.unit, one.value) for one in found)

    def _all_but_identity(self, row: Benchmark) -> object:
        same = tuple(getattr(row, name) for name in SAME_BUT_IDENTITY)
        return same, tuned_of(row)[1:], self._printed(row)

    def _side(self, row: Benchmark) -> Side:
        rules = frozenset(flag.rule for flag in self.flags[id_of(row)])
        return Side(row, self.figures[id_of(row)], self.rates[row.release], rules)

    def _single(self, row: Benchmark, *, base: bool, ambiguous: bool) -> Iterable[Told]:
        verdict = "not-comparable" if ambiguous else "removed" if base else "added"
        for one in self.figures[id_of(row)].values():
            yield self._told(
                (row, None) if base else (None, row),
                (one, None) if base else (None, one),
                unit=self._side(row).unit(one),
                match="ambiguous" if ambiguous else None,
                verdict=verdict,
            )

    def _judge(self, base: Benchmark, target: Benchmark, match: str) -> Iterable[Told]:
        judge = Judge(self._side(base), self._side(target), match, self.tolerance)
        old, new = judge.base.figures, judge.target.figures
        for name in {**old, **new}:
            one, other = old.get(name), new.get(name)
            facts: dict[str, Any] = {"match": match, "verdict": judge.verdict(one, other)}
            if one and other:
                facts["better"] = judge.better(one, other)
                if judge.has_one_unit(one, other):
                    facts["unit"] = judge.base.unit(one)
                if judge.comparable(one, other) and one.value:
                    facts["change"] = other.value / one.value - 1
            elif one:
                facts["unit"] = judge.base.unit(one)
            elif other:
                facts["unit"] = judge.target.unit(other)
            facts["money"] = judge.money(one, other)
            labels = base.measured_release, target.measured_release
            facts["remeasured"] = (
                None not in labels and labels[0] != labels[1] and not judge.relabelled
            )
            yield self._told((base, target), (one, other), **facts)

    def _told(  # noqa: PLR0913 - what a row says, by name
        self,
        rows: tuple[Benchmark | None, Benchmark | None],
        figures: tuple[Measurement | None, Measurement | None],
        *,
        match: str | None,
        verdict: str,
        unit: str | None = None,
        change: float | None = None,
        better: bool | None = None,
        remeasured: bool = False,
        money: Money | None = None,
    ) -> Told:
        base, target = rows
        one, other = figures
        described = target or base
        some = one or other
        assert described is not None
        assert some is not None
        flags = [self.flags[id_of(row)] if row else [] for row in rows]
        return Told(
            comparison_key=described.comparison_key,
            base_release=base and base.release,
            target_release=target and target.release,
            base_measured_release=base and base.measured_release,
            target_measured_release=target and target.measured_release,
            dimensions=tuple(getattr(described, name) for name in IDENTITY),
            metric=some.metric,
            statistic=some.statistic,
            unit=unit,
            base_value=plain(one and one.value),
            target_value=plain(other and other.value),
            change=plain(change),
            better=better,
            match=match,
            changed=_changes(base, target) if base and target else (),
            verdict=verdict,
            remeasured=remeasured,
            **{name: plain(value) for name, value in asdict(money or Money()).items()},
            base_unit=one and one.unit,
            target_unit=other and other.unit,
            base_basis=one and one.basis,
            target_basis=other and other.basis,
            base_flags=tuple(sorted({f"{f.severity}: {f.rule}" for f in flags[0]})),
            target_flags=tuple(sorted({f"{f.severity}: {f.rule}" for f in flags[1]})),
            error_flags=sum(f.severity == "error" for side in flags for f in side),
            base_id=base and base.benchmark_id,
            target_id=target and target.benchmark_id,
        )


def _changes(base: Benchmark, target: Benchmark) -> tuple[str, ...]:
    return tuple(
        f"{name} {_text(getattr(base, name))} → {_text(getattr(target, name))}"
        for name in TOLD_CHANGES
        if getattr(base, name) != getattr(target, name)
    )


def _text(value: object) -> str:
    if value is None:
        return "none"
    return "+".join(value) if isinstance(value, tuple) else str(value)
