"""What a new version holds: the newest version with some releases replaced.

This module decides, file by file, what stays, what is new and what changed. It writes nothing. A
writer that lost the race for a number merges again, over the winner's version; writing lives in
`publish`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from pipelines.contract import PAGES, RELEASE_DATES, RELEASES, TABLES, Release
from pipelines.errors import SourceError
from pipelines.releases import latest_patches, minor_of, release_order
from warehouse.schema import parquet
from warehouse.schema.types import table_schema
from warehouse.versions.changes import count_changes
from warehouse.versions.descriptor import Descriptor, FileEntry, TableChange, releases_of
from warehouse.versions.live import load_file, load_rows
from warehouse.versions.stable_pages import settle
from warehouse.versions.verify import Fault

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from pipelines.contract import Table
    from warehouse.schema.parquet import Encoded
    from warehouse.storage.roots import Storage

STORED = tuple(table for table in TABLES if table is not RELEASES)
"""The tables that a release brings; `releases` is derived from some of them."""
INPUTS_OF_RELEASES = (PAGES, RELEASE_DATES)
"""The tables whose rows `releases` is derived from; of the others, the number of rows is enough."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """One release ready to store.

    Attributes:
        release: The release.
        encoded: Its tables, by name.
        rows: All rows of `INPUTS_OF_RELEASES`, by table name.
        heads: The first rows of each table, by table name, to show some.
    """

    release: str
    encoded: Mapping[str, Encoded]
    rows: Mapping[str, Sequence[Any]]
    heads: Mapping[str, Sequence[Any]]


@dataclass(slots=True)
class Merge:
    """A merge in progress.

    Attributes:
        storage: The dataset's root.
        same_schemas: Whether the newest version has the schemas of this software.
        live: The files of the new version, by table and release.
        files: The bytes that must be written, by path.
        changes: How many rows changed, by table and release.
        placed: The releases of which a file is in `files`.
        touched: The releases of which a file changed.
    """

    storage: Storage
    same_schemas: bool
    live: dict[tuple[str, str], FileEntry]
    files: dict[str, bytes] = field(default_factory=dict)
    changes: list[TableChange] = field(default_factory=list)
    placed: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)

    @property
    def releases(self) -> tuple[str, ...]:
        """The releases of the new version, oldest first."""
        return releases_of(self.live.values())

    @property
    def entries(self) -> tuple[FileEntry, ...]:
        """The files of the new version, by table, oldest release first."""
        releases = self.releases
        order = {release: index for index, release in enumerate(releases)}
        first = {table.name: index * len(releases) for index, table in enumerate(TABLES)}
        return tuple(
            sorted(self.live.values(), key=lambda file: first[file.table] + order[file.release])
        )


@cache
def schemas() -> dict[str, dict[str, Any]]:
    """Return every table's description and Table Schema, as a version holds them."""
    return {
        table.name: {"description": table.description, "schema": table_schema(table)}
        for table in TABLES
    }


def merge(
    storage: Storage,
    newest: Descriptor | None,
    prepared: Sequence[Prepared],
    revised: Sequence[Encoded] = (),
) -> Merge:
    """Merge releases into the newest version; each release replaces all of its tables together.

    Args:
        storage: The dataset's folder.
        newest: The newest version, or None.
        prepared: The releases that were read.
        revised: Tables of other releases, which the releases that were read change.

    Raises:
        SourceError: The dataset has a table that this software does not know.
    """
    files = newest.files if newest else ()
    unknown = sorted({*map(attrgetter("table"), files)} - {table.name for table in TABLES})
    if unknown:
        raise SourceError(
            f"{storage.describe()} holds table {unknown[0]}, which this Neuron Warehouse does "
            "not know; upgrade with `pip install --upgrade neuron-warehouse`"
        )
    merging = Merge(
        storage,
        same_schemas=newest is None or newest.schemas == schemas(),
        live=dict(zip(map(attrgetter("table", "release"), files), files, strict=True)),
    )
    for release in prepared:
        for table in STORED:
            encoded = release.encoded[table.name]
            if table is PAGES:
                encoded = _settled(merging, release, encoded)
            _place(merging, encoded)
    read = {release.release for release in prepared}
    for encoded in revised:
        if encoded.release not in read and (encoded.table.name, encoded.release) in merging.live:
            _place(merging, encoded)
    _derive_releases(merging, prepared, {encoded.release for encoded in revised})
    return merging


