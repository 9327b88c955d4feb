"""The static site: built strictly where MkDocs is installed, and without another host."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest
import yaml

from tools.documents.found import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

MKDOCS = REPOSITORY / ".venv-docs" / "bin" / "mkdocs"
LOADED = re.compile(
    r"<(?:script|link|img|iframe)[^>]*?(?:src|href)=[\"']?(?:https?:)?//([^/\"' >]+)"
)


def test_its_fonts_and_search_come_with_it() -> None:
    settings = yaml.safe_load((REPOSITORY / "mkdocs.yml").read_text("utf-8"))
    assert settings["theme"]["font"] is False
    assert "offline" in settings["plugins"]


@pytest.mark.slow
@pytest.mark.skipif(not MKDOCS.exists(), reason="MkDocs is not installed: make docs installs it")
def test_it_builds_without_a_warning_and_asks_no_other_host(tmp_path: Path) -> None:
    command = [str(MKDOCS), "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    pages = list(tmp_path.rglob("*.html"))
    assert pages
    hosts = {host for page in pages for host in LOADED.findall(page.read_text("utf-8"))}
    assert hosts == set()
