"""A real PostgreSQL server for tests, in a folder of its own, reached by a socket.

This module finds an installed server and starts it. Without one, the tests that need it say so.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

MISSING = "no PostgreSQL server found; install one (Debian and Ubuntu: apt install postgresql)"


def _programs() -> Path | None:
    """Return the folder of the server's programs; None if no server is installed."""
    found = shutil.which("initdb")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return Path(found).parent if found else debian[-1].parent if debian else None


@contextmanager
def a_postgres() -> Iterator[str]:
    """Start a server, and return the address of its empty database."""
    programs = _programs()
    if programs is None:
        pytest.skip(MISSING)
    # The server refuses to run for root, as which containers run.
    user = "postgres" if os.geteuid() == 0 else None
    if user is not None and user not in {one.pw_name for one in pwd.getpwall()}:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    # A socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        if user is not None:
            shutil.chown(folder, user)

        def run(program: str, *arguments: str) -> None:
            command = [str(programs / program), "-D", f"{folder}/db", *arguments]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, user=user, cwd=folder)

        run("initdb", "--no-sync", "--auth=trust", "--username=tester", "--encoding=UTF8")
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        run("pg_ctl", "start", "--wait", "--silent", "-l", f"{folder}/log", "-o", options)
        try:
            yield f"postgresql:///postgres?host={folder}&user=tester"
        finally:
            run("pg_ctl", "stop", "--wait", "--silent", "-m", "immediate")
