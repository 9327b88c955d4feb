"""The code location that `dg dev`, `dg check defs` and `dg launch` load.

This module joins the graph over all releases with what runs by itself. Put nothing else here.
"""

from __future__ import annotations

import dagster as dg

from dagster_project.automation import automation_definitions
from dagster_project.graph import make_definitions
from dagster_project.partitions import RELEASES

defs = dg.Definitions.merge(make_definitions(RELEASES), automation_definitions())
