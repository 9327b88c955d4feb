"""One release, from its site to its rows: the arrows of the pipeline, one after another.

This module has the order of the steps and what a release as a whole must satisfy; each step lives
in a module of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.composition.reader import Composition
from pipelines.contract import (
    Benchmark,
    Measurement,
    Page,
    PublishedCell,
    PublishedTable,
    QualityFlag,
    ReleaseTables,
)
from pipelines.contract.metrics import COST
from pipelines.errors import AbsentError, ContractError, Problem
from pipelines.extract import ExtractedPage, ExtractedTable, ExtractError, extract_page
from pipelines.pages.catalog import ALL_PAGES, Family, PageKind
from pipelines.pages.inventory import INVENTORY_PATH, Location, locate, read_inventory
from pipelines.pages.page_checks import (
    NOTHING_CAPTURED,
    LastCapture,
    check_against_last,
    check_bytes,
    check_claims,
    check_identity,
    check_whole,
    encoding_of,
    no_pages,
    too_large,
)
from pipelines.pages.published import cell_rows, page_row, table_row
from pipelines.performance.notes import read_notes
from pipelines.performance.rows import read_rows
from pipelines.performance.table_facts import PageFacts, table_facts, table_ids
from pipelines.policy import STRICT, Policy
from pipelines.pricing.hourly_rates import hourly_rates
from pipelines.quality.context import PackagesView, PageView, view_release
from pipelines.quality.flags import problem_flag
from pipelines.quality.pages.missing_page import missing_page_flag
from pipelines.quality.pages.unclaimed_release import unclaimed_release_flag
from pipelines.quality.reading.losses import lost_page
from pipelines.quality.rules import package_flags, page_flags, row_flags

if TYPE_CHECKING:
    from pipelines.sources.site import Response, Site


Tables = Sequence[tuple[str, ExtractedTable]]


@dataclass(slots=True)
class _Release:
    """A release while it is read."""

    release: str
    composition: Composition
    pages: list[Page] = field(default_factory=list)
    tables: list[PublishedTable] = field(default_factory=list)
    cells: list[PublishedCell] = field(default_factory=list)
    benchmarks: list[Benchmark] = field(default_factory=list)
    measurements: list[Measurement] = field(default_factory=list)
    flags: list[QualityFlag] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    doubtful: list[tuple[str, Problem, str | None]] = field(default_factory=list)
    read: dict[str, tuple[str, ExtractedPage]] = field(default_factory=dict)


def ingest_release(
    site: Site,
    release: str,
    *,
    last: LastCapture = NOTHING_CAPTURED,
    policy: Policy = STRICT,
) -> ReleaseTables:
    """Read all pages of a release into its rows.

    Raises `SourceError` where the site cannot be read, and `ContractError`, with every problem
    found, where what was read must not be published.
    """
    inventory = site.read(release, INVENTORY_PATH)
    labels = read_inventory(inventory.url, inventory.body)
    found = _Release(release, Composition(release))
    for kind in ALL_PAGES:
        location = locate(labels, kind)
        response = _fetch(site, release, kind, location)
        if location is None or response is None:
            _miss_page(found, kind, last)
        else:
            _read_page(found, kind, location, response, last)
    if not labels:
        found.refused.append(no_pages(inventory.url))
    found.doubtful.extend((page, one, None) for page, one in check_claims(release, found.read))
    _judge(found, policy)
    if found.read and not any(page.release_claims for _, page in found.read.values()):
        found.flags.append(unclaimed_release_flag(release, min(found.read)))
    view = view_release(release, found.tables, found.benchmarks, found.measurements)
    found.flags.extend((*row_flags(view), *package_flags(_packages(found.composition))))
    return ReleaseTables(
        release=release,
        rows={
            "pages": found.pages,
            "published_tables": found.tables,
            "published_cells": found.cells,
            "benchmarks": found.benchmarks,
            "measurements": found.measurements,
            "hourly_rates": hourly_rates(release, view.rates),
            **found.composition.rows,
            "quality_flags": found.flags,
        },
    )


def _packages(composition: Composition) -> PackagesView:
    return PackagesView(
        release=composition.release,
        packages=composition.packages,
        support=composition.support,
        support_releases=tuple(composition.support_releases),
        dates=composition.dates,
    )


def _fetch(site: Site, release: str, kind: PageKind, location: Location | None) -> Response | None:
    """Read a page; of the other pages, one may be named by the inventory and not be there."""
    if location is None:
        return None
    try:
        return site.read(release, location.path)
    except AbsentError:
        if isinstance(kind, Family):
            raise
        return None


def _judge(found: _Release, policy: Policy) -> None:
    """Raise what must not be published; turn what a person allowed into flags."""
    refused = list(found.refused)
    for page, problem, benchmark_id in found.doubtful:
        if policy.allows(problem.rule):
            found.flags.append(problem_flag(found.release, page, problem, benchmark_id))
        else:
            refused.append(problem)
    if refused:
        raise ContractError(found.release, tuple(refused))


def _miss_page(found: _Release, kind: PageKind, last: LastCapture) -> None:
    if isinstance(kind, Family):
        found.flags.append(missing_page_flag(found.release, kind.page, kind.label))
    if kind.page in last.tables:
        problem = Problem(
            rule=lost_page.RULE,
            where=f"page {kind.page}",
            observed=f"no label {kind.label!r} in objects.inv",
            expected="the page, as in the last capture",
            remedy="if upstream took it away for good, build with --allow-lost-tables",
        )
        found.doubtful.append((kind.page, problem, None))


def _read_page(
    found: _Release, kind: PageKind, location: Location, response: Response, last: LastCapture
) -> None:
    extracted = _extract(found.release, kind, location, response)
    if isinstance(extracted, Problem):
        found.refused.append(extracted)
        return
    found.read[kind.page] = response.url, extracted
    ids = table_ids(found.release, kind.page, extracted.tables)
    tables = tuple(zip(ids, extracted.tables, strict=True))
    lost = check_against_last(kind.page, last, {name: table.header for name, table in tables})
    found.doubtful.extend((kind.page, one, None) for one in lost)
    found.pages.append(page_row(found.release, kind, response, extracted))
    if isinstance(kind, Family):
        _read_performance(found, kind, response.url, extracted, tables)
    else:
        _read_other(found, kind, extracted, tables)


def _extract(
    release: str, kind: PageKind, location: Location, response: Response
) -> ExtractedPage | Problem:
    """Extract a page; return the problem instead where it is not whole, or not the right one."""
    problem = check_bytes(kind.page, response.url, response.body)
    if problem is not None:
        return problem
    try:
        extracted = extract_page(response.body, encoding_of(response.body))
    except ExtractError as error:
        return too_large(kind.page, response.url, error)
    problem = check_whole(kind.page, response.url, extracted) or check_identity(
        release, kind.page, response.url, location, extracted
    )
    return problem or extracted


def _read_performance(
    found: _Release,
    kind: Family,
    url: str,
    extracted: ExtractedPage,
    tables: Tables,
) -> None:
    notes, note_problems = read_notes(kind.page, extracted.notes)
    found.doubtful.extend((kind.page, one, None) for one in note_problems)
    facts = PageFacts(found.release, kind, url, notes.price_basis, notes.token_basis)
    before = len(found.measurements)
    for table_id, table in tables:
        _read_table(found, facts, table_id, table)
    view = PageView(
        release=found.release,
        page=kind.page,
        url=url,
        extracted=extracted,
        notes=notes,
        has_costs=any(m.metric == COST.name for m in found.measurements[before:]),
        last_update_read=found.pages[-1].last_update is not None,
    )
    found.flags.extend(page_flags(view))


def _read_other(found: _Release, kind: PageKind, extracted: ExtractedPage, tables: Tables) -> None:
    for table_id, table in tables:
        _keep(found, kind, table_id, table)
    problems = found.composition.read(kind.page, extracted, tables)
    found.doubtful.extend((kind.page, one, None) for one in problems)


def _keep(found: _Release, kind: PageKind, table_id: str, table: ExtractedTable) -> None:
    found.tables.append(table_row(found.release, kind, table_id, table))
    found.cells.extend(cell_rows(found.release, table_id, table))


def _read_table(found: _Release, page: PageFacts, table_id: str, table: ExtractedTable) -> None:
    facts, problems = table_facts(page, table_id, table)
    found.doubtful.extend((page.kind.page, problem, None) for problem in problems)
    rows = read_rows(facts)
    found.doubtful.extend((page.kind.page, problem, name) for problem, name in rows.problems)
    _keep(found, page.kind, table_id, table)
    found.benchmarks.extend(rows.benchmarks)
    found.measurements.extend(rows.measurements)
    found.flags.extend(rows.flags)
