"""Cells that describe a run fill the columns of `benchmarks`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

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
        ("Training Data-Type", "Autocast:Amp", {"autocast_data_type": "Amp"}),
        ("Global Minibatch", "1048576", {"global_batch": 1048576, "microbatch": 16}),
        (" Optimizer", "Adam", {"optimizer": "Adam"}),
        (" Optimizer", "lamb", {"optimizer": "Lamb"}),
    ],
)
def test_a_cell_of_a_training_table_fills_its_columns(
    tmp_path: Path, header: str, text: str, columns: dict[str, Any]
) -> None:
    benchmark = read_row(tmp_path, TRAINING | {header: text}, page="trn1-training")
    assert {name: getattr(benchmark, name) for name in columns} == columns


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("Inst. Type", "p5.48xlarge"),
        ("Batch Size", "a few"),
        ("Latency P50 (ms)", "~3"),
        ("Latency P50 (ms)", "3 s"),
        ("Cost per 1M inferences", "free"),
        ("Cost per 1M inferences", "$0,033"),
        ("Neuron Version", "newest"),
    ],
)
def test_a_cell_that_cannot_be_read_is_kept_and_flagged_and_the_rest_of_its_row_is_typed(
    tmp_path: Path, header: str, text: str
) -> None:
    tables = read_page(tmp_path, table_html(ENCODER, ENCODER | {header: text}))
    good, odd = tables.rows["benchmarks"]
    assert (good.attributes, odd.attributes) == ({}, {header: text})
    assert (odd.model, odd.run_mode, odd.sequence_length) == (good.model, good.run_mode, 128)
    (flag,) = flags(tables, "unreadable-value")
    place = f"page {PAGE}, table Performance > Encoder models, row 1, column {header!r}"
    assert flag.message.startswith(f"{place}: ")
    assert (flag.severity, flag.observed) == ("error", text)
    assert flag.benchmark_id == odd.benchmark_id


def test_rows_of_two_instance_types_that_cannot_be_read_have_two_keys(tmp_path: Path) -> None:
    rows = [ENCODER | {"Inst. Type": name} for name in ("g5.xlarge", "p5.48xlarge")]
    one, other = read_page(tmp_path, table_html(*rows)).rows["benchmarks"]
    assert one.comparison_key != other.comparison_key
    assert "instance types as printed=g5.xlarge" in one.comparison_key


def test_a_slip_is_published_as_printed_with_a_flag_on_its_row(tmp_path: Path) -> None:
    tables = read_page(tmp_path, table_html(ENCODER | {"OS Type": "U2"}))
    (benchmark,) = tables.rows["benchmarks"]
    assert benchmark.os == "U2"
    (flag,) = flags(tables, "slip")
    assert (flag.severity, flag.observed, flag.expected) == ("warning", "U2", "U20 or U22 or U24")
    assert flag.benchmark_id == benchmark.benchmark_id


def test_a_new_word_is_published_as_printed_with_one_flag_for_all_rows_of_a_table(
    tmp_path: Path,
) -> None:
    rows = [ENCODER | {"Task": "Speech", "Batch Size": size} for size in ("1", "2")]
    tables = read_page(tmp_path, table_html(*rows))
    assert {benchmark.task for benchmark in tables.rows["benchmarks"]} == {"Speech"}
    (flag,) = flags(tables, "new-category")
    assert (flag.severity, flag.observed, flag.benchmark_id) == ("info", "Speech", None)


def test_a_table_with_both_data_types_fills_both_columns(tmp_path: Path) -> None:
    rows = [
        {"Model Data-Type": "FP32", **TRAINING, "Training Data-Type": text}
        for text in ("Autocast:BF16+SR", "BF16")
    ]
    autocast, plain = read_page(tmp_path, table_html(*rows), page="trn1-training").rows[
        "benchmarks"
    ]
    assert (autocast.model_data_types, autocast.autocast_data_type) == (("FP32",), "BF16+SR")
    assert (plain.model_data_types, plain.autocast_data_type) == (("FP32",), None)
    assert (autocast.attributes, plain.attributes) == ({}, {"Training Data-Type": "BF16"})


def test_a_mark_is_no_part_of_a_figure_and_hidden_text_is_not_read(tmp_path: Path) -> None:
    content = table_html(ENCODER).replace(">1.02<", ">1.02<sup>1</sup><")
    content = content.replace(">U22<", '>U22<span style="display:none">U20</span><')
    tables = read_page(tmp_path, content)
    assert tables.rows["benchmarks"][0].os == "U22"
    assert [m.value for m in tables.rows["measurements"] if m.statistic == "p50"] == [1.02]
    assert [flag.severity for flag in flags(tables, "marked-cell")] == ["info"]
    assert [flag.severity for flag in flags(tables, "hidden-text")] == ["warning"]


def test_a_row_that_a_reader_does_not_see_is_no_benchmark_and_a_hidden_table_is_told(
    tmp_path: Path,
) -> None:
    other = ENCODER | {"Model": "old-model"}
    content = table_html(ENCODER, other).replace(">Benchmark<", '><a href="a.py">Benchmark</a><')
    row = content.rindex("<tr>")
    tables = read_page(
        tmp_path, f"<div hidden>{content[:row]}<tr hidden>{content[row + 4 :]}</div>"
    )
    assert [one.model for one in tables.rows["benchmarks"]] == ["bert-base-cased"]
    assert [(flag.severity, flag.observed) for flag in flags(tables, "hidden-text")] == [
        ("warning", "a hidden table"),
        ("warning", "a hidden row"),
    ]


def test_a_release_without_its_zero_is_restored_and_its_cell_kept(tmp_path: Path) -> None:
    tables = read_page(tmp_path, table_html(ENCODER | {"Neuron Version": "2.2"}))
    (benchmark,) = tables.rows["benchmarks"]
    assert benchmark.measured_release == "2.20.0"
    (cell,) = (c for c in tables.rows["published_cells"] if c.header == "Neuron Version")
    assert cell.text == "2.2"
    (flag,) = flags(tables, "malformed-version")
    assert "row 0, column 'Neuron Version': met '2.2', expected 2.20.0" in flag.message


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
