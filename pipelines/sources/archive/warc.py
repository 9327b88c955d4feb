"""Records as WARC bytes: one gzip member a record, as WARC 1.1 asks for.

This module writes the form of a WARC file with `warcio`. Reading it back lives in `scan`; which
file a record goes to, in `store`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

from pipelines.sources.archive.records import Capture, Exchange, Stored, instant, record_id

CAPTURE_TYPE = "application/json"
REFUSED = "Neuron-Warehouse-Refused"
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_SAME_BYTES = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_NOT_MODIFIED_STATUS = 304
# The body is kept as it was sent, but for the framing that only that one connection had.
_FRAMING = {"transfer-encoding", "connection"}


@dataclass(frozen=True, slots=True)
class Group:
    """The bytes of one record group, and its main record, which comes first."""

    data: bytes
    stored: Stored


def encode_exchange(exchange: Exchange, same_as: Stored | None, refused: str | None) -> Group:
    """Return the records of a request and its answer.

    Args:
        exchange: The request and the answer.
        same_as: The record that already holds this body; the answer is then a revisit.
        refused: Why the answer is not used, if it is not.
    """
    kind = "response" if same_as is None else "revisit"
    digest = exchange.sha256 if same_as is None else same_as.sha256
    name = record_id(exchange.url, exchange.at, f"{kind} {exchange.status} {digest} {refused}")
    warc_headers = {
        "WARC-Record-ID": f"<{name}>",
        "WARC-Date": instant(exchange.at),
        "WARC-Payload-Digest": f"sha256:{digest}",
    }
    if exchange.truncated:
        warc_headers["WARC-Truncated"] = exchange.truncated
    if refused:
        warc_headers[REFUSED] = refused.encode("ascii", "backslashreplace").decode()
    if same_as is not None:
        unmodified = exchange.status == _NOT_MODIFIED_STATUS
        warc_headers |= {
            "WARC-Profile": _NOT_MODIFIED if unmodified else _SAME_BYTES,
            "WARC-Refers-To": f"<{same_as.body_of}>",
            "WARC-Refers-To-Target-URI": same_as.url,
            "WARC-Refers-To-Date": same_as.at,
        }
    body = exchange.body if same_as is None else b""
    main = _write(kind, exchange.url, warc_headers, body, http=_answer(exchange))
    asked = _request(exchange, name)
    stored = Stored(
        record_id=name,
        kind=kind,
        url=exchange.url,
        at=instant(exchange.at),
        status=exchange.status,
        etag=exchange.header("ETag"),
        last_modified=exchange.header("Last-Modified"),
        sha256=digest,
        body_of=name if same_as is None else same_as.body_of,
        refused=refused,
        file="",
        offset=0,
        length=len(main),
    )
    return Group(main + asked, stored)


def encode_capture(capture: Capture, url: str) -> Group:
    """Return the record of a capture of a release; `url` is the address of the release."""
    body = capture.to_json()
    name = record_id(url, capture.time, body.decode())
    headers = {"WARC-Record-ID": f"<{name}>", "WARC-Date": capture.at}
    data = _write("metadata", url, headers, body, content_type=CAPTURE_TYPE)
    stored = replace(_BLANK, record_id=name, body_of=name, url=url, at=capture.at)
    return Group(data, replace(stored, length=len(data)))


_BLANK = Stored("", "metadata", "", "", 0, None, None, "", "", None, "", 0, 0)


def _answer(exchange: Exchange) -> Any:
    from warcio.statusandheaders import StatusAndHeaders

    headers = [
        (f"X-Archive-Orig-{name}" if name.lower() in _FRAMING else name, value)
        for name, value in exchange.headers
    ]
    line = f"{exchange.status} {exchange.reason}".strip()
    return StatusAndHeaders(line, headers, protocol="HTTP/1.1")


def _request(exchange: Exchange, concurrent_to: str) -> bytes:
    from urllib.parse import urlsplit

    from warcio.statusandheaders import StatusAndHeaders

    parts = urlsplit(exchange.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    http = StatusAndHeaders(f"GET {target} HTTP/1.1", list(exchange.request), is_http_request=True)
    headers = {
        "WARC-Record-ID": f"<{record_id(exchange.url, exchange.at, f'request {concurrent_to}')}>",
        "WARC-Date": instant(exchange.at),
        "WARC-Concurrent-To": f"<{concurrent_to}>",
    }
    return _write("request", exchange.url, headers, b"", http=http)


def _write(  # noqa: PLR0913 - what a record consists of
    kind: str,
    url: str,
    headers: dict[str, str],
    body: bytes,
    *,
    http: Any = None,
    content_type: str = "",
) -> bytes:
    from warcio.warcwriter import WARCWriter

    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    writer.write_record(
        writer.create_warc_record(
            url,
            kind,
            payload=BytesIO(body),
            length=len(body),
            warc_content_type=content_type,
            warc_headers_dict=headers,
            http_headers=http,
        )
    )
    return out.getvalue()
