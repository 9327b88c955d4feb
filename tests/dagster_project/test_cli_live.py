"""The command line on a live site: what a person reads, and how it ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.loopback import Loopback, serving, write_sitemap
from tests.sites import PERFORMANCE, copy_site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.calling import Call

pytestmark = pytest.mark.slow

THREE_PAGES = tuple(page for page in PERFORMANCE if page != "inf1-inference")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Loopback]:
    site = copy_site(tmp_path / "site", "2.20.1", "2.20.2", pages=THREE_PAGES)
    write_sitemap(site.folder)
    with serving(site.folder) as running:
        yield running


def test_a_live_build_its_captures_and_the_archive(web: Loopback, call: Call) -> None:
    build = ("build", "--source", web.address, "--release")
    done = call(*build, ">=2.20.2")
    assert done.returncode == 0, done.stderr
    assert ">=2.20.2 means 2.20.2." in done.stdout
    assert "1 new (2.20.2)" in done.stdout
    assert done.stderr == (
        "neuron-warehouse: warning: The inventory of 2.20.2 has no label "
        "'appnote-performance-benchmark'; the release is published without the page "
        "inf1-inference.\n"
    )
    assert max(web.counts().values()) == 1
    again = call(*build, "latest")
    assert "latest means 2.20.2." in again.stdout
    assert f"Asked {web.address} 6 times; files sent: 0." in again.stdout
    assert "No changes" in again.stdout

    unknown = call(*build, "2.99")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "unknown release '2.99' (choose from 2.20.2, 2.20.1" in unknown.stderr

    page = next((web.folder / "en" / "v2.20.2").rglob("inf2-performance.html"))
    page.write_text(page.read_text("utf-8").replace("5043.38", "5043.99"), "utf-8")
    assert "1 changed (2.20.2)" in call(*build, "2.20..2.20.2", "--release", "2.20.2").stdout
    web.forget()
    rebuilt = call("build", "--source", "archive")
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert "No changes" in rebuilt.stdout
    assert web.asked == []

    web.faults["/" + str(page.relative_to(web.folder))] = lambda handler: handler.answer(
        200, b"<html><h1>Robot?</h1></html>", {"Content-Type": "text/html"}
    )
    refused = call(*build, "2.20.2")
    assert refused.returncode == 4
    # The version is a new one, so its missing page is named again.
    missing, held = refused.stderr.splitlines()
    assert "has no label 'appnote-performance-benchmark'" in missing
    assert "not the page" in held

    listed = call("captures", "--release", "2.20.2", "--format", "json")
    first, edited, challenged = json.loads(listed.stdout)
    assert (first["outcome"], first["before"]) == ("published", None)
    assert (edited["before"], edited["after"]) == ("5043.38", "5043.99")
    assert edited["header"] == "Throughput (inference/second)"
    assert challenged["outcome"] == "held-back"
    assert "Robot?" in challenged["problem"]


@pytest.mark.parametrize("source", ["http://", "http://[::1", "http://127.0.0.1:99999", "ftp://a/"])
def test_a_malformed_source_is_wrong_usage(source: str, call: Call, tmp_path: Path) -> None:
    done = call("build", "--source", source)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"neuron-warehouse: {source!r} is not an address")
    assert list(tmp_path.iterdir()) == []
