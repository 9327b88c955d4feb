"""One release from a site, compared with what the dataset holds of it.

This module does what happens around reading a release: what it is compared with, what the archive
keeps about it, and how an archive's captures are read one over the next.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from pipelines.contract import PAGES, ReleaseTables, Table
from pipelines.errors import ContractError, DamageError, NeuronWarehouseError, SourceError
from pipelines.ingest import NOTHING_CAPTURED, IngestedRelease, LastCapture, ingest_release
from pipelines.ingest.last_capture import last_capture_of
from pipelines.policy import DEFAULT, Policy
from pipelines.sources.site import Site
from warehouse.contract_checks import problems_of
from warehouse.versions import Descriptor, live_rows
from warehouse.versions.stable_pages import settle

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipelines.errors import Problem
    from pipelines.sources.archive.replay import CapturedSite


@runtime_checkable
class Judged(Protocol):
    """A site that keeps a record of which pages of its releases were held back."""

    def judge(
        self, release: str, problems: tuple[str, ...], *, strict: bool, lost_tables: bool
    ) -> None:
        """Keep why pages of a release were held back; no problems means that none was."""


@runtime_checkable
class Replayable(Protocol):
    """A site that holds every capture of a release, as an archive does."""

    def captures(self, release: str) -> tuple[CapturedSite, ...]:
        """Return each capture as a site, oldest first."""
        ...


def read_release(
    site: Site, root: str, release: str, live: Descriptor | None, policy: Policy = DEFAULT
) -> IngestedRelease:
    """Read a release into its rows, with all edits that upstream has made to it since.

    Args:
        site: The documentation site.
        root: The dataset's folder.
        release: The release to read.
        live: The dataset's newest version, with which the release is compared.
        policy: What is published although it is doubtful.

    Returns:
        The release's rows, and the pages that are held back.

    Raises:
        SourceError: The release could not be fetched.
        ContractError: Nothing of the release can be published.
    """
    if isinstance(site, Replayable):
        return _replayed(site, release, policy)
    try:
        read = _read_after(site, release, _last_capture(root, release, live), policy)
    except ContractError as error:
        _judge(site, release, error.problems, policy)
        raise
    _judge(site, release, (one for page in read.held_back for one in page.problems), policy)
    return read


def _last_capture(root: str, release: str, live: Descriptor | None) -> LastCapture:
    if live is None or release not in live.releases:
        return NOTHING_CAPTURED

    @cache
    def rows_of(table: Table) -> Sequence[Any]:
        return live_rows(root, table, release, live)

    return LastCapture(rows_of)


def _read_after(site: Site, release: str, last: LastCapture, policy: Policy) -> IngestedRelease:
    return ingest_release(site, release, last=last, policy=policy, check=problems_of)


def _judge(site: Site, release: str, problems: Iterable[Problem], policy: Policy) -> None:
    if isinstance(site, Judged):
        texts = tuple(str(problem) for problem in problems)
        site.judge(release, texts, strict=policy.strict, lost_tables=policy.lost_tables)


def _replayed(site: Replayable, release: str, policy: Policy) -> IngestedRelease:
    """Read every capture over the one before it, as the builds did that made them.

    A capture of which something is damaged is not passed over: the ones after it would be compared
    with another one than they were.
    """
    last, newest = NOTHING_CAPTURED, None
    refused: NeuronWarehouseError = SourceError(f"the archive holds no capture of {release}")
    for captured in site.captures(release):
        allowed = Policy(
            strict=policy.strict or captured.capture.strict,
            lost_tables=policy.lost_tables or captured.capture.allow_lost_tables,
        )
        try:
            read = _read_after(captured, release, last, allowed)
        except DamageError:
            raise
        except (ContractError, SourceError) as error:
            refused = error
            continue
        newest = replace(read, tables=_with_stable_pages(read.tables, last))
        last = last_capture_of(newest.tables)
    if newest is None:
        raise refused
    return newest


def _with_stable_pages(tables: ReleaseTables, last: LastCapture) -> ReleaseTables:
    pages = settle(tables.rows[PAGES.name], last.pages)
    return tables.with_rows(PAGES, pages)
