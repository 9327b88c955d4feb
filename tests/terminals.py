"""A real shell at a pseudo-terminal, for tests that press keys.

This module starts one, types, and waits for what it shows. What is completed there is tested in
`tests/dagster_project/test_completion.py`.
"""

from __future__ import annotations

import os
import pty
import select
import subprocess
import termios
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PATIENCE = 60.0
"""Seconds for one answer, also where many tests run at once."""


class Terminal:
    """One end of a pseudo-terminal, at whose other end a program runs."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def press(self, keys: str) -> None:
        """Type a text."""
        os.write(self._descriptor, keys.encode())

    def wait_for(self, text: str) -> None:
        """Read until a text is shown.

        Raises:
            AssertionError: It is not shown in time.
        """
        shown = b""
        end = time.monotonic() + _PATIENCE
        while text.encode() not in shown:
            ready, _, _ = select.select([self._descriptor], [], [], max(end - time.monotonic(), 0))
            if not ready:
                raise AssertionError(f"{text!r} is not shown, but {shown!r}")
            shown += os.read(self._descriptor, 65536)


@contextmanager
def terminal(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[Terminal]:
    """Start a program at a terminal of 200 columns, and end it."""
    ours, its = pty.openpty()
    termios.tcsetwinsize(its, (50, 200))
    try:
        with subprocess.Popen(
            command, stdin=its, stdout=its, stderr=its, env=environment, start_new_session=True
        ) as process:
            os.close(its)
            try:
                yield Terminal(ours)
            finally:
                process.kill()
    finally:
        with suppress(OSError):
            os.close(ours)
