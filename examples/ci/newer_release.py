"""Does a newer Neuron SDK make my models slower or faster than the one that I have pinned?

    python newer_release.py 2.18 watch.toml >> "$GITHUB_STEP_SUMMARY"

It builds the dataset from the capture in the package, or updates the one in
NEURON_WAREHOUSE_ROOT, and prints a Markdown summary. The exit code is 1 if a figure of a watched
model is worse in a newer release, else 0.
"""

from __future__ import annotations

import os
import subprocess
import sys

from dagster_project.build.pinned import compare_pinned, markdown_lines
from dagster_project.build.watching import read_watches
from pipelines.errors import NeuronWarehouseError
from warehouse.database.open_version import open_warehouse

HELD_BACK = 4
"""The build's exit code where a page was held back and everything else published."""


def main(pinned: str, watch_file: str) -> int:
    """Print the summary, and return the exit code."""
    root = os.environ.get("NEURON_WAREHOUSE_ROOT", "data")
    command = [sys.executable, "-m", "dagster_project", "build", "--root", root]
    built = subprocess.run(command, stdout=sys.stderr.fileno(), check=False)
    if built.returncode not in (0, HELD_BACK):
        return built.returncode
    try:
        with open_warehouse(root) as warehouse:
            answer = compare_pinned(warehouse, pinned, read_watches(watch_file))
    except NeuronWarehouseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print("\n".join(markdown_lines(answer)))
    return 1 if answer.regressed else 0


if __name__ == "__main__":
    match sys.argv[1:]:
        case [release, file]:
            sys.exit(main(release, file))
        case _:
            sys.exit(f"usage: {sys.argv[0]} PINNED_RELEASE WATCH_FILE")
