"""`make scale`: run the product's data past one process, for real, and say whether all holds.

    python -m examples.scale [spark] [dagster] [bucket]

This module runs the parts, judges what they said, prints one table and saves it. What is run lives
in the other modules: `generated` and `engines`, `workers`, `one_bucket`. SCALE_BENCHMARKS makes the
large dataset smaller, for a quick try.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from benchmarks.saving import save
from examples.scale.engines import files_of_version
from examples.scale.generated import FIGURES
from examples.scale.measuring import Step, run_step
from examples.scale.servers import missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

FULL = 10_000_000
LARGE = int(os.environ.get("SCALE_BENCHMARKS", str(FULL)))
SMALL = LARGE // 10


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Attributes:
        what: What was run.
        size: On how much.
        processor_seconds: Processor time of all its processes.
        peak_MiB: The most memory that they held together.
        holds: Whether what it should show is so; None where it only prepares the next.
    """

    what: str
    size: str
    processor_seconds: float
    peak_MiB: int  # noqa: N815 - a unit
    holds: bool | None

    def line(self) -> str:
        """Return the row of a Markdown table."""
        holds = {None: "", True: "yes", False: "NO"}[self.holds]
        cells = self.what, self.size, f"{self.processor_seconds:,.1f}", f"{self.peak_MiB:,}", holds
        return f"| {' | '.join(cells)} |"


HEAD = "| what | size | processor s | peak MiB | holds |\n| --- | --- | ---: | ---: | --- |"


def _row(what: str, size: str, step: Step, *, holds: bool | None = None) -> Row:
    # A step that failed holds nothing, also one that only prepares.
    judged = False if step.code else holds
    return Row(what, size, round(step.seconds, 1), round(step.peak), judged)


def spark(folder: Path) -> Iterator[Row]:
    """Compare two releases with DuckDB, our macro, and Spark, which must all say the same."""
    for benchmarks in (SMALL, LARGE):
        root = folder / f"data-{benchmarks}"
        size = f"{benchmarks:,} benchmarks, {benchmarks * len(FIGURES):,} figures"
        made = run_step("generated", str(root), str(benchmarks // 2))
        yield _row("publish two releases, a version each", size, made)
        plain = run_step("engines", "duckdb", str(root))
        yield _row("plain comparison, DuckDB", size, plain)

        def same(
            what: str,
            engine: str,
            root: Path = root,
            size: str = size,
            plain: Step = plain,
        ) -> Row:
            step = run_step("engines", engine, str(root))
            return _row(what, size, step, holds=step.said is not None and step.said == plain.said)

        yield same("the same by the macro compare_releases", "macro")
        if benchmarks == LARGE:
            yield same("the same, Spark, files of the descriptor", "spark")
            yield _row("export to Delta", size, run_step("engines", "export", str(root)))
            yield same("the same, Spark, files of Delta's log", "spark-delta")


def dagster(folder: Path) -> Iterator[Row]:
    """Read releases with two workers, one killed; then a live site with a pool of one."""
    single, parted = folder / "single", folder / "parted"
    step = run_step("workers", "single", str(single))
    size = f"{step.said} releases"
    yield _row("a single build", size, step)
    step = run_step("workers", "bundled", str(parted))
    said = step.said
    holds = (
        said is not None
        and said["succeeded"]
        and said["killed_with"] == 9  # noqa: PLR2004 - SIGKILL
        and said["killed_run"] == ["one", "two"]
        and min(said["shares"].values()) > 0
        and content(parted) == content(single)
    )
    yield _row("the same by two workers, one killed: equal bytes", size, step, holds=holds)
    step = run_step("workers", "pool", str(folder / "live"))
    one, two = cast("list[dict[str, Any]]", step.said or [{}, {}])
    size = f"{one.get('releases')} releases, {one.get('requests')} requests"
    overlaps = ("readings_overlap", "steps_overlap")
    holds = (
        one.get("succeeded") is True
        and one["requests_at_once"] == 1
        and not any(one[name] for name in overlaps)
        # A pool of 2 lets two runs ask, of which the archive's lock refuses one: without this, the
        # check above would see nothing.
        and two["steps_overlap"]
        and not two["readings_overlap"]
    )
    what = "a live site, two workers: a pool of 1 lets one read at a time"
    yield _row(what, size, step, holds=holds)


def content(root: Path) -> Mapping[str, str]:
    """Return the SHA-256 of each Parquet file of the newest version, by its path."""
    paths = chain.from_iterable(files_of_version(root).values())
    return {
        str(Path(path).relative_to(root)): hashlib.sha256(Path(path).read_bytes()).hexdigest()
        for path in paths
    }


def bucket(_: Path) -> Iterator[Row]:
    """Let two writers and three readers work on one root in an object store."""
    step = run_step("one_bucket", "run", "s3://bucket/data")
    said = step.said or {}
    size = f"{said.get('versions')} versions, {said.get('answers')} answers"
    good = said.get("landed") and not (said["wrong"] or said["failed"] or said["faults"])
    holds = bool(good) and said["versions_met"] > 1
    yield _row(
        "S3: two writers, three readers, each answer of one version", size, step, holds=holds
    )


PARTS: Mapping[str, tuple[Callable[[Path], Iterator[Row]], tuple[str, ...]]] = {
    "spark": (spark, ("java",)),
    "dagster": (dagster, ("redis-server", "initdb")),
    "bucket": (bucket, ()),
}


def main() -> int:
    """Run the parts; return 1 if one does not hold, or lacks a program."""
    chosen = sys.argv[1:] or [*PARTS]
    if unknown := [name for name in chosen if name not in PARTS]:
        sys.exit(f"no part is called {', '.join(unknown)}; there are {', '.join(PARTS)}")
    print(HEAD, flush=True)
    rows, verdicts = [], {}
    for name in chosen:
        part, programs = PARTS[name]
        if lacking := missing(*programs):
            verdicts[name] = lacking
            continue
        with tempfile.TemporaryDirectory(prefix="scale") as folder:
            done = list(map(_shown, part(Path(folder))))
        rows += done
        wrong = [row.what for row in done if row.holds is False]
        verdicts[name] = f"does not hold: {'; '.join(wrong)}" if wrong else "holds"
    print()
    for name, verdict in verdicts.items():
        print(f"{name}: {verdict}")
    if chosen == [*PARTS] and LARGE == FULL and set(verdicts.values()) == {"holds"}:
        save("scale", [asdict(row) for row in rows])
    return int(set(verdicts.values()) != {"holds"})


def _shown(row: Row) -> Row:
    print(row.line(), flush=True)
    return row


if __name__ == "__main__":
    sys.exit(main())
