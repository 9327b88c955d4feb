"""Publishing: releases become a new version, all of it or none.

Here belongs the order of steps that makes it safe: check, write files, claim a number. A reader
sees a version only when every file of it is durable.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipelines.errors import ContractError, SourceError
from pipelines.releases import release_order
from warehouse.contract_checks import problems_of
from warehouse.schema import parquet
from warehouse.storage.roots import Storage, Written, open_root
from warehouse.versions.catalog import claim, newest, numbers, referenced
from warehouse.versions.descriptor import Descriptor, pipeline_version
from warehouse.versions.merge import STORED, TELLING, Merge, Prepared, merge, schemas
from warehouse.versions.verify import Fault, faults, require, short_faults

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipelines.contract import ReleaseTables
    from warehouse.versions.descriptor import FileEntry

_HEAD = 5
"""Rows of each table that are kept to be shown."""
_CHEAP_FILES = 1_000
_CHEAP_BYTES = 64 * 2**20
"""Up to so much is hashed before a version is published; of more, lengths alone are looked at."""


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did.

    `added`, `altered` and `unchanged` are the releases that were published, oldest first; `new`
    and `mended` are paths of Parquet files written: those that no version had published yet, and
    those of the version before that were missing or damaged.
    """

    descriptor: Descriptor
    changed: bool
    added: tuple[str, ...]
    altered: tuple[str, ...]
    unchanged: tuple[str, ...]
    new: tuple[str, ...]
    mended: tuple[str, ...]

    @property
    def version(self) -> int:
        """The version that now holds these releases."""
        return self.descriptor.version

    @property
    def written(self) -> tuple[str, ...]:
        """Every Parquet file written."""
        return self.new + self.mended


def publish(
    root: str | Path | Storage,
    releases: Sequence[ReleaseTables | Prepared],
    *,
    source: str,
    now: datetime,
) -> Published:
    """Publish releases over the newest version; a new version comes only of a change.

    Args:
        root: the dataset's folder, made where it does not exist.
        releases: all rows of each release, or the same prepared; each replaces all tables of that
            release together.
        source: where the rows come from, as people read it.
        now: the moment that the version carries, with its time zone.

    Raises:
        ContractError: rows break the contract; nothing is published.
        SourceError: the root cannot be read or written, or a file of a release that is not
            published here is missing or damaged; the last version stands as it was.
    """
    moment = now.astimezone(UTC).replace(microsecond=0)
    storage = open_root(root)
    storage.tidy(lambda: referenced(storage))
    prepared = _prepare(releases)
    lost: list[str] = []
    while True:
        before = newest(storage)
        merging = merge(storage, before, prepared)
        if before is not None and merging.same_schemas and not merging.touched:
            descriptor, written, done = before, _mend(storage, merging), True
        else:
            descriptor = _descriptor(before, merging, source, moment)
            written, done = _write_and_claim(storage, before, merging, descriptor)
        if done:
            _forget(storage, frozenset(lost) - {file.path for file in descriptor.files})
            return _published(descriptor, before, merging, prepared, written)
        lost += written.new


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
    """Check, unless that is done, and encode a release's rows.

    Raises `ContractError` where they break the contract.
    """
    problems = () if checked else problems_of(tables)
    if problems:
        raise ContractError(tables.release, problems)
    encoded = {
        table.name: parquet.encode(table, tables.release, tables.rows.get(table.name, ()))
        for table in STORED
    }
    rows = {table.name: tuple(tables.rows.get(table.name, ())) for table in TELLING}
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


def _mend(storage: Storage, merging: Merge) -> Written:
    """Mend what is missing or damaged, without entering a root that needs nothing."""
    written = Written()
    if not all(_stands(storage, path, data) for path, data in merging.files.items()):
        with storage.writing() as writer:
            written = writer.write_once(merging.files)
    require(storage, _faults(storage, merging), _LEFT)
    return written


_LEFT = "nothing was published: "


def _stands(storage: Storage, path: str, data: bytes) -> bool:
    return storage.size(path) == len(data) and storage.read(path) == data


def _write_and_claim(
    storage: Storage, before: Descriptor | None, merging: Merge, descriptor: Descriptor
) -> tuple[Written, bool]:
    """Write the files, then claim the number; tell whether another writer was first."""
    with storage.writing() as writer:
        # From here on nobody removes files. Had somebody published and removed since `before` was
        # read, its number and its files could be gone.
        if numbers(storage)[-1:] != ((before.version,) if before else ()):
            return Written(), False
        found = _faults(storage, merging)
        if found:
            live = {file.path for file in before.files} if before else set()
            writer.write_once({p: data for p, data in merging.files.items() if p in live})
            require(storage, found, _LEFT)
        written = writer.write_once(merging.files)
        return written, claim(writer, descriptor)


def _faults(storage: Storage, merging: Merge) -> tuple[Fault, ...]:
    """Look at the files that the version takes over as they stand."""
    files: list[FileEntry] = [f for f in merging.live.values() if f.path not in merging.files]
    cheap = len(files) <= _CHEAP_FILES and sum(file.size for file in files) <= _CHEAP_BYTES
    return faults(storage, files) if cheap and storage.near else short_faults(storage, files)


def _forget(storage: Storage, paths: frozenset[str]) -> None:
    """Remove what was written for a number that another writer took, if nobody writes now."""
    if not paths:
        return
    with suppress(SourceError), storage.removing(patience=0) as writer:
        writer.delete(paths - referenced(storage))


def _published(
    descriptor: Descriptor,
    before: Descriptor | None,
    merging: Merge,
    prepared: Sequence[Prepared],
    written: Written,
) -> Published:
    live = set(before.releases) if before else set()
    standing = {file.path for file in before.files} if before else set()
    standing.update(written.mended)
    paths = written.new + written.mended
    names = tuple(release.release for release in prepared)
    return Published(
        descriptor=descriptor,
        changed=descriptor is not before,
        added=tuple(name for name in names if name not in live),
        altered=tuple(name for name in names if name in live and name in merging.touched),
        unchanged=tuple(name for name in names if name in live and name not in merging.touched),
        new=tuple(path for path in paths if path not in standing),
        mended=tuple(path for path in paths if path in standing),
    )
