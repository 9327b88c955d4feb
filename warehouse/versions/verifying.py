"""What `versions verify` finds, as rows.

Here belongs listing faults; looking at files stands in `versions.verify`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warehouse.storage.roots import Storage, open_root
from warehouse.versions import numbers, read_version, require_newest
from warehouse.versions.catalog import path_of
from warehouse.versions.verify import Fault, faults

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Verified:
    """Which versions were looked at, how many files they have, and what is wrong with them.

    `lost` are versions between them that are gone: pruning takes none from between others.
    """

    versions: tuple[int, ...]
    files: int
    size: int
    faults: tuple[tuple[int, Fault], ...]
    lost: tuple[int, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults and not self.lost

    @property
    def sentence(self) -> str:
        """What was looked at, in one line."""
        which = (
            f"version {self.versions[0]}"
            if len(self.versions) == 1
            else f"versions {self.versions[0]} to {self.versions[-1]}"
        )
        bad = len({fault.file.path for _, fault in self.faults}) + len(self.lost)
        verdict = f"{bad:,} missing or damaged" if bad else "all as they were published"
        return f"{which}: {self.files:,} files, {self.size:,} bytes, {verdict}"


def verify_versions(root: str | Path | Storage, wanted: Sequence[int] = ()) -> Verified:
    """Hash every file of versions, all of them where none is named; a file shared is read once.

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
    )


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
    rows += [
        (number, fault.kind, fault.file.table, fault.file.release, fault.file.path)
        for number, fault in verified.faults
    ]
    names = schema.names
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows], schema)
