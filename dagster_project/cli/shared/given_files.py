"""Files that a user hands over: read up to a limit, or from standard input.

This module reads their bytes; what they mean is decided by the command.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pipelines.errors import SourceError, UsageError

STANDARD_INPUT = "-"
"""Stands for standard input where a file is named."""


def given_bytes(name: str, most: int, otherwise: str) -> bytes:
    """Return the bytes of a file, or of standard input for `-`.

    Args:
        name: The file, as it was typed.
        most: How many bytes it may have.
        otherwise: What to do with a larger one, for the error.

    Raises:
        SourceError: It cannot be read.
        UsageError: It is larger.
    """
    if name == STANDARD_INPUT:
        content = sys.stdin.buffer.read(most + 1)
    else:
        try:
            with Path(name).open("rb") as file:
                content = file.read(most + 1)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise SourceError(f"cannot read {name!r}: {reason}") from error
    if len(content) > most:
        where = "standard input" if name == STANDARD_INPUT else repr(name)
        raise UsageError(f"{where} is larger than {most // 2**20} MB; {otherwise}")
    return content
