"""A span of SDK releases, as people write it: since 2.16, until 2.20.1.

This module reads its two ends. A minor stands for all of its patches: the first where a span
starts, the last where it ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.errors import UsageError
from pipelines.releases import minor_of, release_order

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Span:
    """SDK releases from one to another, both included; an empty text has no end."""

    since: str = ""
    until: str = ""

    def __post_init__(self) -> None:
        """Reject an end that is no release."""
        for text in (self.since, self.until):
            _first_patch(text or "0.0")

    def holds(self, release: str) -> bool:
        """Return whether an SDK release is within the span."""
        if self.since and release_order(release) < _first_patch(self.since):
            return False
        if not self.until:
            return True
        # A minor holds all of its patches.
        is_minor = self.until.count(".") == 1
        compared = f"{minor_of(release)}.0" if is_minor else release
        return release_order(compared) <= _first_patch(self.until)

    def require_some(self, measured: Sequence[str]) -> None:
        """Reject a span in which nothing was measured.

        Args:
            measured: The SDK releases that something was measured on, oldest first.
        """
        if not any(map(self.holds, measured)):
            raise UsageError(
                f"nothing was measured {self}; there are figures of {', '.join(measured)}"
            )

    def __str__(self) -> str:
        parts = (("since", self.since), ("until", self.until))
        return " ".join(f"{word} {text}" for word, text in parts if text) or "at any time"


def _first_patch(text: str) -> int:
    return release_order(f"{text}.0" if text.count(".") == 1 else text)
