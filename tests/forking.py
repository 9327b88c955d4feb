"""A process that imports what is slow once, and answers each question in a copy of itself.

Put here how it is asked. For tests of what a process of its own does, where starting one would be
most of the time.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Ask = Callable[[Mapping[str, Any]], int]

_LOOP = """
import json, os, sys
{code}
print("ready", flush=True)
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        answer(**json.loads(line))
        sys.stdout.flush()
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@contextmanager
def forking(code: str) -> Iterator[Ask]:
    """Start a process that runs this code, which defines `answer(...)`.

    Yields:
        What asks a question: it calls `answer` with these arguments, in a copy of the process, and
        returns the exit code. What is answered, the code writes to a file.
    """
    with subprocess.Popen(
        [sys.executable, "-c", _LOOP.format(code=code)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        wanted, given = process.stdin, process.stdout
        assert wanted is not None
        assert given is not None
        assert given.readline() == "ready\n"

        def ask(question: Mapping[str, Any]) -> int:
            wanted.write(f"{json.dumps(question)}\n")
            wanted.flush()
            return int(given.readline())

        yield ask
        wanted.close()
    assert process.returncode == 0
