"""Publishing: releases become a new version, all of it or nothing.

This module holds the order of steps that makes it safe: check, write files, claim a number. A
reader sees a version only when every file of it is durable. What the new version holds is decided
in `merge`.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from typing import TYPE_CHECKING

from pipelines.errors import ContractError, SourceError
from pipelines.releases import release_order
from warehouse.contract_checks import problems_of
from warehouse.schema import parquet
from warehouse.storage.roots import Storage, Written, open_root
from warehouse.versions.descriptor import Descriptor, pipeline_version
from warehouse.versions.listing import Claimed, claim, newest, numbers, referenced
from warehouse.versions.merge import INPUTS_OF_RELEASES, STORED, Merge, Prepared, merge, schemas
from warehouse.versions.root_package import describe_root
from warehouse.versions.stored_form.manifests import neighbours
from warehouse.versions.verify import Fault, quick_faults, require

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from pipelines.contract import ReleaseTables
    from warehouse.schema.parquet import Encoded
    from warehouse.versions.descriptor import FileEntry

_HEAD = 5
"""Rows of each table that are kept to be shown."""
_MANY_FILES = 1_000
"""Beyond so many, looking at each would cost more than all else that publishing a release does."""


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did.

    Attributes:
        descriptor: The version that now holds the releases.
        changed: Whether it is a new version.
        added: Releases that were not published before, oldest first.
        altered: Releases that changed, oldest first.
        unchanged: Releases that did not change, oldest first.
        new: Paths of Parquet files written that the version before did not have.
        repaired: Paths of Parquet files written that were missing or damaged.
    """

    descriptor: Descriptor
    changed: bool
    added: tuple[str, ...]
    altered: tuple[str, ...]
    unchanged: tuple[str, ...]
    new: tuple[str, ...]
    repaired: tuple[str, ...]

    @property
    def version(self) -> int:
        """The version that now holds these releases."""
        return self.descriptor.version

    @property
    def written(self) -> tuple[str, ...]:
        """Every Parquet file written."""
        return self.new + self.repaired


def publish(
    root: str | Path | Storage,
    releases: Sequence[ReleaseTables | Prepared],
    *,
    source: str,
    now: datetime,
    revised: Sequence[Encoded] = (),
) -> Published:
    """Publish releases over the newest version; make a new version only if something changed.

    Args:
        root: The dataset's root; a folder is made if it does not exist.
        releases: All rows of each release, or the same prepared; each replaces all tables of that
            release together.
        source: Where the rows come from, as people read it.
        now: The time of the version, with its time zone.
        revised: Tables of releases that were not read, which these releases change.

    Raises:
        ContractError: Rows break the contract; nothing is published.
        SourceError: The root cannot be read or written, or a file of a release that is not
            published here is missing or damaged; the last version is unchanged.
    """
    moment = now.astimezone(UTC).replace(microsecond=0)
    storage = open_root(root)
    storage.tidy(lambda: referenced(storage))
    prepared = _prepare(releases) if releases or not revised else ()
    lost: list[str] = []
    while True:
        before = newest(storage)
        merging = merge(storage, before, prepared, revised)
        if before is not None and merging.same_schemas and not merging.touched:
            descriptor, written = before, _repair(storage, merging)
            claimed = Claimed(stored=True)
        else:
            descriptor = _descriptor(before, merging, source, moment)
            written, claimed = _write_and_claim(storage, before, merging, descriptor)
        if claimed.stored:
            _forget(storage, frozenset(lost) - {file.path for file in descriptor.files})
            describe_root(storage, descriptor)
            return _published(descriptor, before, merging, (*prepared, *revised), written)
        lost += written.new + claimed.written


def _prepare(releases: Sequence[ReleaseTables | Prepared]) -> tuple[Prepared, ...]:
    if not releases:
        raise SourceError("there is no release to publish")
    names = [tables.release for tables in releases]
    if len(set(names)) < len(names):
        raise ValueError(f"a release is given twice: {', '.join(names)}")
    return tuple(
        tables if isinstance(tables, Prepared) else prepare(tables)
        for tables in sorted(releases, key=lambda tables: release_order(tables.release))
    )


