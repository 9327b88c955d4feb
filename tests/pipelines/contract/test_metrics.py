"""A metric is declared once, whole, and everything else derives from it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pipelines.contract.declaration import DeclarationError
from pipelines.contract.metrics import (
    METRICS,
    METRICS_BY_NAME,
    NEVER_YET,
    UNITS_BY_NAME,
    Metric,
    Unit,
    better_when,
    cost_unit,
    is_statistic,
    page_basis,
    wide_columns,
)

ENERGY = {
    "statistics": ("mean",),
    "units": (Unit("mJ", "mj"),),
    "better": "lower",
    "kind": "energy",
    "column": "energy_{noun}",
    "description": "{adjective} energy of an inference.",
    "label": "energy",
}


def a_metric(**facts: object) -> Metric:
    return Metric("energy", **{**ENERGY, **facts})  # type: ignore[arg-type]


@pytest.mark.parametrize("fact", ENERGY)
def test_a_metric_that_lacks_a_fact_does_not_load(fact: str) -> None:
    facts = {name: value for name, value in ENERGY.items() if name != fact}
    with pytest.raises(DeclarationError, match=r"^metric 'energy' lacks ") as error:
        Metric("energy", **facts)  # type: ignore[arg-type]
    assert "\n" not in str(error.value)


def test_a_metric_without_a_direction_says_how_to_state_one() -> None:
    facts = {name: value for name, value in ENERGY.items() if name != "better"}
    expected = r"lacks its direction: better='higher', 'lower', or None where neither is better$"
    with pytest.raises(DeclarationError, match=expected):
        Metric("energy", **facts)  # type: ignore[arg-type]


def test_a_program_that_declares_half_a_metric_ends_when_it_is_imported() -> None:
    code = "from pipelines.contract.metrics import Metric\nMetric('energy', statistics=('mean',))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "pipelines.contract.declaration.DeclarationError: metric 'energy' lacks its units: "
        "units=(Unit('mJ', 'mj'),)"
    )


def test_no_direction_is_a_direction_that_can_be_stated() -> None:
    neutral = a_metric(better=None)
    assert better_when("lower", [neutral]) == better_when("higher", [neutral]) == ()


def test_a_statistic_that_there_is_not_is_refused() -> None:
    with pytest.raises(DeclarationError, match="statistic 'p1000', which STATISTICS lacks"):
        a_metric(statistics=("p1000",))


def test_every_percentile_and_five_words_are_statistics() -> None:
    for text in ("mean", "max", "min", "stated", "unstated", "p0", "p50", "p99", "p99.9"):
        assert is_statistic(text)
    for text in ("", "p", "p100", "p99.", "p99.9999", "50", "p\u0665\u0660", "average", "p50 "):
        assert not is_statistic(text)


def test_a_metric_names_and_describes_its_wide_columns() -> None:
    (column,) = a_metric().wide_columns()
    assert (column.name, column.unit) == ("energy_mj", "mJ")
    assert column.description == "Mean energy of an inference."


def test_a_unit_that_is_compared_in_another_has_no_column_of_its_own() -> None:
    units = (Unit("mJ", "mj"), Unit("J", compared_in="mJ", factor=1000.0))
    (column,) = a_metric(units=units).wide_columns()
    assert column.factors == (("mJ", 1.0), ("J", 1000.0))


def test_every_unit_is_in_the_wide_column_of_the_unit_that_it_is_compared_in() -> None:
    factors = {unit: (c.unit, factor) for c in wide_columns() for unit, factor in c.factors}
    assert factors == {one.name: (one.compared_in, one.factor) for one in UNITS_BY_NAME.values()}
    for one in UNITS_BY_NAME.values():
        assert (one.factor == 1.0) == (one.name == one.compared_in) == bool(one.noun)


def test_wide_columns_have_distinct_names_and_describe_themselves() -> None:
    columns = wide_columns()
    assert len({column.name for column in columns}) == len(columns)
    assert all("{" not in column.name + column.description for column in columns)


def test_every_metric_has_a_direction_or_none_on_purpose() -> None:
    assert better_when("higher") == ("throughput", "mfu")
    judged = {*better_when("higher"), *better_when("lower")}
    assert {metric.name for metric in METRICS} - judged == {"compute_cost_per_token"}


def test_a_figure_takes_its_basis_from_its_unit_or_its_metric() -> None:
    assert page_basis("throughput", "tokens/s") == "tokens"
    assert page_basis("throughput", "inferences/s") is None
    assert page_basis("latency_per_token", "ms") == "tokens"
    assert page_basis("latency", "ms") is None
    assert page_basis("cost", "USD per 1M tokens") == "price"


def test_latency_metrics_are_those_with_both_percentiles() -> None:
    named = ("latency", "latency_per_token", "ttft", "tpot", "itl", "e2e_latency")
    assert tuple(one.name for one in METRICS if {"p50", "p99"} <= set(one.statistics)) == named


def test_a_label_names_the_statistic_unless_there_is_one_alone() -> None:
    assert METRICS_BY_NAME["latency_per_token"].label_of("p50") == "latency/token p50"
    assert METRICS_BY_NAME["throughput"].label_of("mean") == "throughput"
    assert METRICS_BY_NAME["hourly_rate"].label_of("stated") == "hourly_rate"


def test_a_cost_is_of_what_throughput_counts_whatever_its_header_says() -> None:
    assert cost_unit("USD per 1M inferences", "tokens/s") == "USD per 1M tokens"
    assert cost_unit("USD per 1K inferences", "tokens/min") == "USD per 1K tokens"
    assert cost_unit("USD per 1M tokens", "output tokens/s") == "USD per 1M output tokens"
    assert cost_unit("USD per 1M images", "inferences/s") == "USD per 1M images"
    assert cost_unit("USD per 1M tokens", None) == "USD per 1M tokens"


def test_a_column_without_a_published_figure_says_so() -> None:
    (never,) = a_metric(is_published=False).wide_columns()
    (once,) = a_metric().wide_columns()
    assert (never.is_published, once.is_published) == (False, True)
    assert never.description == f"{once.description} {NEVER_YET}"
