"""The metrics: what is measured, in which statistics and units, and which direction is better.

This module is the one place to edit for a new metric. The closed sets of the contract, the columns
of `benchmark_results`, the SQL that judges a change, report labels and the data dictionary derive
from `METRICS`. How a header of a page becomes a metric lives in `pipelines.performance.vocabulary`.
"""

# ruff: noqa: RUF009 - `must_state` returns a dataclass field

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipelines.contract.declaration import DeclarationError, check_stated, must_state

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Better = Literal["higher", "lower"]
Kind = Literal["speed", "time", "money", "energy"]
Basis = Literal["price", "tokens"]

STATISTICS = ("mean", "p50", "p99", "stated")
"""`stated` is for a price that a page gives, which was not measured."""
PRICE_BASES = ("on-demand", "ri-effective")
TOKEN_BASES = ("input+output", "output")
BASES = (*PRICE_BASES, *TOKEN_BASES)

_ADJECTIVES = {"mean": "Mean", "p50": "Median", "p99": "99th percentile of", "stated": "Stated"}
_UNNAMED = ("mean", "stated")


@dataclass(frozen=True)
class Unit:
    """A unit of a metric.

    Attributes:
        name: The unit as it is published in `measurements.unit`.
        noun: What the unit contributes to the name of a wide column.
        basis: Which basis of the page a figure in this unit takes, if any.
        cost: For a throughput whose costs are not per what their header says: the unit of a cost
            of a million of what it counts.
        note: What the description of the wide column adds, such as "; see token_basis".
    """

    name: str
    noun: str
    basis: Basis | None = None
    cost: str | None = None
    note: str = ""


@dataclass(frozen=True)
class WideColumn:
    """A column of `benchmark_results`: one metric, statistic and unit."""

    name: str
    metric: str
    statistic: str
    unit: str
    noun: str
    description: str


@dataclass(frozen=True)
class Metric:
    """One metric.

    Attributes:
        name: The name in `measurements.metric`.
        statistics: Statistics that pages print of it.
        units: Units that pages print it in.
        better: Direction of an improvement. `None` means that neither is better, and has to be
            written; a change is then never called improved or regressed.
        kind: What sort of quantity it is. Money is recalculated when hourly rates change.
        column: Pattern of its wide columns' names, of `{statistic}` and `{noun}`.
        description: Pattern of their descriptions, of `{adjective}`, `{noun}` and `{note}`.
        label: Name in a report.
        basis: Which basis of the page its figures take, whatever their unit.
        headline: Statistic whose median a report shows at its top; "" for none.
    """

    name: str
    statistics: tuple[str, ...] = must_state("its statistics: statistics=('mean',)")
    units: tuple[Unit, ...] = must_state("its units: units=(Unit('mJ', 'mj'),)")
    better: Better | None = must_state(
        "its direction: better='higher', 'lower', or None where neither is better",
        may_be_empty=True,
    )
    kind: Kind = must_state("its kind: kind='speed', 'time', 'money' or 'energy'")
    column: str = must_state("its wide column: column='energy_{noun}'")
    description: str = must_state("the description of its wide columns")
    label: str = must_state("its label in a report")
    basis: Basis | None = None
    headline: str = ""

    def __post_init__(self) -> None:
        """Check the declaration."""
        check_stated("metric", self.name, self)
        unknown = {*self.statistics, self.headline or "mean"} - set(STATISTICS)
        if unknown:
            raise DeclarationError(
                f"metric {self.name!r} has the statistic {min(unknown)!r}, which STATISTICS lacks"
            )

    def wide_columns(self) -> Iterator[WideColumn]:
        """Yield its columns of `benchmark_results`, unit by unit."""
        for unit in self.units:
            noun = unit.noun.replace("_", " ")
            for statistic in self.statistics:
                yield WideColumn(
                    name=self.column.format(statistic=statistic, noun=unit.noun),
                    metric=self.name,
                    statistic=statistic,
                    unit=unit.name,
                    noun=unit.noun,
                    description=self.description.format(
                        adjective=_ADJECTIVES[statistic], noun=noun, note=unit.note
                    ),
                )

    def label_of(self, statistic: str) -> str:
        """Return the name of one of its statistics in a report, such as `latency p50`."""
        return self.label if statistic in _UNNAMED else f"{self.label} {statistic}"


