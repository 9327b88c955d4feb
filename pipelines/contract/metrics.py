"""The metrics: what is measured, in which statistics and units, and which direction is better.

This module is the one place to edit for a new metric. The closed sets of the contract, the columns
of `benchmark_results`, the SQL that judges a change, report labels, the data dictionary and the
units that the grammar of headers can read derive from `METRICS`. How a header of a page becomes a
metric lives in `pipelines.performance`.
"""

# ruff: noqa: RUF009 - `must_state` returns a dataclass field

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from pipelines.contract.declaration import DeclarationError, check_stated, must_state

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Better = Literal["higher", "lower"]
Kind = Literal["speed", "time", "money", "energy", "share", "compute"]
Basis = Literal["price", "tokens"]

UNSTATED = "unstated"
"""The statistic of a time whose header names none: it is not taken for any of the others."""
STATED = "stated"
"""The statistic of a figure that a page gives, such as a price, and that was not measured."""
STATISTICS = ("mean", "max", "min", STATED, UNSTATED)
"""The statistics that have a name. Every percentile, such as `p99`, is a statistic as well."""
_PERCENTILE = r"p\d{1,2}(?:\.\d{1,3})?"
STATISTIC_PATTERN = "|".join((*STATISTICS, _PERCENTILE))
_STATISTIC = re.compile(STATISTIC_PATTERN, re.ASCII)
PRICE_BASES = ("on-demand", "ri-effective")
TOKEN_BASES = ("input+output", "output", "input")
BASES = (*PRICE_BASES, *TOKEN_BASES)

NEVER_YET = "Never yet: no release so far has a value."
"""What the description says of a column that is always null."""
_ADJECTIVES = {"mean": "Mean", "max": "Highest", "min": "Lowest", STATED: "Stated", "p50": "Median"}
_UNNAMED = ("mean", STATED)
_BESIDE_THE_TITLE = re.compile(r" (?:in|of a million) \{noun\}|\{note\}|[,;.].*")
"""What a description says beyond the title: what is counted, and what follows its first clause."""


def is_statistic(text: str) -> bool:
    """Return whether a text is a statistic: `mean`, `max` and so on, or a percentile, `p99.9`."""
    return _STATISTIC.fullmatch(text) is not None


def _adjective(statistic: str) -> str:
    return _ADJECTIVES.get(statistic) or f"{statistic.removeprefix('p')}th percentile of"


@dataclass(frozen=True)
class Unit:
    """A unit of a metric.

    Attributes:
        name: The unit as it is published in `measurements.unit`.
        noun: What the unit contributes to the name of a wide column. Units that are compared in
            another one have none.
        basis: Which basis of the page a figure in this unit takes, if any.
        cost: For a throughput whose costs are not per what their header says: the unit of a cost
            of a million of what it counts.
        note: What the description of the wide column adds, such as "; see token_basis".
        compared_in: The unit that figures are compared in; "" for the unit itself.
        factor: `value * factor` is the value in `compared_in`.
        is_published: False until a release has a figure in it; a test holds this against the
            bundled releases.
    """

    name: str
    noun: str = ""
    basis: Basis | None = None
    cost: str | None = None
    note: str = ""
    compared_in: str = ""
    factor: float = 1.0
    is_published: bool = True

    def __post_init__(self) -> None:
        """Fill in the unit that figures are compared in."""
        object.__setattr__(self, "compared_in", self.compared_in or self.name)


@dataclass(frozen=True)
class WideColumn:
    """A column of `benchmark_results`: one metric, statistic and unit.

    `factors` has each unit whose figures the column holds, and by what they are multiplied.
    `is_published` is false while no release has a figure for it.
    """

    name: str
    metric: str
    statistic: str
    unit: str
    noun: str
    description: str
    factors: tuple[tuple[str, float], ...]
    is_published: bool


