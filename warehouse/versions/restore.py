"""Making an old version the newest again.

This module holds one rule: a restored version is a new version with the old one's files. Only its
descriptor is written, and the versions between the two stay.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from warehouse.schema.types import tables_by_name
from warehouse.storage.roots import Storage, open_root
from warehouse.versions.changes import count_between
from warehouse.versions.descriptor import Descriptor, TableChange, pipeline_version
from warehouse.versions.listing import claim, newest, numbers, read_version
from warehouse.versions.live import load_file
from warehouse.versions.root_package import describe_root
from warehouse.versions.verify import faults, require

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

    from warehouse.versions.descriptor import FileEntry


@dataclass(frozen=True, slots=True)
class Restored:
    """The newest version after restoring; `changed` is whether it had to be made."""

    descriptor: Descriptor
    changed: bool


def restore(root: str | Path | Storage, number: int, *, now: datetime) -> Restored:
    """Make a new version equal to an old one, unless the newest is equal to it already.

    Args:
        root: The dataset's root.
        number: The number of the old version.
        now: The time of the new version, with its time zone.

    Raises:
        UsageError: There is no version with that number.
        SourceError: A file of it is missing or damaged, or the root cannot be written.
    """
    storage = open_root(root)
    restored = _restored(storage, number, now)
    describe_root(storage, restored.descriptor)
    return restored


def _restored(storage: Storage, number: int, now: datetime) -> Restored:
    while True:
        with storage.writing() as writer:
            # Read under the lock: no run removes files until the new version refers to them.
            old = read_version(storage, number)
            last = newest(storage) or old
            if last.files == old.files and last.schemas == old.schemas:
                return Restored(last, changed=False)
            require(storage, faults(storage, old.files), f"version {number} cannot be restored: ")
            descriptor = replace(
                old,
                version=numbers(storage)[-1] + 1,
                created=now.astimezone(UTC).replace(microsecond=0),
                pipeline_version=pipeline_version(),
                previous=last.version,
                changes=tuple(_changes(storage, last, old)),
                restored=number,
            )
            if claim(writer, descriptor, old).stored:
                return Restored(descriptor, changed=True)


def _changes(storage: Storage, last: Descriptor, old: Descriptor) -> Iterator[TableChange]:
    before = {(file.release, file.table): file for file in last.files}
    after = {(file.release, file.table): file for file in old.files}
    for release, table in sorted(before.keys() | after.keys()):
        old_file, new_file = before.get((release, table)), after.get((release, table))
        if old_file != new_file and table in tables_by_name():
            counted = count_between(
                tables_by_name()[table],
                release,
                _rows(storage, old_file),
                _rows(storage, new_file),
            )
            if counted is not None:
                yield counted


def _rows(storage: Storage, file: FileEntry | None) -> pa.Table | None:
    return None if file is None else load_file(storage, file)
