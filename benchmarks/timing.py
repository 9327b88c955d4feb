"""Measuring two things in turn, in one run, so that a slow moment of the machine affects both.

This module holds how we measure: processor time of all processes and threads, which other work of
the machine changes least, and the peak memory of the largest process. What is measured lives in the
other modules.
"""

from __future__ import annotations

import gc
import os
import resource
import statistics
import subprocess
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.saving import save

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Call = Callable[[], object]


COMMAND = str(Path(sysconfig.get_path("scripts")) / "neuron-warehouse")


@dataclass(frozen=True, slots=True)
class Timing:
    """One measure: medians of ours and theirs, the median ratio, and the goal.

    Attributes:
        name: What is measured, as "ours / theirs".
        ours: Processor time of ours, in seconds.
        theirs: Processor time of theirs, in seconds; None where a goal is seconds alone.
        ratio: Ours through theirs.
        goal: The goal, for people.
        met: Whether it is met.
        peak: Peak memory of our largest process, in MiB; None where it is not a process of its own.
    """

    name: str
    ours: float
    theirs: float | None
    ratio: float | None
    goal: str
    met: bool
    peak: float | None = None

    def line(self) -> str:
        """Return the measure as a row of a Markdown table with the columns of `HEAD`."""
        verdict = "met" if self.met else "NOT MET"
        cells = (
            self.name,
            f"{self.ours:.3f} s",
            "" if self.theirs is None else f"{self.theirs:.3f} s",
            "" if self.ratio is None else f"{self.ratio:.2f}",
            "" if self.peak is None else f"{self.peak:,.0f} MiB",
            self.goal,
            verdict,
        )
        return f"| {' | '.join(cells)} |"

    def row(self) -> dict[str, object]:
        """Return the measure as a row of a result that is saved."""
        return {
            "what": self.name,
            "ours_seconds": round(self.ours, 3),
            "theirs_seconds": None if self.theirs is None else round(self.theirs, 3),
            "ratio": None if self.ratio is None else round(self.ratio, 3),
            "our_peak_MiB": None if self.peak is None else round(self.peak),
            "goal": self.goal,
            "met": self.met,
        }


HEAD = (
    "| measure | ours | theirs | ratio | our peak | goal | |\n"
    "| --- | ---: | ---: | ---: | ---: | --- | --- |"
)


def report_timings(name: str, measurements: Callable[[], Iterable[Timing]]) -> list[Timing]:
    """Print rows of a Markdown table, each as soon as it is measured; then save all as a result."""
    done = []
    for timing in measurements():
        print(timing.line(), flush=True)
        done.append(timing)
    save(name, [timing.row() for timing in done])
    return done


def timed(  # noqa: PLR0913 - what is measured, against what, and the goal
    name: str,
    ours: Call,
    theirs: Call,
    *,
    goal: str,
    meets: Callable[[float, float], bool],
    rounds: int = 7,
) -> Timing:
    """Measure two calls in turn, after one round that does not count.

    Args:
        name: What is measured, as "ours / theirs".
        ours: Our call; one of `command` is measured with its peak memory.
        theirs: The call that it is compared with.
        goal: The goal, for people.
        meets: Whether the medians of ours and theirs, in seconds, meet the goal.
        rounds: How many pairs are measured.
    """
    pairs = [(_after_collecting(ours), _after_collecting(theirs)) for _ in range(rounds + 1)][1:]
    a, b = (statistics.median(cost.seconds for cost in side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(x.seconds / y.seconds for x, y in pairs)
    peaks = [one.peak for one, _ in pairs if one.peak is not None]
    return Timing(name, a, b, ratio, goal, meets(a, b), max(peaks) if peaks else None)


def command(arguments: Sequence[str]) -> Callable[[], float | None]:
    """Return a call that runs a command, and fails if the command fails.

    The call returns the peak memory of the command's largest process, in MiB; None where that is
    no more than this process has: Linux counts what a process was before its program began.
    """

    def run() -> float | None:
        with subprocess.Popen(
            arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as process:
            assert process.stderr is not None  # noqa: S101 - it is a pipe
            told = process.stderr.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, arguments, stderr=told)
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return usage.ru_maxrss / 1024 if usage.ru_maxrss > own else None

    return run


@dataclass(frozen=True, slots=True)
class _Cost:
    seconds: float
    peak: float | None


def _after_collecting(call: Call) -> _Cost:
    gc.collect()
    return _spent(call)


def _spent(call: Call) -> _Cost:
    before = _processor_seconds()
    found = call()
    seconds = _processor_seconds() - before
    return _Cost(seconds, found if isinstance(found, float) else None)


def seconds_of(call: Call) -> float:
    """Return the processor time of a call, in seconds: of all processes and threads."""
    return _spent(call).seconds


def _processor_seconds() -> float:
    """Return the user and system time of this process, and of processes that it waited for."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)
