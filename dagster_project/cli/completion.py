"""`neuron-warehouse completion`: what a shell runs to complete our commands. Imports no Dagster.

This module has the command's options and help. What is completed, and with which names, is decided
in `dagster_project.cli.shared.completing`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagster_project.cli.shared.output import PROGRAM

if TYPE_CHECKING:
    from argparse import Namespace

    from dagster_project.cli.shared.parser import Parser

EPILOG = """examples:
  eval "$(neuron-warehouse completion bash)"     # in ~/.bashrc
  eval "$(neuron-warehouse completion zsh)"      # in ~/.zshrc, below compinit
  neuron-warehouse completion fish > ~/.config/fish/completions/neuron-warehouse.fish

The Tab key then completes commands, options, files, and the models, releases and instance types of
the dataset that the command would read."""


def declare(parser: Parser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "shell", choices=("bash", "zsh", "fish"), help="the shell: bash, zsh or fish"
    )


def run(args: Namespace) -> None:
    """Print the script for a shell."""
    from argcomplete.shell_integration import shellcode

    # Without bash's own guesses: where nothing of ours fits, there is nothing to say.
    print(shellcode([PROGRAM], shell=args.shell, complete_arguments=["-o nospace"]))
