"""Rules on package lists, constraints and dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from pipelines.contract import FrameworkSupport, PackageVersion, QualityFlag, ReleaseDate
from pipelines.quality.context import PackagesView
from pipelines.quality.packages.package_lists_differ import KnownLists
from pipelines.quality.rules import package_flags

ROW = PackageVersion(
    release="2.20.0",
    listed_on="2.20.0",
    accelerator="trn1",
    component="Driver",
    package="aws-neuronx-dkms",
    version="2.18.12.0",
    text="Driver aws-neuronx-dkms-2.18.12.0",
    page="whats-new",
    list_number=0,
    line=0,
    heading="Trn1 packages",
    product=None,
    stage=None,
)
NOTHING = PackagesView("2.20.1", packages=(), support=(), support_releases=(), dates=())
LATER = replace(ROW, listed_on="2.20.2", page="release-content-history")


def _flags(rows: list[PackageVersion], *earlier: list[PackageVersion]) -> list[QualityFlag]:
    """Return the flags of a docs release after older ones."""
    known = KnownLists()
    for older in earlier:
        list(known.flags(older))
    return list(known.flags(rows))


def test_lists_that_say_the_same_are_not_flagged() -> None:
    assert not _flags([LATER], [ROW])
    assert not _flags([LATER])


def test_a_list_that_differs_from_an_earlier_one_is_flagged_with_both() -> None:
    (flag,) = _flags([replace(LATER, version="2.18.13.0")], [ROW])
    assert (flag.release, flag.page, flag.rule) == (
        "2.20.2",
        "release-content-history",
        "package-lists-differ",
    )
    assert flag.observed == "aws-neuronx-dkms-2.18.13.0"
    assert flag.expected == "aws-neuronx-dkms-2.18.12.0"
    assert "trn1 packages of 2.20.0" in flag.message


def test_a_component_with_another_name_is_no_difference() -> None:
    assert not _flags([replace(LATER, component="Kernel driver")], [ROW])


def test_a_changed_list_is_flagged_once_and_not_where_it_is_repeated() -> None:
    changed = replace(LATER, listed_on="2.20.1", version="2.18.13.0")
    repeated = replace(changed, listed_on="2.20.2")
    assert len(_flags([changed], [ROW])) == 1
    assert not _flags([repeated], [ROW], [changed])


def test_a_list_that_changes_back_is_flagged_again() -> None:
    changed = replace(LATER, listed_on="2.20.1", version="2.18.13.0")
    (flag,) = _flags([LATER], [ROW], [changed])
    assert (flag.observed, flag.expected) == (
        "aws-neuronx-dkms-2.18.12.0",
        "aws-neuronx-dkms-2.18.13.0",
    )


def test_two_pages_that_keep_their_lists_are_flagged_in_the_first_docs_release_alone() -> None:
    other = replace(ROW, page="release-content", version="1")
    later = [replace(one, listed_on="2.20.1") for one in (ROW, other)]
    assert len(_flags([ROW, other])) == 1
    assert not _flags(later, [ROW, other])


def test_a_product_and_a_beta_have_lists_of_their_own() -> None:
    others = [
        replace(LATER, product="vLLM Neuron", package="vllm_neuron"),
        replace(LATER, stage="Beta", version="1", list_number=1),
        replace(LATER, accelerator=None, heading="Trn9 packages", version="2", list_number=2),
    ]
    assert not _flags(others, [ROW])


def test_two_lists_of_one_docs_release_are_compared_too() -> None:
    other = replace(ROW, page="release-content", package="aws-neuronx-tools", version="1.0")
    (flag,) = _flags([ROW, other])
    assert flag.page == "whats-new"


def test_other_accelerators_and_releases_are_other_lists() -> None:
    others = [replace(LATER, accelerator="inf2", version="1"), replace(LATER, release="2.19.0")]
    others = [replace(one, list_number=at) for at, one in enumerate(others)]
    assert not _flags(others, [ROW])


def test_a_page_that_lists_another_release_is_flagged_once() -> None:
    stale = replace(ROW, listed_on="2.20.1")
    rows = [stale, replace(stale, line=1), replace(stale, accelerator="inf2")]
    (flag,) = package_flags(replace(NOTHING, packages=rows))
    assert (flag.rule, flag.severity) == ("stale-package-list", "warning")
    assert (flag.observed, flag.expected) == ("2.20.0", "2.20.1")
    assert "(trn1, inf2)" in flag.message
    assert not package_flags(replace(NOTHING, packages=[ROW]))


def test_a_page_of_history_may_list_other_releases() -> None:
    assert not package_flags(replace(NOTHING, packages=[LATER]))


def test_supported_versions_of_another_release_are_flagged() -> None:
    (flag,) = package_flags(replace(NOTHING, support_releases=("2.20.0",)))
    assert (flag.release, flag.page, flag.observed) == ("2.20.1", "whats-new", "2.20.0")
    assert "supported Python versions of 2.20.0" in flag.message


def test_a_second_date_of_a_release_is_flagged_with_both_pages() -> None:
    one = ReleaseDate("2.12.2", "2.20.0", "whats-new-history", date(2023, 8, 19))
    other = replace(one, page="release-content-history", published_on=date(2023, 8, 20))
    (flag,) = package_flags(replace(NOTHING, dates=[one, one, other]))
    assert (flag.page, flag.observed, flag.expected) == (
        "release-content-history",
        "2023-08-20",
        "2023-08-19",
    )


def test_an_impossible_constraint_is_an_error_with_its_text() -> None:
    row = FrameworkSupport(
        release="2.20.0",
        number=0,
        subject="transformers",
        accelerators=(),
        package="torch-neuronx",
        package_version=None,
        scope=None,
        text="< 4.35 and >=4.37.2",
        constraint="<4.35,>=4.37.2",
        versions=(),
        table_id="t",
        page="whats-new",
        heading="Supported HuggingFace Transformers Versions",
    )
    possible = replace(row, constraint=">=4.35,<4.37.2")
    (flag,) = package_flags(replace(NOTHING, support=[possible, row]))
    assert (flag.severity, flag.page, flag.observed) == (
        "error",
        "whats-new",
        "< 4.35 and >=4.37.2",
    )
