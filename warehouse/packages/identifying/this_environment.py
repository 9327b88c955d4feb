"""This module lists what is installed where the program runs: for Python, and for the system.

Put another package manager here. What its list means is read in `read_lists`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.metadata import distributions
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SYSTEM = (
    ("dpkg-query", "-W", "-f=${db:Status-Abbrev} ${Package} ${Version} ${Architecture}\n"),
    ("rpm", "-qa"),
)
_LONGEST_SECONDS = 20


def environment_text() -> str:
    """Return the packages of this Python and of this system, as their managers list them."""
    return "\n".join(
        (f"Python {sys.version_info[0]}.{sys.version_info[1]}", *_python(), *_system())
    )


def _python() -> Iterator[str]:
    for one in distributions():
        # A broken installation has no name or version.
        if one.metadata["Name"] and one.metadata["Version"]:
            yield f"{one.metadata['Name']}=={one.metadata['Version']}"


def _system() -> Iterator[str]:
    for command in _SYSTEM:
        if shutil.which(command[0]):
            try:
                done = subprocess.run(  # noqa: S603 - commands of ours, without a shell
                    command, capture_output=True, check=False, timeout=_LONGEST_SECONDS
                )
            except (OSError, subprocess.TimeoutExpired):
                continue
            yield done.stdout.decode(errors="replace")
