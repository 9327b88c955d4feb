"""Publish releases of a site as a new dataset version.

This module holds the one function that the partitioned assets call, and the value that it returns.
Each release is published or refused by itself. Put no Dagster here: a test, a notebook or another
scheduler calls the same function. Reading a release lives in `read_release`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from dagster_project.build.prefetch import Progress, ReadResult, read_releases
from pipelines.clock import now as clock
from pipelines.errors import ContractError, NeuronWarehouseError
from pipelines.ingest import HeldPage
from pipelines.policy import DEFAULT, Policy
from pipelines.sources.site import Site
from warehouse.versions import Prepared, Published, publish


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a build, release by release.

    Attributes:
        source: Name of the site.
        requested: Releases that were to be read, oldest first.
        prepared: Releases that were read, ready to store.
        refused: Why the other releases were not published.
        published: The new or unchanged dataset version; None where no release could be read, in
            which case nothing was changed.
        notices: Warnings of the site.
        held_back: The pages that are not published, by release; their last good rows stay.
        damage: What of the source is lost, of any release.
        revised: Published releases that were not read, and whose flags these releases changed.
        rebuilt: True where the warehouse file was written again.
    """

    source: str
    requested: tuple[str, ...]
    prepared: Mapping[str, Prepared]
    refused: Mapping[str, NeuronWarehouseError]
    published: Published | None
    notices: tuple[str, ...] = ()
    held_back: Mapping[str, tuple[HeldPage, ...]] = field(default_factory=dict)
    damage: tuple[NeuronWarehouseError, ...] = ()
    rebuilt: bool = False
    revised: tuple[str, ...] = ()

    @property
    def errors(self) -> tuple[NeuronWarehouseError, ...]:
        """Why releases were refused, and what of the source is lost."""
        return (*self.refused.values(), *self.damage)

    @property
    def messages(self) -> tuple[str, ...]:
        """What a person should look at: refused releases, damage, and pages that are held back."""
        held = (
            f"release {release}, {problem}"
            for release, pages in self.held_back.items()
            for page in pages
            for problem in page.problems
        )
        return (*(str(error) for error in self.errors), *held)

    @property
    def exit_code(self) -> int:
        """The exit code of the build: 0, or the highest code among its errors and held pages."""
        held = ContractError.exit_code if self.held_back else 0
        return max((held, *(error.exit_code for error in self.errors)))

    def data_version(self, table: str, *releases: str) -> str:
        """Return a hash of a table's files in these releases, or in all that were read."""
        wanted = releases or tuple(self.prepared)
        files = self.published.descriptor.files_of(table) if self.published else ()
        state = [f"{file.release} {file.sha256}" for file in files if file.release in wanted]
        return hashlib.sha256("\n".join(state).encode()).hexdigest()[:16]


def no_progress(_: str) -> None:
    """Ignore progress."""


@dataclass
class BuildSession:
    """Progress and results of the builds in this process; the command line reads them.

    Attributes:
        progress: Called with the name of each release before it is read.
        outcomes: Results so far, the newest last.
        rebuilt: True where a build wrote the warehouse file again.
        site: A site that is open already, so that a live one is asked once for each page.
        prefetched: Waits for releases that another process reads; None where none does.
        releases: The releases to read, oldest first, where a run has no partition for each; None
            where its partitions are the releases.
    """

    progress: Progress = no_progress
    outcomes: list[Outcome] = field(default_factory=list)
    rebuilt: bool = False
    site: Site | None = None
    prefetched: Callable[[Progress], ReadResult] | None = None
    releases: Sequence[str] | None = None

    def read(self, site: Site, root: str, releases: Sequence[str], policy: Policy) -> ReadResult:
        """Return the releases that another process reads, or read them here."""
        if self.prefetched:
            return self.prefetched(self.progress)
        return read_releases(site, root, releases, policy, self.progress)


def publish_releases(
    site: Site,
    root: str,
    releases: Sequence[str],
    *,
    policy: Policy = DEFAULT,
    now: datetime | None = None,
) -> Outcome:
    """Read each release and publish those that may be published.

    Args:
        site: The documentation site.
        root: The dataset's folder, or `s3://bucket/prefix`.
        releases: Releases to read, oldest first.
        policy: What is published although it is doubtful.
        now: Creation time of the dataset version; by default the clock's.

    Returns:
        The outcome; errors of a single release are in it.

    Raises:
        SourceError: The dataset's own folder could not be read or written.
    """
    result = read_releases(site, root, releases, policy, no_progress)
    return publish_read(site, root, releases, result, now=now)


def publish_read(
    site: Site,
    root: str,
    releases: Sequence[str],
    result: ReadResult,
    *,
    now: datetime | None = None,
) -> Outcome:
    """Publish releases that were read already; otherwise like `publish_releases`."""
    published = None
    if result.prepared:
        published = _publish(root, result, site.name, now or clock())
    return Outcome(
        source=site.name,
        requested=tuple(releases),
        prepared=result.prepared,
        refused=result.refused,
        published=published,
        notices=tuple(site.notices),
        held_back=result.held_back,
        damage=tuple(site.damage),
        revised=tuple(flags.release for flags in result.revised),
    )


def _publish(root: str, result: ReadResult, source: str, now: datetime) -> Published:
    """Publish what was read, and settle flags where another build published in between."""
    from warehouse.versions.cross_release_flags import with_cross_release_flags

    ready = tuple(result.prepared.values())
    published = publish(root, ready, source=source, now=now, revised=result.revised)
    base = result.base
    while base not in (published.version, published.descriptor.previous):
        base = published.version
        revised = with_cross_release_flags(root, {}, published.descriptor).revised
        if not revised:
            break
        settled = publish(root, (), source=source, now=now, revised=revised)
        published = replace(
            published,
            descriptor=settled.descriptor,
            changed=published.changed or settled.changed,
            new=published.new + settled.new,
            repaired=published.repaired + settled.repaired,
        )
    return published
