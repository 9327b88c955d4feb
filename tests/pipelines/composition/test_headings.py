"""Headings: which release, accelerators or subject they name."""

from __future__ import annotations

import pytest

from pipelines.composition.headings import (
    ReleaseHeading,
    list_accelerators,
    release_above,
    release_heading,
    support_subject,
)
from pipelines.composition.vocabulary import SUPPORT_SUBJECTS
from pipelines.contract.accelerators import ACCELERATOR_NAMES
from pipelines.performance.vocabulary import plain

DASH = "\N{EM DASH}"


@pytest.mark.parametrize(
    ("text", "product", "stage"),
    [
        ("Neuron 2.32.0 (08/17/2026)", None, None),
        ("Neuron 2.32.0 Beta (08/17/2026)", None, "Beta"),
        ("Neuron 2.32.0 Release Candidate 1 (08/17/2026)", None, "Release Candidate 1"),
        (f"Neuron 2.32.0 {DASH} vLLM Neuron Beta (08/17/2026)", "vLLM Neuron", "Beta"),
        (f"Neuron 2.32.0 {DASH} vLLM Neuron (08/17/2026)", "vLLM Neuron", None),
        ("Neuron 2.32.0 - Beta (08/17/2026)", None, "Beta"),
    ],
)
def test_a_heading_tells_release_product_and_stage_apart(
    text: str, product: str | None, stage: str | None
) -> None:
    assert release_heading(text) == ReleaseHeading("2.32.0", product, stage, "08/17/2026")


@pytest.mark.parametrize(
    "text", ["Neuron 2.24 Feature Release Notes", "Neuron 2.32.0", "vLLM Neuron (08/17/2026)", ""]
)
def test_another_heading_names_no_release(text: str) -> None:
    assert release_heading(text) is None


def test_the_nearest_heading_above_names_the_release() -> None:
    above = release_above(("New", "Neuron 2.1.0 (1/2/2020)", "Neuron 2.0.0 (1/1/2020)", "Words"))
    assert above is not None
    assert above.release == "2.0.0"
    assert release_above(("New", "Words")) is None


@pytest.mark.parametrize("name", ACCELERATOR_NAMES)
def test_every_accelerator_has_a_heading_of_package_lists(name: str) -> None:
    assert list_accelerators(f"{name.capitalize()} packages") == (name,)


@pytest.mark.parametrize(
    ("text", "accelerators"),
    [
        ("Trn2/Trn3 packages", ("trn2", "trn3")),
        ("Trn9 packages", ()),
        ("Trn1/Trn9 packages", ()),
        ("Inf1 only packages", ()),
        ("Installing Trn1 packages", ()),
    ],
)
def test_a_heading_names_known_accelerators_or_none(
    text: str, accelerators: tuple[str, ...]
) -> None:
    assert list_accelerators(text) == accelerators


def test_a_heading_of_supported_pythons_names_its_accelerators() -> None:
    heading = "Supported Python Versions for Inf2/Trn1 packages"
    assert support_subject(heading) == ("python", ("inf2", "trn1"))


@pytest.mark.parametrize(
    "text", ["Supported JAX Versions", "Supported Python Versions for Trn9 packages"]
)
def test_a_heading_that_looks_like_support_has_no_subject(text: str) -> None:
    assert support_subject(text) == (None, ())


@pytest.mark.parametrize("text", ["Supported Models", "Trn1 packages", "What's New"])
def test_another_heading_is_not_one_of_support(text: str) -> None:
    assert support_subject(text) is None


def test_headings_of_support_are_written_plainly_so_that_they_can_be_met() -> None:
    for heading in SUPPORT_SUBJECTS:
        assert heading == plain(heading)
