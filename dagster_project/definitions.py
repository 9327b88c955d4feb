"""The code location that `dg dev`, `dg check defs` and `dg launch` load.

Here belongs the graph over the checked-in list of releases, and nothing else.
"""

from __future__ import annotations

from dagster_project.graph import make_definitions
from pipelines.releases import known_releases

defs = make_definitions(known_releases())
