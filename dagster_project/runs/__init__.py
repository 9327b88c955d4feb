"""How Dagster runs a build for the command line, and where it keeps what happened.

Put here what starts a run in this process. What the run consists of lives in
`dagster_project.graph`; what a build does, without Dagster, in `dagster_project.build`.
"""
