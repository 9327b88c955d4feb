"""Publishing: releases become a new version, all of it or none.

Here belongs the order of steps that makes it safe: check, write files, claim a number. A reader
sees a version only when every file of it is durable.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipelines.errors import ContractError, SourceError
from pipelines.releases import release_order
from warehouse import parquet
from warehouse.checks import problems_of
from warehouse.storage import Storage, Written, open_root
from warehouse.versions.catalog import claim, newest
from warehouse.versions.descriptor import Descriptor, pipeline_version
from warehouse.versions.merge import STORED, Merge, Prepared, merge, schemas

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipelines.contract import ReleaseTables


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did.

    `added`, `altered` and `unchanged` are the releases that were published, oldest first; `new`
    and `mended` are paths of Parquet files written because they were not there, or were damaged.
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
    releases: Sequence[ReleaseTables],
    *,
    source: str,
    now: datetime,
) -> Published:
    """Publish releases over the newest version; a new version comes only of a change.

    Args:
        root: the dataset's folder, made where it does not exist.
        releases: all rows of each release; each replaces all tables of that release together.
        source: where the rows come from, as people read it.
        now: the moment that the version carries, with its time zone.

    Raises:
        ContractError: rows break the contract; nothing is published.
        SourceError: the root cannot be read or written; the last version stands as it was.
    """
    moment = now.astimezone(UTC).replace(microsecond=0)
    storage = open_root(root)
    storage.tidy()
    prepared = _prepare(releases)
    while True:
        before = newest(storage)
        merging = merge(storage, before, prepared)
        descriptor = _descriptor(before, merging, source, moment)
        changed = before is None or bool(merging.touched) or before.schemas != descriptor.schemas
        if before is not None and not changed:
            return _published(before, before, merging, prepared, _write(storage, merging))
        written = _write_and_claim(storage, merging, descriptor)
        if written is not None:
            return _published(descriptor, before, merging, prepared, written)


def _prepare(releases: Sequence[ReleaseTables]) -> tuple[Prepared, ...]:
    """Check and encode; raises `ContractError` for the first release that breaks the contract."""
    if not releases:
        raise SourceError("there is no release to publish")
    names = [tables.release for tables in releases]
    if len(set(names)) < len(names):
        raise ValueError(f"a release is given twice: {', '.join(names)}")
    return tuple(
        _prepare_one(tables) for tables in sorted(releases, key=lambda t: release_order(t.release))
    )


def _prepare_one(tables: ReleaseTables) -> Prepared:
    problems = problems_of(tables)
    if problems:
        raise ContractError(tables.release, problems)
    encoded = {
        table.name: parquet.encode(table, tables.release, tables.rows.get(table.name, ()))
        for table in STORED
    }
    return Prepared(tables.release, encoded, tuple(tables.rows.get("pages", ())))


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


def _write(storage: Storage, merging: Merge) -> Written:
    """Mend what is missing or damaged, without entering a root that needs nothing."""
    if all(_stands(storage, path, data) for path, data in merging.files.items()):
        return Written()
    with storage.writing() as writer:
        return writer.write_once(merging.files)


def _stands(storage: Storage, path: str, data: bytes) -> bool:
    return storage.size(path) == len(data) and storage.read(path) == data


def _write_and_claim(storage: Storage, merging: Merge, descriptor: Descriptor) -> Written | None:
    """Write the files, then claim the number; None where another writer has taken it."""
    with storage.writing() as writer:
        written = writer.write_once(merging.files)
        return written if claim(writer, descriptor) else None


def _published(
    descriptor: Descriptor,
    before: Descriptor | None,
    merging: Merge,
    prepared: Sequence[Prepared],
    written: Written,
) -> Published:
    live = set(before.releases) if before else set()
    names = tuple(release.release for release in prepared)
    return Published(
        descriptor=descriptor,
        changed=descriptor is not before,
        added=tuple(name for name in names if name not in live),
        altered=tuple(name for name in names if name in live and name in merging.touched),
        unchanged=tuple(name for name in names if name in live and name not in merging.touched),
        new=written.new,
        mended=written.mended,
    )
