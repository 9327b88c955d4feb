"""Values: what cells say, read back from what was written; what cannot be read is not guessed."""

from __future__ import annotations

import string
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.performance import cell_values as values
from pipelines.performance.cell_values import Degrees, UnreadableError
from pipelines.performance.columns.headers import read_header
from pipelines.performance.vocabulary import WORDS
from tests.pipelines.performance.reading import QUOTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipelines.performance.column_kinds import MetricColumn

COUNTS = st.integers(0, 999_999)
PARSERS: tuple[Callable[[str], Any], ...] = (
    values.number,
    lambda text: values.number(text, money=True),
    values.integer,
    values.measured_release,
    values.version,
    values.framework,
    values.instance_types,
    values.data_types,
    values.autocast_of,
    values.sequence_length_of,
    values.degrees,
)
TEXTS = st.text(max_size=12) | st.text(string.digits + ".,$=/ x[]()TPDNC-٣²½", max_size=12)


@given(st.sampled_from(PARSERS), TEXTS)
def test_any_text_is_read_or_refused_with_what_was_expected(
    parse: Callable[[str], Any], text: str
) -> None:
    try:
        parse(text)
    except UnreadableError as error:
        assert error.expected  # noqa: PT017 - refusing is one of two right answers


@pytest.mark.parametrize("parse", PARSERS)
def test_an_empty_cell_says_nothing(parse: Callable[[str], Any]) -> None:
    assert parse("") in (None, (), (None, ()), (None, None, ()), Degrees())


@given(st.decimals(0, 10**9, places=3), st.sampled_from(["f", ",f"]))
def test_a_number_is_read_back_with_or_without_commas_and_dollars(number: Any, style: str) -> None:
    text = format(number, style)
    assert values.number(text) == values.number(f"${text}", money=True) == float(number)


@pytest.mark.parametrize(
    "text", ["9" * 20, "9" * 300, "9" * 400, f"0.{'0' * 20}1", f"0.{'0' * 400}1"]
)
def test_a_figure_that_calculations_lose_is_refused(text: str) -> None:
    for parse in (values.number, lambda one: values.number(f"${one}", money=True)):
        with pytest.raises(UnreadableError, match="sane size"):
            parse(text)
    assert values.number(f"0.{'0' * 400}") == 0


def test_the_amounts_of_the_pages_are_read() -> None:
    assert values.number("$1,111.111", money=True) == 1111.111
    assert values.number("$0.066", money=True) == 0.066
    assert values.number("41.24") == 41.24


# Decimal commas, groups of two, and groups after a leading zero.
COMMAS = ["1,11", "1,1111", "0,033", "00,033", "12,34,567", "1.234,5", "1,234,56", ",5", "1,"]
SIGNED = ["-1", "+1", "1e3", "nan", "inf", "~3", "$1", "3 ms", "1_000", "1 000"]


@pytest.mark.parametrize("text", [*COMMAS, "1.2.3", ".5", "5.", "007", "٣", "9" * 400, *SIGNED])
def test_what_is_no_plain_number_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError, match=r"a number"):
        values.number(text)


@pytest.mark.parametrize("text", ["$", "$$1", "€1", "1$", "$-1", "1,11", "$0,033"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError, match="an amount in dollars"):
        values.number(text, money=True)


@given(st.integers(0, 10**18 - 1), st.sampled_from(["d", ",d"]))
def test_a_count_is_read_back(count: int, style: str) -> None:
    assert values.integer(format(count, style)) == count


@pytest.mark.parametrize("text", ["1.5", "1,00", "0,123", "-1", "²", "٣", "9" * 19, "many", "1 "])
def test_what_is_no_count_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError, match="a whole number"):
        values.integer(text)


LATENCY, TOKENS, COST = (
    read_header(header)
    for header in ("Latency P50 (ms)", "Output Token Throughput (tokens/sec)", "Cost per 1M images")
)


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        (LATENCY, "48.3 ms", 48.3),
        (LATENCY, "1,048ms", 1048.0),
        (LATENCY, "48.3\u200b", 48.3),
        (TOKENS, "102.3 tokens/s", 102.3),
        (TOKENS, "102.3 output tokens/second", 102.3),
        (COST, "$1.25", 1.25),
        (COST, "1.25 USD", 1.25),
        (COST, "", None),
    ],
)
def test_a_figure_may_repeat_the_unit_of_its_column(
    column: MetricColumn, text: str, value: float | None
) -> None:
    assert values.figure(text, column) == value


@pytest.mark.parametrize(
    ("column", "text"),
    [
        *((LATENCY, text) for text in ("48.3 s", "48.3 %", "48.3 m", "1 048", "48.3 ms p99", "ms")),
        *((TOKENS, text) for text in ("102.3 images/s", "102.3 tokens/min", "$102.3", "1.2x")),
        *((COST, text) for text in ("€1.25", "$0,033", "1.25 EUR", "$1.25 per image")),
    ],
)
def test_a_figure_in_another_unit_than_its_column_is_not_read(
    column: MetricColumn, text: str
) -> None:
    with pytest.raises(UnreadableError):
        values.figure(text, column)


@given(st.tuples(*[st.integers(0, 999)] * 3))
def test_a_whole_release_is_read_as_it_is(parts: tuple[int, ...]) -> None:
    text = ".".join(map(str, parts))
    assert values.measured_release(text) == text
    assert values.is_whole_release(text)


