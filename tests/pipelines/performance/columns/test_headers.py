"""Headers: the noise in which pages differ means nothing; the grammar reads what is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.pages.catalog import PAGE_KINDS
from pipelines.pages.inventory import locate, read_inventory
from pipelines.performance.column_kinds import DimensionColumn, MetricColumn, NotRead
from pipelines.performance.columns.grammar import read_by_grammar
from pipelines.performance.columns.headers import read_by_vocabulary, read_header, slot_of
from pipelines.performance.vocabulary import DIMENSIONS, METRICS
from pipelines.sources.site import INVENTORY_PATH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipelines.extract import ExtractedPage
    from pipelines.sources.site import FolderSite

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
    assert read_header(header) == MetricColumn(
        metric.metric, metric.statistic, metric.units[unit], metric.basis
    )


@pytest.mark.parametrize(
    "header",
    ["Latency (ms) / Throughput", "Trn1 / Latency (ms)", "Latency (ms) / P50 (s)", "P50 / P99"],
)
def test_stacked_headers_that_say_two_things_are_not_read(header: str) -> None:
    assert isinstance(read_header(header), NotRead)


@given(st.text(max_size=30))
def test_any_text_is_read_or_not_and_has_a_slot_in_any_case(header: str) -> None:
    column = read_header(header)
    assert slot_of(header) == (header if isinstance(column, NotRead) else column.slot)
    assert not isinstance(column, NotRead) or str(column)


@pytest.mark.parametrize(
    "headers",
    [
        ("Inst. Type", "Instance-Type", "instance type"),
        (" Optimizer", "Optimizer"),
        ("OS Type", "OS Type."),
        ("Global Minibatch", "Globalbatch", "Global Batch"),
        ("Tutorial", "Scripts", "Neuron Tutorial/Example"),
        ("Microbatch", "Micro Batch"),
        ("Model Data Type", "Model Data-Type"),
        (
            "Throughput (inference/second)",
            "Throughput (inference/sec)",
            "Avg Throughput (/sec)",
            "Throughput (Inferences/Second)",
        ),
        ("Latency P50 (ms)", "latency p50 [MS]", "Latency (ms) / P50", "Latency / P50 (ms)"),
        ("Throughput (tokens/s)", "Throughput / (tokens/s)", "Throughput / tokens/second"),
        ("Cost per 1M tokens ($)", "Cost / 1M tokens ($)"),
    ],
)
def test_spellings_of_one_thing_are_one_column(headers: tuple[str, ...]) -> None:
    read = [read_header(header) for header in headers]
    assert len(set(read)) == 1
    assert not isinstance(read[0], NotRead)


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
    assert read_header(header) == MetricColumn(metric, statistic, unit, basis)


@pytest.mark.parametrize("header", ["Latency P90 (ms)", "Latency P50 (s)", "tp size"])
def test_the_grammar_is_asked_where_the_vocabulary_does_not_have_a_header(header: str) -> None:
    assert read_by_vocabulary(header) is None
    assert read_header(header) == read_by_grammar(header)
    assert not isinstance(read_header(header), NotRead)


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("Throughput (fortnights)", "a header without 'fortnights'"),
        ("Throughput", "a header with a unit, such as (ms)"),
        ("Latency P50 (tokens/s)", "a header with a unit of its quantity"),
        ("TTFT (P50) (ms)", "a header with one pair of brackets"),
        ("Colour", "a header that names a known quantity or dimension"),
        ("", "a header that names a known quantity or dimension"),
    ],
)
def test_a_header_that_is_not_read_says_what_would_be(header: str, reason: str) -> None:
    assert str(read_header(header)) == reason


def test_a_dimension_and_a_metric_never_share_a_name() -> None:
    assert not DIMENSIONS.keys() & METRICS.keys()
    assert isinstance(read_header("Model"), DimensionColumn)


def test_every_header_of_every_real_release_is_read(
    real_site: FolderSite, extracted: Callable[[bytes], ExtractedPage]
) -> None:
    headers = set(_headers(real_site, extracted))
    assert len(headers) > 50
    assert not [header for header in headers if isinstance(read_header(header), NotRead)]
    assert not [header for header in headers if isinstance(read_by_grammar(header), NotRead)]


def _headers(site: FolderSite, extract: Callable[[bytes], ExtractedPage]) -> Iterator[str]:
    for release in site.releases():
        labels = read_inventory("", site.read(release, INVENTORY_PATH).body)
        for location in (found for kind in PAGE_KINDS if (found := locate(labels, kind))):
            for table in extract(site.read(release, location.path).body).tables:
                yield from table.header
