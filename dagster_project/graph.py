"""The graph put together: assets, checks, the build job and their resources.

Here belongs joining the concepts; each stands in a module of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from dagster_project.asset_checks import warehouse_checks
from dagster_project.assets import all_assets
from dagster_project.resources import resources_from_environment

BUILD_JOB = "build"


def make_definitions(
    releases: Sequence[str], resources: Mapping[str, Any] | None = None
) -> dg.Definitions:
    """Return the definitions over these releases, one static partition each.

    The checked-in list is what `dg` loads; a build passes what its source holds, which may name
    releases that the list does not name yet.
    """
    return dg.Definitions(
        assets=all_assets(releases),
        asset_checks=[warehouse_checks()],
        jobs=[
            dg.define_asset_job(
                BUILD_JOB,
                selection=dg.AssetSelection.all(),
                description="Reads releases, publishes a dataset version, builds the warehouse.",
                executor_def=dg.in_process_executor,
            )
        ],
        resources={
            # Assets hand each other nothing but the dataset; the default manager would bring in
            # libraries to store what they hand on.
            "io_manager": dg.mem_io_manager,
            **(resources_from_environment() if resources is None else resources),
        },
        executor=dg.in_process_executor,
    )