def prepare(tables: ReleaseTables, *, checked: bool = False) -> Prepared:
    """Return a release's rows encoded.

    Args:
        tables: All rows of the release.
        checked: Whether the rows have been checked against the contract already.

    Raises:
        ContractError: The rows break the contract.
    """
    problems = () if checked else problems_of(tables)
    if problems:
        raise ContractError(tables.release, problems)
    encoded = {
        table.name: parquet.encode(table, tables.release, tables.rows.get(table.name, ()))
        for table in STORED
    }
    rows = {table.name: tuple(tables.rows.get(table.name, ())) for table in INPUTS_OF_RELEASES}
    heads = {name: tuple(some[:_HEAD]) for name, some in tables.rows.items()}
    return Prepared(tables.release, encoded, rows, heads)


def _descriptor(
    before: Descriptor | None, merging: Merge, source: str, now: datetime
) -> Descriptor:
    return Descriptor(
        version=before.version + 1 if before else 1,
        created=now,
        pipeline_version=pipeline_version(),
        source=source,
        previous=before.version if before else None,
        schemas=schemas(),
        files=merging.entries,
        changes=tuple(merging.changes),
    )


def _repair(storage: Storage, merging: Merge) -> Written:
    """Write what is missing or damaged; take no lock if nothing is."""
    written = Written()
    if not all(_holds(storage, path, data) for path, data in merging.files.items()):
        with storage.writing() as writer:
            written = writer.write_once(merging.files)
    require(storage, _faults(storage, merging), _UNPUBLISHED)
    return written


_UNPUBLISHED = "nothing was published: "


def _holds(storage: Storage, path: str, data: bytes) -> bool:
    return storage.size(path) == len(data) and storage.read(path) == data


def _write_and_claim(
    storage: Storage, before: Descriptor | None, merging: Merge, descriptor: Descriptor
) -> tuple[Written, Claimed]:
    """Write the files, then claim the number, unless another writer was first."""
    with storage.writing() as writer:
        # From here on no run removes files. If another run has published and pruned since `before`
        # was read, the number and the files of `before` may be gone.
        if numbers(storage)[-1:] != ((before.version,) if before else ()):
            return Written(), Claimed(stored=False)
        found = _faults(storage, merging)
        if found:
            live = {file.path for file in before.files} if before else set()
            writer.write_once({p: data for p, data in merging.files.items() if p in live})
            require(storage, found, _UNPUBLISHED)
        written = writer.write_once(merging.files)
        return written, claim(writer, descriptor, before)


def _faults(storage: Storage, merging: Merge) -> tuple[Fault, ...]:
    """Check the files that the new version takes over unchanged.

    Of a long history on this machine, those beside a published release are checked: files of other
    manifests are as an earlier version left them, and `versions verify` checks all.
    """
    files: Iterable[FileEntry] = merging.live.values()
    if storage.near and len(merging.live) - len(merging.files) > _MANY_FILES:
        beside = neighbours(merging.releases, merging.placed)
        files = [file for file in files if file.release in beside]
    return quick_faults(storage, [file for file in files if file.path not in merging.files])


def _forget(storage: Storage, paths: frozenset[str]) -> None:
    """Remove what was written for a number that another writer took, unless a run is writing."""
    if not paths:
        return
    with suppress(SourceError), storage.removing(patience=0) as writer:
        writer.delete(paths - referenced(storage))


def _published(
    descriptor: Descriptor,
    before: Descriptor | None,
    merging: Merge,
    concerned: Sequence[Prepared | Encoded],
    written: Written,
) -> Published:
    live = set(before.releases) if before else set()
    paths = written.new + written.repaired
    known = {*written.repaired}
    if before and paths:
        known.update({*paths}.intersection(map(attrgetter("path"), before.files)))
    names = tuple(sorted({one.release for one in concerned}, key=release_order))
    return Published(
        descriptor=descriptor,
        changed=descriptor is not before,
        added=tuple(name for name in names if name not in live),
        altered=tuple(name for name in names if name in live and name in merging.touched),
        unchanged=tuple(name for name in names if name in live and name not in merging.touched),
        new=tuple(path for path in paths if path not in known),
        repaired=tuple(path for path in paths if path in known),
    )