def _settled(merging: Merge, release: Prepared, encoded: Encoded) -> Encoded:
    file = merging.live.get((PAGES.name, release.release))
    if file is None or file.sha256 == encoded.sha256:
        return encoded
    live = load_rows(merging.storage, PAGES, file)
    if live is None:
        return encoded
    return parquet.encode(PAGES, release.release, settle(release.rows[PAGES.name], live))


def _place(merging: Merge, encoded: Encoded) -> None:
    """Put a table in the new version, unless the live file has the same rows already."""
    key = (encoded.table.name, encoded.release)
    live = merging.live.get(key)
    if live is None or live.sha256 != encoded.sha256:
        before = None if live is None else load_file(merging.storage, live)
        change = count_changes(encoded, before)
        if before is not None and change is None and merging.same_schemas:
            # The same rows in other bytes: another release of the Parquet library wrote them.
            return
        if change is not None:
            merging.changes.append(change)
        merging.touched.add(encoded.release)
        merging.live[key] = _entry(encoded)
    merging.files[encoded.path] = encoded.data
    merging.placed.add(encoded.release)


def _entry(encoded: Encoded) -> FileEntry:
    return FileEntry(
        table=encoded.table.name,
        release=encoded.release,
        path=encoded.path,
        size=len(encoded.data),
        sha256=encoded.sha256,
        rows=encoded.rows,
    )


def _derive_releases(
    merging: Merge, prepared: Sequence[Prepared], revised: Collection[str]
) -> None:
    """Derive `releases` for what is published and for the other patches of the same minors.

    The rows of all other releases stay: of other releases, a row depends on the patches of its own
    minor only.
    """
    published = {release.release: release for release in prepared}
    minors = {minor_of(release) for release in (*published, *revised)}
    concerned = {release for release in merging.releases if minor_of(release) in minors}
    latest = latest_patches(frozenset(concerned))
    for release in sorted(concerned, key=release_order):
        row = Release(
            release=release,
            minor=minor_of(release),
            release_order=release_order(release),
            published_on=_published_on(merging, published.get(release), release),
            is_latest_patch=release in latest,
            captured_at=_captured_at(merging, published.get(release), release),
            page_count=_rows(merging, "pages", release),
            table_count=_rows(merging, "published_tables", release),
            benchmark_count=_rows(merging, "benchmarks", release),
            flag_count=_rows(merging, "quality_flags", release),
        )
        _place(merging, parquet.encode(RELEASES, release, (row,)))


def _rows(merging: Merge, table: str, release: str) -> int:
    file = merging.live.get((table, release))
    return 0 if file is None else file.rows


def _published_on(merging: Merge, published: Prepared | None, release: str) -> date | None:
    """Return the day that the release's own pages name; the last if they name several.

    A heading that was copied from the release before still has the older day.
    """
    rows = _live_rows(merging, RELEASE_DATES, published, release)
    return max((row.published_on for row in rows if row.release == release), default=None)


def _captured_at(merging: Merge, published: Prepared | None, release: str) -> Any:
    pages = _live_rows(merging, PAGES, published, release)
    return max((page.captured_at for page in pages if page.captured_at), default=None)


def _live_rows(
    merging: Merge, table: Table, published: Prepared | None, release: str
) -> Sequence[Any]:
    """Return a table's rows in the new version: published or written just now, or live before."""
    file = merging.live.get((table.name, release))
    if file is None:
        return ()
    if published is not None and file.sha256 == published.encoded[table.name].sha256:
        return published.rows[table.name]
    if file.path in merging.files:
        return parquet.from_arrow(table, parquet.read(merging.files[file.path], file.path))
    rows = load_rows(merging.storage, table, file)
    if rows is None:
        # Of another release, which this version would take over with a wrong row in `releases`.
        raise SourceError(
            f"nothing was published: {Fault(file, 'damaged').sentence(merging.storage)}"
        )
    return rows
