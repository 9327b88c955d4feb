"""A documentation site on loopback: a real HTTP server, with faults that a test scripts.

This module serves a folder as the real site does, with validators, and counts what is asked.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from socketserver import BaseServer

Fault = "Callable[[Handler], bool | None]"
_TYPES = {".html": "text/html", ".xml": "application/xml", ".txt": "text/plain"}
_MODIFIED = formatdate(1_700_000_000, usegmt=True)
HTML = {"Content-Type": "text/html"}


@dataclass(slots=True)
class Asked:
    """One request as the server saw it. It is noted before the client has any of its answer."""

    path: str
    at: float
    status: int
    body_bytes: int
    agent: str


@dataclass
class Loopback:
    """A running site. `faults` maps a path to what answers in its place, while it returns true."""

    folder: Path
    address: str = ""
    asked: list[Asked] = field(default_factory=list)
    faults: dict[str, Callable[[Handler], Any]] = field(default_factory=dict)
    most_at_once: int = 0
    now: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def counts(self) -> Counter[str]:
        """Count the requests for each path."""
        return Counter(one.path for one in self.asked)

    def bodies(self) -> list[str]:
        """Return the paths of pages and inventories that were answered with a body."""
        return [o.path for o in self.asked if o.path.startswith("/en/") and o.body_bytes]

    def forget(self) -> None:
        """Forget what was asked so far."""
        self.asked.clear()


class Handler(BaseHTTPRequestHandler):
    """Serves one request."""

    protocol_version = "HTTP/1.1"
    # A body would wait 40 ms for the client to acknowledge the head.
    disable_nagle_algorithm = True
    site: Loopback
    noted: Asked

    def do_GET(self) -> None:
        """Take note of a request, and answer it."""
        site = self.site
        self.noted = Asked(self.path, time.monotonic(), 0, 0, self.headers.get("User-Agent", ""))
        with site.lock:
            site.asked.append(self.noted)
            site.now += 1
            site.most_at_once = max(site.most_at_once, site.now)
        try:
            fault = site.faults.get(self.path)
            if fault is None or fault(self) is False:
                self.serve()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            with site.lock:
                site.now -= 1

    def serve(self) -> None:
        """Answer with the file, or 304 where the client has it."""
        path = self.site.folder / self.path.lstrip("/")
        if not path.is_file():
            self.answer(404, b"<html><body>Not Found</body></html>", HTML)
            return
        body = path.read_bytes()
        tag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
        kind = _TYPES.get(path.suffix, "application/octet-stream")
        headers = {"ETag": tag, "Last-Modified": _MODIFIED, "Content-Type": kind}
        if self.headers.get("If-None-Match") == tag:
            self.answer(304, b"", headers)
        else:
            self.answer(200, body, headers)

    def answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        """Send an answer whole."""
        self.begin(status, {"Content-Length": str(len(body))} | headers)
        self.write(body)

    def begin(self, status: int, headers: dict[str, str]) -> None:
        """Send the head of an answer."""
        self.noted.status = status
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def write(self, data: bytes) -> None:
        """Send part of a body."""
        if data:
            self.noted.body_bytes += len(data)
            self.wfile.write(data)
            self.wfile.flush()

    def hang_up(self) -> None:
        """Close the connection after this answer, whatever was promised."""
        self.close_connection = True

    def wait_for_the_end(self) -> None:
        """Send nothing more until the client has had enough."""
        self.close_connection = True
        self.connection.recv(1)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


def answering(status: int, **headers: str) -> Callable[[Handler], None]:
    """Return a fault that answers so; `_` in a header's name stands for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.answer(status, b"<html>no</html>", HTML | named)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that was killed in the middle is no news."""


@contextmanager
def serving(
    folder: Path, port: int = 0, *, tls: ssl.SSLContext | None = None
) -> Iterator[Loopback]:
    """Serve a folder laid out like the site until the block ends; with `tls`, over https."""
    site = Loopback(folder)
    handler = type("BoundHandler", (Handler,), {"site": site})
    server = _Server(("127.0.0.1", port), handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    scheme = "https" if tls else "http"
    site.address = f"{scheme}://127.0.0.1:{server.server_address[1]}"
    with running(server):
        yield site


@contextmanager
def running(server: BaseServer) -> Iterator[None]:
    """Let a server answer in a thread of its own until the block ends."""
    # By itself a server looks twice a second whether it shall end.
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def write_sitemap(
    folder: Path,
    built: str = "2026-01-01T00:00:00+00:00",
    *,
    more: int = 0,
    **dates: str,
) -> None:
    """Write a sitemap and robots.txt of the releases in a folder, all built at the same time.

    `dates` gives those that were not, by their names in addresses; an empty one leaves it out.
    """
    names = sorted(entry.name for entry in (folder / "en").iterdir())
    names += [f"pull-{number}" for number in range(more)]
    moments = {name: dates.get(name, built) for name in ("latest", *names)}
    entries = "".join(
        f"<url><loc>https://docs.example/en/{name}/</loc>"
        f"{f'<lastmod>{moment}</lastmod>' if moment else ''}</url>\n"
        for name, moment in moments.items()
    )
    (folder / "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n',
        encoding="utf-8",
    )
    (folder / "robots.txt").write_text("User-agent: *\nDisallow: # Allow everything\n", "utf-8")
