"""Which versions there are, as values and as rows, and how a new one takes its number.

This module reads and writes the folder `versions/`. The form of a version lives in `descriptor`;
what goes into a new one, in `publish`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.errors import SourceError, UsageError
from pipelines.releases import release_order
from warehouse.storage.roots import Storage, Writer, open_root
from warehouse.versions.descriptor import Descriptor, from_json, stored_time, to_json

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import pyarrow as pa

_NAME = re.compile(r"(\d{6}|[1-9]\d{6,14})\.json", re.ASCII)


def numbers(root: str | Path | Storage) -> tuple[int, ...]:
    """Return the numbers of all versions, oldest first."""
    names = open_root(root).names("versions")
    found = (_NAME.fullmatch(name) for name in names)
    return tuple(sorted(int(match[1]) for match in found if match))


def read_version(root: str | Path | Storage, number: int) -> Descriptor:
    """Return one version.

    Raises:
        UsageError: There is no version with that number.
        SourceError: Its descriptor is damaged.
    """
    storage = open_root(root)
    name = storage.describe(path_of(number))
    descriptor = from_json(descriptor_bytes(storage, number), name)
    if descriptor.version != number:
        raise SourceError(f"{name} says that it is version {descriptor.version}; restore it")
    return descriptor


def descriptor_bytes(storage: Storage, number: int) -> bytes:
    """Return the bytes of a version's descriptor.

    Raises:
        UsageError: There is no version with that number.
    """
    path = path_of(number)
    if storage.size(path) is None:
        there = numbers(storage)
        known = f"there are {there[0]} to {there[-1]}" if there else "there are none yet"
        raise UsageError(f"there is no dataset version {number}; {known}")
    return storage.read(path)


def newest(root: str | Path | Storage) -> Descriptor | None:
    """Return the newest version, or None if nothing has been published yet."""
    storage = open_root(root)
    there = numbers(storage)
    return read_version(storage, there[-1]) if there else None


def referenced(root: str | Path | Storage) -> frozenset[str]:
    """Return the paths of all files that any version needs."""
    storage = open_root(root)
    return frozenset(
        file.path for number in numbers(storage) for file in read_version(storage, number).files
    )


def at(root: str | Path | Storage, moment: datetime) -> Descriptor:
    """Return the newest version that was published at a moment or before.

    Raises:
        UsageError: The oldest version is younger.
        SourceError: Nothing has been published yet.
    """
    storage = open_root(root)
    earliest = None
    for number in reversed(numbers(storage)):
        earliest = read_version(storage, number)
        if earliest.created <= moment:
            return earliest
    if earliest is None:
        raise _none_yet(storage)
    raise UsageError(
        f"there was no dataset version at {stored_time(moment)}; the oldest here is version "
        f"{earliest.version} of {stored_time(earliest.created)}"
    )


def require_newest(root: str | Path | Storage) -> Descriptor:
    """Return the newest version.

    Raises:
        SourceError: Nothing has been published yet.
    """
    descriptor = newest(root)
    if descriptor is None:
        raise _none_yet(open_root(root))
    return descriptor


def _none_yet(storage: Storage) -> SourceError:
    return SourceError(
        f"{storage.describe()} holds no dataset yet; run `neuron-warehouse build` first"
    )


def claim(writer: Writer, descriptor: Descriptor) -> bool:
    """Store a version unless its number is taken; return whether it was stored.

    Raises:
        SourceError: The stored bytes would not read back as the same version.
    """
    path, data = path_of(descriptor.version), to_json(descriptor)
    if from_json(data, path) != descriptor:
        raise SourceError(f"{path} would not read back as it was written; nothing was published")
    return writer.claim(path, data)


def path_of(number: int) -> str:
    """Return the path of a version's descriptor in the root."""
    return f"versions/{number:06}.json"


def list_versions(root: str | Path | Storage) -> pa.Table:
    """Return the versions as rows, newest first, with what each of them changed.

    Raises:
        SourceError: Nothing has been published yet.
    """
    import pyarrow as pa

    storage = open_root(root)
    require_newest(storage)
    found = [read_version(storage, number) for number in reversed(numbers(storage))]
    answer = pa.Table.from_pylist([_row(descriptor) for descriptor in found])
    # If no version was restored, Arrow cannot infer the column's type.
    place = answer.column_names.index("restored")
    return answer.set_column(place, "restored", answer.column("restored").cast(pa.int64()))


def _row(descriptor: Descriptor) -> dict[str, object]:
    changes = descriptor.changes
    touched = {change.release for change in changes}
    return {
        "version": descriptor.version,
        "created_at": descriptor.created,
        "source": descriptor.source,
        "releases": len(descriptor.releases),
        "restored": descriptor.restored,
        "rows_added": sum(change.added for change in changes),
        "rows_removed": sum(change.removed for change in changes),
        "rows_altered": sum(change.altered for change in changes),
        "releases_touched": sorted(touched, key=release_order),
        "tables_touched": sorted({change.table for change in changes}),
    }
