"""A process that runs builds for the stress tests, each in a child of its own.

This module runs builds and kills them. The imports are paid for once: every build is a fork of this
process, which itself touches neither Arrow nor DuckDB. Requests come as JSON, a line each: a list
of builds, which start together; the answer is the list of their exit codes, negative for a signal.

A build can be killed before its nth step: a step is whatever it does to the names and files below
its root, as the interpreter's audit events tell. `torn` kills in the middle of a write instead.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import sys
import tempfile
import threading
import time
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb  # noqa: F401 - paid for once
import pandas as pd  # noqa: F401 - Arrow imports it with the first array
import pyarrow.parquet  # noqa: F401

from tests.warehouse.conftest import a_package, a_release
from warehouse.database import blank_file
from warehouse.database.build_file import build_database
from warehouse.storage.local_locks import Staging
from warehouse.versions import publish

_STEPS = frozenset({"open", "os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir"})


class _Steps:
    """Counts steps below a root, and ends the process before one of them."""

    def __init__(self, root: str, kill_at: int | None, *, torn: bool) -> None:
        self.root, self.kill_at, self.torn = root, kill_at, torn
        self.count = 0
        self.guard = threading.Lock()

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        named = event in _STEPS and isinstance(arguments[0], str | os.PathLike)
        if named and os.fspath(arguments[0]).startswith(self.root):
            self.step()

    def step(self) -> bool:
        """Count a step; tell whether the process is to end in the middle of it."""
        with self.guard:
            self.count += 1
            due = self.count == self.kill_at
        if due and not self.torn:
            os.kill(os.getpid(), signal.SIGKILL)
        return due

    def tear_writes(self) -> None:
        """Let half of a file reach the disk before the end."""
        whole = Staging.write

        def write(staging: Staging, data: bytes) -> Path:
            if self.step():
                whole(staging, data[: len(data) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return whole(staging, data)

        Staging.write = write  # type: ignore[method-assign]


def build(request: dict[str, Any], steps: _Steps) -> None:
    """Do one build of generated rows: each of the publications in turn, then the warehouse.

    A publication is a list of releases, each with its number of rows; where `at` is given, it is
    the moment of all of them.
    """
    root = request["root"]
    if request.get("torn"):
        steps.tear_writes()
    else:
        sys.addaudithook(steps.hear)
    now = datetime.fromisoformat(request["at"]) if "at" in request else datetime.now(UTC)
    for releases in request["publish"]:
        made = [
            a_release(name, rows, package_versions=[a_package(name, line) for line in range(rows)])
            for name, rows in releases
        ]
        publish(root, made, source="a test", now=now)
    build_database(root)


def _child(request: dict[str, Any], go: int) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        os.read(go, 1)
        steps = _Steps(request["root"], request.get("kill_at"), torn=request.get("torn", False))
        build(request, steps)
        if "count" in request:
            Path(request["count"]).write_text(str(steps.count))
        code = 0
    except Exception:  # noqa: BLE001 - a child must end as one, whatever happened to it
        traceback.print_exc()
    finally:
        with suppress(OSError):
            sys.stderr.flush()
        os._exit(code)


def _killed_later(child: int, seconds: float) -> None:
    time.sleep(seconds)
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)


def _run(requests: list[dict[str, Any]]) -> list[int]:
    ready, go = os.pipe()
    children = [_child(request, ready) for request in requests]
    os.write(go, b"g" * len(children))
    for child, request in zip(children, requests, strict=True):
        if "kill_after" in request:
            _killed_later(child, request["kill_after"])
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    os.close(ready)
    os.close(go)
    return codes


def _know_the_blank_file() -> None:
    """Let a child make the file without rows that builds start from, and keep it for all others."""
    with tempfile.TemporaryDirectory(prefix="driver-") as folder:
        kept = Path(folder) / "blank"
        child = os.fork()
        if not child:
            root = str(Path(folder) / "data")
            build({"root": root, "publish": [[["2.20.0", 1]]]}, _Steps(root, None, torn=False))
            kept.write_bytes(pickle.dumps(blank_file.BLANKS))
            os._exit(0)
        os.waitpid(child, 0)
        blank_file.BLANKS.update(pickle.loads(kept.read_bytes()))  # noqa: S301 - our own


def main() -> None:
    """Answer requests until there are no more."""
    _know_the_blank_file()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_run(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
