"""The documentation site at an address, as a `Site`: what is read from it is archived first.

This module holds the order of requesting, checking and keeping one file, and where redirects may
lead. Requests live in `client`, the checks of an answer in `response_checks`.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING

from pipelines.clock import now
from pipelines.errors import AbsentError, SourceError
from pipelines.releases import in_order, misspelt
from pipelines.sources.addresses import (
    clipped,
    lies_under,
    redirect_target,
    release_file,
    release_root,
)
from pipelines.sources.archive import Archive, Capture, Exchange, Stored
from pipelines.sources.archive.records import instant
from pipelines.sources.archive.response import UnpackingError, response_of, unpacked
from pipelines.sources.live.client import PoliteClient
from pipelines.sources.live.freshness import Unchanged
from pipelines.sources.live.response_checks import Kind, kind_of, objection
from pipelines.sources.live.robots import Robots, read_robots
from pipelines.sources.live.seen import Known
from pipelines.sources.live.sitemap import PATH as SITEMAP
from pipelines.sources.live.sitemap import read_sitemap
from pipelines.sources.live.urls import origin
from pipelines.sources.politeness import contact_remark
from pipelines.sources.site import INVENTORY_PATH, checked_count

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipelines.sources.archive.records import Headers
    from pipelines.sources.politeness import Politeness
    from pipelines.sources.site import Response

_STAYS = "it is recorded in the archive and not published; the last good data stays"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CLOCK_MAY_STEP = timedelta(minutes=1)
_ADVICE: Mapping[int, str] = {
    HTTPStatus.FORBIDDEN: "; the site turns us away: see docs/reference/messages.md",
    HTTPStatus.TOO_MANY_REQUESTS: "; this run sends no more requests: build again later",
}


class LiveSite:
    """A site at an http(s) address, and the archive of what it answered."""

    def __init__(self, address: str, archive: Archive, rules: Politeness) -> None:
        self.name = address
        self.notices: list[str] = []
        self._archive = archive
        self._rules = rules
        self._client = PoliteClient(self.name, rules)
        self._answers: dict[str, Response] = {}
        self._parts: dict[str, dict[str, str]] = {}
        self._unreached: dict[str, set[str]] = {}
        self._sent = 0

    def releases(self) -> tuple[str, ...]:
        """Return the releases that the sitemap names, oldest first."""
        return checked_count(f"{self.name}/{SITEMAP}", in_order(self.built))

    @cached_property
    def built(self) -> Mapping[str, str | None]:
        """The last build of each release, as the sitemap dates it."""
        response = self._get(f"{self.name}/{SITEMAP}")
        built = read_sitemap(response.url, response.body)
        warning = misspelt(built)
        if warning:
            self.notices.append(f"{response.url}: {warning}")
        return built

    @property
    def damage(self) -> tuple[SourceError, ...]:
        """Nothing: a run on a damaged archive stops at once."""
        return ()

    def read(self, release: str, path: str) -> Response:
        """Return a file of a release as it is now, requested at most once a run.

        Raises:
            AbsentError: The site does not have it.
            SourceError: It cannot be read, or the path leads out of the release.
        """
        url = release_file(self.name, release, path)
        bound = release_root(self.name, release)
        try:
            response = self._as_captured(release, path, url) or self._get(url, bound)
        except AbsentError:
            raise
        except SourceError:
            self._unreached.setdefault(release, set()).add(path)
            raise
        if response.archive_record:
            self._parts.setdefault(release, {})[path] = response.archive_record
        return response

    def lacks(self, release: str, path: str) -> bool:
        """Return whether the site answers 404, requested as a page is; it is no part of a capture.

        False where it answers anything else, must not be asked, or does not answer.
        """
        try:
            url = release_file(self.name, release, path)
            if self._as_captured(release, path, url) is None:
                self._get(url, release_root(self.name, release))
        except AbsentError:
            return True
        except SourceError:
            pass
        return False

    def judge(
        self, release: str, problems: tuple[str, ...], *, strict: bool, lost_tables: bool
    ) -> None:
        """Keep a capture of a release, unless it equals the last one.

        Args:
            release: The release.
            problems: Why pages were held back; empty if every page was published.
            strict: Whether the build was strict.
            lost_tables: Whether the build published pages although tables were gone.
        """
        capture = Capture(
            release=release,
            at=instant(now()),
            records=dict(self._parts.get(release, {})),
            built=self.built.get(release),
            problems=problems,
            strict=strict,
            allow_lost_tables=lost_tables,
            unreached=tuple(sorted(self._unreached.get(release, ()))),
        )
        if not capture.says_the_same_as(self._known.last_capture(release)):
            self._archive.add_capture(capture, release_root(self.name, release))
            self._known.judged(capture)

    @property
    def remarks(self) -> tuple[str, ...]:
        """Remarks for the person who builds: how much was requested, and what was not."""
        requested = f"Asked {self.name} {self._client.asked:,} times; files sent: {self._sent:,}."
        spared = self._unchanged.remarks if "_unchanged" in self.__dict__ else ()
        return (requested, *spared, *contact_remark(self._rules))

    def close(self) -> None:
        """Close the connection and end the archive's session."""
        self._client.close()
        self._archive.close()

    @cached_property
    def _known(self) -> Known:
        known = Known(self._archive, self._archive.interrupted())
        newest = max((record.captured_at for record in self._archive.records), default=None)
        if newest is not None and now() < newest - _CLOCK_MAY_STEP:
            raise SourceError(
                f"the clock says {now():%Y-%m-%d %H:%M:%S} UTC, which is before the newest capture "
                f"in {self._archive.folder} ({newest:%Y-%m-%d %H:%M:%S}); nothing was requested: "
                "set the clock, or see docs/reference/messages.md if that capture's time is wrong"
            )
        return known

    def _begin(self) -> None:
        """Lock the archive before the first request, so that no two builds send requests."""
        _ = self._known  # it notes which run was interrupted, before that run's file is repaired
        self.notices += [
            f"{self._archive.folder / torn.file} was torn when a build was killed: its last "
            f"{torn.lost} bytes were not a whole record; a copy of the whole file is in torn/"
            for torn in self._archive.open()
        ]

    @cached_property
    def _robots(self) -> Robots:
        self._begin()
        url = f"{origin(self.name)}/robots.txt"
        exchange = self._final(url, lambda url: self._client.get(url, self._conditions(url)))
        if exchange.status in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
            robots = read_robots(url, exchange, self._settle(exchange, Kind.ROBOTS).body)
        else:
            self._keep(exchange, refused=f"answered {exchange.status}")
            robots = read_robots(url, exchange, b"")
        self._client.interval = max(self._rules.interval, robots.delay)
        return robots

    def _as_captured(self, release: str, path: str, url: str) -> Response | None:
        """Return a file from the archive, if the site has not built its release since."""
        if path == INVENTORY_PATH:
            return None
        inventory = self._parts.get(release, {}).get(INVENTORY_PATH)
        record = self._unchanged.record(release, path, url, self._built_at, inventory)
        return None if record is None else self._response(record)

    def _built_at(self, release: str) -> str | None:
        return self.built.get(release)

    @cached_property
    def _unchanged(self) -> Unchanged:
        return Unchanged(self._known, self.name, self._rules.recheck, self._response)

    def _get(self, url: str, bound: str | None = None) -> Response:
        if url not in self._answers:
            fresh = self._known.fresh(url, now()) if bound else None
            self._answers[url] = self._ask(url, bound) if fresh is None else self._response(fresh)
        return self._answers[url]

    def _ask(self, url: str, bound: str | None) -> Response:
        """Request a file; a redirect is followed if it stays below `bound`."""

        def allowed(url: str) -> Exchange:
            self._robots.check(url)
            return self._client.get(url, self._conditions(url))

        return self._settle(self._final(url, allowed, bound), kind_of(url[len(self.name) + 1 :]))

    def _conditions(self, url: str) -> Headers:
        return self._known.conditions(self._known.base(url))

    def _final(
        self, url: str, ask: Callable[[str], Exchange], bound: str | None = None
    ) -> Exchange:
        """Return the answer at the end of the redirects."""
        first = url
        for _ in range(self._rules.most_redirects + 1):
            exchange = ask(url)
            if exchange.status not in _REDIRECTS:
                return exchange
            url = self._followed(exchange, bound or f"{origin(self.name)}/")
        raise SourceError(
            f"{first}: redirects more than {self._rules.most_redirects} times, perhaps in a "
            f"circle; {_STAYS}"
        )

    def _followed(self, exchange: Exchange, bound: str) -> str:
        """Return where a redirect leads, if that is below `bound`."""
        target = redirect_target(exchange.url, exchange.header("Location") or "")
        if lies_under(target, bound) and target != exchange.url:
            self._keep(exchange)
            return target
        self._keep(exchange, refused=f"redirects to {clipped(target)}")
        raise SourceError(
            f"{exchange.url}: redirects to {clipped(target)}, which is not under {bound}; "
            f"{_STAYS}; if the site has a new address, use that as --source"
        )

    def _settle(self, exchange: Exchange, kind: Kind) -> Response:
        """Keep an answer, then return its response, or refuse it."""
        base = self._known.base(exchange.url)
        if exchange.status == HTTPStatus.NOT_MODIFIED and base is not None:
            return self._response(self._keep(exchange, same_as=base))
        if exchange.status != HTTPStatus.OK:
            answered = f"answered {exchange.status} {exchange.reason[:80]}".rstrip()
            self._keep(exchange, refused=answered)
            advice = _ADVICE.get(exchange.status, "")
            kind_of_error = AbsentError if exchange.status == HTTPStatus.NOT_FOUND else SourceError
            raise kind_of_error(f"{exchange.url}: {answered}, expected 200{advice}")
        reason = objection(exchange, kind, self._rules)
        record = self._keep(exchange, refused=reason)
        self._sent += 1
        if reason is not None:
            raise SourceError(f"{exchange.url}: {reason}; {_STAYS}")
        return self._response(record)

    def _keep(
        self, exchange: Exchange, *, same_as: Stored | None = None, refused: str | None = None
    ) -> Stored:
        """Archive an exchange before anything is read from it."""
        if same_as is None:
            same_as = self._known.same_bytes(exchange.url, exchange.status, exchange.sha256)
        stored = self._archive.add(exchange, same_as, refused)
        self._known.add(stored)
        return stored

    def _response(self, record: Stored) -> Response:
        original = self._known.original(record)
        body, encoding = self._archive.payload(original)
        try:
            body = unpacked(body, encoding)
        except UnpackingError as error:
            raise SourceError(f"{record.url}: {error}; {_STAYS}") from error
        return response_of(original, body)
