"""Packages of two releases compared, and of one as pins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from pipelines.composition.vocabulary import APT_PACKAGES
from warehouse.packages.differences import Package, compare_packages, packages_of, pins

if TYPE_CHECKING:
    import duckdb


def listed(*names: str, accelerator: str = "trn1") -> tuple[Package, ...]:
    """Return packages written as `name version`."""
    return tuple(Package(accelerator, "", *name.split()) for name in names)


def changes(base: tuple[Package, ...], target: tuple[Package, ...]) -> list[tuple[object, ...]]:
    """Return what changed, without accelerator and component."""
    found = compare_packages(base, target)
    return [(one.change, one.package, one.base_version, one.target_version) for one in found]


def test_versions_sort_by_number_and_never_as_text() -> None:
    assert changes(listed("a 2.9.0"), listed("a 2.10.0")) == [("upgraded", "a", "2.9.0", "2.10.0")]
    assert changes(listed("a 2.10.0"), listed("a 2.9.0")) == [
        ("downgraded", "a", "2.10.0", "2.9.0")
    ]


def test_packages_come_and_go_and_stay() -> None:
    assert changes(listed("old 1", "same 2"), listed("new 3", "same 2")) == [
        ("added", "new", None, "3"),
        ("removed", "old", "1", None),
        ("unchanged", "same", "2", "2"),
    ]


def test_versions_of_one_line_are_compared_with_each_other() -> None:
    base = listed("xla 2.0.755", "xla 0.5.809", "tf 2.7.4.2.10", "tf 2.8.4.2.10")
    target = listed("xla 2.0.5347.0", "xla 0.5.3278", "tf 2.8.4.2.12")
    assert changes(base, target) == [
        ("upgraded", "tf", "2.8.4.2.10", "2.8.4.2.12"),
        ("upgraded", "xla", "0.5.809", "0.5.3278"),
        ("upgraded", "xla", "2.0.755", "2.0.5347.0"),
        ("removed", "tf", "2.7.4.2.10", None),
    ]


def test_accelerators_are_compared_apart() -> None:
    found = compare_packages(listed("a 1"), listed("a 1", accelerator="inf1"))
    assert [(one.change, one.accelerator) for one in found] == [
        ("removed", "trn1"),
        ("added", "inf1"),
    ]


PACKAGES = (
    *listed("torch-neuronx 1.13.1.1.16.0", "torch-neuronx 2.1.2.2.3.2", "libnrt.so 2.2"),
    *listed("aws-neuronx-dkms 2.18.20.0", "torch_xla 2.1.5", accelerator="inf2"),
)


@pytest.mark.parametrize("form", ["requirements", "constraints"])
def test_python_packages_are_pinned_once_to_their_newest_version(form: str) -> None:
    assert pins(PACKAGES, form).splitlines() == [
        "# torch-neuronx 1.13.1.1.16.0 is listed as well (trn1)",
        "torch-neuronx==2.1.2.2.3.2",
        "torch_xla==2.1.5",
    ]


def test_apt_packages_are_pinned_in_one_line() -> None:
    assert pins(PACKAGES, "apt") == "apt-get install 'aws-neuronx-dkms=2.18.20.0*'\n"


def test_each_line_of_requirements_is_one(all_releases: duckdb.DuckDBPyConnection) -> None:
    lines = pins(packages_of(all_releases, "2.20.2"), "requirements").splitlines()
    pinned = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==\d[\w.]*(\+\w+)?", line) for line in pinned)
    names = [line.partition("==")[0] for line in pinned]
    assert len(set(names)) == len(names)


def test_what_supports_a_python_is_no_apt_package(all_releases: duckdb.DuckDBPyConnection) -> None:
    rows = all_releases.execute(
        "SELECT DISTINCT package FROM framework_support WHERE subject = 'python'"
    ).fetchall()
    assert rows
    assert not [name for (name,) in rows if APT_PACKAGES.fullmatch(name)]
