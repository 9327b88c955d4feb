"""Names and texts of ours as SQL: quoted, so that nothing in them is read as SQL.

Here belongs quoting alone; asking imports this, and nothing of what the contract is made of. No
query of ours has parameters: with them DuckDB imports pandas where it is installed, which takes
longer than most of what is asked.
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
    """Return a pattern that matches a path alone, for what reads files by pattern."""
    return _PATTERN.sub(r"[\g<0>]", path)


def listed(texts: Iterable[str]) -> str:
    """Return texts as a SQL list."""
    return f"[{', '.join(map(literal, texts))}]"
