"""The files of the archive's folder: their names, their indexes, and what to do with a torn one.

This module does the steps that touch a file as a whole. Which records are kept is decided in
`store`; how a record is found in a file, in `scan`.

A file with an index is complete: if its size or its records differ from what the index says, it is
damaged and is not read. A file without an index was being written when a build was killed, or has
lost its index: its whole records are read, and the bytes between them are reported.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from io import SEEK_END
from typing import TYPE_CHECKING

from pipelines.errors import DamageError, SourceError
from pipelines.files.fsync import sync
from pipelines.files.regular_files import open_regular, read_regular
from pipelines.sources.archive.records import KEPT, Stored, stored_from_json
from pipelines.sources.archive.scan import (
    Gap,
    NoRecordError,
    ScannedRecord,
    record_at,
    scan,
    stored_from,
)
from pipelines.sources.limits import MOST_INDEX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

TORN = "torn"
"""The folder in the archive for whole copies of torn files."""
_NAME = re.compile(r"(\d{6,})\.warc\.gz", re.ASCII)
_PART = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds: its records, the gaps between them, and where the last record ends.

    A file with an index has no gaps; its `whole` is not known.
    """

    file: str
    records: tuple[Stored, ...]
    gaps: tuple[Gap, ...] = ()
    whole: int = 0


@dataclass(frozen=True, slots=True)
class Repaired:
    """A file that was torn, and how many bytes at its end were not a whole record."""

    file: str
    lost: int


def names(folder: Path) -> tuple[str, ...]:
    """Return the names of the WARC files, oldest first; empty where there is no folder."""
    with archive_errors_named("read", folder):
        try:
            found = os.listdir(folder)  # noqa: PTH208 - names alone
        except FileNotFoundError:
            return ()
    return tuple(sorted(name for name in found if _NAME.fullmatch(name)))


def next_name(folder: Path) -> str:
    """Return the name of the next file, which no file has had, torn ones included."""
    taken = (*names(folder), *names(folder / TORN))
    number = max((int(name.partition(".")[0]) for name in taken), default=0) + 1
    return f"{number:06}.warc.gz"


def is_sealed(folder: Path, name: str) -> bool:
    """Return whether the session that wrote a file has ended: the file has an index."""
    return os.path.lexists(_index_of(folder, name))


def contents_of(folder: Path, name: str) -> Contents:
    """Return a file's records: from its index, or from the file itself where it has none.

    Raises:
        SourceError: The file is not the one that its index describes, or the index is damaged.
    """
    with archive_errors_named("read", folder / name):
        try:
            index = read_regular(_index_of(folder, name), MOST_INDEX_BYTES)
        except FileNotFoundError:
            return _scanned(folder, name)
        with open_regular(folder / name) as file:
            size = file.seek(0, SEEK_END)
    return Contents(name, _indexed(folder, name, index, size))


def record_of(record: Stored, folder: Path) -> ScannedRecord:
    """Return one record, read from its file.

    Raises:
        SourceError: The file no longer has it at its place.
    """
    path = folder / record.file
    with archive_errors_named("read", path), open_regular(path) as file:
        try:
            read = record_at(file, record.offset)
            if stored_from(read, record.file).record_id == record.record_id:
                return read
        except (NoRecordError, ValueError) as error:
            raise damaged(path, record.offset, str(error)) from error
    raise damaged(path, record.offset, "another record is there")


def damaged(path: Path, offset: int, reason: str) -> DamageError:
    """Return the error of a file whose bytes are not those that were written."""
    return DamageError(
        f"{path} is damaged at byte {offset}: {reason}; restore it from a copy, or move it out of "
        "the archive to continue without its records"
    )


def gap_error(folder: Path, name: str, gap: Gap) -> SourceError:
    """Return the error for bytes that hold no record."""
    error = damaged(folder / name, gap.offset, gap.reason)
    return SourceError(f"{error}; {gap.length:,} bytes were skipped")


