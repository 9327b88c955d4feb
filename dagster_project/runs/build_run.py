"""The build: the definitions' own job, run in this process.

This module runs Dagster for the command line: which instance, which partitions, quiet logs. What a
person reads of it lives in `build.summary`.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.build.garbage import collecting_no_garbage
from dagster_project.build.publish_releases import BuildSession, Outcome
from pipelines.errors import PromiseError
from warehouse.contract_checks import broken_promises
from warehouse.database.open_version import open_unchecked
from warehouse.versions import require_newest

if TYPE_CHECKING:
    from dagster import DagsterInstance, Definitions

    from dagster_project.build.build_request import BuildRequest

HISTORY_FOLDER = ".dagster"
_ALL_RELEASES = "all"
"""The one partition of a run whose history is not kept: Dagster makes an event for each partition
of each table, and for sixteen releases these take longer than the steps."""


def run_build(request: BuildRequest, releases: Sequence[str], session: BuildSession) -> Outcome:
    """Run the assets for these releases.

    One run holds all releases. Where some are refused, that run ends with the others published,
    and a second one builds the warehouse file from them.

    Args:
        request: What the build is asked for.
        releases: The releases to read, oldest first.
        session: What is shared with the steps: an open site, progress, results.

    Returns:
        The outcome, with what was refused and what was held back.
    """
    with collecting_no_garbage():
        return _run(request, releases, session)


def _run(request: BuildRequest, releases: Sequence[str], session: BuildSession) -> Outcome:
    # No telemetry; Dagster reads this when it is imported.
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")
    import dagster as dg

    # It has no public name.
    from dagster._core.errors import DagsterAssetCheckFailedError

    from dagster_project.serving import served

    # Dagster makes some hundred thousand objects that live until the process ends; the garbage
    # collector need not visit them.
    gc.freeze()
    watched = request.history_is_kept
    partitions = tuple(releases) if watched else (_ALL_RELEASES,)
    session.releases = None if watched else tuple(releases)
    definitions = _definitions(request, partitions, session)
    with ExitStack() as stack:
        instance = _instance(request, stack)
        try:
            _execute(definitions, instance, partitions, None)
        except dg.Failure:
            if session.outcomes[-1].published is not None:
                _execute(definitions, instance, partitions, served(with_views=watched))
        except DagsterAssetCheckFailedError as error:
            raise _broken(request.root) from error
    return replace(session.outcomes[-1], rebuilt=session.rebuilt)


def _broken(root: str) -> PromiseError:
    """Return the error that says what the asset checks found."""
    with open_unchecked(root) as (connection, changed):
        broken = broken_promises(connection, beside_others=bool(changed))
    return PromiseError(require_newest(root).version, broken)


def _definitions(
    request: BuildRequest, partitions: Sequence[str], session: BuildSession
) -> Definitions:
    import dagster as dg

    from dagster_project.graph import make_definitions
    from dagster_project.resources import Dataset, Documentation

    return make_definitions(
        dg.StaticPartitionsDefinition(list(partitions)),
        {
            "documentation": Documentation(
                source=request.source,
                strict=request.policy.strict,
                allow_lost_tables=request.policy.lost_tables,
                file_lists=request.policy.file_lists,
            ),
            "dataset": Dataset(root=request.root),
            "session": session,
        },
        watched=request.history_is_kept,
    )


def _execute(
    definitions: Definitions,
    instance: DagsterInstance,
    partitions: Sequence[str],
    assets: Sequence[str] | None,
) -> None:
    import dagster as dg

    from dagster_project.graph import BUILD_JOB

    job = definitions.resolve_job_def(BUILD_JOB)
    selected = None if assets is None else [dg.AssetKey(name) for name in assets]
    job.execute_in_process(
        instance=instance,
        asset_selection=selected,
        tags={
            "dagster/asset_partition_range_start": partitions[0],
            "dagster/asset_partition_range_end": partitions[-1],
        },
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        raise_on_error=True,
    )


def _instance(request: BuildRequest, stack: ExitStack) -> DagsterInstance:
    """Return an instance that keeps nothing, unless the history of runs is wanted."""
    import dagster as dg

    if not request.history_is_kept:
        from dagster_project.runs.nothing_kept import instance_that_keeps_nothing

        return stack.enter_context(instance_that_keeps_nothing())
    if "DAGSTER_HOME" in os.environ:
        return stack.enter_context(dg.DagsterInstance.get())
    home = Path(HISTORY_FOLDER).resolve()
    home.mkdir(exist_ok=True)
    return stack.enter_context(dg.DagsterInstance.from_config(str(home)))
