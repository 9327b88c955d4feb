"""Commands leave modules alone that their libraries would import and no command uses."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from tests.sites import copy_site

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = """
import sys
from dagster_project.cli import main

sys.argv = ["neuron-warehouse", *sys.argv[1:]]
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
assert "pyarrow" in sys.modules
print(*(name for name in NAMES if name in sys.modules), file=sys.stderr)
import pandas

assert pandas.DataFrame({"row": [1, 2]}).to_numpy().sum() == 3
from bs4 import BeautifulSoup

assert BeautifulSoup("<p class='a'>x</p>", "lxml").select_one("p.a").text == "x"
"""


def _imported(names: tuple[str, ...], *arguments: str) -> str:
    """Return which of some modules a command imported, as the last line of what it wrote."""
    done = subprocess.run(
        [sys.executable, "-c", f"NAMES = {names}{SCRIPT}", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr
    return done.stderr.splitlines()[-1]


@pytest.mark.parametrize("name", ["numpy", "pandas", "rich", "pygments", "soupsieve"])
def test_what_is_left_alone_is_installed_where_this_is_tested(name: str) -> None:
    assert find_spec(name)


def test_a_command_that_makes_arrow_tables_imports_neither_numpy_nor_pandas(
    bundled_root: Path,
) -> None:
    assert _imported(("numpy", "pandas"), "packages", "2.20", "--root", str(bundled_root)) == ""


@pytest.mark.slow
def test_a_build_without_a_progress_line_imports_nothing_that_shows_it(tmp_path: Path) -> None:
    site = copy_site(tmp_path / "site", "2.20.2", pages=("trn1-training",))
    build = ("build", "--source", str(site.folder), "--root", str(tmp_path / "data"))
    names = ("bs4", "pandas", "rich", "pygments", "soupsieve.css_parser")
    assert _imported(names, *build) == "bs4"
