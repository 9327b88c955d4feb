"""`python -m dagster_project`: the command line."""

from dagster_project.cli import main

main()
