"""Package lists: every line a row, its package split from its version."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.composition.package_lists import (
    PackageLists,
    read_lines,
    read_package_lists,
    split_package,
)
from pipelines.extract import Block, Cell, ExtractedTable

SECTION = ("What's New", "Release Artifacts", "Trn1 packages")
LIST = """List of packages in Neuron 2.20.2:

Component                           Package
Driver                              aws-neuronx-dkms-2.18.20.0
nan                                 aws-neuronx-gpsimd-customop-lib-0.12.2.0
"""


def a_list(text: str, section: tuple[str, ...] = SECTION) -> Block:
    """Return a text block below a heading."""
    return Block("literal", section, None, text)


@pytest.mark.parametrize(
    ("text", "package", "version"),
    [
        ("torch_xla-1.13.1+torchneuronf", "torch_xla", "1.13.1+torchneuronf"),
        (
            "tensorflow-model-server-neuronx-2.10.1.2.12.0.0",
            "tensorflow-model-server-neuronx",
            "2.10.1.2.12.0.0",
        ),
        ("aws-neuronx-runtime-discovery-2.9", "aws-neuronx-runtime-discovery", "2.9"),
        ("aws-neuronx-k8-plugin-2.22.4.0", "aws-neuronx-k8-plugin", "2.22.4.0"),
        ("torch-neuronx-2.1.1.2.0.1b0", "torch-neuronx", "2.1.1.2.0.1b0"),
        ("islpy-2021.1+aws2021.x.169.0", "islpy", "2021.1+aws2021.x.169.0"),
        ("libnrt.so (version 2.2.51.0)", "libnrt.so", "2.2.51.0"),
        ("libnrt.so (Version 2.18.15)", "libnrt.so", "2.18.15"),
        (
            "vllm_neuron-0.24.0.1.1.0+e8242a9-py3-none-any.whl",
            "vllm_neuron",
            "0.24.0.1.1.0+e8242a9",
        ),
        ("libneuronxla-2.2-cp310-cp310-linux_x86_64.whl", "libneuronxla", "2.2"),
    ],
)
def test_a_package_is_split_from_its_version(text: str, package: str, version: str) -> None:
    assert split_package(text) == (package, version)


@pytest.mark.parametrize("text", ["", "torch", "torch-neuron-", "-1.2", "1.2.3", "a b-1.0"])
def test_what_is_no_package_is_not_split(text: str) -> None:
    assert split_package(text) is None


def test_each_line_is_a_row_of_the_release_that_the_title_names() -> None:
    lists = read_package_lists("whats-new", "2.20.3", [a_list(LIST)], [])
    assert not lists.findings
    driver, customop = lists.rows
    assert (driver.release, driver.listed_on, driver.accelerator) == ("2.20.2", "2.20.3", "trn1")
    assert (driver.component, driver.package) == ("Driver", "aws-neuronx-dkms")
    assert driver.text == "Driver aws-neuronx-dkms-2.18.20.0"
    assert (customop.line, customop.list_number) == (1, 0)


def test_a_component_printed_as_nan_is_kept_in_the_text_and_null_when_typed() -> None:
    row = read_package_lists("whats-new", "2.20.2", [a_list(LIST)], []).rows[1]
    assert row.component is None
    assert row.text == "nan aws-neuronx-gpsimd-customop-lib-0.12.2.0"


def test_old_lists_put_a_colon_after_the_component() -> None:
    text = (
        "List of Neuron packages included in Neuron release version 2.3.0:\n\n"
        "driver : \taws-neuronx-dkms-2.5.41.0\nlibnrt : \tlibnrt.so (version 2.2.51.0)\n"
    )
    block = a_list(text, ("Prev", "Neuron 2.3.0 (10/10/2022)", "Inf1 packages"))
    driver, runtime = read_package_lists("a-page", "2.20.2", [block], []).rows
    assert (driver.release, driver.component) == ("2.3.0", "driver")
    assert (runtime.package, runtime.version) == ("libnrt.so", "2.2.51.0")


def test_a_line_that_is_no_package_is_a_row_and_a_problem() -> None:
    lists = read_package_lists("whats-new", "2.20.2", [a_list(LIST + "Odd  something else\n")], [])
    (problem,) = lists.findings
    assert problem.rule.name == "unreadable-package"
    assert "pipelines/composition/vocabulary.py" in problem.remedy
    assert (lists.rows[2].package, lists.rows[2].version) == ("something else", None)


def test_a_list_that_no_title_or_heading_gives_a_release_is_flagged_and_not_published() -> None:
    lists = read_package_lists("whats-new", "2.20.2", [a_list("Packages:\nDriver  a-1.0")], [])
    (problem,) = lists.findings
    assert (problem.rule.name, problem.observed) == ("unknown-list", "Packages:")
    assert problem.expected == "a title with a release; 1 lines are not read"
    assert not lists.rows


def test_a_list_with_another_title_takes_the_release_of_the_heading_above() -> None:
    section = ("Content", "Neuron 2.33.0 (10/01/2026)", "Trn1 packages")
    lists = read_package_lists("p", "2.33.0", [a_list("Packages:\nDriver  a-1.0", section)], [])
    assert [(row.release, row.package, row.version) for row in lists.rows] == [
        ("2.33.0", "a", "1.0")
    ]
    (problem,) = lists.findings
    assert (problem.rule.name, problem.observed) == ("unknown-list", "Packages:")


@pytest.mark.parametrize("section", [("What's New", "Trn9 packages"), ("Content", "Wheels"), ()])
def test_a_list_below_an_unknown_heading_is_published_without_an_accelerator_and_flagged(
    section: tuple[str, ...],
) -> None:
    lists = read_package_lists("whats-new", "2.20.2", [a_list(LIST, section)], [])
    assert [(row.accelerator, row.heading) for row in lists.rows] == [
        (None, section[-1] if section else None)
    ] * 2
    (problem,) = lists.findings
    assert problem.rule.name == "unknown-list"


def test_a_text_block_that_is_no_list_is_left_alone() -> None:
    lists = read_package_lists("p", "2.20.2", [a_list("$ install\nit", ("New", "Setup"))], [])
    assert lists == PackageLists()


def test_a_list_of_supported_pythons_is_no_package_list() -> None:
    section = ("What's New", "Supported Python Versions for Inf2/Trn1 packages")
    assert read_package_lists("p", "2.20.2", [a_list(LIST, section)], []) == PackageLists()


def test_a_list_for_two_accelerators_is_a_list_of_each() -> None:
    lists = read_package_lists("p", "2.32.0", [a_list(LIST, ("New", "Trn2/Trn3 packages"))], [])
    places = [(row.accelerator, row.list_number, row.line) for row in lists.rows]
    assert places == [("trn2", 0, 0), ("trn2", 0, 1), ("trn3", 1, 0), ("trn3", 1, 1)]
    assert {row.heading for row in lists.rows} == {"Trn2/Trn3 packages"}
    assert not lists.findings


def test_a_paragraph_names_the_accelerator_of_the_lists_below_it() -> None:
    section = ("New", "Neuron 2.10.0 (05/01/2023)", "Release Artifacts")
    blocks = [
        Block("heading", section, None, "Release Artifacts"),
        Block("paragraph", section, None, "Trn1 packages"),
        a_list(LIST, section),
        Block("paragraph", section, None, "Some words."),
        Block("paragraph", section, None, "Inf2 packages"),
        a_list(LIST, section),
        Block("heading", ("New", "Other"), None, "Other"),
        a_list(LIST, ("New", "Other")),
    ]
    lists = read_package_lists("whats-new", "2.10.0", blocks, [])
    assert [row.accelerator for row in lists.rows] == ["trn1", "trn1", "inf2", "inf2", None, None]


def test_a_list_without_a_title_is_of_the_product_and_stage_of_the_heading_above() -> None:
    part = "Neuron 2.32.0 \N{EM DASH} vLLM Neuron Beta (08/17/2026)"
    text = "Component    Package\nvllm-neuron  vllm_neuron-0.24.0-py3-none-any.whl\n"
    block = a_list(text, ("Content", part, "Trn2 packages"))
    lists = read_package_lists("whats-new", "2.32.0", [block], [])
    (row,) = lists.rows
    assert not lists.findings
    assert (row.release, row.product, row.stage) == ("2.32.0", "vLLM Neuron", "Beta")
    assert (row.component, row.package, row.version) == ("vllm-neuron", "vllm_neuron", "0.24.0")


@given(st.text(max_size=200), st.sampled_from(["Trn1 packages", "Trn9 packages", "Words", ""]))
def test_no_text_of_a_list_is_refused_and_no_line_of_it_is_lost(text: str, heading: str) -> None:
    lists = read_package_lists("p", "2.20.2", [a_list(LIST + text, ("New", heading))], [])
    assert [row.text for row in lists.rows] == [line.text for line in read_lines(LIST + text)]


def test_a_table_of_packages_below_an_unknown_heading_is_flagged() -> None:
    cells = ((Cell("Driver"), Cell("aws-neuronx-dkms-2.19.64.0")),)
    section = ("New", "Neuron 2.21.0 (12/20/2024)", "Trn9 packages")
    table = ExtractedTable(0, section, None, None, ("Component", "Package"), cells, ())
    lists = read_package_lists("p", "2.21.1", [], [table])
    assert [(row.accelerator, row.package) for row in lists.rows] == [(None, "aws-neuronx-dkms")]
    assert [problem.rule.name for problem in lists.findings] == ["unknown-list"]


def test_a_table_of_components_and_packages_is_a_list() -> None:
    table = ExtractedTable(
        position=0,
        section=("What's New", "Neuron 2.21.0 (12/20/2024)", "Trn1 packages"),
        tab=None,
        caption=None,
        header=("Component", "Package"),
        rows=((Cell("Driver"), Cell("aws-neuronx-dkms-2.19.64.0")),),
        notes=(),
    )
    (row,) = read_package_lists("whats-new", "2.21.1", [], [table]).rows
    assert (row.release, row.listed_on) == ("2.21.0", "2.21.1")
    assert (row.component, row.package, row.version) == ("Driver", "aws-neuronx-dkms", "2.19.64.0")


def test_a_row_of_another_width_is_kept_as_a_line_and_flagged() -> None:
    rows = tuple(
        tuple(map(Cell, texts))
        for texts in (("Driver", "aws-neuronx-dkms-2.19.0"), ("a", "b-1.0", "c"), ("d-2.0",), ("",))
    )
    table = ExtractedTable(0, SECTION, None, None, ("Component", "Package"), rows, ())
    lists = read_package_lists("whats-new", "2.20.2", [], [table])
    assert [(row.text, row.package, row.version) for row in lists.rows] == [
        ("Driver aws-neuronx-dkms-2.19.0", "aws-neuronx-dkms", "2.19.0"),
        ("a b-1.0 c", "a b-1.0 c", None),
        ("d-2.0", "d", "2.0"),
    ]
    assert [one.rule.name for one in lists.findings] == ["unreadable-package"]


@pytest.mark.parametrize("header", [("Component", "Package", "Notes"), ("Package", "Version")])
def test_a_heading_of_packages_without_a_list_of_a_known_form_is_flagged(
    header: tuple[str, ...],
) -> None:
    blocks = [
        Block("heading", SECTION, None, SECTION[-1]),
        Block("paragraph", SECTION, None, "aws-neuronx-dkms-2.18.20.0"),
    ]
    rows = (tuple(Cell(text) for text in header),)
    table = ExtractedTable(0, SECTION, None, None, header, rows, ())
    (finding,) = read_package_lists("whats-new", "2.20.2", blocks, [table]).findings
    assert (finding.rule.name, finding.observed) == ("unknown-list", "no list")
    assert "Trn1 packages" in finding.where
    assert not read_package_lists("whats-new", "2.20.2", [*blocks, a_list(LIST)], []).findings
