"""All pages of one release, added up; and which of them are published.

This module has the order of the steps: read each page, decide which are held back, take the last
good rows of those, add the pages up, and find what only the whole release shows. Each step lives
in a module of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipelines.composition.reader import CompositionRows, add_up
from pipelines.contract import QUALITY_FLAGS, TABLES, QualityFlag, ReleaseTables
from pipelines.errors import AbsentError, ContractError, Problem, SourceError
from pipelines.ingest.last_capture import NOTHING_CAPTURED, LastCapture
from pipelines.ingest.losses import lost_since
from pipelines.ingest.page import PageResult, read_page
from pipelines.pages.catalog import ALL_PAGES, Family, PageKind, missing_pages
from pipelines.pages.inventory import (
    INVENTORY_PATH,
    Location,
    locate,
    pages_to_read,
    read_inventory,
)
from pipelines.pages.page_checks import missing_from_inventory, no_pages, unforeseen, unreachable
from pipelines.pages.radar import unread_pages
from pipelines.performance.families import fill_families
from pipelines.policy import DEFAULT, Policy
from pipelines.pricing.hourly_rates import hourly_rates
from pipelines.quality.context import PackagesRule, PackagesView, RowRule, view_release
from pipelines.quality.flags import problem_flag
from pipelines.quality.pages import page_held_back
from pipelines.quality.pages.missing_page import missing_page_flag
from pipelines.quality.pages.page_held_back import page_held_back_flag
from pipelines.quality.pages.unclaimed_page import unclaimed_page_flags
from pipelines.quality.pages.unclaimed_release import unclaimed_release_flag
from pipelines.quality.pages.unread_page import unread_page_flag
from pipelines.quality.rules import RULES, package_flags, row_flags

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pipelines.sources.site import Site

Rows = dict[str, list[Any]]
# Flags that follow from the rows of the whole release: they are made anew, and never carried over.
_OF_THE_RELEASE = frozenset(
    rule.name for rule in RULES if isinstance(rule, RowRule | PackagesRule)
) | {page_held_back.RULE.name}


@dataclass(frozen=True, slots=True)
class HeldPage:
    """A page that was read and is not published.

    Attributes:
        page: Our name for it.
        url: Its address; empty where the inventory does not name it.
        problems: Why it is held back, at least one.
        has_last_rows: Whether rows of the last capture are published in its place.
    """

    page: str
    url: str
    problems: tuple[Problem, ...]
    has_last_rows: bool


@dataclass(frozen=True, slots=True)
class IngestedRelease:
    """A release that was read: its rows, and the pages that are not among them."""

    tables: ReleaseTables
    held_back: tuple[HeldPage, ...]


def no_check(_: ReleaseTables) -> tuple[Problem, ...]:
    """Find nothing."""
    return ()


def ingest_release(
    site: Site,
    release: str,
    *,
    last: LastCapture = NOTHING_CAPTURED,
    policy: Policy = DEFAULT,
    check: Callable[[ReleaseTables], Sequence[Problem]] = no_check,
) -> IngestedRelease:
    """Read all pages of a release into its rows.

    Args:
        site: The documentation site.
        release: The release to read.
        last: The release as the dataset holds it.
        policy: What is published although it is doubtful.
        check: Finds what the contract does not allow in the rows of one page.

    Returns:
        The rows of the release, with the last good rows of pages that are held back.

    Raises:
        SourceError: The inventory, or every page, could not be fetched.
        ContractError: Every page is held back and there are no last good rows, or there is no page.
    """
    inventory = site.read(release, INVENTORY_PATH)
    labels = read_inventory(inventory.url, inventory.body)
    results = tuple(_results(site, release, labels, last))
    results = tuple(_checked(release, result, last, check) for result in results)
    held = tuple(_held(results, last, policy))
    if not labels or all(result.kind.page in {one.page for one in held} for result in results):
        _refuse(release, inventory.url, held, last)
    tables = _add_up(release, labels, inventory.url, results, held, last, policy)
    return IngestedRelease(tables, held)


def _results(
    site: Site, release: str, labels: Mapping[str, Location], last: LastCapture
) -> Iterator[PageResult]:
    """Read every page that the inventory names; a page that the last capture had is missed."""
    had = {page.page for page in last.pages}
    for kind, location in pages_to_read(labels, ALL_PAGES):
        result = location and _fetch_and_read(site, release, kind, location)
        if result:
            yield result
        elif kind.page in had:
            yield PageResult(kind, "", (missing_from_inventory(kind),))


def _fetch_and_read(
    site: Site, release: str, kind: PageKind, location: Location
) -> PageResult | None:
    """Read one page; whatever goes wrong is a problem of this page alone.

    Returns:
        The page's result, or None for a page beside the benchmarks that the site does not have.
    """
    try:
        response = site.read(release, location.path)
    except AbsentError as error:
        if not isinstance(kind, Family):
            return None
        return PageResult(kind, location.path, (unreachable(kind.page, location.path, error),))
    except SourceError as error:
        return PageResult(kind, location.path, (unreachable(kind.page, location.path, error),))
    except Exception as error:  # noqa: BLE001 - no fault of one page may stop the others
        return PageResult(kind, location.path, (unforeseen(kind.page, location.path, error),))
    try:
        return read_page(release, kind, location, response)
    except Exception as error:  # noqa: BLE001 - as above
        return PageResult(kind, response.url, (unforeseen(kind.page, response.url, error),))


def _checked(
    release: str,
    result: PageResult,
    last: LastCapture,
    check: Callable[[ReleaseTables], Sequence[Problem]],
) -> PageResult:
    """Add what a page lost since the last capture, and what the contract does not allow in it."""
    if not result.rows:
        return result
    lost = lost_since(
        result.kind.page, last, result.rows["published_tables"], result.rows["published_cells"]
    )
    broken = check(ReleaseTables(release, result.rows))
    return replace(result, problems=(*result.problems, *lost, *broken))


def _held(results: Iterable[PageResult], last: LastCapture, policy: Policy) -> Iterator[HeldPage]:
    had = {page.page for page in last.pages}
    for result in results:
        problems = tuple(one for one in result.problems if not policy.allows(one.rule))
        if problems:
            page = result.kind.page
            yield HeldPage(page, result.url, problems, has_last_rows=page in had)


def _refuse(release: str, inventory_url: str, held: Sequence[HeldPage], last: LastCapture) -> None:
    """Raise where there is nothing to publish of a release."""
    problems = tuple(problem for page in held for problem in page.problems)
    unreached = [one for one in problems if one.rule.name == "unreachable-page"]
    if problems and len(unreached) == len(problems):
        raise SourceError(f"release {release}, {unreached[0]}")
    if not last.pages:
        raise ContractError(release, problems or (no_pages(inventory_url),))


def _add_up(  # noqa: PLR0913, PLR0917 - all that was found of a release
    release: str,
    labels: Mapping[str, Location],
    url: str,
    results: Sequence[PageResult],
    held: Sequence[HeldPage],
    last: LastCapture,
    policy: Policy,
) -> ReleaseTables:
    """Add the pages' rows up, and find what only the whole release shows."""
    held_pages = {one.page for one in held}
    read = [result for result in results if result.kind.page not in held_pages and result.rows]
    rows: Rows = {table.name: [] for table in TABLES[1:]}
    del rows["cell_changes"]
    flags = rows["quality_flags"]
    for result in results:
        page = result.kind.page
        found = _carried(last, page) if page in held_pages else result.rows
        for name, some in found.items():
            rows[name].extend(some)
    for result in read:
        flags.extend(
            problem_flag(release, result.kind.page, one, one.benchmark_id)
            for one in result.problems
            if policy.allows(one.rule)
        )
    flags.extend(_page_flags(release, labels, read, held))
    flags.extend(_unread_page_flags(release, labels, url))
    composition = _composition(rows, read)
    rows.update({name: list(some) for name, some in composition.rows.items()})
    flags.extend(_repeated_flags(release, composition))
    rows["benchmarks"] = list(fill_families(rows["benchmarks"]))
    view = view_release(release, rows["published_tables"], rows["benchmarks"], rows["measurements"])
    rows["hourly_rates"] = list(hourly_rates(release, view.rates))
    flags.extend((*row_flags(view), *package_flags(_packages_view(release, composition))))
    rows["quality_flags"] = _each_once(flags)
    return ReleaseTables(release, rows)


