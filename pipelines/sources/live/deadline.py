"""One deadline for a whole exchange: connecting, the head of the answer and its body.

This module ends an exchange that takes too long: another thread shuts its connection down. A
time-out for each step would wait for ever on a server that sends one byte a second. How long an
exchange may take lives in `pipelines.sources.politeness`.
"""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_CONNECTED = "connect_tcp.complete"


class Deadline:
    """The deadline of one connection at a time; `note` is what httpcore calls a trace."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: socket.socket | None = None
        self.passed = False

    def note(self, event: str, info: Mapping[str, Any]) -> None:
        """Remember a new connection, with or without TLS."""
        if not event.endswith(_CONNECTED):
            return
        found = info["return_value"].get_extra_info("socket")
        if found is not None:
            with self._lock:
                self._let_go()
                # A second handle to the same connection: TLS takes the first one for itself.
                self._connection = found.dup()
            if self.passed:
                self._shut_down()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Shut the connection down if the block takes longer; `passed` is then True."""
        self.passed = False
        timer = threading.Timer(seconds, self._pass)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()

    def close(self) -> None:
        """Forget the connection."""
        with self._lock:
            self._let_go()

    def _pass(self) -> None:
        self.passed = True
        self._shut_down()

    def _shut_down(self) -> None:
        with self._lock, suppress(OSError):
            if self._connection is not None:
                self._connection.shutdown(socket.SHUT_RDWR)

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
