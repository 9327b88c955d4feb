"""This module finds the readers, and which of them a file is for.

No reader is listed anywhere: a module in `readers` is a reader.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from pipelines.contract.declaration import DeclarationError
from pipelines.errors import UsageError, refuse_unknown
from warehouse.questions.own import readers
from warehouse.questions.own.reader import Reader

if TYPE_CHECKING:
    from warehouse.questions.own.own_runs import OwnRun
    from warehouse.questions.own.result_file import ResultFile


@cache
def all_readers() -> tuple[Reader, ...]:
    """Return every reader, in the order in which they are asked.

    Raises:
        DeclarationError: A module declares no reader, or one of another name.
    """
    found = []
    for module in pkgutil.iter_modules(readers.__path__):
        reader = getattr(import_module(f"{readers.__name__}.{module.name}"), "READER", None)
        if not isinstance(reader, Reader) or reader.tool.replace("-", "_") != module.name:
            raise DeclarationError(
                f"{readers.__name__}.{module.name}: write READER = Reader(...) with this name"
            )
        found.append(reader)
    return tuple(sorted(found, key=lambda one: (one.order, one.tool)))


def runs_of(file: ResultFile, tool: str = "") -> tuple[Reader, tuple[OwnRun, ...]]:
    """Return the reader of a file, and the file's runs.

    Args:
        file: The file.
        tool: The load generator that wrote it; empty to tell by its content.

    Raises:
        UsageError: The tool is not known, the file is of none, or it has no figure.
    """
    reader = _named(tool) if tool else _recognised(file)
    runs = tuple(run for run in reader.read(file) if run.figures)
    if not runs:
        raise UsageError(f"{file.name} has no figure that {reader.title} writes")
    return reader, runs


def _named(tool: str) -> Reader:
    by_name = {reader.tool: reader for reader in all_readers()}
    refuse_unknown("tool", tool, by_name)
    return by_name[tool]


def _recognised(file: ResultFile) -> Reader:
    for reader in all_readers():
        if reader.recognises(file):
            return reader
    tools = ", ".join(reader.tool for reader in all_readers())
    raise UsageError(
        f"{file.name} is of no load generator that is known ({tools}); "
        "see docs/how-to/own-measurements.md"
    )
