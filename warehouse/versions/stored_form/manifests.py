"""Manifests: the files of neighbouring releases as one document, which many versions share.

A descriptor that named every file of a long history would repeat thousands of files in each
version. It names manifests instead: of these, a version writes only those that hold a release that
changed. A manifest is named by its content, like a Parquet file. When manifests are used is decided
in `descriptor_json`.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from itertools import chain, groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from zlib import crc32

from pipelines.releases import release_order
from warehouse.storage.data_paths import data_path, manifest_path
from warehouse.versions.descriptor import FileEntry, Manifest
from warehouse.versions.stored_form.descriptor_checks import (
    are_counts,
    check_file,
    check_releases,
    check_table,
    require_form,
)
from warehouse.versions.stored_form.json_lines import block, compact, json_object, member

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

MOST_RELEASES = 16
"""As many releases as one manifest holds at most."""
_ONE_IN = 12
"""Of so many releases, one ends its manifest. It depends on the release's name alone, so that a
release that comes or goes moves no border but the nearest ones."""
_HEXADECIMAL = b"0123456789abcdef"


def manifests(
    files: Iterable[FileEntry], releases: Sequence[str], known: Iterable[Manifest] = ()
) -> tuple[Manifest, ...]:
    """Return the manifests of a version's files.

    They depend on the files alone, not on how the version came to be.

    Args:
        files: The files, in the order in which they are to be read back within a table.
        releases: The releases of the files, oldest first.
        known: Manifests that exist; those of the same files are used again.
    """
    groups = tuple(_groups(releases))
    held: list[dict[str, list[FileEntry]]] = [{} for _ in groups]
    number = {release: place for place, group in enumerate(groups) for release in group}
    # Files that follow each other share a table and a manifest: there are few runs.
    for table, some in groupby(files, attrgetter("table")):
        for place, run in groupby(some, lambda file: number[file.release]):
            held[place].setdefault(table, []).extend(run)
    there = {manifest.releases: manifest for manifest in known}
    return tuple(
        _manifest(group, {table: tuple(some) for table, some in tables.items()}, there.get(group))
        for group, tables in zip(groups, held, strict=True)
    )


def neighbours(releases: Sequence[str], chosen: AbstractSet[str]) -> frozenset[str]:
    """Return the releases whose files are in one manifest with those of a chosen release.

    Args:
        releases: All releases of a version, oldest first.
        chosen: Some of them.
    """
    beside = (group for group in _groups(releases) if not chosen.isdisjoint(group))
    return frozenset(chain.from_iterable(beside))


def _groups(releases: Sequence[str]) -> Iterator[tuple[str, ...]]:
    group: list[str] = []
    for release in releases:
        group.append(release)
        if len(group) == MOST_RELEASES or crc32(release.encode()) % _ONE_IN == 0:
            yield tuple(group)
            group = []
    if group:
        yield tuple(group)


def _manifest(
    releases: tuple[str, ...], files: Mapping[str, tuple[FileEntry, ...]], known: Manifest | None
) -> Manifest:
    if known is not None and known.files == files:
        return known
    data = _to_json(files)
    sha256 = hashlib.sha256(data).hexdigest()
    return Manifest(manifest_path(sha256), sha256, data, releases, files)


def _to_json(files: Mapping[str, tuple[FileEntry, ...]]) -> bytes:
    """Return a manifest's bytes: one line a file, so that `diff` shows what changed."""
    tables = [
        f"{compact(table)}: {block(list(map(_line, some)), '{}')}" for table, some in files.items()
    ]
    return json_object([member("columns", ["hash", "bytes", "rows"]), *tables])


def _line(file: FileEntry) -> str:
    # A path is that of the table, the release and the hash, unless the table had another name.
    usual = file.path == data_path(file.table, file.release, file.sha256)
    path = "" if usual else f", {compact(file.path)}"
    return f'"{file.release}": ["{file.sha256}", {file.size}, {file.rows}{path}]'


@lru_cache(maxsize=1024)
def manifest_of(path: str, sha256: str, data: bytes) -> Manifest:
    """Return the manifest in a document's bytes.

    Versions that follow each other share nearly all manifests: each is parsed once.

    Args:
        path: The document.
        sha256: The hash of the bytes.
        data: The bytes.

    Raises:
        ValueError: They have values that this program does not write. Other errors that forged
            bytes can raise are those of `descriptor_json`.
    """
    raw = json.loads(data)
    raw.pop("columns")
    releases = set(chain.from_iterable(found.keys() for found in raw.values()))
    check_releases(releases)
    ordered = tuple(sorted(releases, key=release_order))
    return Manifest(path, sha256, data, ordered, _files(raw))


def _files(raw: Mapping[str, Mapping[str, Sequence[Any]]]) -> dict[str, tuple[FileEntry, ...]]:
    """Return files by table; all their values are checked together, since there are many."""
    for table in raw:
        check_table(table)
    rows = list(chain.from_iterable(found.values() for found in raw.values()))
    require_form(set(map(len, rows)) <= {_USUAL, _USUAL + 1}, "row")
    hashes = [row[0] for row in rows]
    require_form(are_counts([row[i] for row in rows for i in (1, 2)]), "bytes or rows")
    require_form(set(map(len, hashes)) <= {64}, "hash")
    require_form(not "".join(hashes).encode().translate(None, _HEXADECIMAL), "hash")
    return {
        table: tuple(_entry(table, release, row) for release, row in found.items())
        for table, found in raw.items()
    }


_USUAL = 3
"""As many values as a file has; one more is a path of its own."""


def _entry(table: str, release: str, row: Sequence[Any]) -> FileEntry:
    if len(row) == _USUAL:
        sha256, size, rows = row
        return FileEntry(table, release, data_path(table, release, sha256), size, sha256, rows)
    sha256, size, rows, path = row
    file = FileEntry(table, release, path, size, sha256, rows)
    check_file(file)
    return file
