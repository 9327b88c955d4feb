"""JSON for people who compare files: an object with one line for each element of its lists.

This module writes text; what is in it is decided by its callers.
"""

from __future__ import annotations

import json
from typing import Any


def compact(value: Any) -> str:
    """Return a value on one line."""
    return json.dumps(value, ensure_ascii=False)


def member(name: str, value: Any) -> str:
    """Return a member of an object, its value on one line."""
    return f"{json.dumps(name)}: {compact(value)}"


def block(lines: list[str], brackets: str = "[]") -> str:
    """Return a list, or an object with the brackets `{}`, with one line for each element."""
    body = ",\n".join(f"  {line}" for line in lines)
    return f"{brackets[0]}\n{body}\n{brackets[1]}" if lines else brackets


def json_object(members: list[str]) -> bytes:
    """Return an object of members as a file's bytes."""
    # One by one: a long text is encoded much sooner where all of it is ASCII.
    return b"{\n" + b",\n".join([one.encode() for one in members]) + b"\n}\n"
