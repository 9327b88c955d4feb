"""This module reads what a page says that a release is made of, as `pages.catalog` wants it.

Put what joins the kinds of facts here, for a page and for a release; each kind is read in a module
of its own. What looks wrong in them is flagged by the rules in `quality.packages`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines.composition.framework_support import Support, read_support
from pipelines.composition.hardware import Hardware, read_hardware, without_repeated
from pipelines.composition.package_lists import PackageLists, read_package_lists
from pipelines.composition.release_dates import ReleaseDates, read_dates
from pipelines.pages.catalog import read_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from pipelines.contract import (
        FrameworkSupport,
        Instance,
        PackageVersion,
        ReleaseDate,
    )
    from pipelines.errors import Problem
    from pipelines.extract import ExtractedPage, ExtractedTable


@dataclass(frozen=True, slots=True)
class CompositionRows:
    """What a page, or all pages of a release, say the release is made of.

    Attributes:
        packages: One row a line of each package list.
        support: One row a statement of supported versions.
        support_releases: Other releases that titles of lists of supported versions name.
        dates: The days on which releases were published.
        instances: The instance types.
        findings: What is unknown, and what could not be read.
    """

    packages: tuple[PackageVersion, ...] = ()
    support: tuple[FrameworkSupport, ...] = ()
    support_releases: tuple[str, ...] = ()
    dates: tuple[ReleaseDate, ...] = ()
    instances: tuple[Instance, ...] = ()
    findings: tuple[Problem, ...] = ()

    @property
    def rows(self) -> Mapping[str, Sequence[object]]:
        """The rows, by table of the contract."""
        return {
            "package_versions": self.packages,
            "framework_support": self.support,
            "release_dates": self.dates,
            "instances": self.instances,
        }


def read_composition(
    release: str,
    page: str,
    extracted: ExtractedPage,
    tables: Sequence[tuple[str, ExtractedTable]],
    captured_at: datetime | None = None,
) -> CompositionRows:
    """Read a page beside the benchmarks.

    Args:
        release: The docs release of the page.
        page: Our name for the page.
        extracted: The page.
        tables: Its tables, each with its `table_id`.
        captured_at: When the page was captured, or None where that is not known.
    """
    wanted = read_for(page)
    blocks = extracted.blocks
    hardware = read_hardware(page, release, tables) if "hardware" in wanted else Hardware()
    dates = read_dates(page, release, blocks, captured_at) if "dates" in wanted else ReleaseDates()
    lists = (
        read_package_lists(page, release, blocks, [table for _, table in tables])
        if "packages" in wanted
        else PackageLists()
    )
    support = read_support(page, release, blocks, tables) if "support" in wanted else Support()
    return CompositionRows(
        packages=lists.rows,
        support=support.rows,
        support_releases=support.other_releases,
        dates=dates.rows,
        instances=hardware.rows,
        findings=(*hardware.findings, *dates.findings, *lists.findings, *support.findings),
    )


def add_up(parts: Iterable[CompositionRows]) -> CompositionRows:
    """Add the pages of a release up, in the order in which they were read.

    Returns:
        All rows. Statements of support are numbered through. Of an instance type that two pages
        describe, the first row is kept, and the other is among the findings. The findings of the
        pages themselves are left out: they belong to their pages.
    """
    pages = tuple(parts)
    support = (row for part in pages for row in part.support)
    instances, repeated = without_repeated(row for part in pages for row in part.instances)
    return CompositionRows(
        packages=tuple(row for part in pages for row in part.packages),
        support=tuple(replace(row, number=number) for number, row in enumerate(support)),
        support_releases=tuple(dict.fromkeys(r for part in pages for r in part.support_releases)),
        dates=tuple(row for part in pages for row in part.dates),
        instances=instances,
        findings=repeated,
    )
