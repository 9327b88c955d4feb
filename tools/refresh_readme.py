"""Run the commands that documents show, and put their real output below them.

    python tools/refresh_readme.py

A fenced block of kind `console` holds one command after `$`, then what it prints. It may read what
`echo "…" |` before it writes. `make run` is run as the build that it ends with; the README comes
first and builds what the others ask. A test runs the same commands and compares.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

REPOSITORY = Path(__file__).resolve().parent.parent
DOCUMENTS = ("README.md", "docs/comparing.md", "docs/questions.md")
"""Documents that show commands, the one that builds the warehouse first."""
_BLOCK = re.compile(
    r'```console\n\$ (?P<command>[^"\n]*(?:"[^"]*")?[^\n]*)\n(?P<output>.*?)```', re.DOTALL
)

# What `make run` calls, whatever environment this runs in.
_AS_INSTALLED = """
import sys
sys.argv[0] = ".venv/bin/neuron-warehouse"
from dagster_project.cli import main
main()
"""


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
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NEURON_WAREHOUSE")}
    done = subprocess.run(  # noqa: S603 - the documents' own commands
        [sys.executable, "-c", _AS_INSTALLED, *words[1:]],
        cwd=folder,
        env={**environment, "PATH": os.defpath},
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{command} ended with {done.returncode}: {done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
