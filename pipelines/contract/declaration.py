"""How a declared fact is checked when its module is imported.

This module has the two helpers that metrics, accelerators, pages and tables share. Facts live in
the modules that use these helpers.
"""

from __future__ import annotations

from dataclasses import field, fields
from typing import Any


class DeclarationError(Exception):
    """An incomplete declaration; the text is one line that says what is missing."""


class _Unstated:
    """The value of a field that a declaration does not state."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "UNSTATED"


UNSTATED: Any = _Unstated()


def must_state(what: str, *, may_be_empty: bool = False) -> Any:
    """Return a dataclass field that every declaration has to state.

    Args:
        what: What is missing if the field is not stated, for the error's text.
        may_be_empty: Whether `None` or an empty value may be stated on purpose.
    """
    return field(
        default=UNSTATED, hash=False, metadata={"missing": what, "may_be_empty": may_be_empty}
    )


def check_stated(kind: str, name: str, declared: Any) -> None:
    """Check that a declaration states every field that `must_state` made.

    Args:
        kind: What is declared, such as "metric".
        name: Its name.
        declared: The dataclass instance.

    Raises:
        DeclarationError: One of them is missing.
    """
    for one in fields(declared):
        value = getattr(declared, one.name)
        what = one.metadata.get("missing")
        if what and (value is UNSTATED or not (value or one.metadata["may_be_empty"])):
            raise DeclarationError(f"{kind} {name!r} lacks {what}")
