"""A small dataset of published rows that own runs are compared with: two models, two releases.

Release 2.19.1 prints again what 2.18.2 printed, measured on 2.18.0. Put here what AWS published.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipelines.contract import Measurement
from tests.warehouse.conftest import NOW, a_benchmark, a_flag, a_package, a_release
from warehouse.database.build_file import build_database
from warehouse.versions import publish

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.contract import ReleaseTables

RELEASES = ("2.18.2", "2.19.1")
COMPILERS = {"2.18.2": "2.13.72.0", "2.19.1": "2.14.227.0"}
LLAMA: dict[str, Any] = {
    "model": "Llama-2-13b",
    "model_family": "decoder",
    "instance_types": ("inf2.48xlarge",),
    "framework": "Transformers NeuronX",
    "input_length": 128,
    "output_length": 128,
    "sequence_length": 256,
    "tp_degree": 24,
    "measured_release": "2.18.0",
}
ROWS: tuple[dict[str, Any], ...] = (
    {**LLAMA, "batch_size": 8},
    {**LLAMA, "batch_size": 1},
    {**LLAMA, "model": "Llama-2-70b", "batch_size": 8},
    {
        "model": "bert-base-uncased",
        "instance_types": ("inf2.xlarge",),
        "batch_size": 1,
        "measured_release": "2.18.0",
    },
)
FIGURES: tuple[tuple[tuple[str, str, float, str, str | None], ...], ...] = (
    (
        ("throughput", "mean", 500.0, "output tokens/s", "output"),
        ("ttft", "p50", 100.0, "ms", None),
        ("ttft", "p99", 120.0, "ms", None),
        ("tpot", "p50", 15.0, "ms", None),
    ),
    (
        ("throughput", "mean", 110.0, "output tokens/s", "output"),
        ("ttft", "p50", 26.0, "ms", None),
        ("ttft", "p99", 27.0, "ms", None),
        ("tpot", "p50", 9.0, "ms", None),
    ),
    (("throughput", "mean", 90.0, "output tokens/s", "output"),),
    (
        ("throughput", "mean", 2000.0, "inferences/s", None),
        ("latency", "p50", 1.0, "ms", None),
    ),
)


def publish_llama(root: Path) -> None:
    """Write a root of these releases, with its database."""
    publish(root, [_release(one) for one in RELEASES], source="a test", now=NOW)
    build_database(root)


def _release(release: str) -> ReleaseTables:
    made = a_release(release, rows=len(ROWS))
    benchmarks = [
        a_benchmark(release, row, **settings, comparison_key=f"k-{row}")
        for row, settings in enumerate(ROWS)
    ]
    measurements = [
        Measurement(
            f"b-{release}-{row}",
            release,
            *figure,
            text=f"{figure[2]}",
            table_id=f"t-{release}",
            row=row,
            column=column,
        )
        for row, figures in enumerate(FIGURES)
        for column, figure in enumerate(figures)
    ]
    rows = {
        "benchmarks": benchmarks,
        "measurements": measurements,
        # The larger model's only figure is one that nobody should believe.
        "quality_flags": (a_flag(release, benchmark_id=f"b-{release}-2"),),
        "package_versions": (
            replace(a_package(release), release=release, version=COMPILERS[release]),
        ),
    }
    return replace(made, rows={**made.rows, **rows})
