"""The grammar of headers: what it reads it reads rightly, and a word left over is not read."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.contract.metrics import STATISTICS as NAMED_STATISTICS
from pipelines.contract.metrics import UNITS_BY_NAME
from pipelines.performance.column_kinds import (
    DimensionColumn,
    MetricColumn,
    NotRead,
    OtherDimensionColumn,
)
from pipelines.performance.columns import words
from pipelines.performance.columns.grammar import (
    canonical_header,
    has_unit,
    is_header_statistic,
    read_by_grammar,
    tokens_of,
)
from pipelines.performance.columns.headers import read_by_vocabulary
from pipelines.performance.vocabulary import DIMENSIONS, METRICS

VOCABULARY = (
    *DIMENSIONS,
    *(
        f"{name} ({unit})" if unit else name
        for name, metric in METRICS.items()
        for unit in metric.units
    ),
)
WHITE = st.text(" \t\n\u00a0\u2003\u200b", max_size=3).map(lambda text: f" {text}")
STATISTICS = st.sampled_from(["Avg.", "mean", "Median", "P50", "p99", "P99.9", "max", "Minimum"])
PLAIN_QUANTITIES = st.sampled_from(
    sorted(phrase for phrase, q in words.QUANTITIES.items() if q.has_statistics and not q.carried)
)
# Words that headers could bring and that no phrase of the grammar has.
UNKNOWN_WORDS = st.one_of(
    st.sampled_from(["chip", "on trn2", "vs 2.27", "with prefix caching", "speedup", "gain", "x"]),
    st.text(string.ascii_lowercase, min_size=3).filter(
        lambda word: word not in KNOWN_WORDS and word not in words.SAME_WORD
    ),
)
KNOWN_WORDS = {
    word
    for phrase in (
        *words.QUANTITIES,
        *words.UNITS,
        *NAMED_STATISTICS,
        *(phrase for phrases in words.FIELDS.values() for phrase in phrases),
        *(
            p
            for fields in words.OTHER_FIELDS.values()
            for phrases in fields.values()
            for p in phrases
        ),
    )
    for word in phrase.split()
}
UNIT_OF_KIND = {"speed": "images/s", "time": "ms", "share": "%", "compute": "TFLOPs"}


def unit_for(phrase: str) -> str:
    """Return a unit that a quantity takes, wherever it is in the header."""
    quantity = words.QUANTITIES[phrase]
    return f"{quantity.thing}/s" if quantity.thing else UNIT_OF_KIND[quantity.metric.kind]


def noisy(draw: st.DrawFn, text: str) -> str:
    """Write a header as a careless author might: case, white space, hyphens, dots, brackets."""
    text = "".join(draw(st.sampled_from((c.lower(), c.upper(), c))) for c in text)
    if draw(st.booleans()):
        text = text.replace("(", "[").replace(")", "]")
    gaps = [draw(st.sampled_from((" ", "  ", "-", ". ", "\u2011", "_"))) for _ in text]
    text = "".join(gap if c == " " else c for c, gap in zip(text, gaps, strict=True))
    return draw(WHITE) + text + draw(st.sampled_from(("", "."))) + draw(WHITE)


@pytest.mark.parametrize("header", VOCABULARY)
def test_the_grammar_alone_reads_each_header_of_the_vocabulary_the_same(header: str) -> None:
    assert read_by_grammar(header) == read_by_vocabulary(header)


@given(st.data(), st.sampled_from(VOCABULARY))
def test_noise_changes_nothing_in_what_the_vocabulary_reads(
    data: st.DataObject, header: str
) -> None:
    written = data.draw(st.composite(lambda draw: noisy(draw, header))())
    assert read_by_grammar(written) == read_by_vocabulary(header), written


def test_the_grammar_names_columns_with_the_slots_of_the_vocabulary() -> None:
    for header in VOCABULARY:
        reading, known = read_by_grammar(header), read_by_vocabulary(header)
        assert not isinstance(reading, NotRead)
        assert known is not None
        assert reading.slot == known.slot


def metric(  # noqa: PLR0913 - the columns of the table below
    name: str,
    statistic: str,
    unit: str,
    *,
    basis: str | None = None,
    compared_in: str | None = None,
    factor: float = 1.0,
) -> MetricColumn:
    column = MetricColumn(name, statistic, unit, basis)
    known = UNITS_BY_NAME[column.unit]
    assert (known.compared_in, known.factor) == (compared_in or unit, factor)
    return column


def left(*leftover: str) -> NotRead:
    return NotRead("leftover-words", leftover)


def nothing(*leftover: str) -> NotRead:
    return NotRead("no-quantity", leftover)


# Headers that a next release could print.
NEXT_RELEASE = {
    # Figures, in words and units that the vocabulary does not have.
    "P99.9 Latency (ms)": metric("latency", "p99.9", "ms"),
    "Latency P90 (ms)": metric("latency", "p90", "ms"),
    "Latency (P99, ms)": metric("latency", "p99", "ms"),
    "Average Latency (s)": metric("latency", "mean", "s", compared_in="ms", factor=1000.0),
    "Latency Max (µs)": metric("latency", "max", "µs", compared_in="ms", factor=0.001),
    "latency_ms_p95": metric("latency", "p95", "ms"),
    "Latency (ms)": metric("latency", "unstated", "ms"),
    "Median TTFT (s)": metric("ttft", "p50", "s", compared_in="ms", factor=1000.0),
    "TTFT (P50 in ms)": metric("ttft", "p50", "ms"),
    "Mean Time to First Token (ms)": metric("ttft", "mean", "ms"),
    "TPOT (P50 in ms)": metric("tpot", "p50", "ms"),
    "Time per Output Token P99 (ms)": metric("tpot", "p99", "ms"),
    "Avg. Inter-token Latency (ms)": metric("itl", "mean", "ms"),
    "P99 ITL (ms)": metric("itl", "p99", "ms"),
    "Per-token latency, P50 (ms)": metric("latency_per_token", "p50", "ms"),
    "End-to-End Latency P50 (s)": metric(
        "e2e_latency", "p50", "s", compared_in="ms", factor=1000.0
    ),
    "E2E latency in ms, P99": metric("e2e_latency", "p99", "ms"),
    "Output token Throughput (per second)": metric(
        "throughput", "mean", "output tokens/s", basis="output"
    ),
    "Throughput (output tokens/s)": metric("throughput", "mean", "output tokens/s", basis="output"),
    "Total Token Throughput (tok/s)": metric(
        "throughput", "mean", "tokens/s", basis="input+output"
    ),
    "Request throughput (req/s)": metric("throughput", "mean", "requests/s"),
    "Image throughput (per second)": metric("throughput", "mean", "images/s"),
    "Throughput [samples/sec]": metric("throughput", "mean", "samples/s"),
    "Max Throughput (seq/s)": metric("throughput", "max", "sequences/s"),
    "Throughput (images/min)": metric(
        "throughput", "mean", "images/min", compared_in="images/s", factor=1 / 60
    ),
    "Cost per 1M output tokens": metric("cost", "mean", "USD per 1M output tokens"),
    "Cost per 1,000 images ($)": metric(
        "cost", "mean", "USD per 1K images", compared_in="USD per 1M images", factor=1000.0
    ),
    "Cost per million tokens (USD)": metric("cost", "mean", "USD per 1M tokens"),
    "On-Demand hourly rate (USD/h)": metric("hourly_rate", "stated", "USD/h", basis="on-demand"),
    "Hourly rate ($)": metric("hourly_rate", "stated", "USD/h"),
    "MFU[%]": metric("mfu", "mean", "%"),
    "ComputeCostPerToken(Tflops)": metric("compute_cost_per_token", "stated", "TFLOPs"),
    # Dimensions with a column of their own.
    "Tensor Parallel Degree": DimensionColumn("tp_degree"),
    "tp_size": DimensionColumn("tp_degree"),
    "# of Nodes": DimensionColumn("nodes"),
    "Global Batch Size": DimensionColumn("global_batch"),
    "Input Sequence Length": DimensionColumn("input_length"),
    "EC2 Instance Type": DimensionColumn("instance_types"),
    "Neuron SDK Version": DimensionColumn("measured_release"),
    "Autocast Data-Type": DimensionColumn("autocast_data_type"),
    # Dimensions without one.
    "EP Degree": OtherDimensionColumn("ep degree", "tuned"),
    "Context Parallel Degree": OtherDimensionColumn("cp degree", "tuned"),
    "KV Cache Data Type": OtherDimensionColumn("kv cache data type", "tuned"),
    "Number of NeuronCores": OtherDimensionColumn("neuroncores", "tuned"),
    "Context Length": OtherDimensionColumn("context length", "identity"),
    "Max Concurrency": OtherDimensionColumn("concurrency", "identity"),
    # A word too much.
    "Throughput per chip (tokens/s)": left("per", "chip"),
    "Throughput (tokens/s/chip)": left("per", "chip"),
    "Latency P50 (ms) on trn2": left("on", "trn2"),
    "TTFT (P50 in ms) with prefix caching": left("with", "prefix", "caching"),
    "P50/P99 Latency (ms)": left("per", "p99"),
    "Average On-Demand hourly rate": left("mean"),
    "3-year RI hourly rate": left("3", "year", "ri"),
    "Throughput per second": left("per"),
    "Tokens throughput per second": left("tokens", "per"),
    "Performance per USD (tokens/s)": left("per", "usd"),
    "Latency Impact": left("impact"),
    "Model code impact": nothing("model", "code", "impact"),
    # No quantity that we know.
    "Power (W)": nothing("power", "w"),
    "Speedup vs. 2.27 (x)": nothing("speedup", "vs", "2.27", "x"),
    "Image/s": nothing("image", "per", "s"),
    "Cold Start E2E Time (s)": nothing("cold", "start", "end", "to", "end", "time", "s"),
    "Cost per chip-hour ($)": nothing("cost", "per", "chip", "hour", "usd"),
    # No unit, or not one of this quantity.
    "Throughput": NotRead("no-unit"),
    "P50 Latency": NotRead("no-unit"),
    "Throughput (ms)": NotRead("wrong-unit"),
    "Throughput (/hour)": left("per", "hour"),
    "Latency P50 (tokens/s)": NotRead("wrong-unit"),
    "Output Token Throughput (images/s)": NotRead("wrong-unit"),
    "Image Throughput (tokens/s)": NotRead("wrong-unit"),
    "Cost per 1M tokens (%)": NotRead("wrong-unit"),
    # Brackets that do not close, or are two.
    "Latency P50 (ms": NotRead("brackets", ("latency", "p50", "(", "ms")),
    "TTFT (P50) (ms)": NotRead("brackets", ("ttft", "(", "p50", ")", "(", "ms", ")")),
}


@pytest.mark.parametrize(("header", "expected"), NEXT_RELEASE.items())
def test_a_header_of_a_next_release_is_read_rightly_or_not_at_all(
    header: str, expected: MetricColumn | DimensionColumn | OtherDimensionColumn | NotRead
) -> None:
    assert read_by_grammar(header) == expected


def test_the_list_of_a_next_release_holds_sixty_headers_that_the_vocabulary_does_not_have() -> None:
    assert len(NEXT_RELEASE) >= 60
    assert not {" ".join(tokens_of(h)) for h in NEXT_RELEASE} & {
        " ".join(tokens_of(h)) for h in VOCABULARY
    }


@given(PLAIN_QUANTITIES, STATISTICS)
def test_a_statistic_may_stand_before_or_after_its_quantity_or_with_its_unit(
    phrase: str, statistic: str
) -> None:
    unit = unit_for(phrase)
    places = (
        f"{statistic} {phrase} ({unit})",
        f"{phrase} {statistic} ({unit})",
        f"{phrase} ({statistic} in {unit})",
        f"{phrase} ({unit}, {statistic})",
        f"{phrase} ({unit}) {statistic}",
    )
    readings = {read_by_grammar(header) for header in places}
    assert len(readings) == 1
    assert isinstance(readings.pop(), MetricColumn)


@given(PLAIN_QUANTITIES, STATISTICS, STATISTICS)
def test_two_statistics_are_one_too_many(phrase: str, first: str, second: str) -> None:
    reading = read_by_grammar(f"{first} {phrase} {second} ({unit_for(phrase)})")
    assert isinstance(reading, NotRead)
    assert reading.reason == "leftover-words"


@given(
    st.data(),
    st.sampled_from(
        [*VOCABULARY, *(h for h, r in NEXT_RELEASE.items() if not isinstance(r, NotRead))]
    ),
    UNKNOWN_WORDS,
)
def test_any_word_left_over_means_not_read(data: st.DataObject, header: str, unknown: str) -> None:
    parts = header.split(" ")
    at = data.draw(st.integers(0, len(parts)))
    written = " ".join([*parts[:at], unknown, *parts[at:]])
    reading = read_by_grammar(written)
    assert isinstance(reading, NotRead), written
    assert set(tokens_of(unknown)) & set(reading.leftover), written


@given(PLAIN_QUANTITIES, STATISTICS)
def test_without_a_unit_there_is_no_metric(phrase: str, statistic: str) -> None:
    assert read_by_grammar(phrase) == NotRead("no-unit")
    assert read_by_grammar(f"{statistic} {phrase}") == NotRead("no-unit")
    assert read_by_grammar(f"{phrase} ()") == NotRead("no-unit")


def assert_reads_back(header: str) -> None:
    reading = read_by_grammar(header)
    if not isinstance(reading, NotRead):
        assert read_by_grammar(canonical_header(reading)) == reading
        assert reading.slot


@given(st.one_of(st.text(), st.text(string.printable), st.text("()[]/%$#.,p9 -_ms")))
def test_any_text_is_read_or_not_and_never_fails(header: str) -> None:
    assert_reads_back(header)


@given(st.lists(st.sampled_from(sorted({*KNOWN_WORDS, "p99", "p99.9", "in", "/", "$", "#", ","}))))
def test_every_reading_has_a_canonical_header_that_reads_back_the_same(parts: list[str]) -> None:
    assert_reads_back(" ".join(parts))


@pytest.mark.parametrize(
    "phrase",
    [
        *(phrase for phrases in words.FIELDS.values() for phrase in phrases),
        *(p for fields in words.OTHER_FIELDS.values() for ps in fields.values() for p in ps),
    ],
)
def test_every_phrase_of_a_dimension_is_met_and_reads_back(phrase: str) -> None:
    assert isinstance(read_by_grammar(phrase), DimensionColumn | OtherDimensionColumn)
    assert_reads_back(phrase)


@pytest.mark.parametrize("phrase", words.QUANTITIES)
def test_every_quantity_takes_the_units_of_its_kind_alone_and_reads_back(phrase: str) -> None:
    for word, unit in words.UNITS.items():
        header = f"{phrase} ({word})"
        same_kind = unit in words.QUANTITIES[phrase].metric.units
        assert same_kind or read_by_grammar(header) == NotRead("wrong-unit")
        assert_reads_back(header)


def test_a_percentile_and_three_words_are_statistics() -> None:
    for word in ("mean", "max", "min", "p0", "p50", "p99", "p99.9"):
        assert is_header_statistic(word)
    for word in ("", "p", "p100", "p99.", "p99.9999", "50", "p\u0665\u0660", "stated", "unstated"):
        assert not is_header_statistic(word)


def test_a_header_of_absurd_length_is_not_read() -> None:
    assert isinstance(read_by_grammar("throughput (tokens/s)" + " " * 200), NotRead)


@pytest.mark.parametrize(
    ("header", "same", "other"),
    [
        ("Latency P50 (ms)", ("ms", "MS", "milliseconds"), ("s", "", "ms p50", "tokens/s")),
        ("Output Token Throughput (tokens/sec)", ("tokens/s", "output tokens/second"), ("/min",)),
        ("Throughput (inference/second)", ("/s", "inferences/sec"), ("images/s", "tokens/s")),
        ("MFU (%)", ("%", "percent"), ("x",)),
        ("Cost per 1M images", ("USD", "$"), ("EUR", "%")),
    ],
)
def test_a_unit_in_a_cell_is_compared_with_the_one_of_its_column(
    header: str, same: tuple[str, ...], other: tuple[str, ...]
) -> None:
    column = read_by_grammar(header)
    assert isinstance(column, MetricColumn)
    assert [text for text in same if not has_unit(column, text)] == []
    assert [text for text in other if has_unit(column, text)] == []
