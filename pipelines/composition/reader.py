"""What the other pages of a release say of it, typed: packages, support, dates, instance types.

This module reads such a page for what `pages.catalog` says. Each kind of fact is read in a module
of its own; what looks wrong in it is flagged by the rules in `quality.packages`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.composition.framework_support import read_support
from pipelines.composition.hardware import read_hardware
from pipelines.composition.package_lists import read_package_lists
from pipelines.composition.release_dates import read_dates
from pipelines.pages.catalog import read_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.contract import (
        FrameworkSupport,
        Instance,
        PackageVersion,
        ReleaseDate,
    )
    from pipelines.errors import Problem
    from pipelines.extract import Block, ExtractedPage, ExtractedTable


@dataclass(slots=True)
class Composition:
    """What a release is made of, as far as its pages are read.

    `support_releases` are other releases that titles of its lists of supported versions name.
    """

    release: str
    packages: list[PackageVersion] = field(default_factory=list)
    support: list[FrameworkSupport] = field(default_factory=list)
    dates: list[ReleaseDate] = field(default_factory=list)
    instances: list[Instance] = field(default_factory=list)
    support_releases: dict[str, None] = field(default_factory=dict)

    def read(
        self, page: str, extracted: ExtractedPage, tables: Sequence[tuple[str, ExtractedTable]]
    ) -> tuple[Problem, ...]:
        """Read a page.

        Args:
            page: Our name for the page.
            extracted: The page.
            tables: Its tables, each with its `table_id`.

        Returns:
            The problems: what could not be read.
        """
        wanted = read_for(page)
        problems: list[Problem] = []
        if "hardware" in wanted:
            hardware = read_hardware(page, self.release, tables)
            self.instances.extend(hardware.rows)
            problems += hardware.problems
        blocks = extracted.blocks
        if "dates" in wanted:
            dates, unread = read_dates(page, self.release, blocks)
            self.dates.extend(dates)
            problems += unread
        if "packages" in wanted:
            lists = read_package_lists(page, self.release, blocks, [table for _, table in tables])
            self.packages.extend(lists.rows)
            problems += lists.problems
        if "support" in wanted:
            problems += self._read_support(page, blocks, tables)
        return tuple(problems)

    def _read_support(
        self, page: str, blocks: Sequence[Block], tables: Sequence[tuple[str, ExtractedTable]]
    ) -> Sequence[Problem]:
        support = read_support(page, self.release, blocks, tables)
        self.support.extend(support.rows)
        self.support_releases |= support.strangers
        return support.problems

    @property
    def rows(self) -> dict[str, Sequence[object]]:
        """Its tables' rows, by table."""
        return {
            "package_versions": self.packages,
            "framework_support": self.support,
            "release_dates": self.dates,
            "instances": self.instances,
        }
