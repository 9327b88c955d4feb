"""Numbers for values that repeat: the page's data names each text and list once.

This module has the one data structure that keeps the page small. What is put into it is decided
in the other modules of this room.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

Value = TypeVar("Value", bound="Hashable")


class Numbered(Generic[Value]):
    """Values in the order in which they were first seen, each with its number."""

    def __init__(self, values: Iterable[Value] = ()) -> None:
        self._numbers: dict[Value, int] = {}
        for value in values:
            self.number(value)

    def number(self, value: Value) -> int:
        """Return the number of a value, a new one where it has none yet."""
        return self._numbers.setdefault(value, len(self._numbers))

    def __getitem__(self, value: Value) -> int:
        """Return the number of a value that has one; raises `KeyError` for another."""
        return self._numbers[value]

    def values(self) -> list[Value]:
        """Return all values, in the order of their numbers."""
        return list(self._numbers)
