"""A pinned release against newer ones, as Markdown."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dagster_project.build.pinned import compare_pinned, markdown_lines
from dagster_project.build.watching import Watch, read_watches
from pipelines.errors import UsageError
from warehouse.database.open_version import open_warehouse

EXAMPLES = Path(__file__).parents[3] / "examples" / "ci"


def test_what_is_better_or_worse_in_newer_releases_is_a_table(grown_root: Path) -> None:
    with open_warehouse(grown_root) as warehouse:
        answer = compare_pinned(warehouse, "2.20.0", [Watch("bert-base-cased", "inf2")])
    assert (answer.pinned, answer.newer, answer.regressed) == ("2.20.0", ("2.20.1",), False)
    lines = list(markdown_lines(answer))
    assert lines[0] == "## Neuron SDK 2.20.0"
    rows = [line for line in lines if line.startswith("| better |")]
    assert rows
    assert all("+50.0%" in row and "| 2.20.1 |" in row for row in rows)


def test_the_newest_release_has_nothing_newer(grown_root: Path) -> None:
    with open_warehouse(grown_root) as warehouse:
        answer = compare_pinned(warehouse, "2.20", [Watch("bert")])
    assert list(markdown_lines(answer))[-1] == "This is the newest release."


def test_a_model_that_no_release_prints_is_named(grown_root: Path) -> None:
    with open_warehouse(grown_root) as warehouse:
        answer = compare_pinned(warehouse, "2.20.0", [Watch("no such model")])
    assert "unknown model 'no such model'" in "\n".join(markdown_lines(answer))
    assert "None of them is slower or faster" in list(markdown_lines(answer))[-1]


def test_an_unknown_release_is_named(grown_root: Path) -> None:
    with open_warehouse(grown_root) as warehouse, pytest.raises(UsageError, match=r"2\.99"):
        compare_pinned(warehouse, "2.99", [Watch("bert")])


def test_the_example_of_watched_models_can_be_read() -> None:
    assert len(read_watches(str(EXAMPLES / "watch.toml"))) == 2


def test_the_step_for_a_ci_job_prints_a_summary(built_by_make_run: Path, tmp_path: Path) -> None:
    # Its build finds that nothing changed.
    shutil.copytree(built_by_make_run / "data", tmp_path / "data")
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "newer_release.py"), "2.18", str(EXAMPLES / "watch.toml")],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    assert done.stdout.startswith("## Neuron SDK 2.18.2\n")
    assert "Newer releases: 2.19.1, 2.20.2" in done.stdout
