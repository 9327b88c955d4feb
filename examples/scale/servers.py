"""Servers that the scripts start for themselves, in a folder that goes with them.

This module starts PostgreSQL and Redis, reached by sockets alone, and finds what is not installed.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PATIENCE = 60
"""Seconds that a server may take until it answers."""
_NOWHERE = subprocess.DEVNULL


def missing(*programs: str) -> str:
    """Return what to install for these programs; empty if all are there."""
    packages = {
        "java": "openjdk-17-jre-headless",
        "redis-server": "redis-server",
        "initdb": "postgresql",
    }
    lacking = [name for name in programs if _program(name) is None]
    if not lacking:
        return ""
    wanted = " ".join(packages[name] for name in lacking)
    return f"{', '.join(lacking)} not found; on Debian and Ubuntu: apt-get install {wanted}"


def _program(name: str) -> str | None:
    # Debian keeps PostgreSQL's programs off the path, one folder a version.
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(debian[-1]) if debian else None)


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Run a PostgreSQL server in a folder, and return the address of its empty database."""
    # The server refuses to run for root, as which containers run.
    user = "postgres" if os.geteuid() == 0 else None
    if user is not None:
        if user not in {one.pw_name for one in pwd.getpwall()}:
            raise SystemExit("PostgreSQL does not run as root, and there is no user `postgres`")
        shutil.chown(folder, user)
    there = ["-D", str(folder / "db")]
    new = ["--no-sync", "--auth=trust", "--username=scale", "--encoding=UTF8"]
    subprocess.run(
        [_found("initdb"), *there, *new], check=True, user=user, cwd=folder, stdout=_NOWHERE
    )
    options = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}"]
    command = [_found("postgres"), *there, *options, "-c", "fsync=off"]
    ready = [_found("pg_isready"), "-h", str(folder), "-q"]
    with _server(command, lambda: subprocess.run(ready, check=False).returncode == 0, user, folder):
        yield f"postgresql+psycopg2://scale@/postgres?host={folder}"


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Run a Redis server in a folder, and return its address."""
    socket = folder / "redis.sock"
    command = [_found("redis-server"), "--port", "0", "--unixsocket", str(socket), "--save", ""]
    with _server(command, socket.exists, None, folder):
        yield f"redis+socket://{socket}"


def _found(program: str) -> str:
    path = _program(program)
    if path is None:
        raise SystemExit(missing(program))
    return path


@contextmanager
def _server(
    command: list[str], is_ready: Callable[[], bool], user: str | None, folder: Path
) -> Iterator[None]:
    process = subprocess.Popen(command, user=user, cwd=folder, stdout=_NOWHERE, stderr=_NOWHERE)
    try:
        until(is_ready, f"{Path(command[0]).name} to answer", PATIENCE)
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def until(holds: Callable[[], bool], what: str, seconds: float) -> None:
    """Wait until something holds.

    Raises:
        SystemExit: It did not hold in time.
    """
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise SystemExit(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(0.1)
