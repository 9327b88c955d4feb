"""A real HTTP server on this machine that serves a folder, and misbehaves where told to."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http import HTTPStatus
    from pathlib import Path


@dataclass
class Served:
    """A running server: what it was asked for, and the faults that it answers with, by path."""

    address: str
    faults: dict[str, HTTPStatus] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    asked: list[tuple[str, str]] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, *arguments: object, served: Served, directory: str) -> None:
        self.served = served
        super().__init__(*arguments, directory=directory)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self.served.asked.append((self.path, self.headers["User-Agent"]))
        if self.path in self.served.silent:
            self.served.stopping.wait(10)
        elif self.path in self.served.faults:
            self.send_error(self.served.faults[self.path])
        else:
            super().do_GET()

    def end_headers(self) -> None:
        self.send_header("ETag", '"one"')
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """Serve a folder on a free port of this machine."""
    served = Served("")
    handler = partial(_Handler, served=served, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        served.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield served
        finally:
            served.stopping.set()
            server.shutdown()
            thread.join()
