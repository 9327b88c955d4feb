"""Where tests write their files: into memory, where the system has a disk of memory.

Put here where that is, and what is removed when. A run writes 3 GB, most of it files of DuckDB that
are synced: tests that write much take half as long in memory. `make stress` writes to the disk.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder of its own there, for its user alone
PLACE = "PYTEST_DEBUG_TEMPROOT"
"""Environment variable in which pytest reads where its temporary folders are."""
_ENOUGH = 4 * 2**30
"""A run has less than 1 GB at a time; a system with little more should not be filled."""


def write_into_memory() -> None:
    """Let pytest make its folders in memory, if there is room and programs may be run there."""
    if PLACE not in os.environ and _is_fit(MEMORY):
        os.environ[PLACE] = str(MEMORY)


def empty(folder: Path) -> None:
    """Remove what is in a folder. The folder stays, and with it its name: no other gets it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(exist_ok=True)


def _is_fit(folder: Path) -> bool:
    return (
        os.access(folder, os.W_OK)
        and not os.statvfs(folder).f_flag & os.ST_NOEXEC
        and shutil.disk_usage(folder).free >= _ENOUGH
    )
