"""What the assets are given: the documentation site, the dataset's folder, and a session.

This module has the Dagster resources, which are configuration and nothing more.
"""

from __future__ import annotations

import os

import dagster as dg

from dagster_project.build.publish_releases import BuildSession
from pipelines.policy import Policy
from pipelines.sources.choose import open_site
from pipelines.sources.site import Site
from warehouse.storage.data_paths import DEFAULT_ROOT, ROOT_VARIABLE

SOURCE_VARIABLE = "NEURON_WAREHOUSE_SOURCE"


class Documentation(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Where the pages come from, and what is published although it is doubtful."""

    source: str = "bundled"
    strict: bool = False
    allow_lost_tables: bool = False
    file_lists: str = ""

    def open(self, root: str) -> Site:
        """Return the site that `source` names, with the archive of the dataset at `root`."""
        return open_site(self.source, root)

    @property
    def policy(self) -> Policy:
        """What a person has decided to publish all the same."""
        return Policy(
            strict=self.strict,
            lost_tables=self.allow_lost_tables,
            file_lists=self.file_lists,
        )


class Dataset(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The folder of the dataset: Parquet, versions, warehouse.duckdb."""

    root: str = DEFAULT_ROOT


def resources_from_environment() -> dict[str, object]:
    """Return the resources that `dg dev` and schedules run with."""
    return {
        "documentation": Documentation(source=os.environ.get(SOURCE_VARIABLE, "bundled")),
        "dataset": Dataset(root=os.environ.get(ROOT_VARIABLE, DEFAULT_ROOT)),
        "session": BuildSession(),
    }
