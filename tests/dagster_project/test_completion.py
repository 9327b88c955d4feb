"""The Tab key: real shells complete commands, options and names, quickly, and say nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dagster_project.cli import COMMANDS, declare_command
from dagster_project.cli.shared.completing import CLOSED, KINDS, completer_of
from dagster_project.cli.shared.parser import Parser
from tests.forking import forking
from tests.terminals import terminal
from warehouse.database.known_names import NAMES

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Mapping

    from tests.calling import Call
    from tests.forking import Ask

    Answering = Callable[[str, Mapping[str, str]], str]

REPOSITORY = Path(__file__).resolve().parent.parent.parent
PROGRAM = f"""#!{sys.executable}
import sys
sys.path.insert(0, {str(REPOSITORY)!r})
from dagster_project.cli import main
main()
"""
NAMED = {"RELEASE", "BASE", "TARGET", "MODEL", "BENCHMARK", "PAGE", "FILE", "FOLDER", "SOURCE"}
"""What help calls arguments that can be completed."""


@pytest.fixture
def environment(tmp_path: Path) -> Mapping[str, str]:
    """Return the environment of a person who has the program, a home, and no dataset yet."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "neuron-warehouse"
    program.write_text(PROGRAM)
    program.chmod(0o755)
    return {
        "HOME": str(tmp_path),
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "TERM": "dumb",
        "LC_ALL": "C.UTF-8",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }


@pytest.fixture
def with_dataset(environment: Mapping[str, str], bundled_root: Path) -> Mapping[str, str]:
    return {**environment, "NEURON_WAREHOUSE_ROOT": str(bundled_root)}


def shell(name: str) -> str:
    """Return a shell's program; skip the test where it is not installed."""
    program = shutil.which(name)
    if program is None:
        pytest.skip(f"no {name} found; install it to test its completion")
    return program


def _asking(line: str, environment: Mapping[str, str]) -> Mapping[str, str]:
    """Return the environment in which a shell asks how a line could go on."""
    asked = {"_ARGCOMPLETE": "1", "_ARGCOMPLETE_IFS": "\n", "_ARGCOMPLETE_SUPPRESS_SPACE": "1"}
    return {**environment, **asked, "COMP_LINE": line, "COMP_POINT": str(len(line.encode()))}


# What the program does, in a process that has imported already what it imports each time.
ANSWERING = """
import argcomplete, duckdb
import dagster_project.cli
def answer(program, environment, home, into):
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(home)
    for number, name in ((1, "/dev/null"), (2, into + ".errors"), (8, into)):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT), number)
    sys.argv = [program]
    dagster_project.cli.main()
"""


@pytest.fixture(scope="module")
def answering() -> Iterator[Ask]:
    """Start what answers as the program does."""
    with forking(ANSWERING) as ask:
        yield ask


@pytest.fixture
def answer(answering: Ask, tmp_path_factory: pytest.TempPathFactory) -> Answering:
    """Return a function that returns how a line could go on; nothing is written beside it."""
    into = tmp_path_factory.mktemp("answer") / "answer"

    def answer_it(line: str, environment: Mapping[str, str]) -> str:
        home = environment["HOME"]
        question = {"program": f"{home}/bin/neuron-warehouse", "home": home, "into": str(into)}
        assert answering({**question, "environment": _asking(line, environment)}) == 0
        assert into.with_name("answer.errors").read_text("utf-8") == ""
        return into.read_text("utf-8")

    return answer_it


SETTING_UP = {
    "bash": (["--norc", "--noprofile", "-i"], 'eval "$(neuron-warehouse completion bash)"'),
    "zsh": (
        ["-f", "-i"],
        'autoload -Uz compinit; compinit -u -D; eval "$(neuron-warehouse completion zsh)"',
    ),
}


@pytest.mark.parametrize("name", SETTING_UP)
def test_the_tab_key_completes_a_command_an_option_and_a_model(
    name: str, with_dataset: Mapping[str, str]
) -> None:
    options, set_up = SETTING_UP[name]
    with terminal([shell(name), *options], with_dataset) as keys:
        keys.press(f"{set_up}; echo rea''dy\n")
        keys.wait_for("ready")
        keys.press("neuron-warehouse hist\t")
        keys.wait_for("ory ")
        keys.press("--inst\t")
        keys.wait_for("ance ")
        keys.press("trn1n\t")
        keys.wait_for(".32xlarge ")
        keys.press("openai/clip-vit-b\t")
        keys.wait_for("ase-patch32 ")


