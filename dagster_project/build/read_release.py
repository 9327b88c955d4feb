"""One release from a site, compared with what the dataset holds of it.

Here belongs what happens around reading a release: what it is compared with, what the archive is
told of it, and how an archive's captures are read one over the next.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from pipelines.contract import (
    CELL_CHANGES,
    PAGES,
    PUBLISHED_CELLS,
    PUBLISHED_TABLES,
    ReleaseTables,
)
from pipelines.edits import Before, before_of, changes_since
from pipelines.errors import ContractError, NeuronWarehouseError, SourceError
from pipelines.ingest import ingest_release
from pipelines.policy import STRICT, Policy
from pipelines.sources.site import Site
from warehouse.contract_checks import problems_of
from warehouse.versions import Descriptor, live_rows
from warehouse.versions.stable_pages import settle

if TYPE_CHECKING:
    from pipelines.sources.archive.replay import CapturedSite


@runtime_checkable
class Judged(Protocol):
    """A site that keeps a record of what became of its releases."""

    def judge(
        self, release: str, problems: tuple[str, ...], *, unknown: bool, lost_tables: bool
    ) -> None:
        """Keep what became of a release; no problems means that it is fit to publish."""


@runtime_checkable
class Replayable(Protocol):
    """A site that holds every capture of a release, as an archive does."""

    def captures(self, release: str) -> tuple[CapturedSite, ...]:
        """Return each capture as a site, oldest first."""
        ...


def read_release(
    site: Site, root: str, release: str, live: Descriptor | None, policy: Policy = STRICT
) -> ReleaseTables:
    """Read a release into its rows, with all edits that upstream has made to it since.

    `live` is the dataset's newest version, with which it is compared.

    Raises `SourceError` or `ContractError` where it must not be published.
    """
    if isinstance(site, Replayable):
        return _replayed(site, release, policy)
    try:
        tables = _read_after(site, release, _before(root, release, live), policy)
    except ContractError as error:
        _judge(site, release, tuple(str(problem) for problem in error.problems), policy)
        raise
    _judge(site, release, (), policy)
    return tables


def _before(root: str, release: str, live: Descriptor | None) -> Before:
    if live is None or release not in live.releases:
        return Before()
    return Before(
        pages=live_rows(root, PAGES, release, live),
        tables=live_rows(root, PUBLISHED_TABLES, release, live),
        changes=live_rows(root, CELL_CHANGES, release, live),
        cells=lambda: live_rows(root, PUBLISHED_CELLS, release, live),
    )


def _read_after(site: Site, release: str, before: Before, policy: Policy) -> ReleaseTables:
    read = ingest_release(site, release, last=before.last_capture, policy=policy)
    tables = replace(read, rows={**read.rows, CELL_CHANGES.name: changes_since(before, read)})
    problems = problems_of(tables)
    if problems:
        raise ContractError(release, problems)
    return tables


def _judge(site: Site, release: str, problems: tuple[str, ...], policy: Policy) -> None:
    if isinstance(site, Judged):
        site.judge(release, problems, unknown=policy.unknown, lost_tables=policy.lost_tables)


def _replayed(site: Replayable, release: str, policy: Policy) -> ReleaseTables:
    """Read every capture over the one before it, as the builds did that made them."""
    before, newest = Before(), None
    refused: NeuronWarehouseError = SourceError(f"the archive holds no capture of {release}")
    for captured in site.captures(release):
        allowed = Policy(
            unknown=policy.unknown or captured.capture.allow_unknown,
            lost_tables=policy.lost_tables or captured.capture.allow_lost_tables,
        )
        try:
            read = _read_after(captured, release, before, allowed)
        except (ContractError, SourceError) as error:
            refused = error
            continue
        newest = replace(
            read, rows={**read.rows, PAGES.name: settle(read.rows[PAGES.name], before.pages)}
        )
        before = before_of(newest)
    if newest is None:
        raise refused
    return newest
