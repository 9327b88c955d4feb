"""The asset graph: all assets and checks, the build job, and their resources.

This module puts them together over a set of releases. Put each asset, check and resource into the
module that is named after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg

from dagster_project.asset_checks import all_checks
from dagster_project.assets import documentation_asset, release_tables_asset
from dagster_project.resources import resources_from_environment
from dagster_project.serving import warehouse_file_asset

BUILD_JOB = "build"


def make_definitions(
    partitions: dg.PartitionsDefinition,
    resources: Mapping[str, Any] | None = None,
    *,
    watched: bool = True,
) -> dg.Definitions:
    """Return the definitions over these releases, one partition for each.

    Args:
        partitions: On a server, `partitions.RELEASES`. A build of the command line passes the
            releases that it reads, so that a range holds exactly these.
        resources: What the assets are given; by default as the environment says.
        watched: Whether somebody can look at the run. Otherwise the assets are those that do
            something, without asset checks.
    """
    return dg.Definitions(
        assets=[
            documentation_asset(partitions),
            release_tables_asset(partitions),
            warehouse_file_asset(with_views=watched),
        ],
        asset_checks=all_checks() if watched else (),
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
