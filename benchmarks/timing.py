"""Timing two things in turn, in one run, so that a slow moment of the machine hits both.

Here belongs how we measure; what is measured stands in the other modules.
"""

from __future__ import annotations

import statistics
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class Comparison:
    """Medians in seconds of ours and theirs, and the median of the ratios pair by pair."""

    name: str
    ours: float
    theirs: float
    ratio: float
    target: str
    met: bool

    def line(self) -> str:
        """Return the comparison as a row of a Markdown table."""
        verdict = "met" if self.met else "NOT MET"
        return (
            f"| {self.name} | {self.ours:.3f} s | {self.theirs:.3f} s | {self.ratio:.2f} "
            f"| {self.target} | {verdict} |"
        )


def compare(  # noqa: PLR0913 - what is measured, against what, and what is asked
    name: str,
    ours: Callable[[], object],
    theirs: Callable[[], object],
    *,
    target: str,
    meets: Callable[[float, float], bool],
    rounds: int = 7,
) -> Comparison:
    """Time both in turn, after one round that does not count."""
    pairs = [(_seconds(ours), _seconds(theirs)) for _ in range(rounds + 1)][1:]
    a, b = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(x / y for x, y in pairs)
    return Comparison(name, a, b, ratio, target, meets(a, b))


def command(arguments: Sequence[str]) -> Callable[[], object]:
    """Return a call that runs a command and fails where it fails."""

    def run() -> object:
        return subprocess.run(arguments, check=True, capture_output=True)

    return run


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
