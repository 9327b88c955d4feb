"""Cells that describe a run fill the columns of `benchmarks`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pipelines.errors import ContractError
from pipelines.policy import Policy
from pipelines.sources.site import PUBLIC_SITE
from tests.pipelines.making import (
    ENCODER,
    PAGE,
    RELEASE,
    TRAINING,
    flags,
    read_page,
    read_row,
    table_html,
)

if TYPE_CHECKING:
    from pathlib import Path

ALLOWED = {"policy": Policy(unknown=True)}


@pytest.mark.parametrize(
    ("header", "text", "columns"),
    [
        ("Framework", "PyTorch 2.1", {"framework": "PyTorch", "framework_version": "2.1"}),
        ("Framework", "", {"framework": None, "framework_version": None}),
        ("Inst. Type", "Inf2.xlarge", {"instance_types": ("inf2.xlarge",)}),
        ("Batch Size", "1,024", {"batch_size": 1024}),
        ("Batch Size", "", {"batch_size": None}),
        ("Model Data Type", "“FP32, BF16”", {"model_data_types": ("FP32", "BF16")}),
        ("Model Data Type", "FP32, BF16", {"model_data_types": ("FP32", "BF16")}),
        ("Compilation Autocast Data Type", "None", {"autocast_data_type": None}),
        ("Compilation Autocast Data Type", "", {"autocast_data_type": None}),
        ("Task", "raw output (automodel)", {"task": "Raw Output (AutoModel)"}),
        ("Model", "", {"model": ""}),
    ],
)
def test_a_cell_of_an_inference_table_fills_its_columns(
    tmp_path: Path, header: str, text: str, columns: dict[str, Any]
) -> None:
    benchmark = read_row(tmp_path, ENCODER | {header: text})
    assert {name: getattr(benchmark, name) for name in columns} == columns


@pytest.mark.parametrize(
    ("header", "text", "columns"),
    [
        (
            "Topology",
            "[32xNC(DP)] x 16Nodes(DP)",
            {"dp_degree": 512, "tp_degree": None, "topology": "[32xNC(DP)] x 16Nodes(DP)"},
        ),
        ("Topology", "TP=8 DP=32 PP=4", {"tp_degree": 8, "dp_degree": 32, "pp_degree": 4}),
        ("Topology", "TP=32 DP=32 PP=1 ZeRO-1", {"tp_degree": 32, "dp_degree": 32, "pp_degree": 1}),
        (
            "Instance-Type",
            "trn1.32xlarge/trn1n.32xlarge",
            {"instance_types": ("trn1.32xlarge", "trn1n.32xlarge")},
        ),
        (
            "Training Data-Type",
            "Autocast:BF16+SR",
            {"model_data_types": None, "autocast_data_type": "BF16+SR"},
        ),
        (
            "Training Data-Type",
            "“FP32, BF16”",
            {"model_data_types": ("FP32", "BF16"), "autocast_data_type": None},
        ),
        (
            "Pytorch Neuron(torch-neuronx) Version",
            "2.1.2.2.3.0",
            {"framework": "torch-neuronx", "framework_version": "2.1.2.2.3.0"},
        ),
        ("Global Minibatch", "1048576", {"global_batch": 1048576, "microbatch": 16}),
        (" Optimizer", "lamb", {"optimizer": "Lamb"}),
    ],
)
def test_a_cell_of_a_training_table_fills_its_columns(
    tmp_path: Path, header: str, text: str, columns: dict[str, Any]
) -> None:
    benchmark = read_row(tmp_path, TRAINING | {header: text}, page="trn1-training")
    assert {name: getattr(benchmark, name) for name in columns} == columns


@pytest.mark.parametrize(
    ("header", "text", "rule", "file"),
    [
        ("OS Type", "U2x", "unknown-category", "CATEGORIES in pipelines/performance/vocabulary.py"),
        (
            "Run Mode",
            "Backwards",
            "unknown-category",
            "CATEGORIES in pipelines/performance/vocabulary.py",
        ),
        (
            "Inst. Type",
            "p5.48xlarge",
            "unknown-category",
            "CATEGORIES in pipelines/performance/vocabulary.py",
        ),
        ("Batch Size", "a few", "unreadable-value", "pipelines/performance/cell_values.py"),
        ("Latency P50 (ms)", "~3", "unreadable-value", "pipelines/performance/cell_values.py"),
        (
            "Cost per 1M inferences",
            "free",
            "unreadable-value",
            "pipelines/performance/cell_values.py",
        ),
        ("Neuron Version", "newest", "unreadable-value", "pipelines/performance/cell_values.py"),
    ],
)
def test_an_unknown_value_is_refused_by_its_cell_and_kept_raw_when_allowed(
    tmp_path: Path, header: str, text: str, rule: str, file: str
) -> None:
    content = table_html(ENCODER, ENCODER | {header: text})
    with pytest.raises(ContractError) as refused:
        read_page(tmp_path, content)
    (problem,) = refused.value.problems
    place = f"page {PAGE}, table Performance > Encoder models, row 2, column {header!r}"
    assert (problem.rule.name, problem.where, problem.observed) == (rule, place, text)
    assert file in problem.remedy
    tables = read_page(tmp_path, content, options=ALLOWED)
    good, odd = tables.rows["benchmarks"]
    assert (good.attributes, odd.attributes) == ({}, {header: text})
    (flag,) = flags(tables, rule)
    assert (flag.benchmark_id, flag.observed) == (odd.benchmark_id, text)


def test_a_known_slip_is_published_as_it_stands_with_a_flag(tmp_path: Path) -> None:
    tables = read_page(tmp_path, table_html(ENCODER | {"OS Type": "U2"}))
    (benchmark,) = tables.rows["benchmarks"]
    assert benchmark.os == "U2"
    (flag,) = flags(tables, "unknown-category")
    assert (flag.observed, flag.expected) == ("U2", "U22")
    assert flag.benchmark_id == benchmark.benchmark_id


def test_a_release_without_its_zero_is_restored_and_its_cell_kept(tmp_path: Path) -> None:
    tables = read_page(tmp_path, table_html(ENCODER | {"Neuron Version": "2.2"}))
    (benchmark,) = tables.rows["benchmarks"]
    assert benchmark.measured_release == "2.20.0"
    (cell,) = (c for c in tables.rows["published_cells"] if c.header == "Neuron Version")
    assert cell.text == "2.2"
    (flag,) = flags(tables, "malformed-version")
    assert "row 1, column 'Neuron Version': '2.2' stands where '2.20.0' is meant" in flag.message


def test_scripts_are_whole_addresses_while_cells_keep_what_is_published(tmp_path: Path) -> None:
    link = "../a/b.html#c"
    content = table_html(ENCODER).replace("Benchmark<", f'<a href="{link}">Benchmark</a><')
    tables = read_page(tmp_path, content)
    assert tables.rows["benchmarks"][0].scripts == (f"{PUBLIC_SITE}/en/v{RELEASE}/a/b.html#c",)
    assert tables.rows["published_cells"][1].links == (link,)


def test_inf1_details_keep_their_words_and_give_the_sequence_length(tmp_path: Path) -> None:
    row = {name: text for name, text in ENCODER.items() if name in INF1}
    details = {"Model details": "fp32, bert-base-uncased, sequence-length=128"}
    benchmark = read_row(tmp_path, row | details, page="inf1-inference")
    assert benchmark.model_details == details["Model details"]
    assert benchmark.sequence_length == 128


INF1 = (
    frozenset(ENCODER)
    - {"Task", "Sequence Length", "Model Data Type", "OS Type"}
    - {"Compilation Autocast Data Type"}
)
