"""What a reader of result files declares.

This module has the type; the readers live in the package `readers`, one a module, and are found by
`known_tools`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from warehouse.questions.own.own_runs import OwnRun
    from warehouse.questions.own.result_file import ResultFile


@dataclass(frozen=True, slots=True)
class Reader:
    """How the result files of one load generator are read.

    Attributes:
        tool: Its name, as `--tool` takes it; its module has the same with underscores.
        title: Its name for people.
        written_by: What writes such a file.
        recognises: Whether a file is one of them.
        read: Yields the runs of a file.
        order: Readers are asked in this order, then by name; a format that is less special has a
            higher number.
    """

    tool: str
    title: str
    written_by: str
    recognises: Callable[[ResultFile], bool]
    read: Callable[[ResultFile], Iterator[OwnRun]]
    order: int = 0
