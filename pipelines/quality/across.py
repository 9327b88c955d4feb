"""Flags that need more than one release: one walk over all releases of a dataset, oldest first.

This module applies the rules of the folder `history` and `package-lists-differ`. What it returns
depends on the set of releases alone, and not on the order in which they were built. Which releases
a dataset holds, and how flags are stored, lives in `warehouse.versions.cross_release_flags`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.quality.context import RowRule, view_release
from pipelines.quality.packages import package_lists_differ
from pipelines.quality.rules import RULES, history_flags
from pipelines.quality.shared.past import History, HistoryRule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipelines.contract import (
        Benchmark,
        Measurement,
        PackageVersion,
        PublishedTable,
        QualityFlag,
        ReleaseTables,
    )

CROSS_RELEASE_RULES = frozenset(
    {
        package_lists_differ.RULE.name,
        *(rule.name for rule in RULES if isinstance(rule, HistoryRule)),
    }
)
"""The names of the rules whose flags depend on other releases too."""
_DOUBTING = frozenset(rule.name for rule in RULES if isinstance(rule, RowRule) and rule.doubts_row)


@dataclass(frozen=True, slots=True)
class JudgedRelease:
    """What the walk needs of one release. `flags` are those of the release by itself."""

    release: str
    tables: Sequence[PublishedTable]
    benchmarks: Sequence[Benchmark]
    measurements: Sequence[Measurement]
    packages: Sequence[PackageVersion]
    flags: Sequence[QualityFlag]


def judged_release(tables: ReleaseTables) -> JudgedRelease:
    """Return what the walk needs of a release that was just read."""
    rows = tables.rows
    return JudgedRelease(
        release=tables.release,
        tables=rows.get("published_tables", ()),
        benchmarks=rows.get("benchmarks", ()),
        measurements=rows.get("measurements", ()),
        packages=rows.get("package_versions", ()),
        flags=own_flags(rows.get("quality_flags", ())),
    )


def own_flags(flags: Iterable[QualityFlag]) -> tuple[QualityFlag, ...]:
    """Return the flags that a release has by itself."""
    return tuple(flag for flag in flags if flag.rule not in CROSS_RELEASE_RULES)


def cross_release_flags(
    releases: Iterable[JudgedRelease],
) -> Mapping[str, tuple[QualityFlag, ...]]:
    """Return the flags of each release that need other releases.

    Args:
        releases: All releases of a dataset, oldest first. One is held at a time.
    """
    found: dict[str, list[QualityFlag]] = {}
    history = History()
    lists = package_lists_differ.KnownLists()
    for one in releases:
        found.setdefault(one.release, []).extend(lists.flags(one.packages))
        view = view_release(one.release, one.tables, one.benchmarks, one.measurements)
        before = history.before(view)
        flags = history_flags(view, before)
        for flag in flags:
            found[flag.release].append(flag)
        history.add(before, doubted_rows((*one.flags, *flags)))
    return {release: tuple(flags) for release, flags in found.items()}


def doubted_rows(flags: Iterable[QualityFlag]) -> Iterator[str]:
    """Yield the `benchmark_id` of rows of which a rule doubts the figures."""
    for flag in flags:
        sure = flag.rule in CROSS_RELEASE_RULES and flag.severity == "error"
        if flag.benchmark_id and (sure or flag.rule in _DOUBTING):
            yield flag.benchmark_id
