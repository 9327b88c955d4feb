"""Flags on a page as a whole, and on problems that a person decided to publish all the same.

Here belongs what is seen while a page is read. Rules over the rows stand in the other modules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.contract import QualityFlag

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.errors import Problem
    from pipelines.extract import ExtractedPage
    from pipelines.performance.notes import NoteFacts


@dataclass(frozen=True, slots=True)
class PageView:
    """A page as the page rules see it."""

    release: str
    page: str
    url: str
    extracted: ExtractedPage
    notes: NoteFacts
    has_costs: bool
    last_update_read: bool


def page_flags(view: PageView) -> Iterable[QualityFlag]:
    """Flag what is wrong with a page as a whole."""
    if not view.extracted.tables:
        yield _page_flag(
            view,
            "page-without-tables",
            "error",
            f"The page {view.page} of {view.release} has its headings and not one table; "
            f"the release is published without it ({view.url}).",
            observed="0 tables",
        )
    if view.has_costs and not view.notes.price_bases:
        yield _page_flag(
            view,
            "price-basis-not-stated",
            "warning",
            f"No note of {view.page} says which hourly rate its costs are calculated with.",
        )
    if view.extracted.last_update is not None and not view.last_update_read:
        yield _page_flag(
            view,
            "unreadable-date",
            "warning",
            f"The last update of {view.page}, {view.extracted.last_update!r}, is no date.",
            observed=view.extracted.last_update,
        )


def missing_page_flag(release: str, page: str, label: str) -> QualityFlag:
    """Flag a page whose label the release's inventory does not have."""
    return QualityFlag(
        release=release,
        benchmark_id=None,
        page=page,
        rule="missing-page",
        severity="warning",
        message=f"The inventory of {release} has no label {label!r}; the release is published "
        f"without the page {page}.",
        observed=None,
        expected=label,
    )


def unclaimed_release_flag(release: str, page: str) -> QualityFlag:
    """Flag a release of whose pages none says which release it is of; `page` is one of them."""
    return QualityFlag(
        release=release,
        benchmark_id=None,
        page=page,
        rule="unclaimed-release",
        severity="warning",
        message=f"No page of {release} says which release it is of; only their addresses do.",
        observed=None,
        expected=release,
    )


def problem_flag(
    release: str, page: str, problem: Problem, benchmark_id: str | None
) -> QualityFlag:
    """Turn a problem that is published all the same into a flag."""
    return QualityFlag(
        release=release,
        benchmark_id=benchmark_id,
        page=page,
        rule=problem.rule,
        severity="warning",
        message=f"{problem.where}: met {problem.observed!r}, expected {problem.expected}.",
        observed=problem.observed,
        expected=problem.expected,
    )


def _page_flag(
    view: PageView, rule: str, severity: str, message: str, observed: str | None = None
) -> QualityFlag:
    return QualityFlag(
        release=view.release,
        benchmark_id=None,
        page=view.page,
        rule=rule,
        severity=severity,
        message=message,
        observed=observed,
        expected=None,
    )
