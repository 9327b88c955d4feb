"""Which files need no new request: those of a release that was not built since we read them.

This module judges that from the archive and the sitemap. Requests are sent in `live_site`.

A sitemap's dates are believed only if they have been seen to change: a mirror may never rewrite its
sitemap, and an edit under an old date must be found there too. Whatever the dates say, all files
are requested again after some days.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from http import HTTPStatus
from itertools import pairwise
from typing import TYPE_CHECKING

from pipelines.clock import now
from pipelines.errors import AbsentError, SourceError
from pipelines.releases import in_order
from pipelines.sources.live.sitemap import PATH as SITEMAP
from pipelines.sources.live.sitemap import read_last_modified
from pipelines.sources.site import INVENTORY_PATH

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from pipelines.sources.archive import Capture, Stored
    from pipelines.sources.live.seen import Known
    from pipelines.sources.site import Response

    Dates = Callable[[str], str | None]


@dataclass
class Unchanged:
    """The files of a run that are taken from the archive instead of requested.

    Attributes:
        known: What the archive holds.
        site: The address of the site.
        recheck: For how many days a file may be taken from the archive.
        read: Returns the response that a record keeps.
    """

    known: Known
    site: str
    recheck: float
    read: Callable[[Stored], Response]
    _taken: dict[str, set[str]] = field(default_factory=dict)
    _current: dict[str, Capture | None] = field(default_factory=dict)

    def record(
        self, release: str, path: str, url: str, built: Dates, inventory: str | None
    ) -> Stored | None:
        """Return the record that a file is read from, or None if it must be requested.

        Args:
            release: The release.
            path: The file's path in the release's tree.
            url: The file's address.
            built: Returns the sitemap's date for a release.
            inventory: The record of the release's inventory, as it is now.

        Raises:
            AbsentError: The unchanged release is known not to have the file.
        """
        if release not in self._current:
            self._current[release] = self._capture(release, built, inventory)
        capture = self._current[release]
        if capture is None:
            return None
        if path not in capture.records:
            self._be_absent(url)
            return None
        self._taken.setdefault(release, set()).add(path)
        return self.known.record(capture.records[path])

    @property
    def remarks(self) -> tuple[str, ...]:
        """Remarks for the person who builds: how many files were not requested."""
        if not self._taken:
            return ()
        names = in_order(self._taken)
        span = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
        count = sum(map(len, self._taken.values()))
        said = (
            f"Not requested: {count:,} pages of {span}, which the site has not built since they "
            f"were read; they are requested every {self.recheck:g} days all the same."
        )
        return (said,)

    def _capture(self, release: str, built: Dates, inventory: str | None) -> Capture | None:
        capture = current_capture(self.known, release, built, inventory)
        if capture is None:
            return None
        recent = is_recent(now(), checked_at(self.known, capture, self.site), self.recheck)
        return capture if recent and self._dates_move else None

    @cached_property
    def _dates_move(self) -> bool:
        url = f"{self.site}/{SITEMAP}"
        return dates_move(url, self.known.of(url), self.read)

    def _be_absent(self, url: str) -> None:
        last = next(reversed(self.known.of(url)), None)
        if last is None or last.status != HTTPStatus.NOT_FOUND:
            return
        if is_recent(now(), last.captured_at, self.recheck):
            raise AbsentError(f"{url}: {last.refused} at {last.at}; not requested again yet")


def current_capture(
    known: Known, release: str, built: Dates, inventory: str | None
) -> Capture | None:
    """Return a release's last capture if the site says nothing newer of the release.

    Args:
        known: What the archive holds.
        release: The release.
        built: Returns the sitemap's date for a release.
        inventory: The record of the release's inventory, as it is now.

    Returns:
        The capture; None if it is older, or if the date or the inventory is missing.
    """
    captures = known.captures.get(release, ())
    if not captures or not captures[-1].accepted or inventory is None:
        return None
    last, date = captures[-1], built(release)
    same = date is not None and last.built == date and last.records.get(INVENTORY_PATH) == inventory
    return last if same and not _edited_in_silence(captures) else None


def _edited_in_silence(captures: Sequence[Capture]) -> bool:
    """Return whether files have changed before under the same date that the release has now."""
    fit = [capture for capture in captures if capture.accepted]
    return any(
        before.records != after.records
        for before, after in pairwise(fit)
        if before.built == after.built == captures[-1].built
    )


def checked_at(known: Known, capture: Capture, site: str) -> datetime | None:
    """Return when the files of a capture were checked: the oldest time of an answer for one.

    None if a file has been seen to change since, or if one came from another site.
    """
    times = [known.answered_at(name, site) for name in capture.records.values()]
    known_times = [time for time in times if time is not None]
    return min(known_times) if len(known_times) == len(times) and times else None


def is_recent(moment: datetime, then: datetime | None, days: float) -> bool:
    """Return whether a time is within the last days before a moment; a later time is not."""
    return then is not None and timedelta() <= moment - then < timedelta(days=days)


def dates_move(url: str, sitemaps: Sequence[Stored], read: Callable[[Stored], Response]) -> bool:
    """Return whether a sitemap has ever changed the date of an address.

    Args:
        url: The sitemap's address.
        sitemaps: Its records, oldest first.
        read: Returns the response that a record keeps.
    """
    bodies = {record.body_of: record for record in sitemaps if not record.refused}
    newest_first = (_dates(url, read(record)) for record in reversed(bodies.values()))
    return any(
        after[address] != before[address]
        for after, before in pairwise(newest_first)
        for address in after.keys() & before.keys()
    )


def _dates(url: str, response: Response) -> Mapping[str, str | None]:
    try:
        return read_last_modified(url, response.body)
    except SourceError:
        return {}
