"""Commands leave numpy and pandas alone, which pyarrow and DuckDB would import."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

HIDDEN = ("numpy", "pandas")
SCRIPT = """
import sys
from dagster_project.cli import main

sys.argv = ["neuron-warehouse", *sys.argv[1:]]
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
assert "pyarrow" in sys.modules
print([name for name in ("numpy", "pandas") if name in sys.modules], file=sys.stderr)
import pandas

assert pandas.DataFrame({"row": [1, 2]}).to_numpy().sum() == 3
"""


def _imported(*arguments: str) -> str:
    """Return which of both a command imported, as the last line of what it wrote."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stderr.splitlines()[-1]


def test_both_are_installed_where_this_is_tested() -> None:
    assert all(find_spec(name) for name in HIDDEN)


def test_a_command_that_makes_arrow_tables_imports_neither(bundled_root: Path) -> None:
    assert _imported("packages", "2.20", "--root", str(bundled_root)) == "[]"
