"""The command line as a person calls it: what it prints, how it ends, and its process."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest

from dagster_project.cli import COMMANDS, module_of
from dagster_project.cli.build import progress_line
from dagster_project.cli.shared.parser import Parser
from tests.sites import PERFORMANCE, copy_site

if TYPE_CHECKING:
    from pathlib import Path

    from tests.calling import Call

COMMAND = [sys.executable, "-m", "dagster_project"]
QUERY = "FROM published_cells LIMIT {}"
# DuckDB 2 names arguments.
SUM = f"sum({'' if version('duckdb') < '2' else 'arg '}DECIMAL) -> DECIMAL"


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
    assert "No changes: dataset version 1 already matches 'site'." in again
    assert "Wrote warehouse.duckdb again" in again


@pytest.mark.slow
def test_a_page_held_back_is_one_line_with_exit_code_4(call: Call, tmp_path: Path) -> None:
    site = copy_site(tmp_path / "site", "2.20.0", "2.20.1", pages=PERFORMANCE)
    page = site.page("2.20.1", "inf2-inference")
    page.write_bytes(page.read_bytes()[:20_000])
    build = ("build", "--source", str(site.folder), "--root", str(tmp_path / "data"))
    done = call(*build)
    assert done.returncode == 4
    assert "2 new (2.20.0 to 2.20.1)" in done.stdout
    assert "2.20.1: the page inf2-inference was held back" in done.stdout
    (line,) = done.stderr.splitlines()
    for part in ("release 2.20.1, ", "inf2-inference", "truncated page"):
        assert part in line

    again = call(*build, "--format", "json")
    assert again.returncode == 4
    facts = json.loads(again.stdout)
    assert facts["changed"] is False
    assert [(one["release"], one["page"]) for one in facts["held_back"]] == [
        ("2.20.1", "inf2-inference")
    ]
    assert again.stderr == done.stderr


@pytest.mark.slow
def test_a_build_runs_a_command_when_a_version_was_published(call: Call, tmp_path: Path) -> None:
    copy_site(tmp_path / "site", "2.20.0", "2.20.1", pages=("inf1-inference",))
    build = ("build", "--source", "site", "--format", "json", "--on-change", "cat >> got; exit 3")
    first = call(*build, "--release", "2.20.0")
    assert first.returncode == 0
    assert "exit code 3); dataset version 1 is published all the same" in first.stderr
    assert call(*build, "--release", "2.20.0").stderr == ""
    facts = json.loads((tmp_path / "got").read_text("utf-8"))
    assert facts == {**json.loads(first.stdout), "summary": facts["summary"]}


def test_a_version_is_printed(call: Call) -> None:
    assert call("--version").stdout == f"neuron-warehouse {version('neuron-warehouse')}\n"


@pytest.mark.parametrize("command", ["build", "versions diff"])
def test_help_shows_what_a_command_s_own_help_does(call: Call, command: str) -> None:
    done = call("help", *command.split())
    assert done.returncode == 0
    assert done.stdout == call(*command.split(), "--help").stdout


def test_help_alone_lists_the_commands(call: Call) -> None:
    assert call("help").stdout == call("--help").stdout


@pytest.mark.parametrize("columns", [60, 120])
def test_help_is_as_wide_as_the_terminal(
    call: Call, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    options = call("help", "build").stdout.partition("options:")[2].partition("examples:")[0]
    longest = max(map(len, options.splitlines()))
    assert columns - 20 < longest <= columns


def test_progress_counts_the_releases() -> None:
    lines: list[str] = []
    progress = progress_line(("2.17.0", "2.18.0", "2.18.1"), lines.append)
    progress("2.18.1")
    assert lines == ["Reading 2.18.1, 3 of 3"]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_arguments_examples_and_something_to_run(name: str) -> None:
    module = import_module(module_of(name))
    parser = Parser(prog=name)
    module.declare(parser)
    assert "neuron-warehouse" in module.EPILOG
    assert callable(getattr(module, "run", None) or parser.get_default("run"))


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("build", "--release", "1.0"), 2, "unknown release '1.0'"),
        (("build", "--source", "nowhere"), 3, "is not a folder"),
        (("build", "--source", "http://127.0.0.1:9"), 3, "no answer"),
        (("build", "--no-such-option"), 2, "unrecognized arguments: --no-such-option; see"),
        (("build", "--rel", "2.20"), 2, "--rel 2.20; did you mean '--release'?; see"),
        (("rebuild",), 2, "unknown command 'rebuild' (choose from build, sql,"),
        (("rebuild",), 2, "did you mean 'build'?"),
        (("help", "tabels"), 2, "did you mean 'tables'?"),
        (("--root", "x", "sql"), 2, "options go after the command: write `neuron-warehouse"),
        (("sql", "x", "--fromat", "csv"), 2, "did you mean '--format'?; see"),
        (("sql", "x", "--format", "tabel"), 2, "did you mean 'table'?; see"),
        (("build", "--watch", "no.toml"), 2, "no.toml: cannot be read (No such file"),
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


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("FROM releeases", 'releeases does not exist; did you mean "releases"?\n'),
        ("SELECT relase FROM releases", 'FROM clause; candidate bindings: "release"'),
        ("SELECT strptim('1')", 'strptim does not exist; did you mean "strptime"?\n'),
        ("SELECT sum(release) FROM releases", f"; candidate functions: {SUM}"),
        ("SELECT\n\n  'a'::INT", "Could not convert string 'a' to INT32\n"),
    ],
)
def test_a_wrong_query_is_one_line_with_the_hints_of_duckdb(
    call: Call, root: Path, query: str, told: str
) -> None:
    done = call("sql", query, "--root", str(root))
    assert done.returncode == 2
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "LINE" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("columns", [60, 140])
def test_sentences_in_a_pipe_are_as_wide_as_columns_says(
    call: Call, three_root: Path, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    root = ("--root", str(three_root))
    said = call("trends", "--since", "2.18", "--most", "0", *root).stdout
    assert columns - 20 < max(map(len, said.splitlines())) <= columns
    # A table loses no column in a pipe.
    table = call("sql", "FROM benchmark_results LIMIT 1", *root).stdout
    assert "columns" not in table.splitlines()[-1]


def test_a_reader_that_goes_away_is_no_error(root: Path) -> None:
    query = QUERY.format(5_000)  # more than a pipe holds
    line = f"{' '.join(COMMAND)} sql '{query}' --root {root} --format csv | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("table_id,")
    assert "Traceback" not in done.stderr


def test_an_output_in_another_encoding_shows_what_it_lacks_as_its_number(root: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "history", "bert-base-cased", "--root", str(root)],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert r"\u2026 joins releases that repeat it" in " ".join(done.stdout.split())


# Each is more than a buffer of output.
@pytest.mark.parametrize(("form", "rows"), [("table", 100), ("csv", 1_000), ("parquet", 1_000)])
def test_an_output_that_cannot_be_written_is_one_line(
    root: Path, tmp_path: Path, form: str, rows: int
) -> None:
    command = [*COMMAND, "sql", QUERY.format(rows), "--root", str(root), "--format", form]
    # Every POSIX system has a limit of a file's size; not all have a device that is always full.
    limited = ["sh", "-c", 'ulimit -f 0 && exec "$@"', "sh", *command]
    with (tmp_path / "output").open("wb") as output:
        done = subprocess.run(
            limited, stdout=output, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 3
    assert done.stderr == "neuron-warehouse: the output cannot be written (File too large)\n"


def test_the_environment_stands_in_for_options(
    call: Call, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEURON_WAREHOUSE_ROOT", str(root))
    done = call("versions", "--format", "json")
    assert [row["version"] for row in json.loads(done.stdout)] == [1]


@pytest.mark.slow
def test_tables_lists_what_can_be_queried(call: Call, three_root: Path) -> None:
    listed = json.loads(call("tables", "--root", str(three_root), "--format", "json").stdout)
    assert {"benchmark_results", "measurements", "dataset"} <= {row["name"] for row in listed}
    assert all(row["description"] for row in listed)
