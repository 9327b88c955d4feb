"""Commands that answer at once import nothing that is slow, wherever it is installed."""

from __future__ import annotations

import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.sites import copy_site

if TYPE_CHECKING:
    from pathlib import Path

    from tests.calling import Call

SLOW = {"dagster", "lxml", "bs4", "httpx", "pyarrow", "pandas", "numpy"}
NEEDLESS = {"duckdb", "_duckdb", "rich", "sphobjinv", "warcio", "tenacity", "protego", "packaging"}
AROUND_THE_ENGINE = {"duckdb", "email"}
"""What DuckDB's package imports and no query needs; `_duckdb` is its engine."""
# Notes what is asked for, found or not: some libraries import pandas only where it is installed. A
# finder sees no module that a command hides, and Python's own event no import by `importlib`.
SCRIPT = """
import sys

asked = []


class Noting:
    def find_spec(self, name, path=None, target=None):
        asked.append(name.partition(".")[0])


def note(event, arguments):
    if event == "import":
        asked.append(arguments[0].partition(".")[0])


sys.meta_path.insert(0, Noting())
sys.addaudithook(note)
sys.argv = ["neuron-warehouse", *sys.argv[1:]]
from dagster_project.cli import main

try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
print(*sorted(set(asked)), file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("line", "unwanted"),
    [
        ("--help", SLOW | NEEDLESS),
        ("compare 2.19 2.20", SLOW | {"rich"} | AROUND_THE_ENGINE),
        ("compare 2.19 2.20 --format json", SLOW | {"rich"} | AROUND_THE_ENGINE),
        ("sql 'FROM releases'", SLOW | AROUND_THE_ENGINE),
        ("sql 'FROM releases' --format csv", SLOW | {"rich"} | AROUND_THE_ENGINE),
        ("packages 2.20", {"dagster"}),
        ("diff-tables 2.20.0 2.20.1", {"dagster"}),
    ],
)
def test_a_command_that_answers_at_once_imports_nothing_slow(
    bundled_root: Path, line: str, unwanted: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEURON_WAREHOUSE_ROOT", str(bundled_root))
    assert unwanted & _asked(*shlex.split(line)) == set()


@pytest.mark.slow
def test_a_build_that_finds_nothing_changed_reads_nothing(call: Call, tmp_path: Path) -> None:
    site = copy_site(tmp_path / "site", "2.20.2", pages=("trn1-training",))
    build = ("build", "--source", str(site.folder), "--root", str(tmp_path / "data"))
    assert call(*build).returncode == 0
    assert {"dagster", "lxml", "bs4", "httpx", "pandas"} & _asked(*build) == set()


def _asked(*arguments: str) -> set[str]:
    """Return the top-level names of all modules that a command asked for."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
    asked = set(done.stderr.splitlines()[-1].split())
    assert "argparse" in asked
    return asked
