"""The code location that `dg dev`, `dg check defs` and `dg launch` load.

Here belongs the graph over the checked-in list of releases with what runs by itself, and nothing
else.
"""

from __future__ import annotations

import dagster as dg

from dagster_project.automation import automation_definitions
from dagster_project.graph import make_definitions
from pipelines.releases import known_releases

defs = dg.Definitions.merge(
    make_definitions(known_releases()), automation_definitions(known_releases())
)
