"""The project's assets, run on workers: one run for each release.

    python -m examples.scale.dagster_runs RELEASE...

This module has the job and runs it for some releases, one after another. What starts servers,
workers and several of these lives in `workers`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import dagster as dg
from dagster_celery import celery_executor

from dagster_project.assets import documentation_asset, release_tables_asset
from dagster_project.partitions import RELEASES
from dagster_project.resources import resources_from_environment
from examples.scale.celery_settings import settings

if TYPE_CHECKING:
    from collections.abc import Sequence

JOB = "read_release"


def read_release() -> dg.JobDefinition:
    """Return the job that reads and publishes a release on a worker."""
    tables = release_tables_asset(RELEASES)
    job = dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.assets(tables),
        executor_def=celery_executor.configured(settings()),
    )
    definitions = dg.Definitions(
        assets=[documentation_asset(RELEASES), tables],
        jobs=[job],
        # Steps in several processes need a manager of files, though these hand on none.
        resources=resources_from_environment() | {"io_manager": dg.FilesystemIOManager()},
    )
    return definitions.resolve_job_def(JOB)


def main(releases: Sequence[str]) -> int:
    """Run the job for each release; return 1 if one of them failed."""
    with dg.DagsterInstance.get() as instance:
        done = [
            dg.execute_job(
                dg.reconstructable(read_release),
                instance=instance,
                tags={"dagster/partition": release},
            ).success
            for release in releases
        ]
    return 0 if all(done) else 1


if __name__ == "__main__":
    # Workers find the job by the name of this module, not as the program that is run.
    from examples.scale import dagster_runs

    sys.exit(dagster_runs.main(sys.argv[1:]))
