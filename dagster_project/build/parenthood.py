"""No process of ours outlives the build that started it.

This module ends a child process when its parent ends, in whichever way. Put no Dagster here.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_PR_SET_PDEATHSIG = 1


def end_with_parent(watched: Connection, parent: int) -> None:
    """End this process when its parent ends.

    Linux kills it, even in the middle of a long computation; everywhere, a thread ends it when the
    pipe is closed whose other end only the parent holds.

    Args:
        watched: This process's end of that pipe.
        parent: The parent's process number.
    """
    if sys.platform == "linux":
        # A kernel that forbids it leaves the pipe.
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before the kernel was asked
            os._exit(1)
    threading.Thread(target=_wait_for_the_end, args=(watched,), daemon=True).start()


def _wait_for_the_end(watched: Connection) -> None:
    with suppress(EOFError, OSError):
        watched.recv_bytes()
    os._exit(1)
