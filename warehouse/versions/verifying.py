"""What `versions verify` finds, as rows.

This module lists faults; looking at a version's files is `versions.verify`.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warehouse.database.bring_up import CHECKSUM
from warehouse.database.connect import FILE, SIDE_FILES
from warehouse.storage.roots import Storage, open_root
from warehouse.versions import numbers, read_version, require_newest
from warehouse.versions.catalog import path_of
from warehouse.versions.verify import Fault, faults

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pyarrow as pa


_LOOKS, _PAUSE = 5, 0.1
"""How often a file that does not have its checksum is looked at, and seconds between."""


@dataclass(frozen=True, slots=True)
class Verified:
    """Which versions were looked at, how many files they have, and what is wrong with them.

    `lost` are versions between them that are gone: pruning takes none from between others.
    `database` is what is wrong with the warehouse file: each fault with the file's name.
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
        """What was looked at, in one line."""
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
    """Hash every file of versions, all of them where none is named; a file shared is read once.

    The warehouse file is looked at as well, and what other programs may have left beside it.

    Raises:
        UsageError: there is no version of one of the numbers.
        SourceError: there is no dataset, or a version's descriptor is damaged.
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
    if storage.size(FILE) is not None and not _is_what_was_written(storage):
        yield "damaged", FILE
    for side in SIDE_FILES:
        if storage.size(side) is not None:
            yield "left over", side


def _is_what_was_written(storage: Storage) -> bool:
    """Return whether the warehouse file has its checksum; one without a checksum counts as so."""
    for _ in range(_LOOKS):
        if storage.size(CHECKSUM) is None:
            return True
        said = storage.read(CHECKSUM).decode(errors="replace").split()
        if [hashlib.sha256(storage.read(FILE)).hexdigest(), FILE] == said:
            return True
        time.sleep(_PAUSE)  # a build puts the checksum in place just before the file
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
