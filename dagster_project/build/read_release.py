"""One release from a site, compared with what the dataset holds of it.

This module does what happens around reading a release: what it is compared with, what the archive
keeps about it, and how an archive's captures are read one over the next.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from pipelines.contract import (
    CELL_CHANGES,
    PAGES,
    PUBLISHED_CELLS,
    PUBLISHED_TABLES,
    ReleaseTables,
    Table,
)
from pipelines.errors import ContractError, DamageError, NeuronWarehouseError, SourceError
from pipelines.ingest import NOTHING_CAPTURED, IngestedRelease, LastCapture, ingest_release
from pipelines.ingest.last_capture import last_capture_of
from pipelines.policy import DEFAULT, Policy
from pipelines.sources.site import Site
from warehouse.contract_checks import problems_of
from warehouse.schema import parquet
from warehouse.storage.roots import Storage, open_root
from warehouse.versions import Descriptor, FileEntry, live_file, load_rows
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
    stored = _Stored(open_root(root), release, live)
    try:
        read = _read_after(site, release, stored.last_capture, policy)
        while stored.damaged:
            # What the damaged files held was read just now, or else this raises: compare with it.
            stored.make_up_for_damage(read, policy)
            read = _read_after(site, release, stored.last_capture, policy)
    except ContractError as error:
        # Rows that a damaged file had are missed by the rows of other files.
        stored.refuse_damage()
        _judge(site, release, error.problems, policy)
        raise
    _judge(site, release, (one for page in read.held_back for one in page.problems), policy)
    return read


@dataclass
class _Stored:
    """A release as the dataset holds it, and which of its files could not be read.

    Attributes:
        storage: The dataset's root.
        release: The release.
        live: The dataset's newest version.
        damaged: The files that were asked for and are missing or damaged, by table.
        made_up: The rows that stand in for those of damaged files, by table.
    """

    storage: Storage
    release: str
    live: Descriptor | None
    damaged: dict[str, FileEntry] = field(default_factory=dict)
    made_up: dict[str, Sequence[Any]] = field(default_factory=dict)

    @property
    def last_capture(self) -> LastCapture:
        """What the release is compared with; a damaged file has no rows."""
        if self.live is None or self.release not in self.live.releases:
            return NOTHING_CAPTURED
        return LastCapture(cache(partial(self._rows_of, self.live)))

    def _rows_of(self, live: Descriptor, table: Table) -> Sequence[Any]:
        if table.name in self.made_up:
            return self.made_up[table.name]
        file = live_file(live, table, self.release)
        if file is None:
            return ()
        rows = load_rows(self.storage, table, file)
        if rows is None:
            self.damaged[table.name] = file
            return ()
        return rows

    def make_up_for_damage(self, read: IngestedRelease, policy: Policy) -> None:
        """Take the rows of damaged files from what was just read, if it has all that they had.

        A build writes damaged files again: from pages that say the same as before, they come out
        the same. Where a page is held back or has changed, it cannot be known what the files had.

        Raises:
            DamageError: Rows may be lost.
        """
        lost = self._lost(read)
        if lost is not None and not (policy.lost_tables and not read.held_back):
            raise self._damage(lost, may_be_given_up=not read.held_back)
        self.made_up |= {name: read.tables.rows[name] for name in self.damaged}
        if PAGES.name in self.damaged:
            # Nothing is known of how a page was: let its cells be compared.
            self.made_up[PAGES.name] = tuple(
                replace(page, tables_sha256="", captured_at=None, archive_record=None)
                for page in self.made_up[PAGES.name]
            )
        self.damaged.clear()

    def refuse_damage(self) -> None:
        """Raise `DamageError` if a file is damaged."""
        for file in self.damaged.values():
            raise self._damage(file, may_be_given_up=False)

    def _damage(self, file: FileEntry, *, may_be_given_up: bool) -> DamageError:
        ways = "restore the file from a copy, or build with `--source archive`"
        if may_be_given_up:
            ways += ", or give up what it held with `--allow-lost-tables`"
        return DamageError(
            f"{self.storage.describe(file.path)} is missing or damaged, and the pages of "
            f"{self.release} are not those that it was made from; nothing of {self.release} was "
            f"published; {ways}"
        )

    def _lost(self, read: IngestedRelease) -> FileEntry | None:
        """Return a damaged file whose rows are not all there again."""
        for name, file in self.damaged.items():
            if any(page.has_last_rows for page in read.held_back):
                return file
            if name == PAGES.name:
                # When a page was fetched is no loss; a page that is not there is one.
                if read.held_back or len(read.tables.rows[name]) < file.rows:
                    return file
            elif name in _COMPARED and self._encoded(read, name) != file.sha256:
                return file
        return None

    def _encoded(self, read: IngestedRelease, name: str) -> str:
        return parquet.encode(_COMPARED[name], self.release, read.tables.rows[name]).sha256


_COMPARED = {table.name: table for table in (PUBLISHED_TABLES, PUBLISHED_CELLS, CELL_CHANGES)}
"""What a page's losses and edits are found by. All other tables follow from the pages."""


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
        allowed = replace(
            policy,
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
