"""What only a whole release shows: its hourly rates, and the flags that need all of its pages.

This module runs the steps over a release whose pages are added up. A step that fails loses what it
would have found, and nothing else: a flag names it. Put a new step in `add_whole_release`; what a
rule finds lives in `pipelines.quality`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from pipelines.composition.reader import CompositionRows, add_up
from pipelines.contract import BENCHMARKS, HOURLY_RATES, QUALITY_FLAGS
from pipelines.pages.catalog import ALL_PAGES, missing_pages
from pipelines.pages.inventory import locate, pages_to_read
from pipelines.pages.radar import unread_pages
from pipelines.performance.families import fill_families
from pipelines.pricing.hourly_rates import hourly_rates
from pipelines.quality.context import PackagesRule, PackagesView, RowRule, view_release
from pipelines.quality.flags import problem_flag
from pipelines.quality.packages import package_lists_differ
from pipelines.quality.pages import (
    failed_step,
    missing_page,
    page_held_back,
    unclaimed_page,
    unclaimed_release,
)
from pipelines.quality.pages.failed_step import failed_step_flag
from pipelines.quality.pages.missing_page import missing_page_flag
from pipelines.quality.pages.page_held_back import page_held_back_flag
from pipelines.quality.pages.unclaimed_page import unclaimed_page_flags
from pipelines.quality.pages.unclaimed_release import unclaimed_release_flag
from pipelines.quality.pages.unread_page import unread_page_flag
from pipelines.quality.reading.lists import repeated_instance
from pipelines.quality.rows import dead_script
from pipelines.quality.rows.dead_script import dead_script_flags
from pipelines.quality.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pipelines.contract import HourlyRate, QualityFlag
    from pipelines.ingest.held_page import HeldPage
    from pipelines.ingest.page_result import PageResult
    from pipelines.pages.inventory import Location
    from pipelines.quality.context import ReleaseView

    Step = Callable[[], Iterable[Any]]

OF_THE_RELEASE = frozenset(
    one.name
    for one in (
        *(rule for rule in RULES if isinstance(rule, RowRule | PackagesRule)),
        failed_step.RULE,
        missing_page.RULE,
        package_lists_differ.RULE,
        page_held_back.RULE,
        unclaimed_page.RULE,
        unclaimed_release.RULE,
        repeated_instance.RULE,
        dead_script.RULE,
    )
)
"""The rules whose flags follow from the whole release. A page that keeps its last rows does not
keep these flags: they are found once more."""


@dataclass(frozen=True, slots=True)
class WholeRelease:
    """A release whose pages are added up.

    Attributes:
        release: The release.
        tree: Its address, which ends in a slash.
        labels: The labels of its inventory.
        rows: The rows of all pages, by table.
        results: What came of each page.
        held: The pages among them that are held back.
        is_dead: Whether an address is known to lead nowhere.
    """

    release: str
    tree: str
    labels: Mapping[str, Location]
    rows: Mapping[str, Sequence[Any]]
    results: Sequence[PageResult]
    held: Sequence[HeldPage]
    is_dead: Callable[[str], bool]

    @property
    def read(self) -> tuple[PageResult, ...]:
        """The pages that are not held back."""
        held = {one.page for one in self.held}
        return tuple(one for one in self.results if one.kind.page not in held)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What came of a step: what it found, or the flag that says that it failed."""

    found: tuple[Any, ...]
    failure: tuple[QualityFlag, ...] = ()


def add_whole_release(whole: WholeRelease) -> Mapping[str, Sequence[Any]]:
    """Return the rows of all pages with what only the whole release shows.

    Args:
        whole: The release.

    Returns:
        The rows by table, `hourly_rates` among them, and each quality flag once.
    """
    families = _attempt(whole, "the families of models", lambda: [_with_families(whole)])
    whole = families.found[0] if families.found else whole
    composition = _attempt(whole, "adding up what it is made of", lambda: [_composition(whole)])
    view = _attempt(whole, "joining rows with their figures", lambda: [_view(whole)])
    rates = _attempt(whole, "the hourly rates", lambda: _rates(whole, view.found))
    steps = (
        *_steps_over_pages(whole),
        *_steps_over_composition(whole, composition.found),
        *_steps_over_rows(whole, view.found),
    )
    flagged = [_attempt(whole, what, step) for what, step in steps]
    flags = [
        *whole.rows[QUALITY_FLAGS.name],
        *(flag for one in flagged for flag in one.found),
        *(flag for one in (families, composition, view, rates, *flagged) for flag in one.failure),
    ]
    return {
        **whole.rows,
        **{name: rows for one in composition.found for name, rows in one.rows.items()},
        HOURLY_RATES.name: rates.found,
        QUALITY_FLAGS.name: _each_once(flags),
    }


def _attempt(whole: WholeRelease, what: str, step: Step) -> _Attempt:
    """Run a step; no fault of it may lose the release."""
    try:
        return _Attempt(tuple(step()))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is reported
        page = whole.results[0].kind.page if whole.results else ALL_PAGES[0].page
        return _Attempt((), (failed_step_flag(whole.release, page, what, error),))


