"""What a build is asked for, and which releases that means.

Put here a new option of a build. It imports nothing that reads pages, so that a build that finds
nothing changed can do without.
"""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.errors import SourceError
from pipelines.policy import DEFAULT, Policy
from pipelines.releases import select_releases
from pipelines.sources.choose import open_site

if TYPE_CHECKING:
    from pipelines.sources.site import Site


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """What a build is asked for.

    Attributes:
        source: Where the pages come from, as `--source` names it.
        root: The dataset's folder, or `s3://bucket/prefix`.
        releases: Releases as people write them; empty for all.
        policy: What is published although it is doubtful.
        keep_history: True to keep Dagster's history in `.dagster/`.
    """

    source: str
    root: str
    releases: tuple[str, ...] = ()
    policy: Policy = DEFAULT
    keep_history: bool = False

    @property
    def history_is_kept(self) -> bool:
        """Whether Dagster keeps the history of this run: in `.dagster/`, or as the user set up."""
        return self.keep_history or "DAGSTER_HOME" in os.environ


def plan_releases(request: BuildRequest, site: Site | None = None) -> tuple[str, ...]:
    """Return which releases of the source are asked for, oldest first.

    Args:
        request: What the build is asked for.
        site: The source, where it is open already.

    Raises:
        SourceError: The source cannot be listed, or names no release.
        UsageError: A release is not known.
    """
    if site is None:
        with closing(open_site(request.source, request.root)) as opened:
            return plan_releases(request, opened)
    there = site.releases()
    if not there:
        raise SourceError(
            f"{site.name}: names no release; is this the documentation site, or a copy of it?"
        )
    return select_releases(request.releases, there)
