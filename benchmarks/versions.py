"""`python -m benchmarks.versions`: what a build costs as the history grows, as Markdown.

This module measures storage alone, on generated releases: the cost of reading pages does not depend
on the number of releases. Results live in docs/explanation/performance.md.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.saving import save
from tests.warehouse.conftest import a_release
from warehouse.database.build_file import build_database
from warehouse.database.query import run_sql
from warehouse.versions import publish
from warehouse.versions.descriptor import from_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipelines.contract import ReleaseTables

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SIZES = (10, 100, 1_000)
ROWS = 20
ROUNDS = 5
_ONE = "SELECT * FROM benchmark_results WHERE release = '2.1.0'"


@dataclass(frozen=True, slots=True)
class Costs:
    """Processor time in seconds for one number of releases, the least of several rounds."""

    releases: int
    unchanged: float
    changed: float
    file: float
    reading: float


def main() -> None:
    """Measure, print and save."""
    rows = []
    for costs in map(measure, map(int, sys.argv[1:]) if sys.argv[1:] else SIZES):
        rows.append(_row(costs))
        print(rows[-1], flush=True)
    save("growing-history", rows)


def _row(costs: Costs) -> dict[str, int]:
    return {
        "releases": costs.releases,
        "nothing_changed_ms": _ms(costs.unchanged),
        "one_release_changed_ms": _ms(costs.changed + costs.file),
        "of_it_its_version_ms": _ms(costs.changed),
        "of_it_its_file_ms": _ms(costs.file),
        "one_query_ms": _ms(costs.reading),
    }


def measure(releases: int) -> Costs:
    """Return the costs on a new root with so many releases."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "data"
        publish(root, list(_releases(releases)), source="generated", now=NOW)
        build_database(root)
        last = _name(releases // 2)
        return Costs(
            releases,
            unchanged=_least(
                lambda _: (_publish(root, a_release(last, ROWS)), build_database(root))
            ),
            **_changing(root, last),
            reading=_least(lambda _: run_sql(root, _ONE)),
        )


def _changing(root: Path, release: str) -> dict[str, float]:
    version, file = [], []
    for round_ in range(ROUNDS + 1):
        changed = a_release(release, ROWS + 1 + round_)
        version.append(_seconds(lambda changed=changed: _publish(root, changed)))
        file.append(_seconds(lambda: build_database(root)))
    return {"changed": min(version[1:]), "file": min(file[1:])}


def _publish(root: Path, release: ReleaseTables) -> object:
    return publish(root, [release], source="generated", now=NOW)


def _releases(count: int) -> Iterator[ReleaseTables]:
    return (a_release(_name(number), ROWS) for number in range(count))


def _name(number: int) -> str:
    return f"2.{number // 5}.{number % 5}"


def _least(call: Callable[[int], object]) -> float:
    return min([_seconds(lambda: call(0)) for _ in range(ROUNDS + 1)][1:])


def _seconds(call: Callable[[], object]) -> float:
    # A real build is a new process: it has read no version yet, and collects no garbage.
    from_json.cache_clear()
    gc.collect()
    gc.disable()
    # Processor time of all threads, so that other work of the machine does not count.
    start = time.process_time()
    call()
    seconds = time.process_time() - start
    gc.enable()
    return seconds


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


if __name__ == "__main__":
    main()