def _latency(name: str, label: str, what: str, headline: str = "") -> Metric:
    """Return a metric of time with its two percentiles in milliseconds."""
    return Metric(
        name,
        statistics=("p50", "p99"),
        units=(Unit("ms", "ms"),),
        better="lower",
        kind="time",
        column=f"{name}_{{statistic}}_{{noun}}",
        description=f"{{adjective}} {what}.",
        label=label,
        basis="tokens" if name == "latency_per_token" else None,
        headline=headline,
    )


THROUGHPUT = Metric(
    "throughput",
    statistics=("mean",),
    units=(
        Unit("inferences/s", "inferences"),
        Unit("images/s", "images"),
        Unit(
            "tokens/s",
            "tokens",
            basis="tokens",
            cost="USD per 1M tokens",
            note="; see token_basis",
        ),
        Unit("output tokens/s", "output_tokens", cost="USD per 1M output tokens", note=" alone"),
        Unit("sequences/s", "sequences"),
    ),
    better="higher",
    kind="speed",
    column="throughput_{noun}_per_s",
    description="{adjective} throughput in {noun}{note}.",
    label="throughput",
    headline="mean",
)
COST = Metric(
    "cost",
    statistics=("mean",),
    units=(
        Unit("USD per 1M inferences", "inferences"),
        Unit("USD per 1M images", "images"),
        Unit("USD per 1M tokens", "tokens"),
    ),
    better="lower",
    kind="money",
    column="usd_per_1m_{noun}",
    description="Cost of a million {noun}, as published; see price_basis.",
    label="cost",
    basis="price",
    headline="mean",
)
METRICS: tuple[Metric, ...] = (
    THROUGHPUT,
    _latency("latency", "latency", "latency", headline="p50"),
    _latency("latency_per_token", "latency/token", "latency per token"),
    _latency("ttft", "ttft", "time to first token"),
    _latency("tpot", "tpot", "time per output token"),
    COST,
    Metric(
        "hourly_rate",
        statistics=("stated",),
        units=(Unit("USD/h", "hour"),),
        better="lower",
        kind="money",
        column="usd_per_{noun}",
        description="Hourly rate that the page states.",
        label="hourly_rate",
    ),
)
METRICS_BY_NAME = {metric.name: metric for metric in METRICS}
METRIC_NAMES = tuple(METRICS_BY_NAME)
UNITS = tuple(dict.fromkeys(unit.name for metric in METRICS for unit in metric.units))
MONEY = tuple(metric.name for metric in METRICS if metric.kind == "money")


def wide_columns() -> tuple[WideColumn, ...]:
    """Return the columns of `benchmark_results` that hold figures, metric by metric."""
    return tuple(column for metric in METRICS for column in metric.wide_columns())


def better_when(direction: Better, metrics: Iterable[Metric] = METRICS) -> tuple[str, ...]:
    """Return the names of the metrics that are better in a direction."""
    return tuple(metric.name for metric in metrics if metric.better == direction)


def page_basis(metric: str, unit: str) -> Basis | None:
    """Return which basis of its page a figure takes where its header states none."""
    declared = METRICS_BY_NAME[metric]
    of_unit = {one.name: one.basis for one in declared.units}
    return of_unit.get(unit) or declared.basis


def latency_metrics() -> tuple[str, ...]:
    """Return the names of the metrics with a P50 and a P99: the first cannot be the higher one."""
    return tuple(m.name for m in METRICS if {"p50", "p99"} <= set(m.statistics))


def figure_slot(metric: str, statistic: str) -> str:
    """Return the name of a figure within a row: `throughput`, `latency p50`."""
    return metric if statistic in _UNNAMED else f"{metric} {statistic}"
