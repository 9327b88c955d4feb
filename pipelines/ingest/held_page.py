"""A page that is held back: what is reported of it.

This module has the value alone. Which pages are held back is decided in `release`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.errors import Problem


@dataclass(frozen=True, slots=True)
class HeldPage:
    """A page that was read and is not published.

    Attributes:
        page: Our name for it.
        url: Its address; empty where the inventory does not name it.
        problems: Why it is held back, at least one.
        has_last_rows: Whether rows of the last capture are published in its place.
    """

    page: str
    url: str
    problems: tuple[Problem, ...]
    has_last_rows: bool
