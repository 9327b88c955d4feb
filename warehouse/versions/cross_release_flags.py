"""Flags that need more than one release, before releases are published.

The releases that were just read and those of the newest version are judged together, oldest first.
So the flags depend on the set of releases and not on the order of builds: a release that is read
now can change the flags of one that was published before. This module loads the releases and finds
whose flags change; what is flagged lives in `pipelines.quality.across`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from pipelines.contract import (
    BENCHMARKS,
    MEASUREMENTS,
    PACKAGE_VERSIONS,
    PUBLISHED_TABLES,
    QUALITY_FLAGS,
)
from pipelines.quality.across import (
    JudgedRelease,
    cross_release_flags,
    judged_release,
    own_flags,
)
from pipelines.releases import in_order
from warehouse.schema import parquet
from warehouse.storage.roots import Storage, open_root
from warehouse.versions.live import load_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pipelines.contract import QualityFlag, ReleaseTables, Table
    from warehouse.schema.parquet import Encoded
    from warehouse.versions import Descriptor, FileEntry

    Load = Callable[[Table, FileEntry], tuple[Any, ...] | None]
    """Returns the rows of a table's file, in its order; None if it is missing or damaged."""


@dataclass(frozen=True, slots=True)
class Flagged:
    """Releases with all their flags.

    Attributes:
        read: The releases that were just read, by name.
        revised: The flags of published releases that were not read, where they change, encoded.
    """

    read: Mapping[str, ReleaseTables]
    revised: tuple[Encoded, ...]


def with_cross_release_flags(
    root: str | Path | Storage,
    read: Mapping[str, ReleaseTables],
    version: Descriptor | None,
    load: Load | None = None,
) -> Flagged:
    """Return releases with the flags that need other releases.

    Args:
        root: The dataset's folder.
        read: The releases that were just read, by name.
        version: The dataset's newest version, or None.
        load: Loads the rows of a table's file; by default, from the file itself.
    """
    live = _Live(load or partial(load_rows, open_root(root)), version, without=read)
    found = cross_release_flags(_in_order(read, live))
    return Flagged(
        read={name: _with_flags(read[name], found.get(name, ())) for name in in_order(read)},
        revised=tuple(live.revised(found)),
    )


def _in_order(read: Mapping[str, ReleaseTables], live: _Live) -> Iterator[JudgedRelease]:
    """Yield every release, oldest first; a published one is loaded when it is its turn."""
    for name in in_order({*read, *live.releases}):
        release = judged_release(read[name]) if name in read else live.load(name)
        if release:
            yield release


def _with_flags(tables: ReleaseTables, flags: Sequence[QualityFlag]) -> ReleaseTables:
    own = own_flags(tables.rows.get(QUALITY_FLAGS.name, ()))
    return tables.with_rows(QUALITY_FLAGS, (*own, *flags))


class _Live:
    """The releases of a version that were not read again, and the flags that they have.

    A release of which a file is missing or damaged is left alone: it cannot be judged.
    """

    def __init__(
        self, load: Load, version: Descriptor | None, without: Mapping[str, object]
    ) -> None:
        self._load = load
        self._files = {(f.table, f.release): f for f in version.files} if version else {}
        self._flags: dict[str, tuple[QualityFlag, ...]] = {}
        self.releases = [r for r in (version.releases if version else ()) if r not in without]

    def load(self, release: str) -> JudgedRelease | None:
        """Load a release, or return None where it cannot be read whole."""
        tables = (PUBLISHED_TABLES, BENCHMARKS, MEASUREMENTS, PACKAGE_VERSIONS, QUALITY_FLAGS)
        loaded = [self._rows(table, release) for table in tables]
        if any(rows is None for rows in loaded):
            return None
        published, benchmarks, measurements, packages, flags = (rows or () for rows in loaded)
        self._flags[release] = flags
        return JudgedRelease(
            release, published, benchmarks, measurements, packages, own_flags(flags)
        )

    def revised(self, found: Mapping[str, Sequence[QualityFlag]]) -> Iterator[Encoded]:
        """Yield the flags of each loaded release that are no longer those that it has."""
        for release, before in self._flags.items():
            flags = (*own_flags(before), *found.get(release, ()))
            if set(flags) != set(before):
                yield parquet.encode(QUALITY_FLAGS, release, flags)

    def _rows(self, table: Table, release: str) -> tuple[Any, ...] | None:
        file = self._files.get((table.name, release))
        return () if file is None else self._load(table, file)
