"""Headers: the noise in which pages differ means nothing, and an unknown word is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.performance.headers import Figures, UnknownHeaderError, read_header
from pipelines.performance.vocabulary import DIMENSIONS, METRICS, Dimension

WHITE = st.text(" \t\n\u00a0\u2003", max_size=3)


def noisy(draw: st.DrawFn, text: str) -> str:
    """Write a header as a careless author might: other case, more white space, hyphens, dots."""
    letters = [draw(st.sampled_from((c.lower(), c.upper(), c))) for c in text]
    gaps = [draw(st.sampled_from((" ", "  ", "-", ". "))) if c == " " else c for c in letters]
    return draw(WHITE) + "".join(gaps) + draw(st.sampled_from(("", "."))) + draw(WHITE)


@given(st.data(), st.sampled_from(sorted(DIMENSIONS)))
def test_a_dimension_is_known_through_all_noise(data: st.DataObject, name: str) -> None:
    header = data.draw(st.composite(lambda draw: noisy(draw, name))())
    assert read_header(header) == DIMENSIONS[name]


@given(st.data(), st.sampled_from(sorted(METRICS)), st.sampled_from(["()", "[]"]))
def test_a_metric_is_known_through_all_noise(data: st.DataObject, name: str, around: str) -> None:
    metric = METRICS[name]
    unit = data.draw(st.sampled_from(sorted(metric.units)))
    header = data.draw(st.composite(lambda draw: noisy(draw, name))())
    if unit:
        header += f" {around[0]}{data.draw(WHITE)}{unit.upper()}{around[1]}"
    assert read_header(header) == Figures(metric, metric.units[unit])


@given(st.text(max_size=30))
def test_any_text_is_a_known_header_or_refused_with_what_is_known(header: str) -> None:
    try:
        column = read_header(header)
    except UnknownHeaderError as error:
        assert error.rule.name in ("unknown-header", "unknown-unit")  # noqa: PT017 - see the name
        assert error.expected in str(error)  # noqa: PT017
    else:
        assert column.slot


@pytest.mark.parametrize(
    "headers",
    [
        ("Inst. Type", "Instance-Type", "instance type"),
        (" Optimizer", "Optimizer"),
        ("OS Type", "OS Type."),
        ("Global Minibatch", "Globalbatch", "Global Batch"),
        ("Tutorial", "Scripts", "Neuron Tutorial/Example"),
        ("Microbatch", "Micro Batch"),
        ("Model Data Type", "Training Data-Type"),
        (
            "Throughput (inference/second)",
            "Throughput (inference/sec)",
            "Avg Throughput (/sec)",
            "Throughput (Inferences/Second)",
        ),
        ("Latency P50 (ms)", "latency p50 [MS]"),
    ],
)
def test_spellings_of_one_thing_are_one_column(headers: tuple[str, ...]) -> None:
    read = [read_header(header) for header in headers]
    assert len({column.slot for column in read}) == 1
    assert len({column.unit for column in read if isinstance(column, Figures)}) <= 1


@pytest.mark.parametrize(
    ("header", "metric", "statistic", "unit", "basis"),
    [
        ("Throughput (tokens/second)", "throughput", "mean", "tokens/s", None),
        ("Output Token Throughput (tokens/sec)", "throughput", "mean", "output tokens/s", "output"),
        ("Performance [seq/sec]", "throughput", "mean", "sequences/s", None),
        ("Latency per Token P99 (ms)", "latency_per_token", "p99", "ms", None),
        ("TTFT Latency P50 (ms)", "ttft", "p50", "ms", None),
        ("TPOT Latency P99 (ms)", "tpot", "p99", "ms", None),
        ("Cost per 1M inferences", "cost", "mean", "USD per 1M inferences", None),
        ("Cost per 1M images", "cost", "mean", "USD per 1M images", None),
        ("Cost per 1M tokens", "cost", "mean", "USD per 1M tokens", None),
        ("On-Demand hourly rate", "hourly_rate", "stated", "USD/h", "on-demand"),
    ],
)
def test_a_header_of_figures_names_metric_statistic_unit_and_basis(
    header: str, metric: str, statistic: str, unit: str, basis: str | None
) -> None:
    column = read_header(header)
    assert isinstance(column, Figures)
    assert (column.metric.metric, column.metric.statistic) == (metric, statistic)
    assert (column.unit, column.metric.basis) == (unit, basis)


@pytest.mark.parametrize("header", ["Throughput (fortnights)", "Latency P50 (s)", "Throughput"])
def test_a_known_metric_in_an_unknown_unit_is_an_unknown_unit(header: str) -> None:
    with pytest.raises(UnknownHeaderError, match=r"unknown-unit: expected .* one of the units"):
        read_header(header)


@pytest.mark.parametrize("header", ["", "Latency P90 (ms)", "Model (large)", "Cost", "(ms)"])
def test_an_unknown_header_says_where_headers_are_listed(header: str) -> None:
    with pytest.raises(UnknownHeaderError, match="METRICS or DIMENSIONS"):
        read_header(header)


def test_a_dimension_and_a_metric_never_share_a_name() -> None:
    assert not DIMENSIONS.keys() & METRICS.keys()
    assert isinstance(read_header("Model"), Dimension)
