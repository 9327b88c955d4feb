"""Releases from a site into the dataset, each standing or falling alone.

Here belongs the one function that the partitioned assets call. It knows no Dagster, so that a
test, a notebook or another scheduler can call it as well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dagster_project.reading import Read, Tell, read_releases
from pipelines.clock import now as clock
from pipelines.errors import NeuronWarehouseError
from pipelines.leniency import STRICT, Leniency
from pipelines.sites import Site
from warehouse.versions import Prepared, Published, publish


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of each release that was asked for.

    `published` is null where not one release could be read; then nothing was changed. `rebuilt`
    tells whether the warehouse file was made anew.
    """

    source: str
    asked: tuple[str, ...]
    prepared: Mapping[str, Prepared]
    refused: Mapping[str, NeuronWarehouseError]
    published: Published | None
    notices: tuple[str, ...] = ()
    rebuilt: bool = False

    @property
    def exit_code(self) -> int:
        """The exit code of the build: 0, or the gravest of the refused releases' codes."""
        return max((error.exit_code for error in self.refused.values()), default=0)

    def data_version(self, table: str, *releases: str) -> str:
        """Name the state of a table in these releases, or in all that were read."""
        wanted = releases or tuple(self.prepared)
        files = self.published.descriptor.files_of(table) if self.published else ()
        state = [f"{file.release} {file.sha256}" for file in files if file.release in wanted]
        return hashlib.sha256("\n".join(state).encode()).hexdigest()[:16]


def _unheard(_: str) -> None:
    """Tell nobody."""


@dataclass
class Listener:
    """Hears what runs in its own process do. The command line listens; nobody else must.

    `site` is one that is open already: a live one must not be asked twice for the same thing.
    `ahead` waits for releases that are being read ahead.
    """

    reading: Tell = _unheard
    outcomes: list[Outcome] = field(default_factory=list)
    rebuilt: bool = False
    site: Site | None = None
    ahead: Callable[[Tell], Read] | None = None

    def read(self, site: Site, root: str, releases: Sequence[str], leniency: Leniency) -> Read:
        """Wait for what is being read ahead, as it was asked for; else read it here."""
        if self.ahead:
            return self.ahead(self.reading)
        return read_releases(site, root, releases, leniency, self.reading)


def publish_releases(
    site: Site,
    root: str,
    releases: Sequence[str],
    *,
    leniency: Leniency = STRICT,
    now: datetime | None = None,
) -> Outcome:
    """Read each release, refuse those that must not be published, and publish the others.

    Errors of a single release are in the outcome; an error of the dataset's own folder is raised.
    """
    came = read_releases(site, root, releases, leniency, _unheard)
    return publish_read(site, root, releases, came, now=now)


def publish_read(
    site: Site, root: str, releases: Sequence[str], came: Read, *, now: datetime | None = None
) -> Outcome:
    """Publish what reading came to; else as `publish_releases`."""
    published = None
    if came.prepared:
        ready = tuple(came.prepared.values())
        published = publish(root, ready, source=site.name, now=now or clock())
    notices = tuple(site.notices)
    return Outcome(site.name, tuple(releases), came.prepared, came.refused, published, notices)
