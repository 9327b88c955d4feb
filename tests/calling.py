"""The command line, called in the process of the tests, which has imported everything once.

A test that is about the process itself (what it imports, how it dies, where its output goes) starts
one; all others use the fixture `call` of `conftest`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from dagster_project.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

    Call = Callable[..., "Called"]


@dataclass(frozen=True, slots=True)
class Called:
    """What a command wrote on both outputs, and its exit code."""

    returncode: int
    output: bytes
    errors: bytes

    @property
    def stdout(self) -> str:
        """The output as text."""
        return self.output.decode()

    @property
    def stderr(self) -> str:
        """The error output as text."""
        return self.errors.decode()


def called(
    arguments: tuple[str, ...],
    patch: pytest.MonkeyPatch,
    captured: pytest.CaptureFixture[bytes],
) -> Called:
    """Return what the command line does with these arguments."""
    patch.setattr(sys, "argv", ["neuron-warehouse", *arguments])
    captured.readouterr()
    with pytest.raises(SystemExit) as ended:
        main()
    output, errors = captured.readouterr()
    return Called(int(ended.value.code or 0), output, errors)
