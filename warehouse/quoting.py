"""Names and texts of ours as SQL: quoted, so that nothing in them is read as SQL.

Here belongs quoting alone; asking imports this, and nothing of what the contract is made of.
"""

from __future__ import annotations


def quoted(name: str) -> str:
    """Give a name as a SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Give a text as a SQL string."""
    return "'" + text.replace("'", "''") + "'"
