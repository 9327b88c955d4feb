"""What the site's robots.txt allows us, read with `protego`.

This module reads its rules. The file is requested in `live_site`, like every other file.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from pipelines.errors import SourceError
from pipelines.sources.limits import MOST_ROBOTS_BYTES, MOST_ROBOTS_LINE
from pipelines.sources.politeness import PRODUCT

if TYPE_CHECKING:
    from protego import Protego

    from pipelines.sources.archive import Exchange

_LONGEST_DELAY = 60.0


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of a host for robots."""

    url: str
    rules: Protego

    def check(self, url: str) -> None:
        """Check that an address may be requested.

        Raises:
            SourceError: The rules forbid it.
        """
        if not self.rules.can_fetch(url, PRODUCT):
            raise SourceError(
                f"{url}: not requested, because {self.url} forbids it to {PRODUCT}; ask the "
                "site's owners, or build from another source"
            )

    @property
    def delay(self) -> float:
        """The time between requests that the host asks for, in seconds."""
        asked = float(self.rules.crawl_delay(PRODUCT) or 0.0)
        if asked > _LONGEST_DELAY:
            raise SourceError(
                f"{self.url}: asks for {asked:g} s between requests, more than {_LONGEST_DELAY:g}; "
                "build from another source"
            )
        return asked


def read_robots(url: str, exchange: Exchange, body: bytes) -> Robots:
    """Return the rules of a host; a host without the file has none.

    A body of any type is read: a page in its place has no rules, and of a file that is too large
    the beginning counts.

    Args:
        url: The address of the file.
        exchange: The answer.
        body: Its unpacked body; empty unless the answer has status 200.

    Raises:
        SourceError: The server failed, so that its rules are unknown.
    """
    from protego import Protego

    if exchange.status >= HTTPStatus.INTERNAL_SERVER_ERROR or exchange.status == (
        HTTPStatus.TOO_MANY_REQUESTS
    ):
        raise SourceError(
            f"{url}: answered {exchange.status} {exchange.reason[:80]}, so what is allowed is "
            "unknown; nothing else was requested, build again later"
        )
    return Robots(url, Protego.parse(_rules_in(body)))


def _rules_in(body: bytes) -> str:
    """Return the lines that can hold a rule, without those that are too long."""
    lines = body[:MOST_ROBOTS_BYTES].decode("utf-8", "replace").splitlines()
    return "\n".join(line for line in lines if len(line) <= MOST_ROBOTS_LINE)
