"""The archive: finding what was kept, and keeping more, durably, one session at a time.

This module keeps records and captures. The files that hold them live in `segments`, their form in
`warc` and `scan`. A session's file gets its index when the session ends; a file without one was
interrupted.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from pipelines.errors import DamageError, SourceError
from pipelines.files.fsync import sync
from pipelines.sources.archive import segments
from pipelines.sources.archive.records import Capture, Exchange, Stored, capture_from_json
from pipelines.sources.archive.warc import CAPTURE_TYPE, Group, encode_capture, encode_exchange

if TYPE_CHECKING:
    from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover - a system without file locks relies on its scheduler
    fcntl = None  # type: ignore[assignment]

_LOCK = ".lock"


@dataclass
class Archive:
    """A folder of WARC files. Reading needs no lock; writing takes it for the whole session."""

    folder: Path

    def __post_init__(self) -> None:
        self._lock: int | None = None
        self._made: list[Path] = []
        self._descriptor: int | None = None
        self._file = ""
        self._length = 0
        self._written: list[Stored] = []

    @cached_property
    def _contents(self) -> tuple[segments.Contents, ...]:
        found = segments.names(self.folder)
        return tuple(segments.contents_of(self.folder, name) for name in found)

    @cached_property
    def records(self) -> list[Stored]:
        """Every record in the order of writing, those of this session included."""
        return [record for one in self._contents for record in one.records]

    @property
    def damage(self) -> tuple[SourceError, ...]:
        """Every gap that was skipped in reading the files."""
        return tuple(
            segments.gap_error(self.folder, one.file, gap)
            for one in self._contents
            for gap in one.gaps
        )

    @cached_property
    def by_id(self) -> dict[str, Stored]:
        """Every record by its name."""
        return {record.record_id: record for record in reversed(self.records)}

    def interrupted(self) -> str | None:
        """Return the name of the newest file if its session did not end; else None."""
        found = segments.names(self.folder)
        return found[-1] if found and not segments.is_sealed(self.folder, found[-1]) else None

    def payload(self, record: Stored) -> tuple[bytes, str | None]:
        """Return the body of a record, as received, and its content encoding.

        Raises:
            DamageError: The body is missing or is not the one that was kept.
        """
        holder = self.by_id.get(record.body_of)
        if holder is None:
            raise DamageError(
                f"{self.folder}: the record {record.body_of[:80]} is missing; restore the file "
                "that held it from a copy"
            )
        read = segments.record_of(holder, self.folder)
        if holder.sha256 not in ("", hashlib.sha256(read.payload).hexdigest()):
            raise segments.damaged(
                self.folder / holder.file, holder.offset, "another body is there"
            )
        http = read.record.http_headers
        return read.payload, http.get_header("Content-Encoding") if http else None

    def captures(self) -> list[Capture]:
        """Return every capture of every release, in the order in which they were judged.

        Metadata records of other software are skipped.
        """
        found = (
            self._capture(position, record)
            for position, record in enumerate(self.records)
            if record.kind == "metadata"
        )
        return [capture for capture in found if capture is not None]

    def _capture(self, position: int, record: Stored) -> Capture | None:
        read = segments.record_of(record, self.folder)
        if read.record.content_type != CAPTURE_TYPE:
            return None
        try:
            return capture_from_json(read.payload, position)
        except ValueError as error:
            path = self.folder / record.file
            raise segments.damaged(
                path, record.offset, f"a capture is damaged ({error})"
            ) from error

    def open(self) -> tuple[segments.Repaired, ...]:
        """Begin a session: lock the folder, and repair what a killed session left torn.

        Returns:
            The files that were repaired; none if the session is open already.

        Raises:
            SourceError: Another session is running, or the folder cannot be written.
        """
        if self._lock is not None:
            return ()
        with segments.archive_errors_named("write", self.folder):
            while self._lock is None:
                self._lock = self._locked()
            found = segments.names(self.folder)
            repaired = [done for name in found if (done := segments.repair(self.folder, name))]
        return tuple(repaired)

    def _locked(self) -> int | None:
        """Lock the folder, made if it does not exist; None if it was removed meanwhile."""
        self._made = [f for f in (self.folder, *self.folder.parents) if not f.exists()]
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            lock = os.open(self.folder / _LOCK, os.O_CREAT | os.O_RDWR, 0o644)
        except FileNotFoundError:
            return None
        try:
            if fcntl is not None:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(lock)
            raise SourceError(
                f"{self.folder}: another build is reading a site into it; wait until it ends"
            ) from error
        if os.fstat(lock).st_nlink:
            return lock
        os.close(lock)
        return None

    def add(self, exchange: Exchange, same_as: Stored | None, refused: str | None) -> Stored:
        """Keep an exchange and return its record; it is on the disk when this returns."""
        return self._append(encode_exchange(exchange, same_as, refused))

    def add_capture(self, capture: Capture, url: str) -> None:
        """Keep a capture; `url` is the address of its release."""
        self._append(encode_capture(capture, url))

    def close(self) -> None:
        """End the session: its file is complete and gets its index."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
            with segments.archive_errors_named("write", self.folder):
                segments.seal(self.folder, self._file, self._written, self._length)
        if self._lock is not None:
            if not segments.names(self.folder):
                self._vanish()
            os.close(self._lock)
            self._lock = None

    def _vanish(self) -> None:
        """Remove the folders that this session made, since nothing was kept."""
        with suppress(OSError):
            (self.folder / _LOCK).unlink()
            for folder in self._made:
                folder.rmdir()

    def _append(self, group: Group) -> Stored:
        self.open()
        with segments.archive_errors_named("write", self.folder):
            descriptor = self._start() if self._descriptor is None else self._descriptor
            try:
                _write_all(descriptor, group.data)
                os.fsync(descriptor)
            except OSError:
                # Nothing may follow half a record: a full disk may have taken the first half.
                os.ftruncate(descriptor, self._length)
                raise
        stored = replace(group.stored, file=self._file, offset=self._length)
        self._length += len(group.data)
        self._written.append(stored)
        self.records.append(stored)
        self.by_id.setdefault(stored.record_id, stored)
        return stored

    def _start(self) -> int:
        _ = self.by_id  # read the files before this session's own file is among them
        self._file, self._length, self._written = segments.next_name(self.folder), 0, []
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND
        self._descriptor = os.open(self.folder / self._file, flags, 0o644)
        sync(self.folder)
        return self._descriptor


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
