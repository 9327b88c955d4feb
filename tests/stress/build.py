"""A build in a process of its own, without Dagster around it.

This module reads the arguments of the command `build`; what it does lives in `conftest`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.sites import CopiedSite
from tests.stress.conftest import read_and_build


def main() -> None:
    """Build a root from the pages of a folder."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--root", type=Path, required=True)
    arguments = parser.parse_args()
    read_and_build(arguments.root, CopiedSite(arguments.source))


if __name__ == "__main__":
    main()
