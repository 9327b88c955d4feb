"""One dataset version as a value, and what every package of ours says of itself.

How a version becomes `versions/NNNNNN.json` lives in `stored_form`; finding and claiming versions,
in `listing`. Paths are relative to the root, not to `versions/`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from pipelines.releases import release_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TITLE = "Performance of AWS Neuron, as its documentation publishes it"
LICENCE = "CC-BY-SA-4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by-sa/4.0/"
ATTRIBUTION = (
    "Figures published in the AWS Neuron documentation, "
    "© Amazon.com, Inc. or its affiliates, CC BY-SA 4.0"
)
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_LICENCES = [
    {
        "name": LICENCE,
        "path": LICENCE_URL,
        "title": "Creative Commons Attribution-ShareAlike 4.0",
    }
]
_CONTRIBUTORS = [
    {"title": "Amazon.com, Inc. or its affiliates", "roles": ["creator"]},
    {"title": "The Neuron Warehouse authors", "roles": ["wrangler"]},
]


class FileEntry(NamedTuple):
    """One live Parquet file: `size` in bytes, `rows` as many rows as it holds."""

    # A tuple: a long history has tens of thousands of files, and every build reads them all.

    table: str
    release: str
    path: str
    size: int
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class TableChange:
    """How many rows of a release's table are new, gone, or differ under the same key."""

    release: str
    table: str
    added: int
    removed: int
    altered: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """Files of neighbouring releases, as one document that versions share.

    Attributes:
        path: The document.
        sha256: Its hash.
        data: Its bytes.
        releases: The releases, oldest first.
        files: Their files by table, oldest release first.
    """

    path: str
    sha256: str
    data: bytes
    releases: tuple[str, ...]
    files: Mapping[str, tuple[FileEntry, ...]]


@dataclass(frozen=True, slots=True)
class Descriptor:
    """One version of the dataset.

    Attributes:
        version: Its number, from 1.
        created: When it was published, in UTC.
        pipeline_version: The version of the software that published it.
        source: Where the rows came from, as people read it.
        previous: The version that was the newest before; None for the first.
        schemas: Each table's description and Table Schema, by the table's name.
        files: The live files.
        changes: What differs from the version `previous`.
        restored: The version that this one was made equal to, if it was.
        manifests: The documents that name `files`, if the descriptor itself does not.
        schemas_path: The document that holds `schemas`, if the descriptor itself does not.
    """

    version: int
    created: datetime
    pipeline_version: str
    source: str
    previous: int | None
    schemas: Mapping[str, Mapping[str, Any]]
    files: tuple[FileEntry, ...]
    changes: tuple[TableChange, ...]
    restored: int | None = None
    manifests: tuple[Manifest, ...] = field(default=(), compare=False, repr=False)
    schemas_path: str | None = field(default=None, compare=False, repr=False)

    @property
    def releases(self) -> tuple[str, ...]:
        """The live releases, oldest first."""
        return releases_of(self.files)

    @property
    def row_count(self) -> int:
        """How many rows all live files have together."""
        return sum(file.rows for file in self.files)

    @property
    def needed(self) -> frozenset[str]:
        """The paths of all files that the version needs, but for the descriptor."""
        return self.documents.union(file.path for file in self.files)

    @property
    def documents(self) -> frozenset[str]:
        """The paths of the documents that the descriptor names instead of files."""
        named = [manifest.path for manifest in self.manifests]
        return frozenset(named if self.schemas_path is None else [*named, self.schemas_path])

    def files_of(self, table: str) -> tuple[FileEntry, ...]:
        """Return the live files of a table, oldest release first."""
        return tuple(file for file in self.files if file.table == table)


def releases_of(files: Iterable[FileEntry]) -> tuple[str, ...]:
    """Return the releases of files, oldest first."""
    return tuple(sorted({*map(attrgetter("release"), files)}, key=release_order))


@cache
def pipeline_version() -> str:
    """Return the version of this software, or `unknown` if it is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("neuron-warehouse")
    except PackageNotFoundError:
        return "unknown"


def package_credits(source: str) -> dict[str, Any]:
    """Return whom a Data Package names: licences, contributors, and where its rows came from."""
    return {
        "licenses": _LICENCES,
        "contributors": _CONTRIBUTORS,
        "sources": [_source(source)],
    }


def _source(source: str) -> dict[str, str]:
    return {"title": source} | (
        {"path": source} if source.startswith(("http://", "https://")) else {}
    )


def stored_time(moment: datetime) -> str:
    """Return a moment as descriptors hold it: UTC, whole seconds."""
    # `strftime` would write a year before 1000 with too few digits to be read back.
    return f"{moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()}Z"
