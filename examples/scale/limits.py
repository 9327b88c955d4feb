"""From which size on a part of the product gives way, each with two sizes: so its growth shows.

    python -m examples.scale.limits

This module measures single parts of the product on one machine, and saves a table of its own. What
other engines do with the same data lives in `__main__`.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.saving import save
from examples.scale.engines import with_macro
from examples.scale.generated import TARGET, generate, put
from examples.scale.measuring import run_step
from warehouse.database.build_file import build_database
from warehouse.database.query import run_sql
from warehouse.storage.data_paths import FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

FULL = 1_000_000
LARGE = int(os.environ.get("SCALE_BENCHMARKS", str(10 * FULL))) // 10
SIZES = (LARGE // 10, LARGE)
GONE = (500, 1_000, 2_000, 4_000)
_HEAD = "| what | size | processor s | peak MiB |\n| --- | --- | ---: | ---: |"


def file(root: str) -> float:
    """Build the warehouse file; return its size in MiB."""
    build_database(root)
    return (Path(root) / FILE).stat().st_size / 2**20


def publish_again(root: str) -> int:
    """Publish the newest release with other figures, over the one that is there."""
    found = run_sql(root, f"SELECT count(*) FROM benchmarks WHERE release = '{TARGET}'")  # noqa: S608
    rows = found.to_pylist()[0]["count_star()"]
    put(root, TARGET, 2, rows)
    return int(rows)


def look(root: str) -> int:
    """Read ten rows of the view that a BI tool opens first."""
    return int(run_sql(root, "FROM benchmark_results LIMIT 10").num_rows)


def pair(root: str) -> int:
    """Compare two releases by the macro; return the number of verdicts."""
    return len(with_macro(Path(root)))


PARTS: Mapping[str, Callable[[str], float]] = {
    "file": file,
    "publish-again": publish_again,
    "look": look,
    "pair": pair,
}
_STEPS = (
    ("file", "warehouse.duckdb built whole"),
    ("look", "ten rows of benchmark_results"),
    ("publish-again", "one release of two published again, all figures changed"),
    ("file", "warehouse.duckdb brought up to it"),
)


def measurements(folder: Path) -> Iterator[dict[str, object]]:
    """Yield one row after another."""
    for benchmarks in SIZES:
        root = str(folder / f"data-{benchmarks}")
        generate(root, benchmarks // 2)
        for part, what in _STEPS:
            step = run_step("limits", part, root)
            size = f"{benchmarks:,} benchmarks"
            if part == "file" and step.said is not None:
                size += f", file of {step.said:,.0f} MiB"
            yield _row(what, size, step.seconds, step.peak, step.code)
    for gone in GONE:
        root = str(folder / f"gone-{gone}")
        generate(root, 10 * max(GONE), gone)
        step = run_step("limits", "pair", root)
        size = f"{gone:,} rows gone, {gone:,} come, which differ in their model alone"
        yield _row("compare_releases", size, step.seconds, step.peak, step.code)


def _row(what: str, size: str, seconds: float, peak: float, code: int) -> dict[str, object]:
    if code:
        what += ": FAILED"
    row = {
        "what": what,
        "size": size,
        "processor_seconds": round(seconds, 1),
        "peak_MiB": round(peak),
    }
    print(f"| {what} | {size} | {row['processor_seconds']:,} | {row['peak_MiB']:,} |", flush=True)
    return row


def main(arguments: Sequence[str]) -> None:
    """Run a part, or measure all."""
    if arguments:
        part, root = arguments
        print(json.dumps(PARTS[part](root)))
        return
    print(_HEAD)
    with tempfile.TemporaryDirectory(prefix="scale") as folder:
        rows = list(measurements(Path(folder)))
    if LARGE == FULL:
        save("scale-limits", rows)


if __name__ == "__main__":
    main(sys.argv[1:])
