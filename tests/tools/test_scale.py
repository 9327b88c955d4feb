"""The helpers of `examples/scale`: the generated data, the comparison by hand, what is measured.

Spark, the workers and the object store are tried by `make scale`.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from examples.scale.engines import files_of_version, with_duckdb, with_macro
from examples.scale.generated import BASE, SCALE, TARGET, generate
from examples.scale.measuring import family, memory_of, seconds_of
from examples.scale.workers import overlap, spans
from pipelines.contract import BENCHMARKS, MEASUREMENTS
from tests.loopback import Asked
from warehouse.comparison.verdicts import DEFAULT_TOLERANCE
from warehouse.versions import live_rows, read_version
from warehouse.versions.verify import verify_versions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ROWS = 600


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("scale") / "data"
    generate(str(root), ROWS)
    return root


def test_generated_releases_are_versions_as_any_other(generated: Path) -> None:
    assert verify_versions(generated).faults == ()
    newest = read_version(generated, 2)
    assert newest.releases == (BASE, TARGET)
    assert [file.rows for file in newest.files_of("benchmarks")] == [ROWS, ROWS]
    listed = {str(generated / file.path) for file in newest.files}
    assert {path for paths in files_of_version(generated).values() for path in paths} == listed


def test_the_plain_comparison_and_the_macro_say_what_one_by_hand_says(generated: Path) -> None:
    wanted = _by_hand(generated)
    assert set(wanted) == {
        "added", "removed", "carried-over", "unchanged", "improved", "regressed",
    }  # fmt: skip
    assert with_duckdb(generated) == wanted
    assert with_macro(generated) == wanted


def _by_hand(root: Path) -> dict[str, tuple[int, int]]:
    sides = [_figures(root, release) for release in (BASE, TARGET)]
    counts: Counter[str] = Counter()
    marks: Counter[str] = Counter()
    for key in {*sides[0], *sides[1]}:
        base, target = (side.get(key) for side in sides)
        verdict = _verdict(key[2], base, target)
        values = ("-" if one is None else str(round(one[0] * SCALE)) for one in (base, target))
        text = "|".join((key[0], *key[2:], *values))
        counts[verdict] += 1
        marks[verdict] += int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:8], 16)
    return {verdict: (counts[verdict], marks[verdict]) for verdict in sorted(counts)}


def _figures(root: Path, release: str) -> dict[tuple[str, ...], tuple[float, str]]:
    """Return the value and the measured release of each figure, by what must be equal to pair."""
    rows = {row.benchmark_id: row for row in live_rows(root, BENCHMARKS, release)}
    found = {}
    for figure in live_rows(root, MEASUREMENTS, release):
        row = rows[figure.benchmark_id]
        key = (row.comparison_key, str(row.batch_size))
        of_it = (figure.metric, figure.statistic, figure.unit)
        found[*key, *of_it] = (figure.value, row.measured_release)
    return found


def _verdict(metric: str, base: tuple[float, str] | None, target: tuple[float, str] | None) -> str:
    if base is None:
        return "added"
    if target is None:
        return "removed"
    if base == target:
        return "carried-over"
    (old, _), (new, _) = base, target
    if max(old, new) <= min(old, new) * (1 + DEFAULT_TOLERANCE):
        return "unchanged"
    return "improved" if (metric == "throughput") == (new > old) else "regressed"


def test_time_and_memory_are_those_of_a_process_and_of_what_it_started() -> None:
    work = "import time\nwhile time.process_time() < 0.3: pass\n"
    inner = work + "held = bytearray(64 << 20); print(1, flush=True); input()"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    with subprocess.Popen(
        [sys.executable, "-c", outer], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        below = family(process.pid)
        assert len(below) == 2
        assert below < family(os.getpid())
        assert 64 < sum(map(memory_of, below)) < 256
        assert 0.3 <= sum(map(seconds_of, below)) < 5
        process.communicate("\n")
    assert seconds_of(process.pid) == 0
    assert memory_of(process.pid) == 0


@pytest.mark.parametrize(
    ("times", "wanted"),
    [
        ([], False),
        ([(0, 2)], False),
        ([(0, 2), (3, 4)], False),
        ([(3, 4), (0, 2), (1.5, 1.6)], True),
        ([(0, 9), (1, 2)], True),
    ],
)
def test_two_readings_overlap_if_one_began_before_the_other_ended(
    times: Sequence[tuple[float, float]], *, wanted: bool
) -> None:
    assert overlap(times) is wanted


def test_a_reading_lasts_from_the_first_request_of_a_release_to_its_last() -> None:
    asked = [
        Asked(path, at, 200, 1, "someone")
        for at, path in enumerate(
            ("/robots.txt", "/en/v2.1.0/a", "/en/v2.0.0/a", "/en/v2.1.0/b", "/sitemap.xml"), 10
        )
    ]
    assert spans(asked) == {"v2.1.0": (11, 13), "v2.0.0": (12, 12)}
