"""Rows as benchmarks: their figures, their names, and the key by which they are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipelines.contract import Benchmark
from pipelines.contract.benchmarks import IDENTITY as COMPARED
from tests.pipelines.making import ENCODER, TRAINING, read_page, read_row, table_html

if TYPE_CHECKING:
    from pathlib import Path

IDENTITY = {
    "Model": "bert-large",
    "Inst. Type": "inf2.8xlarge",
    "Task": "Text Generation",
    "Application Type": "Batch",
    "Run Mode": "Tensor Parallel",
    "Sequence Length": "512",
}
NOT_IDENTITY = {
    "Batch Size": "8",
    "Framework": "PyTorch 1.13",
    "OS Type": "U20",
    "Model Data Type": "BF16",
    "Compilation Autocast Data Type": "",
    "Neuron Version": "2.19.1",
    "Throughput (inference/second)": "1",
}


def test_a_row_gives_one_measurement_a_figure(tmp_path: Path) -> None:
    tables = read_page(tmp_path, table_html(ENCODER))
    (benchmark,) = tables.rows["benchmarks"]
    assert [
        (m.metric, m.statistic, m.value, m.unit, m.basis, m.text, m.column)
        for m in tables.rows["measurements"]
    ] == [
        ("throughput", "mean", 1950.5, "inferences/s", None, "1,950.5", 5),
        ("latency", "p50", 1.02, "ms", None, "1.02", 6),
        ("latency", "p99", 1.05, "ms", None, "1.05", 7),
        ("cost", "mean", 0.066, "USD per 1M inferences", "ri-effective", "$0.066", 8),
    ]
    assert {m.benchmark_id for m in tables.rows["measurements"]} == {benchmark.benchmark_id}


def test_an_empty_figure_is_no_measurement(tmp_path: Path) -> None:
    content = table_html(ENCODER | {"Latency P50 (ms)": "", "Cost per 1M inferences": ""})
    measured = read_page(tmp_path, content).rows["measurements"]
    assert [(m.metric, m.statistic) for m in measured] == [
        ("throughput", "mean"),
        ("latency", "p99"),
    ]


def test_tokens_are_counted_as_the_page_states(tmp_path: Path) -> None:
    header = "Throughput (tokens/second)"
    row = {header if "Throughput" in name else name: text for name, text in ENCODER.items()}
    note = '<p role="note">RI-Effective hourly rate.</p><p role="note">Input and output tokens.</p>'
    stated = read_page(tmp_path, table_html(row), note=note).rows["measurements"]
    unstated = read_page(tmp_path, table_html(row)).rows["measurements"]
    assert (stated[0].unit, stated[0].basis) == ("tokens/s", "input+output")
    assert unstated[0].basis is None
    assert stated[1].basis is None


@pytest.mark.parametrize("header", IDENTITY)
def test_what_identifies_a_workload_is_in_its_key(tmp_path: Path, header: str) -> None:
    one, other = (
        read_row(tmp_path, row) for row in (ENCODER, ENCODER | {header: IDENTITY[header]})
    )
    assert one.comparison_key != other.comparison_key
    assert one.benchmark_id != other.benchmark_id


@pytest.mark.parametrize("header", NOT_IDENTITY)
def test_versions_tuning_and_figures_are_not_in_the_key(tmp_path: Path, header: str) -> None:
    changed = ENCODER | {header: NOT_IDENTITY[header]}
    one, other = (read_row(tmp_path, row) for row in (ENCODER, changed))
    assert one.comparison_key == other.comparison_key


def test_the_key_is_readable_and_made_of_columns(tmp_path: Path) -> None:
    key = read_row(tmp_path, ENCODER).comparison_key
    assert key == (
        "accelerator=inf2 | workload=inference | model_family=encoder | application_type=real time"
        " | model=bert-base-cased | task=raw output (automodel) | instance_types=inf2.xlarge"
        " | sequence_length=128 | run_mode=data parallel"
    )
    assert set(COMPARED) <= set(Benchmark.__slots__)


def test_the_key_of_a_training_run_knows_its_nodes_and_not_its_topology(tmp_path: Path) -> None:
    keys = [
        read_row(tmp_path, TRAINING | change, page="trn1-training").comparison_key
        for change in ({}, {"Topology": "TP=8 DP=64"}, {"Nodes": "4"})
    ]
    assert keys[0] == keys[1] != keys[2]
    assert "instance_types=trn1.32xlarge+trn1n.32xlarge" in keys[0]


def test_a_row_keeps_its_name_when_its_figures_and_its_place_change(tmp_path: Path) -> None:
    revised = ENCODER | {"Throughput (inference/second)": "2", "Latency P99 (ms)": ""}
    before = read_page(tmp_path, table_html(ENCODER, IDENTITY_ROW)).rows["benchmarks"]
    after = read_page(tmp_path, table_html(IDENTITY_ROW, revised)).rows["benchmarks"]
    assert [b.benchmark_id for b in before] == [b.benchmark_id for b in reversed(after)]
    assert [b.row for b in after] == [0, 1]


def test_an_unread_column_tells_rows_apart_in_both_keys(tmp_path: Path) -> None:
    rows = [ENCODER | {"Hue": hue} for hue in ("red", "blue")]
    before, after = (
        read_page(tmp_path, table_html(*order)).rows["benchmarks"] for order in (rows, rows[::-1])
    )
    assert [b.benchmark_id for b in before] == [b.benchmark_id for b in reversed(after)]
    assert [b.comparison_key.endswith(" | hue=red") for b in before] == [True, False]


def test_an_unread_column_that_tells_nothing_apart_is_not_in_the_key(tmp_path: Path) -> None:
    hues = [ENCODER | {"Hue": "red", "Batch Size": size} for size in ("1", "2")]
    one, two = read_page(tmp_path, table_html(*hues)).rows["benchmarks"]
    plain = read_row(tmp_path, ENCODER)
    assert one.comparison_key == two.comparison_key == plain.comparison_key


@pytest.mark.parametrize(
    ("header", "in_key"),
    [("Context Length", True), ("Max Concurrency", True), ("EP Degree", False)],
)
def test_a_dimension_without_a_column_is_in_the_key_if_it_is_identity(
    tmp_path: Path, header: str, *, in_key: bool
) -> None:
    row = read_row(tmp_path, ENCODER | {header: "4096"})
    assert row.attributes == {header: "4096"}
    assert ("=4096" in row.comparison_key) == in_key


def test_a_tuned_dimension_without_a_column_is_in_the_key_where_it_tells_rows_apart(
    tmp_path: Path,
) -> None:
    rows = [ENCODER | {"EP Degree": degree} for degree in ("1", "2")]
    keys = {row.comparison_key for row in read_page(tmp_path, table_html(*rows)).rows["benchmarks"]}
    assert len(keys) == 2


def test_names_are_compared_as_people_read_them_and_stay_as_printed(tmp_path: Path) -> None:
    spelled = {"Model": "google-bert/BERT\u2011base-cased", "Run Mode": "data parallel"}
    row = read_row(tmp_path, ENCODER | spelled)
    assert row.model == spelled["Model"]
    assert row.comparison_key == read_row(tmp_path, ENCODER).comparison_key


def test_a_row_without_a_text_is_published_and_no_benchmark(tmp_path: Path) -> None:
    tables = read_page(tmp_path, table_html(ENCODER, dict.fromkeys(ENCODER, ""), ENCODER))
    assert [row.row for row in tables.rows["benchmarks"]] == [0, 2]
    assert {cell.row for cell in tables.rows["published_cells"]} == {0, 1, 2}


def test_rows_that_are_printed_twice_have_two_names(tmp_path: Path) -> None:
    rows = read_page(tmp_path, table_html(ENCODER, ENCODER, ENCODER)).rows["benchmarks"]
    assert len({row.benchmark_id for row in rows}) == 3
    assert len({row.comparison_key for row in rows}) == 1


def test_the_same_row_has_another_name_in_another_release(tmp_path: Path) -> None:
    names = {
        read_row(tmp_path / release, ENCODER, release=release).benchmark_id
        for release in ("2.20.0", "2.20.1")
    }
    assert len(names) == 2


IDENTITY_ROW = ENCODER | IDENTITY
