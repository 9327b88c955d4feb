"""What a build costs as the history grows.

This module measures storage alone, and the command that builds one release of the bundled capture
among generated ones.
"""

from __future__ import annotations

import gc
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.timing import COMMAND, Timing, command, seconds_of
from tests.warehouse.conftest import a_release
from warehouse.database.build_file import build_database
from warehouse.database.query import run_sql
from warehouse.versions import publish
from warehouse.versions.listing import forget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pipelines.contract import ReleaseTables

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FEW, MANY = 10, 1_000
ROWS = 20
ROUNDS, COMMAND_ROUNDS = 15, 5
_NEWEST = "2.32.0"
_ONE = "SELECT * FROM benchmark_results WHERE release = '1.1.0'"

Seconds = dict[str, float]
"""Processor time by what was done, as people read it."""


@dataclass(frozen=True, slots=True)
class History:
    """A root with generated releases, and the name of the one among them that changes."""

    root: Path
    changing: str


def measurements() -> Iterator[Timing]:
    """Yield what each kind of work costs with many releases, against the same with few."""
    with tempfile.TemporaryDirectory() as folder:
        few, many = (_history(Path(folder) / f"{count}", count) for count in (FEW, MANY))
        # The first round only makes both histories alike: the first version says of every release
        # that it is new, and later ones do not.
        rounds = [(_stored(few, n), _stored(many, n)) for n in range(ROUNDS + 1)][1:]
        yield from _timings(rounds)
        yield from _timings([(_built(few, n), _built(many, n)) for n in range(COMMAND_ROUNDS)])


def _timings(rounds: Sequence[tuple[Seconds, Seconds]]) -> Iterator[Timing]:
    """Compare the least of all rounds; in each, few and many came one right after the other."""
    for name in rounds[0][0]:
        theirs, ours = (min(costs[name] for costs in side) for side in zip(*rounds, strict=True))
        yield Timing(
            f"{name}, {MANY:,} releases / {FEW} releases",
            ours,
            theirs,
            ours / theirs,
            "at most 2",
            met=ours <= 2 * theirs,
        )


def _history(root: Path, count: int) -> History:
    releases = [a_release(_name(number), ROWS) for number in range(count)]
    publish(root, releases, source="generated", now=NOW)
    build_database(root)
    return History(root, _name(count // 2))


def _stored(history: History, number: int) -> Seconds:
    """Return what one round of storing and reading takes."""
    root, changed = history.root, a_release(history.changing, ROWS + 1 + number)

    def stored() -> float:
        return _seconds(lambda: (_publish(root, changed), build_database(root)))

    return {
        "one release changed": stored(),
        "nothing changed": stored(),
        "one query": _seconds(lambda: run_sql(root, _ONE)),
    }


def _built(history: History, number: int) -> Seconds:
    """Return what the command takes where a release is another than in the dataset, and then again.

    It is younger than the generated releases: that is what each week brings.
    """
    root = history.root
    build = command(
        [COMMAND, "build", "--release", _NEWEST, "--allow-lost-tables", "--root", str(root)]
    )
    _publish(root, a_release(_NEWEST, ROWS + number))
    build_database(root)
    return {
        "`build` of one release that changed": seconds_of(build),
        "`build` of one release that did not change": seconds_of(build),
    }


def _publish(root: Path, release: ReleaseTables) -> object:
    return publish(root, [release], source="generated", now=NOW)


def _name(number: int) -> str:
    return f"1.{number // 5}.{number % 5}"


def _seconds(call: Callable[[], object]) -> float:
    # A real build is a new process: it has read no version yet, and collects no garbage.
    forget()
    gc.collect()
    gc.disable()
    # Processor time of all threads, so that other work of the machine does not count.
    seconds = seconds_of(call)
    gc.enable()
    return seconds
