"""What happens where no browser is installed: tests are skipped and named, or they fail."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browsers import CHOSEN, MISSING, REQUIRED, find_browser
from tests.forms import only_in_full

REPOSITORY = Path(__file__).resolve().parent.parent
ONE = "tests/warehouse/report/test_browser.py::test_the_scheme_is_switched_by_a_button"


def _run(tmp_path: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one test of the page where no program is found by its name."""
    kept = {k: v for k, v in os.environ.items() if k not in (CHOSEN, REQUIRED)}
    command = [sys.executable, "-m", "pytest", "-n", "0", ONE]
    return subprocess.run(
        command,
        cwd=REPOSITORY,
        env=kept | {"PATH": str(tmp_path), "PYTEST_ADDOPTS": ""} | more,
        capture_output=True,
        text=True,
        check=False,
    )


# In short form: These two are about running tests, and start pytest in a process of its own.
@only_in_full
@pytest.mark.stress
@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "darwin", reason="applications are found without a path")
def test_without_a_browser_the_last_line_names_what_did_not_run(tmp_path: Path) -> None:
    done = _run(tmp_path)
    assert done.returncode == 0, done.stdout
    last = done.stdout.splitlines()[-1]
    assert last == f"Not run: 1 of tests/warehouse/report/test_browser.py: {MISSING}."


@only_in_full
@pytest.mark.stress
@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "darwin", reason="applications are found without a path")
def test_where_a_browser_is_required_its_tests_fail_without_one(tmp_path: Path) -> None:
    done = _run(tmp_path, **{REQUIRED: "1"})
    assert done.returncode == 1
    assert MISSING in done.stdout


def test_a_browser_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CHOSEN, "a-browser-of-mine")
    assert find_browser() == "a-browser-of-mine"
