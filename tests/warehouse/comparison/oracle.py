"""A comparison in plain Python, written from docs/comparing.md and not from the SQL.

This is the slow and obvious way: rows are matched off against each other one by one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.warehouse.comparison.matching import (
    alone_together,
    id_of,
    key_of,
    tuned_of,
    version,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipelines.contract import Benchmark, Measurement, ReleaseTables

SAME_BUT_IDENTITY = (
    "accelerator",
    "workload",
    "model_family",
    "optimized_for",
    "application_type",
    "measured_release",
)
TOKEN_COSTS = {"tokens/s": "USD per 1M tokens", "output tokens/s": "USD per 1M output tokens"}

Figures = dict[tuple[str, str], "Measurement"]


@dataclass(frozen=True)
class Told:
    """One row of an answer."""

    base_id: str | None
    target_id: str | None
    metric: str
    statistic: str
    base_value: float | None
    target_value: float | None
    unit: str | None
    better: bool | None
    match: str | None
    verdict: str


class Oracle:
    """All releases, in memory."""

    def __init__(self, releases: Mapping[str, ReleaseTables], tolerance: float = 0.02) -> None:
        self.tolerance = tolerance
        self.benchmarks: list[Benchmark] = []
        self.figures: dict[str, Figures] = defaultdict(dict)
        self.rates: dict[tuple[str, str, str | None], float] = {}
        for release, tables in releases.items():
            self.benchmarks += tables.rows["benchmarks"]
            for one in tables.rows["measurements"]:
                self.figures[one.benchmark_id][one.metric, one.statistic] = one
            for rate in tables.rows["hourly_rates"]:
                key = release, rate.instance_type, rate.stated_basis
                self.rates[key] = rate.implied_usd_per_hour

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
        rows = [row for row in self.benchmarks if row.measured_release == sdk]
        for release in sorted({row.release for row in rows}, key=version, reverse=True):
            tuned = {tuned_of(row) for row in kept}
            told = {(row.comparison_key, self._printed(row)) for row in kept}
            kept += [
                row
                for row in rows
                if row.release == release
                and tuned_of(row) not in tuned
                and (row.comparison_key, self._printed(row)) not in told
            ]
        return kept

    def compare(self, base: Sequence[Benchmark], target: Sequence[Benchmark]) -> Counter[Told]:
        """Pair the rows of two sides, and judge every figure."""
        left, right = list(base), list(target)
        told: list[Told] = []
        done: list[tuple[Benchmark, Benchmark, str]] = []
        done += alone_together(left, right, tuned_of, "exact")
        crowded = {tuned_of(row) for row in left} & {tuned_of(row) for row in right}
        done += self._copies(left, right, crowded)
        done += alone_together(left, right, tuned_of, "exact")
        done += alone_together(left, right, key_of, "retuned")
        shared = {key_of(row) for row in left} & {key_of(row) for row in right}
        gone = [row for row in left if key_of(row) not in shared]
        come = [row for row in right if key_of(row) not in shared]
        mended = alone_together(gone, come, self._all_but_identity, "mended")
        done += [
            pair for pair in mended if pair[0].measured_release and self.figures[id_of(pair[0])]
        ]
        paired = {id_of(one) for one, _, _ in done}, {id_of(other) for _, other, _ in done}
        for one, other, match in done:
            told += self._judge(one, other, match)
        for row in base:
            if id_of(row) not in paired[0]:
                told += self._single(row, base=True, ambiguous=key_of(row) in shared)
        for row in target:
            if id_of(row) not in paired[1]:
                told += self._single(row, base=False, ambiguous=key_of(row) in shared)
        return Counter(told)

    def _copies(
        self, left: list[Benchmark], right: list[Benchmark], crowded: set[object]
    ) -> list[tuple[Benchmark, Benchmark, str]]:
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

    def _single(self, row: Benchmark, *, base: bool, ambiguous: bool) -> Iterable[Told]:
        verdict = "not-comparable" if ambiguous else "removed" if base else "added"
        for (metric, statistic), one in self.figures[id_of(row)].items():
            yield Told(
                id_of(row) if base else None,
                None if base else id_of(row),
                metric,
                statistic,
                one.value if base else None,
                None if base else one.value,
                self._unit(row, one),
                None,
                "ambiguous" if ambiguous else None,
                verdict,
            )

    def _judge(self, base: Benchmark, target: Benchmark, match: str) -> Iterable[Told]:
        old, new = self.figures[id_of(base)], self.figures[id_of(target)]
        mended = match != "exact" and {k: m.value for k, m in old.items()} == {
            k: m.value for k, m in new.items()
        }
        for name in {**old, **new}:
            one, other = old.get(name), new.get(name)
            units = {self._unit(r, m) for r, m in ((base, one), (target, other)) if m}
            verdict, better = self._verdict(base, target, one, other, mended=mended)
            yield Told(
                id_of(base),
                id_of(target),
                *name,
                one.value if one else None,
                other.value if other else None,
                units.pop()
                if len(units) == 1 and (verdict, bool(one and other)) != ("not-comparable", True)
                else None,
                better,
                match,
                verdict,
            )

    def _verdict(  # noqa: PLR0911 - one line a rule, in their order
        self,
        base: Benchmark,
        target: Benchmark,
        one: Measurement | None,
        other: Measurement | None,
        *,
        mended: bool,
    ) -> tuple[str, bool | None]:
        if one is None or other is None or not self._comparable(base, target, one, other):
            return "not-comparable", None
        same = base.measured_release == target.measured_release
        if same and one.value == other.value:
            return ("corrected" if mended else "carried-over"), None
        if one.metric in ("cost", "hourly_rate") and self._other_price(base, target, one, other):
            return "price-basis-changed", None
        if one.value == other.value:
            return "unchanged", None
        better = (other.value > one.value) is (one.metric == "throughput")
        if same:
            return "revised", better
        small, large = sorted((one.value, other.value))
        if large <= small * (1 + self.tolerance):
            return "unchanged", better
        return ("improved" if better else "regressed"), better

    def _comparable(
        self, base: Benchmark, target: Benchmark, one: Measurement, other: Measurement
    ) -> bool:
        if self._unit(base, one) != self._unit(target, other):
            return False
        money = one.metric in ("cost", "hourly_rate")
        return money or not one.basis or not other.basis or one.basis == other.basis

    def _other_price(
        self, base: Benchmark, target: Benchmark, one: Measurement, other: Measurement
    ) -> bool:
        if one.basis and other.basis and one.basis != other.basis:
            return True
        rates = self._rate(base, one), self._rate(target, other)
        if one.metric != "cost" or None in rates:
            return False
        low, high = sorted(rate for rate in rates if rate is not None)
        return high > 1.2 * low

    def _rate(self, row: Benchmark, cost: Measurement) -> float | None:
        if len(row.instance_types) != 1:
            return None
        return self.rates.get((row.release, row.instance_types[0], cost.basis))

    def _unit(self, row: Benchmark, one: Measurement) -> str:
        if one.metric == "cost":
            speed = self.figures[id_of(row)].get(("throughput", "mean"))
            if speed is not None and speed.unit in TOKEN_COSTS:
                return TOKEN_COSTS[speed.unit]
        return one.unit
