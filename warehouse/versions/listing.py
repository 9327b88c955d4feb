"""Which versions there are, as values and as rows, and how a new one takes its number.

This module reads and writes the folder `versions/`. The form of a version lives in `descriptor`;
what goes into a new one, in `publish`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pipelines.errors import SourceError, UsageError
from pipelines.releases import release_order
from warehouse.storage.roots import Storage, Writer, open_root
from warehouse.versions.descriptor import Descriptor, stored_time
from warehouse.versions.stored_form.descriptor_json import documents, from_documents
from warehouse.versions.stored_form.manifests import manifest_of

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
    descriptor = _parsed(storage, descriptor_bytes(storage, number), name)
    if descriptor.version != number:
        raise SourceError(f"{name} says that it is version {descriptor.version}; restore it")
    return descriptor


@lru_cache(maxsize=2)
def _parsed(storage: Storage, data: bytes, name: str) -> Descriptor:
    # The same bytes are parsed once: a build reads the newest version several times.
    return from_documents(data, name, storage.read_all)


def forget() -> None:
    """Forget the versions that were read and their manifests, for a measurement of reading them."""
    _parsed.cache_clear()
    manifest_of.cache_clear()


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
    """Return the paths of all files that any version needs, but for the descriptors."""
    storage = open_root(root)
    return frozenset().union(*(read_version(storage, number).needed for number in numbers(storage)))


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


@dataclass(frozen=True, slots=True)
class Claimed:
    """Whether a version was stored, and the paths of the documents written for it."""

    stored: bool
    written: tuple[str, ...] = ()


def claim(writer: Writer, descriptor: Descriptor, before: Descriptor | None) -> Claimed:
    """Store a version unless its number is taken.

    Args:
        writer: The dataset's root, being written.
        descriptor: The version.
        before: A version whose files stay as long as we write; None before the first one.

    Raises:
        SourceError: The stored bytes would not read back as the same version.
    """
    path, known = path_of(descriptor.version), before.manifests if before else ()
    stored = documents(descriptor, known)
    there = before.documents if before else frozenset()
    if from_documents(stored.descriptor, path, stored.read) != descriptor:
        raise SourceError(f"{path} would not read back as it was written; nothing was published")
    shared = writer.write_once({p: data for p, data in stored.others.items() if p not in there})
    return Claimed(writer.claim(path, stored.descriptor), shared.new)


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