def _steps_over_pages(whole: WholeRelease) -> Iterator[tuple[str, Step]]:
    """Yield the steps that look at pages, each with its name."""
    yield "flags of what was found on pages", lambda: _found(whole)
    yield "flags of missing pages", lambda: _missing(whole)
    yield "flags of pages that are held back", lambda: _held_back(whole)
    yield "flags of pages that do not name their release", lambda: _unclaimed(whole)
    yield "flags of pages that are not read", lambda: _unread(whole)


def _steps_over_composition(
    whole: WholeRelease, found: Iterable[CompositionRows]
) -> Iterator[tuple[str, Step]]:
    """Yield the steps that look at what the release is made of, each with its name."""
    for one in found:
        yield "flags of repeated instance types", partial(_repeated, whole, one)
        for rule in RULES:
            if isinstance(rule, PackagesRule):
                yield f"the rule {rule.name}", partial(_apply_to_packages, rule, whole, one)


def _steps_over_rows(
    whole: WholeRelease, views: Iterable[ReleaseView]
) -> Iterator[tuple[str, Step]]:
    """Yield the rules over rows, each with its name."""
    for view in views:
        yield f"the rule {dead_script.RULE.name}", partial(dead_script_flags, view, whole.is_dead)
        for rule in RULES:
            if isinstance(rule, RowRule):
                yield f"the rule {rule.name}", partial(rule.find, view)


def _found(whole: WholeRelease) -> Iterator[QualityFlag]:
    """Yield a flag for each problem of a page that is published in spite of it."""
    for result in whole.read:
        for one in result.problems:
            yield problem_flag(whole.release, result.kind.page, one)


def _missing(whole: WholeRelease) -> Iterator[QualityFlag]:
    there = {kind.page for kind in ALL_PAGES if locate(whole.labels, kind)}
    for kind in missing_pages(there):
        yield missing_page_flag(whole.release, kind.page, kind.label)


def _held_back(whole: WholeRelease) -> Iterator[QualityFlag]:
    for one in whole.held:
        yield page_held_back_flag(
            whole.release, one.page, one.problems, has_last_rows=one.has_last_rows
        )


def _unclaimed(whole: WholeRelease) -> Iterator[QualityFlag]:
    pages = {one.kind.page: one.extracted for one in whole.read if one.extracted}
    yield from unclaimed_page_flags(whole.release, pages)
    if pages and not any(page.release_claims for page in pages.values()):
        yield unclaimed_release_flag(whole.release, min(pages))


def _unread(whole: WholeRelease) -> Iterator[QualityFlag]:
    """Yield a flag for each page that looks like performance and that is not read."""
    read = {place.path for _, place in pages_to_read(whole.labels, ALL_PAGES) if place}
    for page in unread_pages(whole.labels, read):
        yield unread_page_flag(whole.release, whole.tree + page.path, page)


def _with_families(whole: WholeRelease) -> WholeRelease:
    """Return the release with the families of rows whose section does not name one."""
    filled = tuple(fill_families(whole.rows[BENCHMARKS.name]))
    return replace(whole, rows={**whole.rows, BENCHMARKS.name: filled})


def _composition(whole: WholeRelease) -> CompositionRows:
    """Return what the release is made of: statements numbered through, instance types once."""
    rows = whole.rows
    pages = CompositionRows(
        packages=tuple(rows["package_versions"]),
        support=tuple(rows["framework_support"]),
        support_releases=tuple(name for one in whole.read for name in one.support_releases),
        dates=tuple(rows["release_dates"]),
        instances=tuple(rows["instances"]),
    )
    return add_up([pages])


def _repeated(whole: WholeRelease, composition: CompositionRows) -> Iterator[QualityFlag]:
    """Yield a flag for each instance type that a second page describes, on the first page."""
    for one in composition.findings:
        page = composition.instances[0].table_id.split("/")[1]
        yield problem_flag(whole.release, page, one)


def _apply_to_packages(
    rule: PackagesRule, whole: WholeRelease, composition: CompositionRows
) -> Iterable[QualityFlag]:
    view = PackagesView(
        release=whole.release,
        packages=composition.packages,
        support=composition.support,
        support_releases=composition.support_releases,
        dates=composition.dates,
    )
    return rule.find(view)


def _view(whole: WholeRelease) -> ReleaseView:
    rows = whole.rows
    return view_release(
        whole.release, rows["published_tables"], rows["benchmarks"], rows["measurements"]
    )


def _rates(whole: WholeRelease, views: Iterable[ReleaseView]) -> Iterator[HourlyRate]:
    for view in views:
        yield from hourly_rates(whole.release, view.rates)


def _each_once(flags: Iterable[QualityFlag]) -> tuple[QualityFlag, ...]:
    """Return the flags without those that say the same again: two equal keys are one flag."""
    return tuple(
        {tuple(getattr(one, name) for name in QUALITY_FLAGS.key): one for one in flags}.values()
    )
