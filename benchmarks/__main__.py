"""`python -m benchmarks`: measure the speed of which docs/explanation/performance.md tells.

This module prints one table with ratios and goals, and saves each part as a result. What is
measured lives in the other modules; names given as arguments choose some of them.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING

from benchmarks import building, compare, versions, wide
from benchmarks.timing import HEAD, report_timings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from benchmarks.timing import Timing

PARTS: Mapping[str, Callable[[], Iterator[Timing]]] = {
    "building": building.measurements,
    "comparing": compare.measurements,
    "growing-history": versions.measurements,
    "many-benchmarks": wide.measurements,
}


def main() -> None:
    """Measure, print and save."""
    chosen = sys.argv[1:] or [*PARTS]
    if unknown := [name for name in chosen if name not in PARTS]:
        sys.exit(f"no part is called {', '.join(unknown)}; there are {', '.join(PARTS)}")
    print(HEAD, flush=True)
    # A process for each part: none begins with the memory of another.
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as processes:
        each = (processes.submit(report_timings, name, PARTS[name]) for name in chosen)
        done = [timing for part in each for timing in part.result()]
    print(f"\n{sum(timing.met for timing in done)} of {len(done)} goals are met.")


if __name__ == "__main__":
    main()
