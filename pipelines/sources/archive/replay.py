"""The archive as a source: every capture of a release again, in its order, without a network.

This module reads captures back. What is kept lives in `store`; a release's captures are read one
after the other in `dagster_project.build.read_release`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from operator import attrgetter
from typing import TYPE_CHECKING

from pipelines.errors import AbsentError, DamageError, SourceError
from pipelines.releases import in_order
from pipelines.sources.addresses import clipped, release_file, release_root
from pipelines.sources.archive.records import utc_moment
from pipelines.sources.archive.response import UnpackingError, response_of, unpacked
from pipelines.sources.site import INVENTORY_PATH, QuietSite, checked_count

if TYPE_CHECKING:
    from pipelines.sources.archive.records import Capture, Stored
    from pipelines.sources.archive.store import Archive
    from pipelines.sources.site import Response

NAME = "archive"


@dataclass(frozen=True)
class CapturedSite(QuietSite):
    """One capture of one release; `until` is when the next one of the release was judged."""

    archive: Archive
    capture: Capture
    until: str | None = None
    name: str = NAME

    def releases(self) -> tuple[str, ...]:
        """Return the one release."""
        return (self.capture.release,)

    def read(self, release: str, path: str) -> Response:
        """Return a file as it was captured.

        Raises:
            AbsentError: The site did not have it.
            SourceError: It could not be read then.
            DamageError: The archive has lost it since.
        """
        if path in self.capture.unreached:
            raise SourceError(f"{clipped(path)}: could not be read at {self.capture.at}")
        if path not in self.capture.records:
            missing = clipped(path)
            raise AbsentError(f"the capture of {release} at {self.capture.at} has no {missing}")
        record = self.archive.by_id.get(self.capture.records[path])
        if record is None:
            raise DamageError(
                f"{self.archive.folder}: the capture of {release} of {self.capture.at} has no "
                f"{clipped(path)}; restore the file that held it, or read the live site again"
            )
        body, encoding = self.archive.payload(record)
        try:
            return response_of(record, unpacked(body, encoding))
        except UnpackingError as error:
            raise DamageError(f"{record.url}: {error}, in the capture of {release}") from error

    def lacks(self, release: str, path: str) -> bool:
        """Return whether the site's last answer for a file was 404, before the next capture."""
        inventory = self.archive.by_id.get(self.capture.records.get(INVENTORY_PATH, ""))
        if inventory is None:
            return False
        try:
            base = inventory.url.removesuffix(release_root("", release) + INVENTORY_PATH)
            url = release_file(base, release, path)
        except SourceError:
            return False
        answers = (one for one in self.archive.records if one.url == url and self._is_of_it(one))
        # Of answers of one second the one that was stored last is the newest: sorting keeps order.
        in_time = sorted(answers, key=attrgetter("captured_at"))
        return bool(in_time) and in_time[-1].status == HTTPStatus.NOT_FOUND

    def _is_of_it(self, record: Stored) -> bool:
        return self.until is None or record.captured_at <= utc_moment(self.until)

    def close(self) -> None:
        """Nothing is held open."""


class ArchiveSite(QuietSite):
    """All captures of all releases."""

    name = NAME

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._captures: dict[str, list[Capture]] = {}
        for capture in archive.captures():
            self._captures.setdefault(capture.release, []).append(capture)
        self.damage = archive.damage
        if not self._captures:
            raise (
                self.damage[0]
                if self.damage
                else SourceError(
                    f"{archive.folder} holds no capture; `neuron-warehouse build --source live` "
                    "makes one"
                )
            )

    def releases(self) -> tuple[str, ...]:
        """Return the releases that were captured, oldest first."""
        return checked_count(NAME, in_order(self._captures))

    def captures(self, release: str) -> tuple[CapturedSite, ...]:
        """Return every capture of a release, oldest first."""
        found = self._captures.get(release, ())
        ends = (*(capture.at for capture in found[1:]), None)
        return tuple(map(partial(CapturedSite, self._archive), found, ends))

    def read(self, release: str, path: str) -> Response:
        """Return a file of the newest capture of which every page was published.

        Where there is no such capture, the newest one counts.
        """
        captures = self.captures(release)
        fit = [one for one in captures if one.capture.accepted] or list(captures)
        if not fit:
            raise SourceError(f"{self._archive.folder} holds no capture of {release}")
        return fit[-1].read(release, path)

    def close(self) -> None:
        """Nothing is held open."""
