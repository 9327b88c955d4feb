"""Commands that documents show without their output do run, with the input that they need.

`tests/test_repository.py` runs the ones that are shown with their output. All others are run here,
each once, in a folder of its own. Live builds ask a server on this machine, which serves the real
pages with all their releases where they are.
"""

from __future__ import annotations

import io
import os
import shlex
import shutil
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines.ingest import ingest_release
from pipelines.sources.site import bundled_site
from tests.buckets import a_bucket
from tests.documents.test_commands import PROGRAM, SHELL, shell_commands
from tests.forms import only_in_full, some
from tests.loopback import serving, write_sitemap
from tests.postgres import a_postgres
from tests.sites import copy_site
from tests.warehouse.questions.own.result_files import plain_csv, vllm
from tools.documents.found import blocks, documents
from tools.real_pages import real_pages_folder
from warehouse.versions import publish
from warehouse.versions.restore import restore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.calling import Call, Called
    from tests.shelf import Shelf

FREEZE = "neuronx-cc==2.15.128.0+56dc5a86\ntorch-neuronx==2.1.2.2.3.0\n"
PRICES = "instance_type,usd_per_hour\ninf2.xlarge,0.35\ntrn1.2xlarge,0.60\n"
FILES = {
    "freeze.txt": FREEZE.encode(),
    "requirements.txt": FREEZE.encode(),
    "prices.csv": PRICES.encode(),
    "results.json": vllm(),
    "runs.csv": plain_csv(),
}
"""The files that lines name, in the folder where they are run."""
IMPORTS = (
    ("runs.csv", "--release", "2.18.2"),
    ("results.json", "--release", "2.18.2", "--instance-type", "inf2.48xlarge"),
)
"""The imports that a dataset has before a line asks about imports."""
ADDRESSES = ("postgresql://me@db.example.org/metrics", "postgresql://me@localhost/metrics")
BUCKET, FOLDER = "s3://bucket", "/srv/neuron"
VERSIONS = 12
"""How many versions a dataset needs, so that all that are named exist."""


def _lines() -> list[str]:
    """Return the distinct lines of all documents that are shown without output."""
    return sorted(
        {
            shlex.join(words[1:])
            for path in documents()
            for block in blocks(path.read_text("utf-8"))
            if block.kind in SHELL and block.kind != "console"
            for words in shell_commands(block)
            if words and words[0].rpartition("/")[2] == PROGRAM
        }
    )


LINES = _lines()
BUILDS = [line for line in LINES if line.startswith("build")]
READS = [line for line in LINES if line.startswith(("models", "tables", "support", "history"))]


def test_what_is_prepared_for_lines_is_what_they_name() -> None:
    shown = "\n".join(LINES)
    for name in (*FILES, *ADDRESSES, BUCKET, FOLDER):
        assert name in shown, f"no document names {name} any more: take it out of this module"


@pytest.mark.parametrize("line", some(READS, 4))
def test_a_shown_question_is_answered(
    line: str, call: Call, bundled_root: Path, folder: Path
) -> None:
    (folder / "data").symlink_to(bundled_root)
    done = call(*shlex.split(line))
    assert done.returncode == 0, done.stderr
    assert done.stdout


@only_in_full
@pytest.mark.stress
@pytest.mark.parametrize("line", [line for line in LINES if line not in {*BUILDS, *READS}])
def test_a_shown_command_runs(
    line: str, call: Call, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = line.startswith("versions") or "--version" in line
    root: Path = request.getfixturevalue("versions_root" if older else "bundled_root")
    folder: Path = request.getfixturevalue("folder")
    shutil.copytree(root, folder / "data")
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    if line.startswith(("measure list", "measure drop")) or "--own" in line:
        for setting in IMPORTS:
            imported = call("measure", "import", *setting)
            assert imported.returncode == 0, imported.stderr
    _type(monkeypatch, FREEZE)
    if line == "identify":
        _install(folder / "installed", monkeypatch)
    with ExitStack() as stack:
        _run(line, call, stack)


@only_in_full
@pytest.mark.stress
@pytest.mark.parametrize("line", BUILDS)
def test_a_shown_build_runs(
    line: str, call: Call, live: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "jq" in line and shutil.which("jq") is None:
        pytest.skip("jq is not installed")
    monkeypatch.setenv("PATH", _programs(folder / "programs"), prepend=os.pathsep)
    if "--source archive" in line:
        filled = call("build", "--source", live, "--release", "latest")
        assert filled.returncode == 0, filled.stderr
    with ExitStack() as stack:
        if "$METRICS_DB" in line:
            monkeypatch.setenv("METRICS_DB", stack.enter_context(a_postgres()))
        done = _run(line.replace("--source live", f"--source {live}"), call, stack)
    assert "of --on-change failed" not in done.stderr
    if "jq" in line:
        assert Path("sent").read_bytes(), "the command of --on-change got nothing to send"


def _run(line: str, call: Call, stack: ExitStack) -> Called:
    """Run a line with this machine's addresses and folders in place of the example's."""
    typed = line.replace(FOLDER, "data")
    for address in ADDRESSES:
        if address in typed:
            typed = typed.replace(address, shlex.quote(stack.enter_context(a_postgres())))
    if BUCKET in typed:
        stack.enter_context(a_bucket())
    done = call(*shlex.split(typed))
    assert done.returncode == 0, done.stderr
    return done


def _type(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def _install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a package of the SDK be installed in this environment."""
    metadata = folder / "neuronx_cc-2.15.128.0+56dc5a86.dist-info" / "METADATA"
    metadata.parent.mkdir(parents=True)
    metadata.write_text("Name: neuronx-cc\nVersion: 2.15.128.0+56dc5a86\n", "utf-8")
    monkeypatch.syspath_prepend(folder)


def _programs(folder: Path) -> str:
    """Return a path of programs: ours, and in place of those that send, two that keep a file."""
    folder.mkdir()
    for name in ("mail", "curl"):
        (folder / name).write_text(f"#!/bin/sh\ncat > '{folder.parent}/sent'\n", "utf-8")
        (folder / name).chmod(0o755)
    return os.pathsep.join((str(folder), str(Path(sys.executable).parent)))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder where a line is typed."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a site: the real pages where they are, else two bundled releases."""
    folder = real_pages_folder()
    if not (folder / "en").is_dir():
        folder = copy_site(tmp_path_factory.mktemp("site"), "2.20.1", "2.20.2").folder
        write_sitemap(folder)
    with serving(folder) as site:
        yield site.address


@pytest.fixture(scope="session")
def versions_root(shelf: Shelf) -> Path:
    """Return a root with as many versions as documents name; never change it."""
    site = bundled_site()
    tables = [ingest_release(site, release).tables for release in ("2.20.1", "2.20.2")]
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    def fill(root: Path) -> None:
        for one in tables:
            publish(root, [one], source="a test", now=moment)
        for number in range(2, VERSIONS):
            restore(root, number % 2 + 1, now=moment)

    return shelf.folder("versions-root", fill)
