"""What the other pages of a release say of it, typed: packages, support, dates, instance types.

Here belongs which page is read for what, and the flags on what was read. Each kind of fact is read
in a module of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.composition.framework_support import is_impossible, read_support
from pipelines.composition.hardware import read_hardware
from pipelines.composition.package_lists import read_package_lists
from pipelines.composition.release_dates import read_dates
from pipelines.pages.catalog import (
    INF1_ARCHITECTURE,
    INF2_ARCHITECTURE,
    RELEASE_CONTENT,
    RELEASE_CONTENT_HISTORY,
    TRN1_ARCHITECTURE,
    WHATS_NEW,
    WHATS_NEW_HISTORY,
)
from pipelines.quality.composition import (
    impossible_constraint_flag,
    release_date_flags,
    stale_list_flags,
    stale_support_flag,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.contract import (
        FrameworkSupport,
        Instance,
        PackageVersion,
        QualityFlag,
        ReleaseDate,
    )
    from pipelines.errors import Problem
    from pipelines.extract import Block, ExtractedPage, ExtractedTable

_LISTS = (WHATS_NEW, RELEASE_CONTENT, RELEASE_CONTENT_HISTORY)
_DATES = (*_LISTS, WHATS_NEW_HISTORY)
_HARDWARE = (INF1_ARCHITECTURE, INF2_ARCHITECTURE, TRN1_ARCHITECTURE)
# Pages that are to list the packages of their own release.
_NEWEST = (WHATS_NEW, RELEASE_CONTENT)


@dataclass(slots=True)
class Composition:
    """What a release is made of, as far as its pages are read."""

    release: str
    packages: list[PackageVersion] = field(default_factory=list)
    support: list[FrameworkSupport] = field(default_factory=list)
    dates: list[ReleaseDate] = field(default_factory=list)
    instances: list[Instance] = field(default_factory=list)
    flags: list[QualityFlag] = field(default_factory=list)

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
        if page in _HARDWARE:
            hardware = read_hardware(page, self.release, tables)
            self.instances.extend(hardware.rows)
            return tuple(hardware.problems)
        if page not in _DATES:
            return ()
        blocks = extracted.blocks
        dates, problems = read_dates(page, self.release, blocks)
        self.dates.extend(dates)
        if page not in _LISTS:
            return problems
        lists = read_package_lists(page, self.release, blocks, [table for _, table in tables])
        self.packages.extend(lists.rows)
        if page in _NEWEST:
            self.flags.extend(stale_list_flags(lists.rows))
        if page != WHATS_NEW:
            return (*problems, *lists.problems)
        return (*problems, *lists.problems, *self._read_support(page, blocks, tables))

    def _read_support(
        self, page: str, blocks: Sequence[Block], tables: Sequence[tuple[str, ExtractedTable]]
    ) -> Sequence[Problem]:
        support = read_support(page, self.release, blocks, tables)
        self.support.extend(support.rows)
        self.flags.extend(stale_support_flag(self.release, page, one) for one in support.strangers)
        self.flags.extend(
            impossible_constraint_flag(page, row)
            for row in support.rows
            if row.constraint and is_impossible(row.constraint)
        )
        return support.problems

    @property
    def all_flags(self) -> Sequence[QualityFlag]:
        """What looks wrong on its pages, and between them."""
        return (*self.flags, *release_date_flags(self.dates))

    @property
    def rows(self) -> dict[str, Sequence[object]]:
        """Its tables' rows, by table."""
        return {
            "package_versions": self.packages,
            "framework_support": self.support,
            "release_dates": self.dates,
            "instances": self.instances,
        }
