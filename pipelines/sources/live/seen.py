"""What the archive already holds of an address, for comparison with a new answer.

This module chooses the record whose validators a request carries. Records themselves live in
`pipelines.sources.archive`.
"""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pipelines.sources.archive import Archive, Capture, Stored

_FRESH = timedelta(hours=1)
"""How long an interrupted run's answers count as answers of the run that continues it."""


class Known:
    """The archive, by address and by release."""

    def __init__(self, archive: Archive, interrupted: str | None) -> None:
        self._archive = archive
        self._interrupted = interrupted
        self._by_url: dict[str, list[Stored]] = {}
        self._accepted: dict[str, bool] = {}
        self.captures: dict[str, list[Capture]] = {}
        for record in archive.records:
            self.add(record)
        for capture in archive.captures():
            self.judged(capture)

    def add(self, record: Stored) -> None:
        """Take note of a record."""
        if record.kind != "metadata":
            self._by_url.setdefault(record.url, []).append(record)

    def judged(self, capture: Capture) -> None:
        """Take note of a capture: whether the release's files were all published."""
        self._accepted |= dict.fromkeys(capture.records.values(), capture.accepted)
        self.captures.setdefault(capture.release, []).append(capture)

    def last_capture(self, release: str) -> Capture | None:
        """Return the last capture of a release, or None."""
        return next(reversed(self.captures.get(release, [])), None)

    def of(self, url: str) -> Sequence[Stored]:
        """Return all records of an address, oldest first."""
        return self._by_url.get(url, ())

    def record(self, name: str) -> Stored | None:
        """Return a record by its name."""
        return self._archive.by_id.get(name)

    def answered_at(self, name: str, site: str) -> datetime | None:
        """Return when an address last answered with the body of a record.

        None if it has answered with another body since, if the record is missing, or if its
        address is not under that of `site`.
        """
        record = self.record(name)
        if record is None or not record.url.startswith(f"{site}/"):
            return None
        last = next((one for one in reversed(self.of(record.url)) if not one.refused), None)
        return last.captured_at if last is not None and last.body_of == name else None

    def base(self, url: str) -> Stored | None:
        """Return the newest record whose validators a request may carry, or None."""
        for record in reversed(self._by_url.get(url, ())):
            if record.refused or record.status not in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
                continue
            # A challenge page that was sent instead of the real page has a later date than the
            # real page: only its own ETag shows whether it is still sent.
            if self._accepted.get(record.body_of, True) or record.etag:
                return record
        return None

    def same_bytes(self, url: str, status: int, sha256: str) -> Stored | None:
        """Return the record that holds these bytes, if it is the newest or the base; else None."""
        candidates = [self.base(url), *self._by_url.get(url, [])[-1:]]
        for record in candidates:
            if (
                record is not None
                and record.sha256 == sha256
                and self.original(record).status == status
            ):
                return record
        return None

    def original(self, record: Stored) -> Stored:
        """Return the record that holds the body."""
        return self._archive.by_id.get(record.body_of, record)

    def conditions(self, base: Stored | None) -> tuple[tuple[str, str], ...]:
        """Return the headers that request a body only if it differs from that of `base`."""
        if base is None:
            return ()
        original = self.original(base)
        etag = base.etag or original.etag
        modified = base.last_modified or original.last_modified
        named = (("If-None-Match", etag), ("If-Modified-Since", modified))
        return tuple((name, value) for name, value in named if value)

    def fresh(self, url: str, moment: datetime) -> Stored | None:
        """Return what an interrupted run received from an address just before this run, or None."""
        base = self.base(url)
        if base is None or base.file != self._interrupted:
            return None
        return base if timedelta() <= moment - base.captured_at <= _FRESH else None
