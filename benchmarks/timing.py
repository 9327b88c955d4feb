"""Timing two things in turn, in one run, so that a slow moment of the machine affects both.

This module holds how we measure. What is measured lives in the other modules.
"""

from __future__ import annotations

import statistics
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.saving import save

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Timing:
    """One measure: medians of ours and theirs in seconds, the median ratio, and the goal."""

    name: str
    ours: float
    theirs: float
    ratio: float
    goal: str
    met: bool

    def line(self) -> str:
        """Return the measure as a row of a Markdown table with the columns of `HEAD`."""
        verdict = "met" if self.met else "NOT MET"
        return (
            f"| {self.name} | {self.ours:.3f} s | {self.theirs:.3f} s | {self.ratio:.2f} "
            f"| {self.goal} | {verdict} |"
        )

    def row(self) -> dict[str, object]:
        """Return the measure as a row of a result that is saved."""
        return {
            "what": self.name,
            "ours_seconds": round(self.ours, 3),
            "theirs_seconds": round(self.theirs, 3),
            "ratio": round(self.ratio, 2),
            "goal": self.goal,
            "met": self.met,
        }


HEAD = "| measure | ours | theirs | ratio | goal | |\n| --- | ---: | ---: | ---: | --- | --- |"


def report_timings(name: str, timings: Iterable[Timing]) -> None:
    """Print a Markdown table, each row as soon as it is measured; then save all as a result."""
    print(HEAD)
    rows = []
    for timing in timings:
        print(timing.line(), flush=True)
        rows.append(timing.row())
    save(name, rows)


def timed(  # noqa: PLR0913 - what is measured, against what, and the goal
    name: str,
    ours: Callable[[], object],
    theirs: Callable[[], object],
    *,
    goal: str,
    meets: Callable[[float, float], bool],
    rounds: int = 7,
) -> Timing:
    """Time two calls in turn, after one round that does not count.

    Args:
        name: What is measured, as "ours / theirs".
        ours: Our call.
        theirs: The call that it is compared with.
        goal: The goal, for people.
        meets: Whether the medians of ours and theirs, in seconds, meet the goal.
        rounds: How many pairs are timed.
    """
    pairs = [(_seconds(ours), _seconds(theirs)) for _ in range(rounds + 1)][1:]
    a, b = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(x / y for x, y in pairs)
    return Timing(name, a, b, ratio, goal, meets(a, b))


def command(arguments: Sequence[str]) -> Callable[[], object]:
    """Return a call that runs a command, and fails if the command fails."""

    def run() -> object:
        return subprocess.run(arguments, check=True, capture_output=True)

    return run


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
