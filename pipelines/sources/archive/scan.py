"""Records found in a file of the archive, and the gaps where none can be read.

This module reads WARC bytes: one record at a place, or a whole file record by record. Its memory
does not grow with the file, and its time grows no faster than the file. Writing lives in `warc`;
what is done about a gap, in `segments` and `store`.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from io import SEEK_END, BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO

from pipelines.sources.archive.records import Stored, utc_moment
from pipelines.sources.archive.warc import REFUSED
from pipelines.sources.limits import MOST_RECORD_BYTES, MOST_RESYNC_WORK

if TYPE_CHECKING:
    from collections.abc import Iterator

_MEMBER = 31  # zlib's word for one gzip member
_MAGIC = b"\x1f\x8b\x08"
_BEGINNING = b"WARC/"
_PART = 16 * 1024
_BLANK_LINE = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class ScannedRecord:
    """One record read back: its place, its WARC and HTTP headers, its payload as received."""

    offset: int
    length: int
    record: Any
    payload: bytes


@dataclass(frozen=True, slots=True)
class Gap:
    """Bytes of a file in which no record can be read, and why."""

    offset: int
    length: int
    reason: str

    @property
    def end(self) -> int:
        """The byte after the last one."""
        return self.offset + self.length


class NoRecordError(Exception):
    """There is no whole record at a place.

    Attributes:
        work: How many bytes were read and unpacked to find out.
        end: Where the gzip member ends that is there instead; None if it is not whole.
    """

    def __init__(self, reason: str, *, work: int, end: int | None = None) -> None:
        super().__init__(reason)
        self.work = work
        self.end = end


def record_at(file: BinaryIO, offset: int) -> ScannedRecord:
    """Return the record that begins at a byte of a file.

    Raises:
        NoRecordError: No whole record of at most `MOST_RECORD_BYTES` begins there.
    """
    text, length = _member(file, offset)
    try:
        record, payload = _parsed(text)
    except Exception as error:  # whatever the parser raises: these bytes are not a record
        raise NoRecordError(
            f"holds no WARC record ({type(error).__name__})",
            work=length + len(text),
            end=offset + length,
        ) from error
    return ScannedRecord(offset, length, record, payload)


def scan(file: BinaryIO) -> Iterator[ScannedRecord | Gap]:
    """Yield whole records from a file's start, and the gaps between them, in their order."""
    size = file.seek(0, SEEK_END)
    allowance = MOST_RESYNC_WORK * size + MOST_RECORD_BYTES
    at, gap = 0, None
    while at < size:
        try:
            read = record_at(file, at)
        except NoRecordError as error:
            end, work = (error.end, 0) if error.end else _next_record(file, at + 1, size, allowance)
            allowance -= work
            begin, reason = (gap.offset, gap.reason) if gap else (at, str(error))
            gap = Gap(begin, end - begin, reason)
            at = end
        else:
            if gap:
                yield gap
                gap = None
            yield read
            at += read.length
    if gap:
        yield gap


def stored_from(read: ScannedRecord, file: str) -> Stored:
    """Return what the index says of a record, made from the record itself.

    Raises:
        ValueError: The record lacks a WARC-Record-ID, or its date or status is not valid.
    """
    warc, http = read.record.rec_headers, read.record.http_headers
    name = _bare(warc.get_header("WARC-Record-ID") or "")
    at = warc.get_header("WARC-Date") or ""
    if not name:
        raise ValueError("it has no WARC-Record-ID")
    utc_moment(at)
    digest = warc.get_header("WARC-Payload-Digest") or ""
    return Stored(
        record_id=name,
        kind=read.record.rec_type,
        url=warc.get_header("WARC-Target-URI") or "",
        at=at,
        status=int(http.get_statuscode() or 0) if http else 0,
        etag=http.get_header("ETag") if http else None,
        last_modified=http.get_header("Last-Modified") if http else None,
        sha256=digest.removeprefix("sha256:") if digest.startswith("sha256:") else "",
        body_of=_bare(warc.get_header("WARC-Refers-To") or f"<{name}>"),
        refused=warc.get_header(REFUSED),
        file=file,
        offset=read.offset,
        length=read.length,
    )


def _member(file: BinaryIO, offset: int) -> tuple[bytes, int]:
    """Return what the gzip member at a byte holds, and its length in the file."""
    opened, parts, size, taken = zlib.decompressobj(_MEMBER), [], 0, 0
    file.seek(offset)
    while not opened.eof:
        packed = opened.unconsumed_tail
        if not packed:
            packed = file.read(_PART)
            taken += len(packed)
        if not packed:
            raise NoRecordError("is cut short", work=taken + size)
        try:
            parts.append(opened.decompress(packed, _PART))
        except zlib.error as error:
            raise NoRecordError(f"does not unpack ({error})", work=taken + size) from error
        if len(parts) == 1 and not parts[0].startswith(_BEGINNING[: len(parts[0])]):
            raise NoRecordError("holds no WARC record", work=taken + len(parts[0]))
        size += len(parts[-1])
        if size > MOST_RECORD_BYTES:
            reason = f"unpacks to more than {MOST_RECORD_BYTES:,} bytes"
            raise NoRecordError(reason, work=taken + size)
    return b"".join(parts), taken - len(opened.unused_data)


def _parsed(text: bytes) -> tuple[Any, bytes]:
    """Return the one record that a gzip member holds; raise if it holds less or more."""
    from warcio.archiveiterator import ArchiveIterator

    record = next(iter(ArchiveIterator(BytesIO(text))))
    payload = record.raw_stream.read()
    begin = text.index(_BLANK_LINE) + len(_BLANK_LINE)
    length = int(record.rec_headers.get_header("Content-Length"))
    if length < 0 or text[begin + length :] != _BLANK_LINE:
        raise ValueError("its length is not the one that it says")
    return record, payload


def _next_record(file: BinaryIO, start: int, size: int, allowance: int) -> tuple[int, int]:
    """Return where the next whole record begins, or `size`; and the work of finding it."""
    work = 0
    for at in _places(file, start):
        try:
            return record_at(file, at).offset, work
        except NoRecordError as error:
            work += error.work
            if work > allowance:
                break
    return size, work


def _places(file: BinaryIO, start: int) -> Iterator[int]:
    """Yield the places at which a gzip member may begin."""
    at = start
    while True:
        file.seek(at)
        part = file.read(_PART)
        found = part.find(_MAGIC)
        while found >= 0:
            yield at + found
            found = part.find(_MAGIC, found + 1)
        if len(part) < len(_MAGIC):
            return
        at += max(1, len(part) - len(_MAGIC) + 1)


def _bare(name: str) -> str:
    return name.strip("<>")
