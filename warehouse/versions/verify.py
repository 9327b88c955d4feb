"""Whether the files of a version are those that were published, and what `versions verify` finds.

This module checks files by length or by every byte. The caller decides what to do about a fault: a
reader refuses, a build repairs what it can.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pipelines.errors import SourceError
from pipelines.files.regular_files import open_regular
from warehouse.storage.companions import is_what_was_written, side_files
from warehouse.storage.data_paths import FILE
from warehouse.storage.local_errors import file_errors_named
from warehouse.storage.roots import Storage, open_root
from warehouse.versions.listing import numbers, path_of, read_version, require_newest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from warehouse.versions.descriptor import FileEntry

Kind = Literal["missing", "damaged"]


@dataclass(frozen=True, slots=True)
class Fault:
    """A file that is not as it was published."""

    file: FileEntry
    kind: Kind

    def sentence(self, storage: Storage) -> str:
        """Return what is wrong and how to repair it."""
        what = (
            "missing: it was published and is gone"
            if self.kind == "missing"
            else "damaged: it is not the file that was published"
        )
        return (
            f"{storage.describe(self.file.path)} is {what}; run "
            f"`neuron-warehouse build --release {self.file.release}` to write it again"
        )


def faults(storage: Storage, files: Sequence[FileEntry]) -> tuple[Fault, ...]:
    """Hash every file; return those that are missing or damaged."""
    with storage.local([file.path for file in files]) as paths:
        return faults_of(dict(zip(files, paths, strict=True)))


def faults_of(local: Mapping[FileEntry, Path]) -> tuple[Fault, ...]:
    """Hash files at their local paths; return those that are missing or damaged."""
    return tuple(
        Fault(file, kind)
        for file, path in local.items()
        if (kind := _hashed(file, path)) is not None
    )


def short_faults(storage: Storage, files: Sequence[FileEntry]) -> tuple[Fault, ...]:
    """Check every file's length; return those that are missing or of another length."""
    sizes = storage.sizes([file.path for file in files])
    return tuple(
        Fault(file, "missing" if sizes[file.path] is None else "damaged")
        for file in files
        if sizes[file.path] != file.size
    )


def quick_faults(storage: Storage, files: Sequence[FileEntry]) -> tuple[Fault, ...]:
    """Check files as each build does: hash them if that is quick, otherwise check their lengths."""
    cheap = len(files) <= _CHEAP_FILES and sum(file.size for file in files) <= _CHEAP_BYTES
    return faults(storage, files) if cheap and storage.near else short_faults(storage, files)


_CHEAP_FILES = 1_000
_CHEAP_BYTES = 64 * 2**20
"""Up to so much is hashed by each build; of more, only lengths are checked."""


def require(storage: Storage, found: Sequence[Fault], consequence: str = "") -> None:
    """Raise an error if there are faults.

    Args:
        storage: The dataset's root.
        found: The faults.
        consequence: The start of each line.

    Raises:
        SourceError: There are faults; the text has a line for each of the first ten.
    """
    if found:
        lines = [consequence + fault.sentence(storage) for fault in found[:_MOST]]
        if len(found) > _MOST:
            lines.append(f"and {len(found) - _MOST} more; see `neuron-warehouse versions verify`")
        raise SourceError("\n".join(lines))


_MOST = 10


def _hashed(file: FileEntry, path: Path) -> Kind | None:
    with file_errors_named("read", path):
        try:
            with open_regular(path) as stream:
                found = hashlib.file_digest(stream, "sha256").hexdigest()
        except (FileNotFoundError, NotADirectoryError):
            return "missing"
    return None if found == file.sha256 else "damaged"


_LOOKS, _PAUSE = 5, 0.1
"""How often a file is checked that does not match its checksum, and the seconds between."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What `versions verify` found.

    Attributes:
        versions: The numbers of the checked versions, oldest first.
        files: How many files they have.
        size: The length of these files, in bytes.
        faults: Each fault, with the version that has it.
        lost: Missing versions between others, which pruning never makes.
        database: Faults of the warehouse file, each with the file's name.
    """

    versions: tuple[int, ...]
    files: int
    size: int
    faults: tuple[tuple[int, Fault], ...]
    lost: tuple[int, ...] = ()
    database: tuple[tuple[str, str], ...] = ()

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults and not self.lost and not self.database

    @property
    def sentence(self) -> str:
        """What was checked and found, in one line."""
        which = (
            f"version {self.versions[0]}"
            if len(self.versions) == 1
            else f"versions {self.versions[0]} to {self.versions[-1]}"
        )
        bad = len({fault.file.path for _, fault in self.faults})
        bad += len(self.lost) + len(self.database)
        verdict = f"{bad:,} missing or damaged" if bad else "all as they were published"
        return f"{which}: {self.files:,} files, {self.size:,} bytes, {verdict}"


def verify_versions(root: str | Path | Storage, wanted: Sequence[int] = ()) -> Verified:
    """Hash every file of versions, a shared file once, and check the warehouse file.

    Args:
        root: The dataset's root.
        wanted: The numbers of the versions; none means all.

    Raises:
        UsageError: There is no version with one of the numbers.
        SourceError: There is no dataset, or a version's descriptor is damaged.
    """
    storage = open_root(root)
    require_newest(storage)
    there = numbers(storage)
    chosen = tuple(wanted) or there
    descriptors = [read_version(storage, number) for number in chosen]
    files = tuple({file for descriptor in descriptors for file in descriptor.files})
    found = {fault.file: fault for fault in faults(storage, files)}
    return Verified(
        versions=chosen,
        files=len(files),
        size=sum(file.size for file in files),
        faults=tuple(
            (descriptor.version, found[file])
            for descriptor in descriptors
            for file in descriptor.files
            if file in found
        ),
        lost=() if wanted else tuple(sorted({*range(there[0], there[-1])} - {*there})),
        database=tuple(_database_faults(storage)),
    )


def _database_faults(storage: Storage) -> Iterator[tuple[str, str]]:
    if storage.size(FILE) is not None and not _is_whole(storage):
        yield "damaged", FILE
    for side in side_files(storage):
        yield "left over", side


def _is_whole(storage: Storage) -> bool:
    """Return whether the warehouse file is what a build wrote, at least at one of a few looks."""
    for _ in range(_LOOKS):
        with storage.local([FILE]) as (path,):
            if is_what_was_written(storage, path):
                return True
        time.sleep(_PAUSE)  # a build replaces the checksum just before the file
    return False


def fault_rows(verified: Verified) -> pa.Table:
    """Return the faults as rows: version, what is wrong, table, release, path."""
    import pyarrow as pa

    schema = pa.schema(
        [
            ("version", pa.int64()),
            *((name, pa.string()) for name in ("fault", "table", "release", "path")),
        ]
    )
    rows: list[tuple[Any, ...]] = [
        (number, "missing", None, None, path_of(number)) for number in verified.lost
    ]
    rows += [(None, fault, None, None, path) for fault, path in verified.database]
    rows += [
        (number, fault.kind, fault.file.table, fault.file.release, fault.file.path)
        for number, fault in verified.faults
    ]
    names = schema.names
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows], schema)
