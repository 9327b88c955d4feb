"""Which files need not be asked for again: those of a release not built since we read them.

This module judges that from the archive and the sitemap. Asking, or not, is done in `site`.

A sitemap's dates are believed only where they have been seen to move: on a mirror they may be in a
file that is never rewritten, and an edit under an unmoved date must be found there too. Whatever
they say, all files are asked for again when the last time lies some days back.
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
from pipelines.pages.inventory import INVENTORY_PATH
from pipelines.releases import in_order
from pipelines.sources.live.sitemap import PATH as SITEMAP
from pipelines.sources.live.sitemap import read_last_modified

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from pipelines.sources.archive import Capture, Stored
    from pipelines.sources.live.seen import Known
    from pipelines.sources.site import Response

    Dates = Callable[[str], str | None]


@dataclass
class Unchanged:
    """The files of a run that are taken as they were captured; `site` is the address asked.

    `recheck` is for how many days that may be done; `read` gives the body of a record.
    """

    known: Known
    site: str
    recheck: float
    read: Callable[[Stored], Response]
    _taken: dict[str, set[str]] = field(default_factory=dict)
    _standing: dict[str, Capture | None] = field(default_factory=dict)

    def record(
        self, release: str, path: str, url: str, built: Dates, inventory: str | None
    ) -> Stored | None:
        """Return the record that a file is read from, or None where the site must be asked.

        Raises:
            AbsentError: The unchanged release was found not to have the file.
        """
        if release not in self._standing:
            self._standing[release] = self._capture(release, built, inventory)
        capture = self._standing[release]
        if capture is None:
            return None
        if path not in capture.records:
            self._be_absent(url)
            return None
        self._taken.setdefault(release, set()).add(path)
        return self.known.record(capture.records[path])

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a person is told of it."""
        if not self._taken:
            return ()
        names = in_order(self._taken)
        span = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
        count = sum(map(len, self._taken.values()))
        said = (
            f"Not asked again: {count:,} pages of {span}, which the site has not built since they "
            f"were read; they are asked for every {self.recheck:g} days all the same."
        )
        return (said,)

    def _capture(self, release: str, built: Dates, inventory: str | None) -> Capture | None:
        capture = capture_that_stands(self.known, release, built, inventory)
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
            raise AbsentError(f"{url}: {last.refused} at {last.at}, and is not asked again yet")


def capture_that_stands(
    known: Known, release: str, built: Dates, inventory: str | None
) -> Capture | None:
    """Return a release's last capture, where nothing that the site says of the release is newer.

    `built` gives the sitemap's date and `inventory` is the record of the inventory, both as they
    are now. Where either is missing nothing is known, and the files must be asked for.
    """
    captures = known.captures.get(release, ())
    if not captures or not captures[-1].accepted or inventory is None:
        return None
    last, date = captures[-1], built(release)
    same = date is not None and last.built == date and last.records.get(INVENTORY_PATH) == inventory
    return last if same and not _edited_in_silence(captures) else None


def _edited_in_silence(captures: Sequence[Capture]) -> bool:
    """Return whether files have changed before under the very date that the release has now."""
    fit = [capture for capture in captures if capture.accepted]
    return any(
        before.records != after.records
        for before, after in pairwise(fit)
        if before.built == after.built == captures[-1].built
    )


def checked_at(known: Known, capture: Capture, site: str) -> datetime | None:
    """Return the oldest time at which the site answered for a file of a capture.

    None where a file has been seen to be another one since, or came from elsewhere: another
    site's answers say nothing of this one's.
    """
    times = [known.answered_at(name, site) for name in capture.records.values()]
    known_times = [time for time in times if time is not None]
    return min(known_times) if len(known_times) == len(times) and times else None


def is_recent(moment: datetime, then: datetime | None, days: float) -> bool:
    """Return whether a time lies in the last days; one that lies ahead does not."""
    return then is not None and timedelta() <= moment - then < timedelta(days=days)


def dates_move(url: str, sitemaps: Sequence[Stored], read: Callable[[Stored], Response]) -> bool:
    """Return whether a sitemap was ever seen to give an address another date than before."""
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