@pytest.mark.parametrize("text", ["2", "v2.20.0", "2.20.x", "2.20.0.1", "2.20.0 "])
def test_what_is_no_release_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError, match="an SDK version"):
        values.measured_release(text)


def test_a_release_of_two_parts_is_read_as_printed() -> None:
    assert values.measured_release("2.2") == "2.2"
    assert not values.is_whole_release("2.2")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("PyTorch 1.13.1", ("PyTorch", "1.13.1")),
        ("Tensorflow 2.10", ("Tensorflow", "2.10")),
        ("pytorch  2.1", ("PyTorch", "2.1")),
        ("Transformers NeuronX", ("Transformers NeuronX", None)),
    ],
)
def test_a_framework_is_told_from_its_version(text: str, read: tuple[str, str | None]) -> None:
    assert values.framework(text) == (*read, ())


@pytest.mark.parametrize(
    ("text", "name", "version"),
    [
        ("JAX 0.4", "JAX", "0.4"),
        ("2.1", "2.1", None),
        ("PyTorch2.1", "PyTorch2.1", None),
        ("PyTorch 2.1 nightly", "PyTorch 2.1 nightly", None),
    ],
)
def test_a_new_framework_is_kept_as_printed_with_the_known_ones(
    text: str, name: str, version: str | None
) -> None:
    word, number, (remark,) = values.framework(text)
    assert (word, number, remark.observed) == (name, version, name)
    assert "PyTorch" in remark.expected


@given(st.lists(st.sampled_from(["Inf2.xlarge", "trn1.32xlarge", "TRN1N.32xlarge"]), min_size=1))
def test_every_instance_type_of_a_cell_is_found_in_lower_case(names: list[str]) -> None:
    assert values.instance_types("/".join(names)) == tuple(name.lower() for name in names)


@pytest.mark.parametrize("text", ["p5.48xlarge", "inf2.xlarge/", "inf2", "inf2.xlarge, inf2"])
def test_what_is_no_instance_type_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError, match="instance types, such as"):
        values.instance_types(text)


@given(st.lists(st.sampled_from(WORDS["model_data_types"]), min_size=1), QUOTED)
def test_data_types_are_the_same_list_quoted_or_not(types: list[str], quoted: str) -> None:
    assert values.data_types(quoted.format(", ".join(types))) == (tuple(types), ())
    assert values.data_types(",".join(types)) == (tuple(types), ())


def test_a_training_table_names_the_kind_of_autocast_after_a_colon() -> None:
    assert values.autocast_of("Autocast:BF16+SR") == "BF16+SR"
    assert values.autocast_of("autocast : Amp") == "Amp"
    assert values.autocast_of("“FP32, BF16”") is None
    assert values.autocast_of("Cast:BF16") is None


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("fp32, bert-base-cased-finetuned-mrpc, sequence-length=128", 128),
        ("Sequence length = 512", 512),
        ("fp32", None),
        ("sequence-length=" + "9" * 30, None),
    ],
)
def test_a_sequence_length_is_found_among_a_models_details(text: str, length: int | None) -> None:
    assert values.sequence_length_of(text) == length


@given(
    st.dictionaries(st.sampled_from(["TP", "DP", "PP"]), COUNTS, min_size=1),
    st.sampled_from([" ", "  "]),
    st.sampled_from(["", " ZeRO-1"]),
)
def test_degrees_are_read_in_any_order(stated: dict[str, int], gap: str, zero: str) -> None:
    expected = Degrees(**{name.lower(): count for name, count in stated.items()})
    for order in permutations(stated.items()):
        text = gap.join(f"{name}={count}" for name, count in order) + zero
        assert values.degrees(text) == expected


@given(st.integers(1, 9999), st.integers(1, 9999))
def test_data_parallel_cores_count_over_all_nodes(cores: int, nodes: int) -> None:
    assert values.degrees(f"[{cores}xNC(DP)]") == Degrees(dp=cores)
    assert values.degrees(f"[{cores}xNC(DP)] x {nodes}Nodes(DP)") == Degrees(dp=cores * nodes)


def test_the_topologies_of_the_pages_yield_their_degrees() -> None:
    assert values.degrees("TP=32 DP=32 PP=1 ZeRO-1") == Degrees(32, 32, 1)
    assert values.degrees("TP=8 DP=64") == Degrees(8, 64)
    assert values.degrees("[32xNC(DP)] x 16Nodes(DP)") == Degrees(dp=512)
    assert values.degrees("[8xNC(TP)x4(DP)] x 16Nodes(DP)") == Degrees(tp=8, dp=64)
    assert values.degrees("[8xNC(TP)]") == Degrees(tp=8)


@pytest.mark.parametrize(
    "text", ["TP=8 TP=8", "TP=", "TP=8, DP=4", "XP=8", "8", "[8xNC]", "TP=" + "9" * 20]
)
def test_what_is_no_topology_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError, match="a topology, such as"):
        values.degrees(text)


@pytest.mark.parametrize("text", ["2.1.2.2.3.0", "1.13", "2.1.0a1"])
def test_a_version_stays_as_it_is_written(text: str) -> None:
    assert values.version(text) == text


@pytest.mark.parametrize("text", ["2", "v2.1", "newest", "2.1 or so"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError, match="a version, such as"):
        values.version(text)
