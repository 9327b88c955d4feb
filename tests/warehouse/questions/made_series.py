"""Made-up releases whose series have a known story each: what the tests of trends and history read.

Put a new story here, as what each release prints of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.warehouse.conftest import NOW, a_benchmark, a_flag, a_release
from warehouse.database.build_file import build_database
from warehouse.versions import publish

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pipelines.contract import Measurement, ReleaseTables

RELEASES = tuple(f"2.{minor}.0" for minor in range(11, 19))


@dataclass(frozen=True)
class Told:
    """What a release prints of a series: its throughput, the SDK, and whether it is flagged."""

    value: float
    measured: str
    is_flagged: bool = False


def _each(values: Sequence[float]) -> dict[str, Told]:
    """Return a series that is measured on every release."""
    return {r: Told(value, r) for r, value in zip(RELEASES, values, strict=False)}


def _under(values: Sequence[float], measured: Sequence[int]) -> dict[str, Told]:
    labels = (RELEASES[at] for at in measured)
    return {r: Told(v, m) for r, v, m in zip(RELEASES, values, labels, strict=False)}


STORIES: Mapping[str, Mapping[str, Told]] = {
    "step": _each((100, 101, 100.5, 150, 151, 150.5, 150, 151)),
    "drift": _each((100, 110, 121, 133, 146, 161, 177, 195)),
    "uneven": _each((100, 160, 90, 170, 120, 180, 100, 150)),
    "returned": _each((100, 101, 150, 151, 99, 100, 101, 100.5)),
    "plateau": _under((100, 100, 100, 100, 100, 150, 150, 150), (0, 0, 0, 0, 0, 5, 5, 5)),
    "relabelled": _under((100,) * 8, (0, 1, 2, 3, 4, 5, 6, 7)),
    "restored": _under((100, 100, 60, 100, 100, 100, 100, 100), (0,) * 8),
    "outlier": {
        **_each((100, 100.1, 1000, 100.2, 100.1, 100, 100.1, 100.2)),
        RELEASES[2]: Told(1000, RELEASES[2], is_flagged=True),
    },
    "once": {RELEASES[3]: Told(100, RELEASES[3])},
    "slower": _each((200, 199, 201, 120, 121, 120.5, 120, 119)),
}


def publish_stories(root: Path, stories: Mapping[str, Mapping[str, Told]] = STORIES) -> None:
    """Write a root of releases that print the stories, with its database."""
    publish(root, [_release(one, stories) for one in RELEASES], source="a test", now=NOW)
    build_database(root)


def _release(release: str, stories: Mapping[str, Mapping[str, Told]]) -> ReleaseTables:
    told = [(name, story[release]) for name, story in stories.items() if release in story]
    made = a_release(release, rows=len(told), quality_flags=())
    benchmarks = [
        a_benchmark(
            release,
            row,
            comparison_key=f"k-{name}",
            model=name,
            measured_release=one.measured,
            instance_types=("inf2.xlarge",),
        )
        for row, (name, one) in enumerate(told)
    ]
    flags = [
        a_flag(release, benchmark_id=f"b-{release}-{row}")
        for row, (_, one) in enumerate(told)
        if one.is_flagged
    ]
    figures = [_scaled(figure, told[figure.row][1]) for figure in made.rows["measurements"]]
    rows = {"benchmarks": benchmarks, "measurements": figures, "quality_flags": flags}
    return replace(made, rows={**made.rows, **rows})


def _scaled(figure: Measurement, told: Told) -> Measurement:
    """Return a figure that follows from the throughput: four are in flight, at 0.36 USD/h."""
    value = {
        ("throughput", "mean"): told.value,
        ("latency", "p50"): 4000 / told.value,
        ("latency", "p99"): 5000 / told.value,
        ("cost", "mean"): 100 / told.value,
    }[figure.metric, figure.statistic]
    return replace(figure, value=value, text=f"{value:.6f}")
