"""The build: the definitions' own job, run in this process.

Here belongs running Dagster for the command line: which instance, which partitions, quiet logs.
What a person reads of it stands in `summary`.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.build.publish_releases import BuildSession, Outcome
from pipelines.errors import SourceError
from pipelines.policy import DEFAULT, Policy
from pipelines.releases import select_releases
from pipelines.sources.choose import open_site
from pipelines.sources.site import Site

if TYPE_CHECKING:
    from dagster import DagsterInstance, Definitions

HISTORY_FOLDER = ".dagster"


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """What a build is asked for; `releases` as people write them, none for all."""

    source: str
    root: str
    releases: tuple[str, ...] = ()
    policy: Policy = DEFAULT
    keep_history: bool = False


def plan_releases(request: BuildRequest, site: Site | None = None) -> tuple[str, ...]:
    """Return which releases of the source are asked for, oldest first; `site` is one open already.

    Raises `SourceError` where the source cannot be listed, `UsageError` for an unknown release.
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


def run_build(request: BuildRequest, releases: Sequence[str], session: BuildSession) -> Outcome:
    """Run the assets for these releases; what was refused is in the outcome.

    One run holds all releases. Where some are refused, that run ends with the others published,
    and a second one builds the warehouse file from them.
    """
    with _collecting_no_garbage():
        return _run(request, releases, session)


@contextmanager
def _collecting_no_garbage() -> Iterator[None]:
    """Let the collector rest: what a build makes lives until it is published, or for good."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _run(request: BuildRequest, releases: Sequence[str], session: BuildSession) -> Outcome:
    # A build tells nobody that it ran; this must stand before Dagster is imported.
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")
    import dagster as dg

    from dagster_project.graph import make_definitions
    from dagster_project.resources import Dataset, Documentation

    # Dagster makes objects by the hundred thousand that live until the process ends: no later
    # look for garbage need look at them.
    gc.freeze()
    definitions = make_definitions(
        releases,
        {
            "documentation": Documentation(
                source=request.source,
                strict=request.policy.strict,
                allow_lost_tables=request.policy.lost_tables,
            ),
            "dataset": Dataset(root=request.root),
            "session": session,
        },
    )
    with ExitStack() as stack:
        instance = _instance(request, stack)
        try:
            _execute(definitions, instance, releases, None)
        except dg.Failure:
            outcome = session.outcomes[-1]
            if outcome.published is not None:
                _execute(definitions, instance, releases, ["warehouse", "benchmark_results"])
    return replace(session.outcomes[-1], rebuilt=session.rebuilt)


def _execute(
    definitions: Definitions,
    instance: DagsterInstance,
    releases: Sequence[str],
    assets: list[str] | None,
) -> None:
    import dagster as dg

    from dagster_project.graph import BUILD_JOB

    job = definitions.resolve_job_def(BUILD_JOB)
    selected = None if assets is None else [dg.AssetKey(name) for name in assets]
    job.execute_in_process(
        instance=instance,
        asset_selection=selected,
        tags={
            "dagster/asset_partition_range_start": releases[0],
            "dagster/asset_partition_range_end": releases[-1],
        },
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        raise_on_error=True,
    )


def _instance(request: BuildRequest, stack: ExitStack) -> DagsterInstance:
    """Return an instance that keeps nothing, unless a person wants the history of runs."""
    import dagster as dg

    if "DAGSTER_HOME" in os.environ:
        return stack.enter_context(dg.DagsterInstance.get())
    if request.keep_history:
        home = Path(HISTORY_FOLDER).resolve()
        home.mkdir(exist_ok=True)
        return stack.enter_context(dg.DagsterInstance.from_config(str(home)))
    return stack.enter_context(dg.DagsterInstance.ephemeral())
