"""This module declares what a release is made of: packages, what they support, release dates.

Put columns of these tables here. How a line of a page becomes a row lives in
`pipelines.composition.package_lists`, `framework_support` and `release_dates`.
"""

# ruff: noqa: RUF009 - `described` gives a dataclass field

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003 - `Table.columns` reads it

from pipelines.contract.accelerators import ACCELERATOR_NAMES
from pipelines.contract.column import Table, described, quickly_made
from pipelines.contract.published import RELEASE

SUBJECTS = ("python", "transformers", "protobuf", "numpy", "linux-kernel", "vllm")
_SDK_RELEASE = "SDK release described, such as 2.17.0; need not be that of the page."
_LISTED_ON = "Docs release whose page says so, such as 2.20.2."


@quickly_made
@dataclass(frozen=True, slots=True)
class PackageVersion:
    """One line of a package list."""

    release: str = described(_SDK_RELEASE)
    listed_on: str = described(_LISTED_ON)
    accelerator: str | None = described(
        "Accelerator of the list, from its heading; null where the heading is unknown.",
        values=ACCELERATOR_NAMES,
    )
    component: str | None = described(
        "Component that the package is; null where the list prints `nan`."
    )
    package: str = described("Name of the package.")
    version: str | None = described("Version of the package; never sorts as text.")
    text: str = described("The line, as published, white space collapsed.")
    page: str = described("Our name for the page that the list is on.")
    list_number: int = described("Place of the list among those of its page, from 0.")
    line: int = described("Line of the list, from 0, without its headings.")
    heading: str | None = described("Heading of the list, as published.")
    product: str | None = described(
        "Product that the list adds to the release, such as `vLLM Neuron`; null for the SDK itself."
    )
    stage: str | None = described("Stage of what is listed, such as `Beta`; null for a release.")


@dataclass(frozen=True, slots=True)
class FrameworkSupport:
    """One statement of which versions a package supports."""

    release: str = described(RELEASE)
    number: int = described("Counts the release's statements, from 0, in published order.")
    subject: str | None = described(
        "What is supported; null where the heading is unknown.", values=SUBJECTS
    )
    accelerators: tuple[str, ...] = described("Accelerators, where the heading names them.")
    package: str | None = described("Package that supports it; null for the SDK as a whole.")
    package_version: str | None = described("Version of that package, where it is given.")
    scope: str | None = described("Part of the package that it holds for, as published.")
    text: str = described("Supported versions, as published.")
    constraint: str | None = described("The same as a version constraint, where the text is one.")
    versions: tuple[str, ...] = described("The versions, where the text is a list of them.")
    table_id: str | None = described("Published table of the statement; null for a list or text.")
    page: str | None = described("Our name for the page that the statement is on.")
    heading: str | None = described("Heading of the statement, as published.")


@dataclass(frozen=True, slots=True)
class ReleaseDate:
    """When a release was published, as a page's heading says."""

    release: str = described(_SDK_RELEASE)
    listed_on: str = described(_LISTED_ON)
    page: str = described("Our name for the page that the heading is on.")
    published_on: date = described("Day on which the release was published.")


PACKAGE_VERSIONS = Table(
    "package_versions",
    PackageVersion,
    "Package lists of SDK releases, one row a line of each list that a docs release prints.",
    key=("listed_on", "page", "list_number", "line"),
    sort=("listed_on", "page", "list_number", "line"),
    home="listed_on",
    group="composition",
    made_from=("pages",),
)
FRAMEWORK_SUPPORT = Table(
    "framework_support",
    FrameworkSupport,
    "Versions of Python, of libraries and of the Linux kernel that a release supports.",
    key=("release", "number"),
    sort=("release", "number"),
    group="composition",
    made_from=("pages",),
)
RELEASE_DATES = Table(
    "release_dates",
    ReleaseDate,
    "Days on which SDK releases were published, as the headings of a docs release say.",
    key=("listed_on", "page", "release", "published_on"),
    sort=("listed_on", "page", "release", "published_on"),
    home="listed_on",
    group="composition",
    made_from=("pages",),
)
