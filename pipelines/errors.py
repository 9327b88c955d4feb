"""The errors that a person meets, each with the exit code of the command line.

This module has the types of errors, and the sentence that refuses a name outside a closed set. Put
a new type here; every other sentence is written where the facts are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipelines.quality.rule import Rule

_LONGEST = 300


class NeuronWarehouseError(Exception):
    """An error whose text says to a person what happened, where, and what to do."""

    exit_code = 1


class UsageError(NeuronWarehouseError):
    """The command cannot be run as it was called."""

    exit_code = 2


class SourceError(NeuronWarehouseError):
    """The source, or the dataset's own folder, could not be read or written."""

    exit_code = 3


class AbsentError(SourceError):
    """The source was asked for a file and does not have it."""


class DamageError(SourceError):
    """Something that was kept is damaged: nothing of its release is built over the gap."""


class UnforeseenError(NeuronWarehouseError):
    """An exception that none of our code expected, with what was being read."""

    exit_code = 4

    def __init__(self, what: str, cause: BaseException | str) -> None:
        # As text, so that it can be sent from one process to another.
        super().__init__(what, one_line(cause))

    def __str__(self) -> str:
        what, text = self.args
        return f"{what}: held back, since it could not be read ({text}); please report this"


class PromiseError(NeuronWarehouseError):
    """Rows that are published break what the contract promises: a fault of this software."""

    exit_code = 4

    def __init__(self, version: int, broken: str) -> None:
        super().__init__(version, broken)

    def __str__(self) -> str:
        version, broken = self.args
        return (
            f"version {version} breaks what the contract promises ({broken}); the warehouse file "
            "stays as it was; please report this"
        )


def one_line(error: BaseException | str) -> str:
    """Return an exception's type and text, or a text, as one line of at most 300 characters."""
    text = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
    return " ".join(text.split())[:_LONGEST]


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding: one thing on a page that is worth knowing, or that is not as expected.

    Attributes:
        rule: The rule that found it. It decides whether the finding becomes a flag, or holds the
            page back.
        where: The place: page, table, row, column.
        observed: The text that was met.
        expected: What is known or allowed.
        remedy: What a person can do.
        benchmark_id: The benchmark concerned; None for a table or a page.
    """

    rule: Rule
    where: str
    observed: str
    expected: str
    remedy: str
    benchmark_id: str | None = None

    def __str__(self) -> str:
        return (
            f"{self.where}: {self.rule.name.replace('-', ' ')}: met {self.observed!r}, "
            f"expected {self.expected}; {self.remedy}"
        )


class ContractError(NeuronWarehouseError):
    """Nothing of a release can be published: every page of it is held back, or it has none."""

    exit_code = 4

    def __init__(self, release: str, problems: tuple[Problem, ...]) -> None:
        # As given, so that it can be sent from one process to another.
        super().__init__(release, problems)
        self.release = release
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(f"release {self.release}, {problem}" for problem in self.problems)


def refuse_unknown(what: str, text: str, known: Iterable[str]) -> None:
    """Raise `UsageError` for a text that is not among the known ones, and name those.

    Args:
        what: What the text should be, such as `accelerator`.
        text: The text.
        known: All that it could be, in the order in which the error lists it.
    """
    choices = tuple(known)
    if text not in choices:
        raise UsageError(unknown(what, text, choices))


def unknown(what: str, text: str, choices: Sequence[str]) -> str:
    """Return the sentence about a text that is not among the choices."""
    return f"unknown {what} {text!r} (choose from {', '.join(choices)})"
