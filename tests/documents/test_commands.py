"""Commands that documents show exist, and take the arguments that they are shown with.

`tests/test_repository.py` runs the ones that are shown with their output. All others are read here
as the command line reads them, and not run.
"""

from __future__ import annotations

import ast
import re
import shlex
import tomllib
from importlib.util import find_spec
from typing import TYPE_CHECKING

import duckdb
import pytest

from dagster_project.cli import COMMANDS
from pipelines.errors import UsageError
from tools.documents.commands import parser_of
from tools.documents.found import REPOSITORY, Block, blocks, documents, inline_code, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAM = "neuron-warehouse"
SHELL = ("", "sh", "console")
TARGETS = re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text("utf-8"), re.MULTILINE)
_SIGNS = frozenset("|&;<>()")
_SETTING = re.compile(r"[A-Z_]+=.*", re.DOTALL)


@pytest.mark.parametrize("path", documents(), ids=name_of)
def test_every_command_that_is_shown_can_be_typed(path: Path) -> None:
    text = path.read_text("utf-8")
    for block in blocks(text):
        check(block)
    for code in inline_code(text):
        if code.startswith((f"{PROGRAM} ", "make ")):
            check(Block("sh", code))


def check(block: Block) -> None:
    """Raise an error if a block's code cannot be read as what it is."""
    if block.kind in SHELL:
        for words in shell_commands(block):
            _check_command(words)
    elif block.kind == "python":
        ast.parse(block.text)
    elif block.kind == "toml":
        tomllib.loads(block.text)
    elif block.kind == "sql":
        assert duckdb.extract_statements(block.text)


def shell_commands(block: Block) -> Iterator[list[str]]:
    """Yield the words of each command of a block, without settings before it."""
    text = block.text
    if block.kind == "console":
        text = _typed(text)
    elif not re.search(rf"\b({PROGRAM}|make|python)\b", text):
        return
    # A line's end also ends a command. The reader drops it with a comment: so it is doubled.
    lines = text.replace("\\\n", " ").replace("\n", "\n\n")
    reader = shlex.shlex(lines, posix=True, punctuation_chars="|&;<>()\n")
    reader.whitespace = " \t"
    reader.whitespace_split = True
    words: list[str] = []
    for word in [*reader, ";"]:
        if word and set(word) <= _SIGNS | {"\n"}:
            yield words
            words = []
        elif words or not _SETTING.fullmatch(word):
            words.append(word.replace("\n\n", "\n"))


def _typed(text: str) -> str:
    """Return what a console block types: the line after `$`, with the lines of its quotes."""
    typed = text.partition("$ ")[2]
    lines = typed.splitlines()
    for count in range(1, len(lines) + 1):
        if "\n".join(lines[:count]).count('"') % 2 == 0:
            return "\n".join(lines[:count])
    return typed


def _check_command(words: list[str]) -> None:
    if not words:
        return
    program = words[0].rpartition("/")[2]
    if program == PROGRAM:
        _check_ours(words[1:])
    elif program == "make":
        named = [word for word in words[1:] if "=" not in word]
        assert set(named) <= {*TARGETS}, f"no such target: {words}"
    elif program == "python" and words[1:2] == ["-m"]:
        assert find_spec(words[2]), f"no such module: {words}"
    elif program == "python" and words[1:] and words[1].endswith(".py"):
        assert (REPOSITORY / words[1]).exists(), f"no such file: {words}"


def _check_ours(arguments: list[str]) -> None:
    name, *others = arguments
    if name == "help":
        name, *others = (*others, "--help")
    if name in {"--version", "--help", "COMMAND"}:
        return
    assert name in COMMANDS, f"no such command: {arguments}"
    # Text that only names a command, such as a heading, gives no arguments.
    if others and "--help" not in others and "…" not in others:
        parser_of(name).ask(others)


@pytest.mark.parametrize(
    "line",
    [
        f"{PROGRAM} compere 2.19 2.20",
        f"{PROGRAM} compare 2.19 2.20 --modle bert",
        f"cat x | {PROGRAM} build --format yaml",
        f"A=b {PROGRAM} sql 'SELECT 1' extra",
        "make no-such-target",
        "python -m no_such_module",
        "python tools/no_such_tool.py",
    ],
)
def test_a_command_that_cannot_be_typed_is_found(line: str) -> None:
    with pytest.raises((AssertionError, UsageError)):
        check(Block("sh", line))


def test_quotes_may_hold_lines_and_comments_are_left_out() -> None:
    block = Block("sh", f'# {PROGRAM} nothing\n{PROGRAM} sql "SELECT\n  1" # {PROGRAM} no\nls')
    found = [words for words in shell_commands(block) if words]
    assert found == [[PROGRAM, "sql", "SELECT\n  1"], ["ls"]]
