"""A page is declared once, whole, with what it is read for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.contract.accelerators import ACCELERATORS
from pipelines.contract.declaration import DeclarationError
from pipelines.pages.catalog import (
    LEAST_COLUMNS,
    PAGE_KINDS,
    Family,
    OtherPage,
    check_distinct,
    missing_pages,
    read_for,
)
from pipelines.pages.inventory import Location, locate

TRN2 = {
    "label": "trn2-inference-performance",
    "accelerator": "trn2",
    "workload": "inference",
    "columns": {"encoder": (LEAST_COLUMNS,)},
}


@pytest.mark.parametrize("fact", TRN2)
def test_a_page_family_that_lacks_a_fact_does_not_load(fact: str) -> None:
    facts = {name: value for name, value in TRN2.items() if name != fact}
    with pytest.raises(DeclarationError, match=r"^page family 'trn2-inference' lacks ") as error:
        Family("trn2-inference", **facts)  # type: ignore[arg-type]
    assert "\n" not in str(error.value)


def test_a_page_family_without_columns_says_what_to_state() -> None:
    facts = {name: value for name, value in TRN2.items() if name != "columns"}
    with pytest.raises(DeclarationError, match="lacks the columns that its tables have had"):
        Family("trn2-inference", **facts)  # type: ignore[arg-type]


def test_a_page_family_whose_columns_cannot_make_a_row_does_not_load() -> None:
    columns = {"encoder": (LEAST_COLUMNS - {"model"},)}
    with pytest.raises(DeclarationError, match="lacks the column 'model' in a set of columns"):
        Family("trn2-inference", **{**TRN2, "columns": columns})  # type: ignore[arg-type]


def test_a_page_family_of_an_unknown_accelerator_does_not_load() -> None:
    with pytest.raises(DeclarationError, match="names the accelerator 'trn9', which"):
        Family("trn2-inference", **{**TRN2, "accelerator": "trn9"})  # type: ignore[arg-type]


def test_another_page_says_what_it_is_read_for_be_it_nothing() -> None:
    with pytest.raises(DeclarationError, match=r"^page 'faq' lacks what it is read for"):
        OtherPage("faq", "faq")
    assert OtherPage("faq", "faq", read_for=()).read_for == ()


def test_two_pages_cannot_share_a_label() -> None:
    first = PAGE_KINDS[0]
    with pytest.raises(DeclarationError, match=f"'{first.label}' is the name or label of 2 pages"):
        check_distinct((first, replace(PAGE_KINDS[1], label=first.label)))


def test_a_page_is_found_by_its_label_before_its_former_ones() -> None:
    kind = OtherPage("faq", "faq", ("old-faq", "older-faq"), read_for=())
    new, old, older = (Location(path, "") for path in ("new", "old", "older"))
    assert locate({"faq": new, "old-faq": old}, kind) == new
    assert locate({"older-faq": older, "old-faq": old}, kind) == old
    assert locate({"older-faq": older}, kind) == older
    assert locate({}, kind) is None


def test_every_accelerator_has_a_page_that_is_read_for_its_hardware() -> None:
    for one in ACCELERATORS:
        assert read_for(one.hardware_page) == ("hardware",)


def test_a_page_of_benchmarks_is_read_for_nothing_else() -> None:
    assert all(read_for(kind.page) == () for kind in PAGE_KINDS)


def test_a_model_family_that_is_new_on_its_page_needs_the_least_columns() -> None:
    assert PAGE_KINDS[0].columns_of("decoder") == (LEAST_COLUMNS,)


@pytest.mark.parametrize(
    ("columns", "workload"),
    [
        ({"model", "throughput", "optimizer"}, "training"),
        ({"model", "topology"}, "training"),
        ({"model", "throughput", "batch_size"}, "inference"),
        (set(), "inference"),
    ],
)
def test_a_page_of_both_workloads_tells_them_by_the_columns_of_a_table(
    columns: set[str], workload: str
) -> None:
    (both,) = (kind for kind in PAGE_KINDS if kind.workload is None)
    assert both.workload_of(columns) == workload
    assert PAGE_KINDS[0].workload_of(columns) == "inference"


NEW = {"inf1-inference", "inf2-inference", "trn1-inference", "trn1-training"}


@pytest.mark.parametrize(
    ("found", "missing"),
    [
        (NEW, set()),
        ({"inf1-inference", "inf2-inference", "trn1-performance"}, set()),
        (NEW - {"trn1-training"}, {"trn1-training"}),
        ({"trn1-performance"}, {"inf1-inference", "inf2-inference"}),
        (set(), NEW),
    ],
)
def test_a_page_that_another_one_replaces_is_not_missed(found: set[str], missing: set[str]) -> None:
    assert {kind.page for kind in missing_pages(found)} == missing
