"""What the archive holds, as values: exchanges with a server, and captures of a release.

Here belong the values and their names. Their form in a WARC file stands in `warc`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

if TYPE_CHECKING:
    from collections.abc import Mapping

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer: `body` as received, before any content encoding is undone.

    `truncated` says in WARC's words why the body is not whole: `length`, `time`, `disconnect`.
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
        """Return the first header of that name, in whatever case it came."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    @property
    def sha256(self) -> str:
        """The hash of the body as received."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class Stored:
    """One record of the archive, and where it stands.

    `kind` is WARC's: `response`, `revisit` or `metadata`; `body_of` is the record that holds the
    body: its own, or the one that a revisit refers to. `refused` says why an answer must not be
    read as what was asked for.
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
        return datetime.fromisoformat(self.at).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Capture:
    """One release as it was found: its files by path, and whether it was fit to publish.

    `records` names the record of each file's body; `built` is what the sitemap gave as the day of
    the release's last build; the two switches are what a person had allowed.
    """

    release: str
    at: str
    records: Mapping[str, str]
    built: str | None = None
    problems: tuple[str, ...] = ()
    allow_unknown: bool = False
    allow_lost_tables: bool = False
    position: int = field(default=0, compare=False)

    @property
    def time(self) -> datetime:
        """When it was judged."""
        return datetime.fromisoformat(self.at).astimezone(UTC)

    @property
    def accepted(self) -> bool:
        """Whether nothing forbade to publish it."""
        return not self.problems

    def says_the_same_as(self, other: Capture | None) -> bool:
        """Return whether two captures differ in nothing but their time."""
        return other is not None and self.facts() == other.facts()

    def to_json(self) -> bytes:
        """Return it as the archive keeps it."""
        return json.dumps(self.facts() | {"at": self.at}, ensure_ascii=False).encode()

    def facts(self) -> dict[str, Any]:
        """Return all that it says, but for its time."""
        facts = {name: value for name, value in asdict(self).items() if name not in _APART}
        return facts | {"records": dict(sorted(self.records.items()))}


_APART = ("at", "position")


def capture_from_json(data: bytes, position: int) -> Capture:
    """Read a capture; raises `ValueError`, `KeyError` or `TypeError` where it is none."""
    raw = json.loads(data)
    known = {f.name for f in fields(Capture)} - {"position"}
    facts = {name: raw[name] for name in known if name in raw}
    return Capture(**facts | {"problems": tuple(raw["problems"]), "position": position})


def record_id(url: str, at: datetime, facts: str) -> str:
    """Name a record by what it holds, so that the same capture has the same name everywhere."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{url} {at.isoformat()} {facts}')}"
