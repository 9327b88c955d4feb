"""Whether the files of a version are those that were published.

This module checks files by length or by every byte. The caller decides what to do about a fault: a
reader refuses, a build repairs what it can. `versions verify`, which also checks the warehouse
file, lives in `warehouse.database.verify_versions`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipelines.errors import SourceError
from pipelines.files.regular_files import open_regular
from warehouse.storage.local_errors import file_errors_named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from warehouse.storage.roots import Storage
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
