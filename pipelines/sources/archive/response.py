"""From a record of the archive to a `Response`: its body, without the content encoding.

This module undoes content encodings within their bounds. Put a new encoding here; whether an answer
can be what was requested lives in `pipelines.sources.live.response_checks`.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from pipelines.sources.limits import MOST_FILE_BYTES, MOST_GZIP_MEMBERS, MOST_UNPACKING
from pipelines.sources.site import Response

if TYPE_CHECKING:
    from pipelines.sources.archive.records import Stored

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"
_SMALL = 1024 * 1024
_PART = 64 * 1024


class UnpackingError(Exception):
    """A body whose content encoding cannot be undone; the text says why."""


def unpacked(body: bytes, encoding: str | None) -> bytes:
    """Return a body without its content encoding.

    Args:
        body: As received.
        encoding: The `Content-Encoding` header. `gzip` may have several members, of which all
            are read.

    Raises:
        UnpackingError: The encoding is unknown, or the body is damaged, cut short or too large.
    """
    packing = (encoding or "identity").strip().lower()
    if packing == "identity":
        return body
    if packing not in ("gzip", "x-gzip", "deflate"):
        raise UnpackingError(f"is packed as {packing[:40]}, which was not asked for")
    try:
        text = _members(body)
    except zlib.error as error:
        raise UnpackingError(f"does not unpack ({error})") from error
    if len(text) > _SMALL and len(text) > MOST_UNPACKING * len(body):
        raise UnpackingError(f"unpacks to more than {MOST_UNPACKING} times its size")
    return text


def response_of(original: Stored, body: bytes) -> Response:
    """Return the response that a record keeps, with the unpacked body."""
    return Response(
        url=original.url,
        body=body,
        captured_at=original.captured_at,
        http_status=original.status,
        etag=original.etag or None,
        last_modified=original.last_modified or None,
        archive_record=original.record_id,
    )


def _members(body: bytes) -> bytes:
    """Return what all members hold; zeros after the last one are padding, anything else damage."""
    parts: list[bytes] = []
    at = size = 0
    for _ in range(MOST_GZIP_MEMBERS):
        text, at = _member(body, at, MOST_FILE_BYTES - size)
        parts.append(text)
        size += len(text)
        if not body.startswith(_GZIP_MAGIC, at):
            break
    else:
        raise UnpackingError(f"has more than {MOST_GZIP_MEMBERS:,} parts")
    rest = len(body) - at
    if body.count(0, at) != rest:
        raise UnpackingError(f"goes on for {rest:,} bytes after the end of its packing")
    return b"".join(parts)


def _member(body: bytes, start: int, room: int) -> tuple[bytes, int]:
    """Return one member's text, at most `room` bytes, and where the next one begins."""
    opened, parts, at = zlib.decompressobj(_GZIP_OR_ZLIB), [], start
    while not opened.eof:
        packed = opened.unconsumed_tail or body[at : at + _PART]
        if not opened.unconsumed_tail:
            at += len(packed)
        if not packed:
            raise UnpackingError("is cut short inside its packing")
        parts.append(opened.decompress(packed, room + 1))
        room -= len(parts[-1])
        if room < 0:
            raise UnpackingError(f"unpacks to more than {MOST_FILE_BYTES:,} bytes")
    return b"".join(parts), at - len(opened.unused_data)