@dataclass(frozen=True)
class Metric:
    """One metric.

    Attributes:
        name: The name in `measurements.metric`.
        statistics: Statistics that have a wide column. A page may print others, unless the metric
            is only stated.
        units: Units that pages print it in.
        better: Direction of an improvement. `None` means that neither is better, and has to be
            written; a change is then never called improved or regressed.
        kind: What sort of quantity it is. Money is recalculated when hourly rates change.
        column: Pattern of its wide columns' names, of `{statistic}` and `{noun}`.
        description: Pattern of their descriptions, of `{adjective}`, `{noun}` and `{note}`.
        label: Name in a report.
        basis: Which basis of the page its figures take, whatever their unit.
        headline: Statistic whose median a report shows at its top; "" for none.
        default: The statistic where a header names none.
        is_published: False until a release prints it, as of a unit.
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
    default: str = "mean"
    is_published: bool = True

    def __post_init__(self) -> None:
        """Check the declaration."""
        check_stated("metric", self.name, self)
        for statistic in (*self.statistics, self.headline or "mean", self.default):
            if not is_statistic(statistic):
                raise DeclarationError(
                    f"metric {self.name!r} has the statistic {statistic!r}, which STATISTICS lacks"
                )

    def unit(self, name: str) -> Unit | None:
        """Return one of its units by its name; None where it does not have it."""
        return next((unit for unit in self.units if unit.name == name), None)

    def wide_columns(self) -> Iterator[WideColumn]:
        """Yield its columns of `benchmark_results`, unit by unit."""
        for unit in (one for one in self.units if one.noun):
            noun = unit.noun.replace("_", " ")
            is_published = self.is_published and unit.is_published
            for statistic in self.statistics:
                yield WideColumn(
                    name=self.column.format(statistic=statistic, noun=unit.noun),
                    metric=self.name,
                    statistic=statistic,
                    unit=unit.name,
                    noun=unit.noun,
                    description=self.description.format(
                        adjective=_adjective(statistic), noun=noun, note=unit.note
                    )
                    + ("" if is_published else f" {NEVER_YET}"),
                    factors=tuple(
                        (one.name, one.factor) for one in self.units if one.compared_in == unit.name
                    ),
                    is_published=is_published,
                )

    def label_of(self, statistic: str) -> str:
        """Return the name of one of its statistics in a report, such as `latency p50`."""
        return self.label if statistic in _UNNAMED else f"{self.label} {statistic}"

    def title_of(self, statistic: str) -> str:
        """Return the same in full words, without its unit, such as `Median latency`."""
        adjective = "" if statistic == UNSTATED else _adjective(statistic)
        text = _BESIDE_THE_TITLE.sub("", self.description).format(adjective=adjective).strip()
        return text[0].upper() + text[1:]


_TIMES = (
    Unit("ms", "ms"),
    Unit("s", compared_in="ms", factor=1000.0),
    Unit("µs", compared_in="ms", factor=0.001),
)


def _rates(
    thing: str,
    basis: Basis | None = None,
    *,
    cost: str | None = None,
    note: str = "",
    is_published: bool = True,
) -> tuple[Unit, ...]:
    """Return the rates that count a thing: a second, with a wide column, a minute and an hour."""
    second = f"{thing}/s"
    noun = thing.replace(" ", "_")
    return (
        Unit(second, noun, basis, cost, note, is_published=is_published),
        Unit(f"{thing}/min", "", basis, cost, compared_in=second, factor=1 / 60),
        Unit(f"{thing}/h", "", basis, cost, compared_in=second, factor=1 / 3600),
    )


def _costs(thing: str) -> tuple[Unit, ...]:
    """Return the costs of a thing: of a million, with a wide column, a thousand and a billion."""
    million = f"USD per 1M {thing}"
    return (
        Unit(million, thing.replace(" ", "_"), is_published=thing in _WITH_COSTS),
        Unit(f"USD per 1K {thing}", compared_in=million, factor=1e3),
        Unit(f"USD per 1B {thing}", compared_in=million, factor=1e-3),
    )


_WITH_COSTS = ("inferences", "images", "tokens", "output tokens")
"""What costs of some release are of."""


def _latency(
    name: str, label: str, what: str, headline: str = "", *, is_published: bool = True
) -> Metric:
    """Return a metric of time, with a column for each of its two percentiles in milliseconds."""
    return Metric(
        name,
        statistics=("p50", "p99"),
        units=_TIMES,
        better="lower",
        kind="time",
        column=f"{name}_{{statistic}}_{{noun}}",
        description=f"{{adjective}} {what}.",
        label=label,
        basis="tokens" if name == "latency_per_token" else None,
        headline=headline,
        default=UNSTATED,
        is_published=is_published,
    )


THROUGHPUT = Metric(
    "throughput",
    statistics=("mean",),
    units=(
        *_rates("inferences"),
        *_rates("images", is_published=False),
        *_rates("tokens", "tokens", cost="USD per 1M tokens", note="; see token_basis"),
        *_rates("output tokens", cost="USD per 1M output tokens", note=" alone"),
        *_rates("sequences"),
        *_rates("input tokens", cost="USD per 1M input tokens", note=" alone", is_published=False),
        *_rates("samples", is_published=False),
        *_rates("requests", is_published=False),
    ),
    better="higher",
    kind="speed",
    column="throughput_{noun}_per_s",
    description="{adjective} throughput in {noun}{note}.",
    label="throughput",
    headline="mean",
)
THINGS = tuple(
    unit.name.removesuffix("/s") for unit in THROUGHPUT.units if unit.compared_in == unit.name
)
"""What a rate can count, in the plural; also what a cost can be of."""
COST = Metric(
    "cost",
    statistics=("mean",),
    units=tuple(unit for thing in THINGS for unit in _costs(thing)),
    better="lower",
    kind="money",
    column="usd_per_1m_{noun}",
    description="Cost of a million {noun}, by what throughput counts; see price_basis and "
    "published_cost_unit.",
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
    _latency("itl", "itl", "time between two tokens", is_published=False),
    _latency("e2e_latency", "e2e latency", "time of a whole request", is_published=False),
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
        default=STATED,
    ),
    Metric(
        "mfu",
        statistics=("mean",),
        units=(Unit("%", "percent"),),
        better="higher",
        kind="share",
        column="mfu_{noun}",
        description="{adjective} share of the peak FLOPs that a run used, in {noun}.",
        label="mfu",
        is_published=False,
    ),
    Metric(
        "compute_cost_per_token",
        statistics=(STATED,),
        units=(
            Unit("TFLOPs", "tflops"),
            Unit("GFLOPs", compared_in="TFLOPs", factor=0.001),
        ),
        better=None,
        kind="compute",
        column="compute_cost_per_token_{noun}",
        description="Computation that a token takes, in TFLOPs, as the page states it.",
        label="compute cost/token",
        default=STATED,
        is_published=False,
    ),
)
METRICS_BY_NAME = {metric.name: metric for metric in METRICS}
METRIC_NAMES = tuple(METRICS_BY_NAME)
UNITS_BY_NAME = {unit.name: unit for metric in METRICS for unit in metric.units}
UNITS = tuple(UNITS_BY_NAME)
MONEY = tuple(metric.name for metric in METRICS if metric.kind == "money")


def compared_value(value: float, unit: str) -> float:
    """Return a figure in the unit that figures of its metric are compared in."""
    return value * UNITS_BY_NAME[unit].factor


def wide_columns() -> tuple[WideColumn, ...]:
    """Return the columns of `benchmark_results` that hold figures, metric by metric."""
    return tuple(column for metric in METRICS for column in metric.wide_columns())


SCALE_LENGTH = len("USD per 1M ")
"""Characters of a cost's unit before what the cost is of."""


