"""Our names and texts as SQL: quoted, so that nothing in them is read as SQL.

This module does the quoting, and imports nothing of the contract, so that commands start quickly.
Our queries have no parameters: with parameters, DuckDB imports pandas if it is installed, and that
import takes 0.5 s, longer than most queries.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PATTERN = re.compile(r"[*?\[]")


def quoted(name: str) -> str:
    """Return a name as a SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as a SQL string."""
    return "'" + text.replace("'", "''") + "'"


def path_pattern(path: str) -> str:
    """Return a glob pattern that matches one path, for functions that read files by pattern."""
    return _PATTERN.sub(r"[\g<0>]", path)


def listed(texts: Iterable[str]) -> str:
    """Return texts as a SQL list of strings."""
    return f"[{', '.join(map(literal, texts))}]"
