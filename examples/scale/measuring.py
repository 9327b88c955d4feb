"""What a step costs: each runs as a command of its own, measured from outside.

This module measures processor time and peak memory of a command and all processes that it starts.
What is measured lives in the other modules.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
_PAUSE = 0.1
"""Seconds between two looks at the memory; the shortest steps take half a second."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a step said and what it cost.

    Attributes:
        said: The JSON of the last line that it printed; None if it failed.
        seconds: Processor time of it and of all processes below it.
        peak: The most memory that all its processes held together, in MiB.
        code: Its exit code.
    """

    said: Any
    seconds: float
    peak: float
    code: int


def run_step(module: str, *arguments: str) -> Step:
    """Run `python -m examples.scale.MODULE ARGUMENTS`, and return what it said and cost.

    What the step prints goes on to standard error, but for the last line.
    """
    command = [sys.executable, "-m", f"examples.scale.{module}", *arguments]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        watch = _Watch(process.pid)
        watch.start()
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        *lines, last = ["", *process.stdout.read().splitlines()]
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = code = os.waitstatus_to_exitcode(status)
        watch.stop()
    for line in lines if code == 0 else [*lines, last]:
        if line:
            print(line, file=sys.stderr)
    said = json.loads(last) if code == 0 else None
    # The system adds up the time of processes that were waited for. Spark's driver does not always
    # wait for its executors; what was seen of them is then more.
    seconds = max(usage.ru_utime + usage.ru_stime, sum(watch.seconds.values()))
    return Step(said, seconds, watch.peak, code)


class _Watch(threading.Thread):
    """Looks at the time and memory of a process and all below it until it is stopped."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.peak, self._over = pid, 0.0, threading.Event()
        self.seconds: dict[int, float] = {}

    def run(self) -> None:
        while not self._over.wait(_PAUSE):
            below = family(self.pid)
            self.peak = max(self.peak, sum(map(memory_of, below)))
            for one in below:
                self.seconds[one] = max(self.seconds.get(one, 0), seconds_of(one))

    def stop(self) -> None:
        self._over.set()
        self.join()


def family(pid: int) -> set[int]:
    """Return a process and all processes below it."""
    below: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (parent := _parent(entry)) is not None:
            below.setdefault(parent, []).append(int(entry.name))
    found, waiting = set(), [pid]
    while waiting:
        one = waiting.pop()
        found.add(one)
        waiting += below.get(one, [])
    return found


def _parent(entry: Path) -> int | None:
    numbers = _numbers(entry)
    return int(numbers[1]) if numbers else None


def seconds_of(pid: int) -> float:
    """Return the processor time of a process alone, so far; 0 if it is gone."""
    numbers = _numbers(Path(f"/proc/{pid}"))
    return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK") if numbers else 0


def _numbers(entry: Path) -> list[str]:
    """Return what the system counts of a process, from its state on."""
    try:
        # The name of a program, in brackets, may hold spaces and brackets.
        return (entry / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return []


def memory_of(pid: int) -> float:
    """Return the memory of a process in MiB; what processes share is divided among them."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0