def cost_thing(throughput: str) -> str | None:
    """Return what a cost is of in a row with a throughput in this unit.

    Cost times throughput is the hourly rate of the run, so that a cost of tokens stays one under a
    header that says inferences. None where the header is right.
    """
    unit = THROUGHPUT.unit(throughput)
    return unit.cost[SCALE_LENGTH:] if unit and unit.cost else None


def cost_unit(published: str, throughput: str | None) -> str:
    """Return the unit that a cost is in.

    Args:
        published: The unit that the cost's header gives.
        throughput: The unit of the row's throughput; None where it has none.
    """
    thing = cost_thing(throughput) if throughput else None
    return published[:SCALE_LENGTH] + thing if thing else published


def better_when(direction: Better, metrics: Iterable[Metric] = METRICS) -> tuple[str, ...]:
    """Return the names of the metrics that are better in a direction."""
    return tuple(metric.name for metric in metrics if metric.better == direction)


@cache
def page_basis(metric: str, unit: str) -> Basis | None:
    """Return which basis of its page a figure takes where its header states none."""
    declared = METRICS_BY_NAME[metric]
    of_unit = {one.name: one.basis for one in declared.units}
    return of_unit.get(unit) or declared.basis


def figure_slot(metric: str, statistic: str) -> str:
    """Return the name of a figure within a row: `throughput`, `latency p50`."""
    return metric if statistic in _UNNAMED else f"{metric} {statistic}"