def test_fish_completes_a_command_an_option_and_a_model(with_dataset: Mapping[str, str]) -> None:
    lines = ("hist", "history --inst", "history openai/clip-vit-b", "history Llama2-7B", "help tre")
    asked = "; ".join(f"complete --do-complete 'neuron-warehouse {line}'" for line in lines)
    done = subprocess.run(
        [shell("fish"), "--no-config", "-c", f"neuron-warehouse completion fish | source; {asked}"],
        env=with_dataset,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    found = [line.split("\t") for line in done.stdout.splitlines()]
    assert [name for name, *_ in found] == [
        *("history", "--instance", "openai/clip-vit-base-patch32", "Llama2-7B pre-training"),
        "trends",
    ]
    assert found[0][1] == COMMANDS["history"]


@pytest.mark.parametrize(
    ("line", "some", "others"),
    [
        ("", {"build", "compare", "completion", "help"}, {"--version"}),
        ("-", {"--help", "--version"}, {"build"}),
        ("compare 2.1", {"2.18", "2.18.2"}, {"2.20.0", "latest"}),
        ("compare 2.18 --model x p", {"previous"}, {"2.20.0"}),
        ("compare --m", {"--model", "--metric"}, {"--root"}),
        ("history LLAMA-2", {r"Llama-2-13b", r"Llama-2-7b"}, {"gpt2"}),
        ("advise --instance inf2", {"inf2.xlarge", "inf2.48xlarge"}, {"trn1.2xlarge"}),
        ("advise --usd-per-hour inf2.x", {"inf2.xlarge="}, set()),
        ("trends --metric throughput,t", {"throughput,ttft"}, {"throughput,throughput"}),
        ("support --accelerator ", {"inf1", "trn2"}, {"2.18.2"}),
        ("support --framework ", {"pytorch"}, set()),
        ("sql x --format m", {"markdown"}, {"csv"}),
        ("reproduce 6fc4", {"6fc47c37af4abeac"}, set()),
        ("identify bi", {"bin/"}, {"cache/"}),
        ("identify ~/bin/n", {"~/bin/neuron-warehouse"}, set()),
        ("versions ", {"diff", "prune"}, {"7"}),
        ("measure import --instance-type inf2.x", {"inf2.xlarge"}, set()),
        ("versions diff ", set(), {"2.18.2"}),
        ("advise --batch-size ", set(), {"1", "bin/"}),
    ],
)
def test_a_line_goes_on_with_what_fits(
    answer: Answering,
    with_dataset: Mapping[str, str],
    line: str,
    some: set[str],
    others: set[str],
) -> None:
    found = {*answer(f"neuron-warehouse {line}", with_dataset).split("\n")} - {""}
    assert some <= found
    assert not others & found
    assert bool(found) == bool(some)


def test_a_dataset_named_in_the_line_is_read(
    answer: Answering, environment: Mapping[str, str], bundled_root: Path
) -> None:
    line = f"neuron-warehouse history --root {bundled_root} openai/clip-vit-b"
    assert answer(line, environment) == "openai/clip-vit-base-patch32"


@pytest.mark.slow
@pytest.mark.parametrize("root", ["", "nowhere", "s3://no-such-bucket/prefix", "broken"])
def test_without_a_warehouse_nothing_is_said_and_nothing_is_built(
    answer: Answering, environment: Mapping[str, str], root: str
) -> None:
    home = Path(environment["HOME"])
    (home / "broken").mkdir()
    (home / "broken" / "warehouse.duckdb").write_text("no database")
    before = sorted(home.rglob("*"))
    named = {**environment, "NEURON_WAREHOUSE_ROOT": root}
    assert answer("neuron-warehouse history ", named) == ""
    assert sorted(home.rglob("*")) == before


def test_completion_imports_nothing_slow(with_dataset: Mapping[str, str]) -> None:
    program = [sys.executable, "-X", "importtime", f"{with_dataset['HOME']}/bin/neuron-warehouse"]
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" 8>&1 >/dev/null', "sh", *program],
        env=_asking("neuron-warehouse compare 2.18.", with_dataset),
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert done.stdout.split() == ["2.18.0", "2.18.1", "2.18.2"]
    assert {"argcomplete", "_duckdb"} <= imported
    assert (
        not {"duckdb", "dagster", "pyarrow", "pandas", "numpy", "rich", "lxml", "httpx"} & imported
    )


def test_every_argument_that_has_names_completes_them() -> None:
    actions = [action for name in COMMANDS for action in _actions(name)]
    for action in actions:
        if action.metavar in NAMED and action.type is not int:
            assert completer_of(action), action.dest
    assert {*KINDS, *CLOSED} <= {action.dest for action in actions}
    assert {*KINDS.values()} == {*NAMES}


def _actions(command: str) -> Iterator[argparse.Action]:
    parser = Parser(prog=command)
    declare_command(command, parser)
    for action in parser._actions:
        yield action
        for one in action.choices.values() if isinstance(action.choices, dict) else ():
            yield from one._actions


def test_a_shell_that_is_not_known_is_refused(call: Call) -> None:
    done = call("completion", "zhs")
    assert done.returncode == 2
    assert "did you mean 'zsh'?" in done.stderr
