"""All pages of one release, added up; and which of them are published.

This module has the order of the steps: read each page, decide which are held back, take the last
good rows of those, and add the pages up. Put no step here: reading a page lives in `page_result`,
what a page lost in `losses`, what only the whole release shows in `whole`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipelines.contract import CELL_CHANGES, TABLES, ReleaseTables
from pipelines.errors import AbsentError, ContractError, DamageError, Problem, SourceError
from pipelines.ingest.dead_links import dead_links
from pipelines.ingest.edits import changes_of_page
from pipelines.ingest.file_lists import listed_files
from pipelines.ingest.held_page import HeldPage
from pipelines.ingest.last_capture import NOTHING_CAPTURED, LastCapture
from pipelines.ingest.losses import lost_since
from pipelines.ingest.page_result import PageResult, read_page
from pipelines.ingest.whole import OF_THE_RELEASE, WholeRelease, add_whole_release
from pipelines.pages.catalog import ALL_PAGES, Family, PageKind
from pipelines.pages.inventory import Location, listed_pages, pages_to_read, read_inventory
from pipelines.pages.page_checks import (
    missing_from_inventory,
    missing_from_site,
    no_pages,
    unforeseen,
    unreachable,
)
from pipelines.policy import DEFAULT, Policy
from pipelines.quality.reading.responses import unreachable_page
from pipelines.sources.site import INVENTORY_PATH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipelines.sources.site import Site

Check = Callable[[ReleaseTables], Sequence[Problem]]
"""Finds what the contract does not allow in rows."""
PageRows = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class IngestedRelease:
    """A release that was read: its rows, and the pages that are not among them."""

    tables: ReleaseTables
    held_back: tuple[HeldPage, ...]


@dataclass(frozen=True, slots=True)
class _Reading:
    """What every page of a release is read with.

    `tree` is the address of the release, which ends in a slash; `is_dead` is whether a link on its
    pages is known to lead nowhere.
    """

    site: Site
    release: str
    tree: str
    labels: Mapping[str, Location]
    last: LastCapture
    check: Check
    is_dead: Callable[[str], bool]


def no_check(_: ReleaseTables) -> tuple[Problem, ...]:
    """Find nothing."""
    return ()


def ingest_release(
    site: Site,
    release: str,
    *,
    last: LastCapture = NOTHING_CAPTURED,
    policy: Policy = DEFAULT,
    check: Check = no_check,
) -> IngestedRelease:
    """Read all pages of a release into its rows.

    Args:
        site: The documentation site.
        release: The release to read.
        last: The release as the dataset holds it.
        policy: What is published although it is doubtful.
        check: Finds what the contract does not allow.

    Returns:
        The rows of the release, with the last good rows of pages that are held back, and with all
        edits of its pages that were ever noticed.

    Raises:
        SourceError: The inventory or every page could not be fetched, or the archive or the dataset
            is damaged.
        ContractError: Every page is held back and there are no last good rows, or there is no page.
    """
    inventory = site.read(release, INVENTORY_PATH)
    labels = read_inventory(inventory.url, inventory.body)
    if not labels:
        raise ContractError(release, (no_pages(inventory.url),))
    tree = inventory.url.removesuffix(INVENTORY_PATH)
    pages = listed_pages(inventory.url, inventory.body)
    is_dead = dead_links(site, release, pages, listed_files(policy.file_lists, release))
    reading = _Reading(site, release, tree, labels, last, check, is_dead)
    places = pages_to_read(labels, ALL_PAGES)
    results = tuple(result for place in places if (result := _read(reading, *place)))
    held, tables = _sum(reading, results, policy)
    broken = check(tables)
    # What breaks the contract in a page breaks it in the release. So pages are checked one by one
    # only where the release breaks it, or lacks the rows of some page.
    if broken or held:
        results = _by_themselves(reading, results)
        held, tables = _sum(reading, results, policy)
        broken = check(tables)
    if broken:
        held, tables = _sum(reading, _beside_one_another(reading, results, held), policy)
        broken = check(tables)
    if broken:
        raise ContractError(release, tuple(broken))
    return IngestedRelease(tables, held)


def _sum(
    reading: _Reading, results: Sequence[PageResult], policy: Policy
) -> tuple[tuple[HeldPage, ...], ReleaseTables]:
    """Return the pages that are held back, and the rows of the release.

    Raises:
        SourceError: No page could be reached.
        ContractError: Nothing can be published.
    """
    held = tuple(_held(results, reading.last, policy))
    _refuse_nothing(reading.release, results, held)
    return held, _add_up(reading, results, held)


def _read(reading: _Reading, kind: PageKind, location: Location | None) -> PageResult | None:
    """Read one page; whatever goes wrong is a problem of this page alone.

    Returns:
        The page's result, or None for a page that the release does not have, and had not before.

    Raises:
        SourceError: The archive or the dataset is damaged.
    """
    try:
        if location is None:
            return _gone(reading, kind, missing_from_inventory(kind))
        return _fetch(reading, kind, location)
    except SourceError:
        raise
    except Exception as error:  # noqa: BLE001 - no fault of one page may stop the others
        place = location.path if location else kind.label
        return PageResult(kind, place, (unforeseen(kind.page, place, error),))


def _gone(reading: _Reading, kind: PageKind, problem: Problem) -> PageResult | None:
    """Return a page that is not there any more; None where it was not there before either."""
    return PageResult(kind, "", (problem,)) if reading.last.has(kind.page) else None


def _fetch(reading: _Reading, kind: PageKind, location: Location) -> PageResult | None:
    try:
        response = reading.site.read(reading.release, location.path)
    except DamageError:
        raise
    except SourceError as error:
        if isinstance(error, AbsentError) and not isinstance(kind, Family):
            return _gone(reading, kind, missing_from_site(kind, location.path))
        problem = unreachable(kind.page, location.path, error)
        return PageResult(kind, location.path, (problem,))
    return _compared(reading, read_page(reading.release, kind, location, response))


def _compared(reading: _Reading, result: PageResult) -> PageResult:
    """Add what the page lost and what was edited on it."""
    if not result.rows:
        return result
    last, rows = reading.last, result.rows
    (page,), tables, cells = rows["pages"], rows["published_tables"], rows["published_cells"]
    lost = lost_since(page.page, last, tables, cells)
    edits = changes_of_page(last, page, tables, cells)
    rows = {**rows, CELL_CHANGES.name: edits}
    return replace(result, rows=rows, problems=(*result.problems, *lost))


def _held(results: Iterable[PageResult], last: LastCapture, policy: Policy) -> Iterator[HeldPage]:
    for result in results:
        problems = tuple(one for one in result.problems if not policy.allows(one.rule))
        if problems:
            page = result.kind.page
            yield HeldPage(page, result.url, problems, has_last_rows=last.has(page))


def _by_themselves(reading: _Reading, results: Sequence[PageResult]) -> tuple[PageResult, ...]:
    """Add to each page what the contract does not allow in its own rows."""
    return tuple(_with_broken(reading, one, one.rows) for one in results)


def _beside_one_another(
    reading: _Reading, results: Sequence[PageResult], held: Sequence[HeldPage]
) -> tuple[PageResult, ...]:
    """Add to each page what the contract does not allow in its rows beside those of pages before.

    Each page by itself keeps the contract; two pages may still say the same thing twice.
    """
    found: list[PageResult] = []
    beside: dict[str, list[Any]] = {}
    for result in results:
        rows = _published(result, {one.page for one in held}, reading.last)
        both = {name: [*beside.get(name, ()), *rows.get(name, ())] for name in {*beside, *rows}}
        found.append(_with_broken(reading, result, both))
        if found[-1] is result:
            beside = both
    return tuple(found)


def _with_broken(reading: _Reading, result: PageResult, rows: PageRows) -> PageResult:
    """Add to a page what the contract does not allow in some rows, if there is anything."""
    broken = tuple(reading.check(ReleaseTables(reading.release, rows))) if rows else ()
    return replace(result, problems=(*result.problems, *broken)) if broken else result


def _refuse_nothing(release: str, results: Sequence[PageResult], held: Sequence[HeldPage]) -> None:
    """Raise where there is nothing of a release that could be published."""
    if not results or len(held) < len(results):
        return
    problems = tuple(problem for page in held for problem in page.problems)
    if all(one.rule is unreachable_page.RULE for one in problems):
        raise SourceError(f"release {release}, {problems[0]}")
    if not any(page.has_last_rows for page in held):
        raise ContractError(release, problems)


def _add_up(
    reading: _Reading, results: Sequence[PageResult], held: Sequence[HeldPage]
) -> ReleaseTables:
    """Add the pages' rows up, then what only the whole release shows."""
    held_pages = {one.page for one in held}
    rows: dict[str, list[Any]] = {table.name: [] for table in TABLES[1:]}
    rows[CELL_CHANGES.name].extend(reading.last.changes)
    for result in results:
        for name, some in _published(result, held_pages, reading.last).items():
            rows[name].extend(some)
    whole = WholeRelease(
        reading.release, reading.tree, reading.labels, rows, results, held, reading.is_dead
    )
    return ReleaseTables(reading.release, add_whole_release(whole))


def _published(result: PageResult, held_pages: set[str], last: LastCapture) -> PageRows:
    """Return the rows of a page that are published: its own, or its last good ones."""
    if result.kind.page not in held_pages:
        return result.rows
    rows = dict(last.rows_of_page(result.kind.page))
    flags = rows.get("quality_flags", ())
    # What only the whole release shows is found once more.
    return rows | {"quality_flags": tuple(one for one in flags if one.rule not in OF_THE_RELEASE)}
