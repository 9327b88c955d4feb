"""Package lists: every line a row, its package split from its version."""

from __future__ import annotations

import pytest

from pipelines.composition.package_lists import read_package_lists, split_package
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
    ],
)
def test_a_package_is_split_from_its_version(text: str, package: str, version: str) -> None:
    assert split_package(text) == (package, version)


@pytest.mark.parametrize("text", ["", "torch", "torch-neuron-", "-1.2", "1.2.3", "a b-1.0"])
def test_what_is_no_package_is_not_split(text: str) -> None:
    assert split_package(text) is None


def test_each_line_is_a_row_of_the_release_that_the_title_names() -> None:
    lists = read_package_lists("whats-new", "2.20.3", [a_list(LIST)], [])
    assert not lists.problems
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
    (problem,) = lists.problems
    assert problem.rule.name == "unreadable-package"
    assert "pipelines/composition/vocabulary.py" in problem.remedy
    assert (lists.rows[2].package, lists.rows[2].version) == ("something else", None)


def test_a_list_without_a_release_in_its_title_is_a_problem() -> None:
    lists = read_package_lists("whats-new", "2.20.2", [a_list("Packages:\nDriver  a-1.0")], [])
    assert [problem.rule.name for problem in lists.problems] == ["unknown-list"]
    assert not lists.rows


def test_text_blocks_below_other_headings_are_left_alone() -> None:
    blocks = [a_list(LIST, ("What's New", "Installing")), a_list(LIST, ())]
    assert not read_package_lists("whats-new", "2.20.2", blocks, []).rows


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
