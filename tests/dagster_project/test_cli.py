"""The command line as a person calls it: what it prints, how it ends, and its process."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from dagster_project.cli import COMMANDS
from tests.sites import PERFORMANCE, copy_site

if TYPE_CHECKING:
    from pathlib import Path

    from tests.calling import Call

COMMAND = [sys.executable, "-m", "dagster_project"]
QUERY = "FROM published_cells LIMIT 1000"
"""More than a buffer of output."""


@pytest.fixture
def root(bundled_root: Path) -> Path:
    return bundled_root


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_without_arguments_the_commands_are_listed(call: Call) -> None:
    listed = call("--help").stdout
    assert "exit codes" in listed
    assert all(name in listed for name in COMMANDS)
    assert call().stdout == listed


def test_options_may_stand_anywhere_and_what_looks_like_one_after_two_dashes(
    call: Call, root: Path
) -> None:
    here = ("--root", str(root), "--format=csv")
    between = call("packages", "2.17", *here, "2.20")
    assert between.returncode == 0, between.stderr
    assert between.stdout == call("packages", *here, "2.17", "2.20").stdout
    assert call("sql", *here, "--", "-- one\nSELECT 1 AS n").stdout == "n\n1\n"


def test_every_command_has_help_with_an_example(call: Call) -> None:
    for name in COMMANDS:
        done = call(name, "--help")
        assert done.returncode == 0
        assert "example" in done.stdout, name
        assert COMMANDS[name] in done.stdout.replace("\n", " ")
        assert f"neuron-warehouse {name}" in done.stdout


@pytest.mark.slow
def test_a_build_ends_with_a_summary_and_the_next_command(call: Call, tmp_path: Path) -> None:
    copy_site(tmp_path / "site", "2.20.0", "2.20.1", pages=PERFORMANCE)
    done = subprocess.run(
        [*COMMAND, "build", "--source", str(tmp_path / "site")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "2 new (2.20.0 to 2.20.1)" in done.stdout
    assert "inf1-inference of 2.20.0" in done.stdout
    assert "data/warehouse.duckdb" in done.stdout
    following = shlex.split(done.stdout.rsplit("Next: ", 1)[1])
    assert following[1:3] == ["-m", "dagster_project"]
    assert call(*following[3:]).returncode == 0
    (tmp_path / "data/warehouse.duckdb").unlink()
    again = call("build", "--source", "site").stdout
    assert "Nothing has changed" in again
    assert "Made warehouse.duckdb again" in again


def test_a_refused_release_is_told_in_one_line_with_exit_code_4(call: Call, tmp_path: Path) -> None:
    site = copy_site(tmp_path / "site", "2.20.0", "2.20.1", pages=PERFORMANCE)
    site.edit("2.20.1", "inf2-inference", "<th>Inst. Type</th>", "<th>Machine</th>")
    done = call("build", "--source", str(site.folder), "--root", str(tmp_path / "data"))
    assert done.returncode == 4
    assert "Refused, and left as they were: 2.20.1" in done.stdout
    assert "Traceback" not in done.stderr
    line = done.stderr.splitlines()[0]
    for part in (
        "2.20.1",
        "inf2-inference",
        "Encoder Models",
        "'Machine'",
        "pipelines/performance/vocabulary.py",
    ):
        assert part in line


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("build", "--release", "1.0"), 2, "there is no release '1.0'"),
        (("build", "--source", "nowhere"), 3, "is not a folder"),
        (("build", "--source", "http://127.0.0.1:9"), 3, "no answer"),
        (("build", "--no-such-option"), 2, "unrecognized arguments: --no-such-option; see"),
        (("build", "--rel", "2.20"), 2, "unrecognized arguments: --rel 2.20; see"),
        (("rebuild",), 2, "there is no command 'rebuild'; there are build, sql,"),
        (("--root", "x", "sql"), 2, "options stand after the command, not before: --root"),
        (("versions", "renew"), 2, "invalid choice: 'renew' (choose from"),
        (("build", "--source", ""), 3, "is not a folder"),
        (("build", "--root", ""), 2, "it is empty"),
        (("build", "--release", "2.20..2.18"), 2, "runs backwards"),
        (("sql", "SELECT 1", "--root", "nowhere"), 3, "neuron-warehouse build"),
        (("tables", "--root", "nowhere"), 3, "neuron-warehouse build"),
        (("versions", "--root", "nowhere"), 3, "neuron-warehouse build"),
    ],
)
def test_a_mistake_is_one_line_and_an_exit_code(
    call: Call,
    tmp_path: Path,
    arguments: tuple[str, ...],
    code: int,
    told: str,
) -> None:
    done = call(*arguments)
    assert done.returncode == code
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_sql_answers_in_every_text_format(call: Call, root: Path) -> None:
    query = "SELECT release, benchmark_count AS n FROM releases WHERE release = '2.20.0'"
    answers = {
        form: call("sql", query, "--root", str(root), "--format", form).stdout
        for form in ("table", "csv", "json", "markdown")
    }
    assert "2.20.0   127" in answers["table"]
    assert answers["csv"] == "release,n\n2.20.0,127\n"
    assert json.loads(answers["json"]) == [{"release": "2.20.0", "n": 127}]
    assert "| 2.20.0 | 127 |" in answers["markdown"]


def test_sql_cannot_change_the_warehouse(call: Call, root: Path) -> None:
    done = call("sql", "DELETE FROM releases", "--root", str(root))
    assert done.returncode == 2
    assert "read-only" in done.stderr


def test_a_wrong_query_is_told_without_a_traceback(call: Call, root: Path) -> None:
    done = call("sql", "SELECT nonsense FROM releases", "--root", str(root))
    assert done.returncode == 2
    assert "nonsense" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_reader_that_goes_away_is_no_error(root: Path) -> None:
    line = f"{' '.join(COMMAND)} sql 'FROM published_cells' --root {root} --format csv | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("table_id,")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("form", ["table", "csv", "parquet"])
def test_an_output_that_cannot_be_written_is_one_line(root: Path, form: str) -> None:
    command = [*COMMAND, "sql", QUERY, "--root", str(root), "--format", form]
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr == (
        "neuron-warehouse: the output cannot be written (No space left on device)\n"
    )


def test_the_environment_stands_in_for_options(
    call: Call, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEURON_WAREHOUSE_ROOT", str(root))
    done = call("versions", "--format", "json")
    assert [row["version"] for row in json.loads(done.stdout)] == [1]


def test_tables_lists_what_can_be_queried(call: Call, root: Path) -> None:
    listed = json.loads(call("tables", "--root", str(root), "--format", "json").stdout)
    assert {"benchmark_results", "measurements", "dataset"} <= {row["name"] for row in listed}
    assert all(row["description"] for row in listed)