def _carried(last: LastCapture, page: str) -> Mapping[str, Sequence[Any]]:
    """Return the last good rows of a page, with the flags that were met while it was read."""
    rows = dict(last.rows_of_page(page))
    if "quality_flags" in rows:
        rows["quality_flags"] = tuple(
            flag for flag in rows["quality_flags"] if flag.rule not in _OF_THE_RELEASE
        )
    return rows


def _page_flags(
    release: str,
    labels: Mapping[str, Location],
    read: Sequence[PageResult],
    held: Sequence[HeldPage],
) -> Iterator[QualityFlag]:
    for kind in missing_pages({kind.page for kind in ALL_PAGES if locate(labels, kind)}):
        yield missing_page_flag(release, kind.page, kind.label)
    for one in held:
        yield page_held_back_flag(release, one.page, one.problems, has_last_rows=one.has_last_rows)
    pages = {result.kind.page: result.extracted for result in read if result.extracted}
    yield from unclaimed_page_flags(release, pages)
    if pages and not any(page.release_claims for page in pages.values()):
        yield unclaimed_release_flag(release, min(pages))


def _unread_page_flags(
    release: str, labels: Mapping[str, Location], inventory_url: str
) -> Iterator[QualityFlag]:
    """Yield a flag for each page that looks like performance and that is not read."""
    tree = inventory_url.removesuffix(INVENTORY_PATH)
    read = {place.path for _, place in pages_to_read(labels, ALL_PAGES) if place}
    for page in unread_pages(labels, read):
        yield unread_page_flag(release, tree + page.path, page)


def _composition(rows: Rows, read: Iterable[PageResult]) -> CompositionRows:
    """Return what the release is made of: statements numbered through, instance types once."""
    parts = CompositionRows(
        packages=tuple(rows["package_versions"]),
        support=tuple(rows["framework_support"]),
        support_releases=tuple(name for result in read for name in result.support_releases),
        dates=tuple(rows["release_dates"]),
        instances=tuple(rows["instances"]),
    )
    return add_up([parts])


def _repeated_flags(release: str, composition: CompositionRows) -> Iterator[QualityFlag]:
    """Yield a flag for each instance type that a second page describes, on the first page."""
    for one in composition.findings:
        yield problem_flag(release, composition.instances[0].table_id.split("/")[1], one, None)


def _packages_view(release: str, composition: CompositionRows) -> PackagesView:
    return PackagesView(
        release=release,
        packages=composition.packages,
        support=composition.support,
        support_releases=composition.support_releases,
        dates=composition.dates,
    )


def _each_once(flags: Iterable[QualityFlag]) -> list[QualityFlag]:
    """Return the flags without those that say the same again: two equal keys are one flag."""
    return list(
        {tuple(getattr(one, name) for name in QUALITY_FLAGS.key): one for one in flags}.values()
    )
