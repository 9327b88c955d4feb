"""What a build costs as the history grows.

This module measures storage alone, and the command that builds one release of the bundled capture
among generated ones.
"""

from __future__ import annotations

import gc
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.timing import COMMAND, Timing, command, seconds_of
from tests.warehouse.conftest import a_release
from warehouse.database.build_file import build_database
from warehouse.database.query import run_sql
from warehouse.versions import publish
from warehouse.versions.listing import forget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pipelines.contract import ReleaseTables

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FEW, MANY = 10, 1_000
ROWS = 20
ROUNDS, COMMAND_ROUNDS = 9, 3
_NEWEST = "2.32.0"
_ONE = "SELECT * FROM benchmark_results WHERE release = '1.1.0'"


@dataclass(frozen=True, slots=True)
class Costs:
    """Processor time in seconds for one number of releases, the least of several rounds."""

    releases: int
    unchanged: float
    changed: float
    file: float
    reading: float
    command: float
    command_again: float


_KINDS: Mapping[str, Callable[[Costs], float]] = {
    "nothing changed": lambda costs: costs.unchanged,
    "one release changed, its version": lambda costs: costs.changed,
    "one release changed, its file": lambda costs: costs.file,
    "one query": lambda costs: costs.reading,
    "`build` of one release that changed": lambda costs: costs.command,
    "`build` of one release that did not change": lambda costs: costs.command_again,
}


def measurements() -> Iterator[Timing]:
    """Yield what each kind of work costs with many releases, against the same with few."""
    few, many = measure(FEW), measure(MANY)
    for name, of in _KINDS.items():
        ours, theirs = of(many), of(few)
        yield Timing(
            f"{name}, {MANY:,} releases / {FEW} releases",
            ours,
            theirs,
            ours / theirs,
            "at most 2",
            met=ours <= 2 * theirs,
        )


def measure(releases: int) -> Costs:
    """Return the costs on a new root with so many releases."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "data"
        publish(root, list(_releases(releases)), source="generated", now=NOW)
        build_database(root)
        last = _name(releases // 2)
        changing = _changing(root, last)
        # The first version says of every release that it is new; later ones are as those of a long
        # history are.
        same = a_release(last, ROWS + 1 + ROUNDS)
        return Costs(
            releases,
            unchanged=_least(lambda _: (_publish(root, same), build_database(root))),
            **changing,
            reading=_least(lambda _: run_sql(root, _ONE)),
            **_commands(root),
        )


def _changing(root: Path, release: str) -> dict[str, float]:
    version, file = [], []
    for round_ in range(ROUNDS + 1):
        changed = a_release(release, ROWS + 1 + round_)
        version.append(_seconds(partial(_publish, root, changed)))
        file.append(_seconds(lambda: build_database(root)))
    return {"changed": min(version[1:]), "file": min(file[1:])}


def _commands(root: Path) -> dict[str, float]:
    """Return the cost of the command where a release is another than in the dataset, and where not.

    It is younger than the generated releases: that is what each week brings.
    """
    build = command(
        [COMMAND, "build", "--release", _NEWEST, "--allow-lost-tables", "--root", str(root)]
    )
    changed, again = [], []
    for round_ in range(COMMAND_ROUNDS):
        _publish(root, a_release(_NEWEST, ROWS + round_))
        build_database(root)
        changed.append(seconds_of(build))
        again.append(seconds_of(build))
    return {"command": min(changed), "command_again": min(again)}


def _publish(root: Path, release: ReleaseTables) -> object:
    return publish(root, [release], source="generated", now=NOW)


def _releases(count: int) -> Iterator[ReleaseTables]:
    return (a_release(_name(number), ROWS) for number in range(count))


def _name(number: int) -> str:
    return f"1.{number // 5}.{number % 5}"


def _least(call: Callable[[int], object]) -> float:
    return min([_seconds(lambda: call(0)) for _ in range(ROUNDS + 1)][1:])


def _seconds(call: Callable[[], object]) -> float:
    # A real build is a new process: it has read no version yet, and collects no garbage.
    forget()
    gc.collect()
    gc.disable()
    # Processor time of all threads, so that other work of the machine does not count.
    seconds = seconds_of(call)
    gc.enable()
    return seconds
