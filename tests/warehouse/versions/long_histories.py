"""Versions of more releases than a descriptor names itself: made up, and in a root."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pipelines.contract import TABLES
from pipelines.releases import in_order
from tests.warehouse.conftest import NOW
from warehouse.storage.data_paths import MANIFESTS, data_path
from warehouse.versions import Descriptor, FileEntry, TableChange
from warehouse.versions.merge import schemas
from warehouse.versions.stored_form.descriptor_json import Documents, from_documents

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


def an_entry(table: str, release: str, content: str = "") -> FileEntry:
    """Return a file that nobody wrote."""
    sha256 = hashlib.sha256(f"{table} {release} {content}".encode()).hexdigest()
    return FileEntry(table, release, data_path(table, release, sha256), 12_345, sha256, 1_000)


def a_long_version(
    releases: Iterable[str], *, number: int = 1, files: Sequence[FileEntry] = ()
) -> Descriptor:
    """Return a version with a file for each table of these releases, or with other files."""
    return Descriptor(
        version=number,
        created=NOW,
        pipeline_version="0.2.0",
        source="made up",
        previous=number - 1 or None,
        schemas=schemas(),
        files=tuple(files)
        or tuple(an_entry(table.name, name) for table in TABLES for name in in_order({*releases})),
        changes=(TableChange("2.20.0", "benchmarks", 1, 2, 3),),
    )


def read_back(stored: Documents) -> Descriptor:
    """Return the version in its documents."""
    return from_documents(stored.descriptor, "x.json", stored.read)


def documents_of(root: Path) -> set[str]:
    """Return the paths of all documents that versions share in a root."""
    return {f"{MANIFESTS}/{path.name}" for path in (root / MANIFESTS).iterdir()}