def repair(folder: Path, name: str) -> Repaired | None:
    """Seal a file that has no index; if it is torn, keep a whole copy and then its whole records.

    Returns:
        What was repaired, or None if the file was not torn.

    Raises:
        SourceError: Bytes before its last record are damaged, which no killed build explains.
    """
    if is_sealed(folder, name):
        return None
    path = folder / name
    found = _scanned(folder, name)
    inside = [gap for gap in found.gaps if gap.offset < found.whole]
    if inside:
        raise gap_error(folder, name, inside[0])
    lost = path.stat().st_size - found.whole
    if lost:
        _set_aside(folder, name)
        _cut(path, found.whole)
    seal(folder, name, found.records, found.whole)
    return Repaired(name, lost) if lost else None


def seal(folder: Path, name: str, records: Sequence[Stored], size: int) -> None:
    """Write a file's index, which marks the file as complete; `size` is its length in bytes."""
    lines = []
    for record in records:
        facts = asdict(record)
        del facts["file"]
        lines.append(json.dumps(facts))
    head = {"bytes": size, "records": len(lines), "sha256": _digest(lines)}
    aside = folder / f"{name}.indexing"
    aside.write_text("\n".join([json.dumps(head), *lines]) + "\n", encoding="utf-8")
    sync(aside)
    aside.replace(_index_of(folder, name))
    sync(folder)


@contextmanager
def archive_errors_named(action: str, path: Path) -> Iterator[None]:
    """Turn an operating system's error into a sentence that names the file."""
    try:
        yield
    except OSError as error:
        raise SourceError(
            f"cannot {action} {path}: {error.strerror or error}; correct that and build again"
        ) from error


def _index_of(folder: Path, name: str) -> Path:
    return folder / name.replace(".warc.gz", ".index")


def _indexed(folder: Path, name: str, index: bytes, size: int) -> tuple[Stored, ...]:
    """Return the records that an index lists; raise if it contradicts itself or the file."""
    path = folder / name
    try:
        head, *lines = index.decode().splitlines()
        said = json.loads(head)
        count, length = said["records"], said["bytes"]
        records = tuple(stored_from_json(line, name) for line in lines)
        digest = _digest(lines)
        altered = said.get("sha256", digest) != digest
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise _bad_index(folder, name, str(error)) from error
    if size != length:
        torn = (one.offset for one in records if one.offset + one.length > size)
        raise damaged(path, min(torn, default=size), f"has {size} bytes, its index says {length}")
    if count != len(records):
        end = max((one.offset + one.length for one in records), default=0)
        raise damaged(path, end, f"its index lists {len(records)} records and says {count}")
    if altered:
        raise _bad_index(folder, name, "it was altered")
    return records


def _bad_index(folder: Path, name: str, reason: str) -> SourceError:
    index = _index_of(folder, name)
    return SourceError(
        f"{index} is damaged at byte 0: {reason[:200]}; delete it, and {name} will be read record "
        "by record"
    )


def _digest(lines: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _scanned(folder: Path, name: str) -> Contents:
    """Read a file record by record."""
    records: list[Stored] = []
    gaps: list[Gap] = []
    whole = 0
    with open_regular(folder / name) as file:
        for found in scan(file):
            if isinstance(found, Gap):
                gaps.append(found)
                continue
            whole = found.offset + found.length
            if found.record.rec_type in KEPT:
                try:
                    records.append(stored_from(found, name))
                except ValueError as error:
                    gaps.append(Gap(found.offset, found.length, str(error)))
    return Contents(name, tuple(records), tuple(gaps), whole)


def _set_aside(folder: Path, name: str) -> None:
    """Keep a whole copy of a torn file."""
    (folder / TORN).mkdir(exist_ok=True)
    aside = folder / TORN / name
    aside.unlink(missing_ok=True)
    aside.hardlink_to(folder / name)


def _cut(path: Path, size: int) -> None:
    """Replace a file by its first bytes; its other names keep them all."""
    whole = path.with_name(f"{path.name}.whole")
    with open_regular(path) as source, whole.open("wb") as target:
        while left := size - target.tell():
            target.write(source.read(min(left, _PART)))
    sync(whole)
    whole.replace(path)
