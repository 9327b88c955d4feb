"""Hostile input read in a process of its own, whose peak memory and processor time are measured.

This module runs and measures; what is hostile lives in the tests.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_REPOSITORY = Path(__file__).parents[2]
_BEGINNING = """
import json, resource, sys
from pathlib import Path
def used():
    now = resource.getrusage(resource.RUSAGE_SELF)
    return now.ru_maxrss / 1024, now.ru_utime + now.ru_stime
"""
_ENDING = """
memory, processor = used()
answer = run(Path(sys.argv[1]))
after = used()
print(json.dumps([answer, after[0] - memory, after[1] - processor]))
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a script answered, the memory that it added in MiB, and its processor time in s."""

    answer: object
    mebibytes: float
    seconds: float


def measured(script: str, path: Path, *, limit: float = 120) -> Measured:
    """Run a script's `run(path)` in a new interpreter; what it returns must be JSON."""
    done = subprocess.run(
        [sys.executable, "-c", _BEGINNING + script + _ENDING, str(path)],
        cwd=_REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=limit,
    )
    assert done.returncode == 0, done.stderr
    return Measured(*json.loads(done.stdout))
