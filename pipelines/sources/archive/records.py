"""What the archive holds, as values: exchanges with a server, and captures of a release.

This module holds the values, their identifiers and their checked reading from JSON. Their form in a
WARC file lives in `warc` and `scan`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from pipelines.releases import in_order

if TYPE_CHECKING:
    from collections.abc import Mapping

KEPT = ("response", "revisit", "metadata")
"""WARC's words for the records that an index lists."""
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer: `body` as received, before any content encoding is undone.

    `truncated` is WARC's word for why the body is not whole: `length`, `time`, `disconnect`.
    """

    url: str
    at: datetime
    request: Headers
    status: int
    reason: str
    headers: Headers
    body: bytes
    truncated: str | None = None

    def header(self, name: str) -> str | None:
        """Return the first header of that name, in upper or lower case; None if it has none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    @property
    def sha256(self) -> str:
        """The hash of the body as received."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class Stored:
    """One record of the archive, and its place.

    Attributes:
        record_id: Its name.
        kind: WARC's word: `response`, `revisit` or `metadata`.
        url: The address that answered.
        at: When the answer came, as ISO 8601.
        status: The HTTP status; 0 for a `metadata` record.
        etag: The ETag header.
        last_modified: The Last-Modified header.
        sha256: The hash of the body as received.
        body_of: The record that holds the body: this one, or the one that a revisit refers to.
        refused: Why the answer is not used, if it is not.
        file: The name of the archive file.
        offset: Where the record begins in the file, in bytes.
        length: How long the record is in the file, in bytes.
    """

    record_id: str
    kind: str
    url: str
    at: str
    status: int
    etag: str | None
    last_modified: str | None
    sha256: str
    body_of: str
    refused: str | None
    file: str
    offset: int
    length: int

    @property
    def captured_at(self) -> datetime:
        """When the answer came."""
        return utc_moment(self.at)


@dataclass(frozen=True, slots=True)
class Capture:
    """One release as it was found: its files by path, and which of its pages were held back.

    Attributes:
        release: The release.
        at: When it was judged.
        records: The record of each file's body, by the file's path.
        built: What the sitemap gave as the day of the release's last build.
        problems: Why pages were held back; empty where every page was published.
        strict: Whether the build was strict.
        allow_lost_tables: Whether the build published pages although tables were gone.
        unreached: Paths of the files that could not be read; one that the site does not have is
            not among them.
        position: The place of its record among all records.
    """

    release: str
    at: str
    records: Mapping[str, str]
    built: str | None = None
    problems: tuple[str, ...] = ()
    strict: bool = False
    allow_lost_tables: bool = False
    unreached: tuple[str, ...] = ()
    position: int = field(default=0, compare=False)

    @property
    def time(self) -> datetime:
        """When it was judged."""
        return utc_moment(self.at)

    @property
    def accepted(self) -> bool:
        """Whether every page of it was published."""
        return not self.problems

    def says_the_same_as(self, other: Capture | None) -> bool:
        """Return whether two captures are equal but for their time."""
        return other is not None and self.facts() == other.facts()

    def to_json(self) -> bytes:
        """Return it as the archive keeps it."""
        return json.dumps(self.facts() | {"at": self.at}, ensure_ascii=False).encode()

    def facts(self) -> dict[str, Any]:
        """Return every field but the time."""
        facts = {name: value for name, value in asdict(self).items() if name not in _APART}
        return facts | {"records": dict(sorted(self.records.items()))}


_APART = ("at", "position")


def capture_from_json(data: bytes, position: int) -> Capture | None:
    """Read a capture.

    Args:
        data: What a metadata record holds.
        position: The record's place among all records.

    Returns:
        The capture, or None for an object of other software, which has no `release`.

    Raises:
        ValueError: It is not a JSON object, or not a whole capture.
    """
    raw = _object(data)
    if "release" not in raw:
        return None
    known = {f.name for f in fields(Capture)} - {"position"}
    try:
        capture = Capture(**{name: raw[name] for name in known & raw.keys()}, position=position)
    except TypeError as error:
        raise ValueError(f"a capture lacks a field ({error})") from error
    _check_types(
        capture,
        release=str,
        at=str,
        records=dict,
        built=str | None,
        problems=list,
        strict=bool,
        allow_lost_tables=bool,
        unreached=list | tuple,
    )
    texts = (
        *capture.records,
        *capture.records.values(),
        *capture.problems,
        *capture.unreached,
    )
    if not all(isinstance(text, str) for text in texts) or (capture.release,) != in_order(
        (capture.release,)
    ):
        raise ValueError("a text or the release's name is not valid")
    utc_moment(capture.at)
    return replace(capture, problems=tuple(capture.problems), unreached=tuple(capture.unreached))


def stored_from_json(data: str, file: str) -> Stored:
    """Read a line of an index; `file` is the name of the archive file that the index describes.

    Raises:
        ValueError: The line does not describe a record.
    """
    raw = _object(data)
    if raw.keys() != {f.name for f in fields(Stored)} - {"file"}:
        raise ValueError("a record has other fields")
    stored = Stored(**raw, file=file)
    _check_types(
        stored,
        record_id=str,
        kind=str,
        url=str,
        at=str,
        status=int,
        etag=str | None,
        last_modified=str | None,
        sha256=str,
        body_of=str,
        refused=str | None,
        offset=int,
        length=int,
    )
    if stored.kind not in KEPT or stored.offset < 0 or stored.length <= 0:
        raise ValueError("a record's kind or place is not valid")
    utc_moment(stored.at)
    return stored


def instant(moment: datetime) -> str:
    """Return a moment in UTC as records have it: ISO 8601 in whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def utc_moment(text: str) -> datetime:
    """Return the moment that a text names, in UTC; a text without a zone is in UTC already.

    Raises:
        ValueError: The text is not a moment in ISO 8601, or UTC does not have it.
    """
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} is out of range") from error


def _object(data: str | bytes) -> dict[str, Any]:
    try:
        raw = json.loads(data)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(raw, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - one error for all damage
    return raw


def _check_types(value: object, **types: Any) -> None:
    for name, wanted in types.items():
        found = getattr(value, name)
        if not isinstance(found, wanted) or (wanted is int and isinstance(found, bool)):
            raise ValueError(f"{name} has another type")


def record_id(url: str, at: datetime, facts: str) -> str:
    """Return a record's name, derived from what it holds: equal captures have equal names."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{url} {at.isoformat()} {facts}')}"
