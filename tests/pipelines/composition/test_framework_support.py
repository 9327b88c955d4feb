"""Supported versions: as published, and as a constraint or a list where the text is one."""

from __future__ import annotations

import pytest

from pipelines.composition.framework_support import is_impossible, read_support
from pipelines.extract import Block, Cell, ExtractedTable

PYTHON = ("What's New", "Supported Python Versions for Inf2/Trn1 packages")
LIST = """List of packages in Neuron 2.20.2:

Package                        Supported Python Versions
torch-neuronx-2.1.2.2.3.2      3.8, 3.9, 3.10
"""


def a_table(*rows: tuple[str, ...], heading: str) -> tuple[str, ExtractedTable]:
    """Return a table of two columns below a heading, with its name."""
    cells = tuple(tuple(Cell(text) for text in row) for row in rows)
    header = ("Package", "Versions")
    return "t", ExtractedTable(0, ("What's New", heading), None, None, header, cells, ())


def test_a_list_of_pythons_names_package_version_and_accelerators() -> None:
    (row,) = read_support("p", "2.20.2", [Block("literal", PYTHON, None, LIST)], []).rows
    assert (row.subject, row.accelerators) == ("python", ("inf2", "trn1"))
    assert (row.package, row.package_version) == ("torch-neuronx", "2.1.2.2.3.2")
    assert row.versions == ("3.8", "3.9", "3.10")
    assert row.constraint is None


def test_a_list_of_another_release_is_told() -> None:
    support = read_support("p", "2.20.3", [Block("literal", PYTHON, None, LIST)], [])
    assert support.other_releases == ("2.20.2",)


@pytest.mark.parametrize(
    ("text", "constraint", "versions"),
    [
        (">= 4.36.0", ">=4.36.0", ()),
        ("< 4.35 and >=4.37.2", "<4.35,>=4.37.2", ()),
        ("> 3", ">3", ()),
        ("4.31", None, ("4.31",)),
        ("any", None, ()),
    ],
)
def test_a_table_gives_the_text_and_what_it_means(
    text: str, constraint: str | None, versions: tuple[str, ...]
) -> None:
    table = a_table(("torch-neuronx", text), heading="Supported HuggingFace Transformers Versions")
    (row,) = read_support("p", "2.20.2", [], [table]).rows
    assert (row.text, row.constraint, row.versions) == (text, constraint, versions)
    assert (row.subject, row.table_id) == ("transformers", "t")


def test_a_part_of_a_package_is_its_scope() -> None:
    table = a_table(
        ("neuronx-distributed - Llama model class", "4.31"),
        heading="Supported HuggingFace Transformers Versions",
    )
    (row,) = read_support("p", "2.20.2", [], [table]).rows
    assert (row.package, row.scope) == ("neuronx-distributed", "Llama model class")


def test_of_a_sentence_the_versions_are_kept_and_the_package_in_brackets() -> None:
    blocks = [
        Block("paragraph", ("Supported Numpy Versions",), None, "All >= 1.21.6 and <= 1.22.2 do"),
        Block("paragraph", ("Supported Linux Kernel Versions",), None, "Ours (a-dkms) has >= 5.10"),
        Block("paragraph", ("Supported Numpy Versions",), None, "No version is named."),
    ]
    numpy, kernel = read_support("p", "2.20.2", blocks, []).rows
    assert (numpy.text, numpy.constraint) == (">= 1.21.6 and <= 1.22.2", ">=1.21.6,<=1.22.2")
    assert (kernel.package, kernel.constraint) == ("a-dkms", ">=5.10")


def test_a_table_of_another_form_is_a_problem() -> None:
    table = a_table(("a", "b", "c"), heading="Supported Probuf Versions")
    support = read_support("p", "2.20.2", [], [table])
    assert [problem.rule.name for problem in support.findings] == ["unknown-table-form"]
    assert not support.rows


@pytest.mark.parametrize(
    ("heading", "subject"),
    [
        ("Supported Hugging Face Transformers Versions", "transformers"),
        ("Supported NumPy Versions", "numpy"),
        ("Supported vLLM Versions", "vllm"),
    ],
)
def test_a_heading_names_the_subject(heading: str, subject: str) -> None:
    (row,) = read_support("p", "2.32.0", [], [a_table(("torch", "1"), heading=heading)]).rows
    assert (row.subject, row.page, row.heading) == (subject, "p", heading)


def test_a_python_list_names_any_accelerators() -> None:
    section = ("New", "Supported Python Versions for Inf2/Trn1/Trn2 packages")
    (row,) = read_support("p", "2.20.2", [Block("literal", section, None, LIST)], []).rows
    assert row.accelerators == ("inf2", "trn1", "trn2")


def test_below_an_unknown_heading_statements_have_no_subject_and_the_heading_is_flagged_once() -> (
    None
):
    heading = "Supported JAX Versions"
    blocks = [Block("paragraph", (heading,), None, "It supports >= 0.4.")] * 2
    support = read_support("p", "2.33.0", blocks, [a_table(("jax", "0.5"), heading=heading)])
    assert [(row.subject, row.number) for row in support.rows] == [(None, 0), (None, 1), (None, 2)]
    (problem,) = support.findings
    assert (problem.rule.name, problem.observed) == ("unknown-support", heading)


@pytest.mark.parametrize(
    ("sentence", "versions"),
    [
        ("It supports vLLM version 0.16.0.", ("0.16.0",)),
        ("It supports versions 0.16.0, 0.17 of it.", ("0.16.0", "0.17")),
    ],
)
def test_a_sentence_can_name_versions_without_a_sign(
    sentence: str, versions: tuple[str, ...]
) -> None:
    blocks = [Block("paragraph", ("Supported vLLM Versions",), None, sentence)]
    (row,) = read_support("p", "2.32.0", blocks, []).rows
    assert (row.versions, row.constraint) == (versions, None)


def test_a_sentence_with_a_number_that_is_not_read_is_flagged_without_its_words() -> None:
    blocks = [Block("paragraph", ("Supported NumPy Versions",), None, "All of NumPy 2 will do.")]
    support = read_support("p", "2.32.0", blocks, [])
    assert not support.rows
    (problem,) = support.findings
    assert (problem.rule.name, problem.observed) == ("unknown-support", "a sentence with a number")


@pytest.mark.parametrize(
    ("constraint", "impossible"),
    [
        ("<4.35,>=4.37.2", True),
        (">=4.37.2,<4.35", True),
        (">=3,<3.0", True),
        (">3,<=3", True),
        (">=3,<=3", False),
        ("==3,>4", True),
        (">=1.21.6,<=1.22.2", False),
        (">=1.9,<1.10", False),
        (">=5.10", False),
        ("!=3", False),
    ],
)
def test_a_constraint_is_impossible_where_its_bounds_cross(
    constraint: str,
    impossible: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    assert is_impossible(constraint) is impossible
