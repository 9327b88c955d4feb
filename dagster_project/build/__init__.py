"""A build without Dagster: read releases, publish them, sum up.

Put here what a build does; how Dagster runs it lives in `dagster_project.run` and
`dagster_project.assets`. Nothing in this package may import Dagster.
"""

DEFAULT_ROOT = "data"
"""The dataset's folder where none is named."""
