"""The command line on a live site: what a person reads, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pipelines.inventory import PAGE_KINDS
from tests.loopback import Loopback, serving, write_sitemap
from tests.sites import copy_site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PERFORMANCE = tuple(kind.page for kind in PAGE_KINDS)


def _call(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    settings = {"INTERVAL": "0", "PATIENCE": "0", "TIMEOUT": "5"}
    return subprocess.run(
        [sys.executable, "-m", "dagster_project", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env=os.environ | {f"NEURON_WAREHOUSE_{name}": value for name, value in settings.items()},
    )


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Loopback]:
    site = copy_site(tmp_path / "site", "2.20.1", "2.20.2", pages=PERFORMANCE)
    write_sitemap(site.folder)
    with serving(site.folder) as running:
        yield running


def test_a_live_build_its_captures_and_the_archive(web: Loopback, tmp_path: Path) -> None:
    build = ("build", "--source", web.address, "--release")
    done = _call(*build, ">=2.20.2", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert ">=2.20.2 stands for 2.20.2." in done.stdout
    assert "1 new (2.20.2)" in done.stdout
    assert done.stderr == ""
    assert max(web.counts().values()) == 1
    again = _call(*build, "latest", cwd=tmp_path)
    assert "latest stands for 2.20.2." in again.stdout
    assert "Nothing has changed" in again.stdout

    page = next((web.folder / "en" / "v2.20.2").rglob("inf2-performance.html"))
    page.write_text(page.read_text("utf-8").replace("5043.38", "5043.99"), "utf-8")
    assert (
        "1 changed (2.20.2)"
        in _call(*build, "2.20..2.20.2", "--release", "2.20.2", cwd=tmp_path).stdout
    )
    web.faults["/" + str(page.relative_to(web.folder))] = lambda handler: handler.answer(
        200, b"<html><h1>Robot?</h1></html>", {"Content-Type": "text/html"}
    )
    refused = _call(*build, "2.20.2", cwd=tmp_path)
    assert refused.returncode == 4
    assert len(refused.stderr.splitlines()) == 1
    assert "not the page" in refused.stderr

    listed = _call("captures", "--release", "2.20.2", "--format", "json", cwd=tmp_path)
    first, edited, challenged = json.loads(listed.stdout)
    assert (first["outcome"], first["before"]) == ("published", None)
    assert (edited["before"], edited["after"]) == ("5043.38", "5043.99")
    assert edited["header"] == "Throughput (inference/second)"
    assert challenged["outcome"] == "refused"
    assert "Robot?" in challenged["problem"]

    web.forget()
    rebuilt = _call("build", "--source", "archive", cwd=tmp_path)
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert "Nothing has changed" in rebuilt.stdout
    assert web.asked == []
