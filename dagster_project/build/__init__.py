"""A build without Dagster: read releases, publish them, sum up.

Put here what a build does; how Dagster runs it lives in `dagster_project.runs.build_run` and
`dagster_project.assets`. Nothing in this package may import Dagster.
"""
