"""What rows say of their own run, and beside each other."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.contract import Benchmark
from pipelines.quality.context import printed_with_unit, view_release
from pipelines.quality.rows.dead_script import dead_script_flags, missing_from
from pipelines.quality.shared.same_run import run_and_figures
from tests.pipelines.making import ENCODER, read_page, table_html
from tests.pipelines.quality.making import (
    RELEASE,
    ARow,
    a_row,
    benchmarks_of,
    flags_of,
    found,
    tables_of,
)
from tests.pipelines.quality.test_speed import TWO_IN_FLIGHT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", [one.name for one in fields(Benchmark)])
def test_a_row_is_of_another_run_where_anything_but_its_place_differs(name: str) -> None:
    (row,) = view_release(RELEASE, tables_of([a_row(latency="1")]), *benchmarks_of([a_row()])).rows
    value: Any = {"Colour": "blue"} if name == "attributes" else "another"
    other = replace(row, benchmark=replace(row.benchmark, **{name: value}))
    is_place = name in {"benchmark_id", "comparison_key", "table_id", "row", "optimized_for"}
    assert (run_and_figures(row)[0] == run_and_figures(other)[0]) is is_place
    assert run_and_figures(row)[1] == run_and_figures(other)[1]
    assert hash(run_and_figures(other)) is not None


@pytest.mark.parametrize("printed", ["8.4", "8.4 ms", "8.4ms"])
def test_a_message_names_the_unit_of_a_figure_once(printed: str) -> None:
    assert printed_with_unit(printed, "ms").replace(" ", "") == "8.4ms"


def a_training(**run: Any) -> ARow:
    usual = {
        "workload": "training",
        "accelerator": "trn1",
        "instance_types": ("trn1.32xlarge", "trn1n.32xlarge"),
        "nodes": 32,
    }
    return ARow({}, {**usual, **run})


@pytest.mark.parametrize(
    ("degrees", "nodes"),
    [
        ({"tp_degree": 8, "dp_degree": 32, "pp_degree": 4}, 32),
        ({"tp_degree": 8, "dp_degree": 64}, 16),
        ({"dp_degree": 32}, 1),
        ({}, 32),
    ],
)
def test_degrees_that_multiply_to_the_cores_are_in_order(
    degrees: dict[str, int], nodes: int
) -> None:
    assert flags_of([a_training(nodes=nodes, **degrees)]) == ()


@pytest.mark.parametrize("dp", [32, 4, 1])
def test_degrees_that_multiply_to_more_or_fewer_cores_are_an_error(dp: int) -> None:
    row = a_training(tp_degree=8, dp_degree=dp, pp_degree=8, topology=f"TP=8 DP={dp} PP=8")
    (flag,) = flags_of([row])
    assert (flag.rule, flag.severity) == ("degrees", "error")
    assert (flag.observed, flag.expected) == (f"{64 * dp} NeuronCores", "1024 NeuronCores")
    assert f"(TP=8 DP={dp} PP=8)" in flag.message


def test_inference_may_leave_cores_to_other_copies_but_not_use_more_than_there_are() -> None:
    large = {"instance_types": ("inf2.24xlarge",), "tp_degree": 8, "dp_degree": 1}
    assert found([a_row(large), a_row({**large, "tp_degree": 24})], "degrees") == [(1, "error")]


def test_an_instance_type_of_unknown_size_says_nothing_of_degrees() -> None:
    unknown = a_training(instance_types=("trn1.9xlarge",), tp_degree=7)
    assert flags_of([unknown, a_training(nodes=None, tp_degree=7)]) == ()


@pytest.mark.parametrize(
    ("measured", "expected"),
    [("2.20.0", []), ("2.9.0", []), ("2.20.1", [(0, "error")]), (None, [])],
)
def test_a_row_cannot_have_been_measured_after_its_page(
    measured: str | None, expected: list[tuple[int, str]]
) -> None:
    assert found([a_row({"measured_release": measured})], "measured-later") == expected


def test_a_row_of_another_accelerator_than_its_page_is_a_warning() -> None:
    rows = [a_row(), a_row({"instance_types": ("trn1.2xlarge",)})]
    assert found(rows, "other-accelerator") == [(1, "warning")]


def test_a_throughput_copied_from_another_row_is_an_error_where_it_does_not_fit() -> None:
    owner = a_row(throughput="41.24", p50="48.27")
    rows = [*TWO_IN_FLIGHT, a_row(throughput="41.24", p50="1.02"), owner]
    assert found(rows, "repeated-value") == [(5, "error")]
    (flag,) = (flag for flag in flags_of(rows) if flag.rule == "repeated-value")
    assert "its throughput of 41.24 is also that of row 6 (model 6)" in flag.message


def test_a_cost_copied_from_another_row_is_an_error_where_it_does_not_fit() -> None:
    owner = a_row(throughput="51.29", cost="$1.776")
    rows = [owner, a_row(throughput="907.00", cost="$0.100"), a_row(throughput="1", cost="$1.776")]
    assert found(rows, "repeated-value") == [(2, "error")]


def test_a_figure_that_fits_both_rows_may_stand_in_both() -> None:
    assert found([*TWO_IN_FLIGHT, TWO_IN_FLIGHT[2]], "repeated-value") == []


def test_figures_of_few_digits_meet_by_chance() -> None:
    rows = [*TWO_IN_FLIGHT, a_row(throughput="40.0", p50="1.0"), a_row(throughput="40.0", p50="50")]
    assert found(rows, "repeated-value") == []


def test_a_figure_that_fits_neither_row_is_not_flagged() -> None:
    wrong = a_row(throughput="41.24", p50="1.02")
    assert found([*TWO_IN_FLIGHT, wrong, wrong], "repeated-value") == []


SAME = a_row({"model": "SDXL"}, throughput="0.08", cost="$1,139.000")


def test_the_second_of_a_row_in_both_tabs_is_flagged() -> None:
    rows = [replace(SAME, tab=tab) for tab in ("Throughput optimized", "Latency optimized")]
    assert found(rows, "same-row-in-both-tabs") == [(1, "info")]
    assert found(rows, "duplicate-row") == []


@pytest.mark.parametrize("other", ["0.09", "0.080"])
def test_rows_of_both_tabs_with_other_figures_are_two_rows(other: str) -> None:
    figures = {**SAME.figures, "throughput": other}
    rows = [replace(SAME, tab="a"), replace(SAME, tab="b", figures=figures)]
    assert len(found(rows, "same-row-in-both-tabs")) == (other == "0.080")


def test_rows_of_both_tabs_that_were_run_otherwise_are_two_rows() -> None:
    run = {**SAME.run, "batch_size": 4}
    rows = [replace(SAME, tab="a"), replace(SAME, tab="b", run=run)]
    assert found(rows, "same-row-in-both-tabs") == []


@pytest.mark.parametrize(("throughput", "word"), [("0.08", "the same"), ("0.09", "other")])
def test_a_run_that_is_twice_in_its_table_is_a_warning(throughput: str, word: str) -> None:
    twin = replace(SAME, figures={**SAME.figures, "throughput": throughput})
    assert found([SAME, twin], "duplicate-row") == [(1, "warning")]
    assert f"in row 0 of its table, with {word} figures" in "".join(
        flag.message for flag in flags_of([SAME, twin]) if flag.rule == "duplicate-row"
    )


@pytest.mark.parametrize(
    ("between", "flagged"),
    [("", ["inf2-inference/encoder-models, with the same figures"]), ("<h2>CNN models</h2>", [])],
)
def test_a_run_in_two_tables_of_one_place_is_a_warning(
    tmp_path: Path, between: str, flagged: list[str]
) -> None:
    table = table_html(ENCODER)
    flags = read_page(tmp_path, f"{table}{between}{table}").rows["quality_flags"]
    messages = [flag.message for flag in flags if flag.rule == "duplicate-row"]
    assert len(messages) == len(flagged)
    assert all(part in message for part, message in zip(flagged, messages, strict=True))


TREE = f"https://github.com/aws-neuron/aws-neuron-sdk/blob/v{RELEASE}"
FILES = {"src/benchmark/pytorch/bert.py", "README.md"}


@pytest.mark.parametrize(
    ("address", "dead"),
    [
        (f"{TREE}/src/benchmark/pytorch/bert.py", False),
        (f"{TREE}/src/benchmark/pytorch/bert.py#L3", False),
        (f"{TREE}/src/benchmark/pytorch/", False),
        (f"{TREE}/src", False),
        (f"{TREE}/src/benchmark/pytorch/sdxl.py", True),
        (f"{TREE}/src/benchmark/py", True),
        (TREE.replace(RELEASE, "2.19.0") + "/src/gone.py", False),
        ("https://github.com/aws-neuron/aws-neuron-samples/blob/master/gone.ipynb", False),
    ],
)
def test_a_list_of_files_judges_only_the_releases_own_tree(address: str, dead: bool) -> None:  # noqa: FBT001
    assert missing_from(RELEASE, FILES)(address) is dead


def test_each_row_with_a_dead_script_is_flagged_once() -> None:
    dead, live = f"{TREE}/gone.py", f"{TREE}/README.md"
    rows = [a_row({"scripts": (dead, live, dead)}), a_row({"scripts": (live,)}), a_row()]
    view = view_release(RELEASE, tables_of(rows), *benchmarks_of(rows))
    (flag,) = dead_script_flags(view, missing_from(RELEASE, FILES))
    assert (flag.rule, flag.severity, flag.observed) == ("dead-script", "warning", dead)
    assert flag.benchmark_id == "0"
