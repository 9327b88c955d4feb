"""Run the commands that documents show, and put their real output below them.

    python tools/refresh_readme.py

A fenced block of kind `console` holds one command after `$`, then what it prints. It may read what
`echo "…" |` before it writes. `make run` is run as the build that it ends with; the page that
shows it comes first and builds what the others ask. A test runs the same commands and compares.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
import tempfile
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from dagster_project.cli import main as main_of_the_command_line
from tools.documents.found import documents, name_of

if TYPE_CHECKING:
    from collections.abc import Callable

REPOSITORY = Path(__file__).resolve().parent.parent
_FIRST = "docs/start/first-answer.md"
DOCUMENTS = tuple(
    sorted(
        (name_of(path) for path in documents() if "```console" in path.read_text("utf-8")),
        key=lambda name: name != _FIRST,
    )
)
"""Documents that show commands, the one that builds the warehouse first."""
_BLOCK = re.compile(
    r'```console\n\$ (?P<command>[^"\n]*(?:"[^"]*")?[^\n]*)\n(?P<output>.*?)```', re.DOTALL
)

_PROGRAM = ".venv/bin/neuron-warehouse"
"""What `make run` calls, whatever environment this runs in."""


def main() -> None:
    """Rewrite the documents' outputs."""
    with tempfile.TemporaryDirectory() as folder:
        for path in (REPOSITORY / name for name in DOCUMENTS):
            shown = path.read_text(encoding="utf-8")
            path.write_text(refreshed(shown, lambda command: run(command, folder)), "utf-8")


def refreshed(text: str, output_of: Callable[[str], str]) -> str:
    """Return a text with the output of each shown command put below it, in the order shown."""

    def block(match: re.Match[str]) -> str:
        return f"```console\n$ {match['command']}\n{output_of(match['command'])}```"

    return _BLOCK.sub(block, text)


def run(command: str, folder: str) -> str:
    """Run a shown command in a folder and return what it prints."""
    words, typed = shlex.split(command), ""
    if words[0] == "echo" and words[2] == "|":
        typed, words = f"{words[1]}\n", words[3:]
    if words == ["make", "run"]:
        words = ["neuron-warehouse", "build"]
    if words[0] != "neuron-warehouse":
        raise SystemExit(f"a document shows a command of another project: {command}")
    code, printed, errors = _called([_PROGRAM, *words[1:]], typed, folder)
    if code:
        raise SystemExit(f"{command} ended with {code}: {errors}")
    return printed


def _called(arguments: list[str], typed: str, folder: str) -> tuple[int, str, str]:
    """Call the command line in this process: most of a process of its own would be its start.

    Returns:
        The exit code, and what was written on both outputs.
    """
    # What a reader's shell may set, and ours not.
    own = ("NEURON_WAREHOUSE", "COLUMNS")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(own)}
    with ExitStack() as stack:
        read, output, errors = (
            stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8")) for _ in range(3)
        )
        for file in (output, errors):
            # Some outputs are written as bytes, below the text that waits in the file object.
            file.reconfigure(write_through=True)
        read.write(typed)
        read.seek(0)
        stack.enter_context(chdir(folder))
        stack.enter_context(patch.dict(os.environ, {**environment, "PATH": os.defpath}, clear=True))
        stack.enter_context(patch.multiple(sys, argv=arguments, stdin=read))
        stack.enter_context(redirect_stdout(output))
        stack.enter_context(redirect_stderr(errors))
        code = 0
        try:
            main_of_the_command_line()
        except SystemExit as ended:
            code = int(ended.code or 0)
        texts = []
        for file in (output, errors):
            file.seek(0)
            texts.append(file.read())
    return code, texts[0], texts[1]


if __name__ == "__main__":
    main()
