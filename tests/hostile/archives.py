"""A small archive that tests damage: two releases of two pages each, kept in one session.

This module makes and damages; it holds no test.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipelines.sources.archive import Archive, Capture, Exchange
from pipelines.sources.archive.scan import ScannedRecord, scan

if TYPE_CHECKING:
    from pathlib import Path

NAME = "000001.warc.gz"
SITE = "http://docs.example"
RELEASES = ("2.20.0", "2.20.1")
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sealed:
    """An archive of one file, complete with its index, and where each WARC record lies."""

    folder: Path
    places: tuple[tuple[int, int, str], ...]

    @property
    def file(self) -> Path:
        """The file with the records."""
        return self.folder / NAME

    @property
    def index(self) -> Path:
        """Its index."""
        return self.folder / NAME.replace(".warc.gz", ".index")

    def put(self, data: bytes, *, indexed: bool) -> Archive:
        """Replace the file's bytes; without its index, if it is not to have one."""
        self.file.write_bytes(data)
        if not indexed:
            self.index.unlink(missing_ok=True)
        return Archive(self.folder)


def page_of(release: str, name: str) -> bytes:
    """Return a page that is unlike all others."""
    return f"<html>{release} {name} {'x' * 300}</html>".encode()


def exchange(url: str, body: bytes) -> Exchange:
    """Return an answer with status 200."""
    headers = (("Content-Type", "text/html"), ("ETag", '"1"'))
    return Exchange(url, AT, (("Host", "docs.example"),), 200, "OK", headers, body)


def sealed_archive(folder: Path) -> Sealed:
    """Make the archive; each release's capture follows its pages."""
    archive = Archive(folder)
    for release in RELEASES:
        names = {}
        for name in ("a.html", "b.html"):
            url = f"{SITE}/en/v{release}/{name}"
            stored = archive.add(exchange(url, page_of(release, name)), None, None)
            names[name] = stored.record_id
        capture = Capture(release, AT.strftime("%Y-%m-%dT%H:%M:%SZ"), names)
        archive.add_capture(capture, f"{SITE}/en/v{release}/")
    archive.close()
    with (folder / NAME).open("rb") as file:
        reads = [read for read in scan(file) if isinstance(read, ScannedRecord)]
    return Sealed(folder, tuple((r.offset, r.length, r.record.rec_type) for r in reads))


def foreign_record(
    kind: str, payload: bytes, content_type: str = "application/warc-fields"
) -> bytes:
    """Return a record as other software writes it."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=True)
    http = StatusAndHeaders("200 OK", [("Content-Type", "text/plain")], protocol="HTTP/1.0")
    writer.write_record(
        writer.create_warc_record(
            "http://elsewhere.example/",
            kind,
            payload=BytesIO(payload),
            length=len(payload),
            warc_content_type=content_type,
            http_headers=http if kind == "response" else None,
        )
    )
    return out.getvalue()


def zeros_record(mebibytes: int, head: bytes = b"") -> bytes:
    """Return a gzip member that unpacks to zeros, after whatever head."""
    zeros, packing = bytes(1024 * 1024), zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    begun = packing.compress(head) + packing.flush(zlib.Z_FULL_FLUSH)
    # After a full flush, equal input is packed to equal bytes: once is enough.
    packed = packing.compress(zeros) + packing.flush(zlib.Z_FULL_FLUSH)
    check = zlib.crc32(head)
    for _ in range(mebibytes):
        check = zlib.crc32(zeros, check)
    length = len(head) + mebibytes * len(zeros)
    end = struct.pack("<LL", check, length & 0xFFFFFFFF)
    gzip_head = b"\x1f\x8b\x08" + bytes(6) + b"\xff"
    return gzip_head + begun + packed * mebibytes + packing.flush() + end
