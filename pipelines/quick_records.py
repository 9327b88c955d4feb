"""This module declares frozen dataclasses of which a build makes tens of thousands.

A frozen dataclass sets each field by a call, and so takes eight times as long to make as one that
is not frozen: a tenth of the time in which pages are read. Use `record` where the profile says so,
and `dataclass` everywhere else.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from functools import wraps
from typing import TYPE_CHECKING, Any

__all__ = ["record"]

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass as record
else:

    def record(*, frozen: bool, slots: bool) -> Callable[[type], type]:
        """Return what makes a frozen dataclass with slots, whose values are made in less time."""
        if not (frozen and slots):  # written out for type checkers, and for people
            raise TypeError("a record is frozen and has slots")
        return _quickly_made


def _quickly_made(declared: type) -> Any:
    made: Any = dataclass(frozen=True, slots=True)(declared)
    has_factory = any(one.default_factory is not MISSING for one in fields(made))
    if has_factory or hasattr(made, "__post_init__"):
        raise TypeError(f"{made.__name__} must be a usual dataclass: its values are more than set")
    names = [one.name for one in fields(made)]
    defaults = {one.name: one.default for one in fields(made) if one.default is not MISSING}
    parameters = (f"{name}=_defaults[{name!r}]" if name in defaults else name for name in names)
    source = (
        f"def __init__(self, {', '.join(parameters)}):",
        "    _become(self, _draft)",
        *(f"    self.{name} = {name}" for name in names),
        "    self.__class__ = _made",
    )
    known: dict[str, Any] = {
        "_become": vars(object)["__class__"].__set__,
        # The same slots in a class that is not frozen: an object may turn from one to the other.
        "_draft": type(made.__name__, (), {"__slots__": tuple(names)}),
        "_made": made,
        "_defaults": defaults,
    }
    exec("\n".join(source), known)  # noqa: S102 - as dataclasses are made; of names alone
    made.__init__ = wraps(made.__init__)(known["__init__"])
    return made
