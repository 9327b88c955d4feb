"""The tables that hold what was published, typed: benchmarks, their measurements, and flags.

This module says what a row or a figure means. A new dimension is a column of `Benchmark` with its
role in a comparison; metrics live in `metrics`, headers in `pipelines.performance.vocabulary`.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - `Table.columns` reads it
from dataclasses import dataclass
from typing import Literal, get_args

from pipelines.contract.accelerators import ACCELERATOR_NAMES
from pipelines.contract.column import Table, described, quickly_made, with_role
from pipelines.contract.metrics import BASES, METRIC_NAMES, STATISTIC_PATTERN, UNITS
from pipelines.contract.published import RELEASE

# An error is sure: what is published cannot all be true. A warning is likely: it can be true, and
# probably something else is meant. An info is worth knowing, and nothing is wrong.
Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)


MODEL_FAMILIES = (
    "encoder",
    "decoder",
    "encoder-decoder",
    "vision-transformer",
    "cnn",
    "stable-diffusion",
    "diffusion-transformer",
)


@quickly_made
@dataclass(frozen=True, slots=True)
class Benchmark:
    """One published benchmark row."""

    benchmark_id: str = described(
        "Names the row: a stable hash of its release and of all that identifies it there."
    )
    comparison_key: str = described(
        "Identity of the workload across releases, without software versions and tuning."
    )
    table_id: str = described("Published table that the row is in.")
    release: str = described(RELEASE)
    row: int = described("Body row of the table, from 0.")
    measured_release: str | None = described(
        "SDK release that the figures were measured on.", role="measured"
    )
    workload: str = described(
        "What was run.", values=("inference", "training"), role="identity", place=2
    )
    accelerator: str = described(
        "Accelerator family of the page.", values=ACCELERATOR_NAMES, role="identity", place=1
    )
    model_family: str | None = described(
        "Family of the model, from the section's heading, or else as other pages give it.",
        values=MODEL_FAMILIES,
        role="identity",
        place=3,
    )
    optimized_for: str | None = described(
        "What the run was tuned for, from the tab.",
        values=("throughput", "latency"),
        role="identity",
        place=4,
    )
    application_type: str | None = described(
        "Batch or Real Time, as published.", role="identity", place=5
    )
    model: str = described("Name of the model, as published.", role="identity", place=6)
    model_details: str | None = described(
        "What Inf1 pages say of the model beside its name.", role="identity", place=7
    )
    task: str | None = described("Task of the model, as published.", role="identity", place=8)
    framework: str | None = described("Framework that ran the model.", role="software")
    framework_version: str | None = described(
        "Version of the framework; never sorts as text.", role="software"
    )
    instance_types: tuple[str, ...] = described(
        "EC2 instance types of the run, in lower case.", role="identity", place=9
    )
    run_mode: str | None = described(
        "How the model was spread over NeuronCores, as published.", role="identity", place=14
    )
    batch_size: int | None = described("Batch size of the run.", unit="samples", role="tuned")
    sequence_length: int | None = described(
        "Sequence length.", unit="tokens", role="identity", place=10
    )
    input_length: int | None = described("Input length.", unit="tokens", role="identity", place=11)
    output_length: int | None = described(
        "Output length.", unit="tokens", role="identity", place=12
    )
    image_size: str | None = described(
        "Image size, as published.", unit="pixels", role="identity", place=13
    )
    tp_degree: int | None = described("Tensor parallel degree.", unit="NeuronCores", role="tuned")
    dp_degree: int | None = described("Data parallel degree.", unit="replicas", role="tuned")
    pp_degree: int | None = described("Pipeline parallel degree.", unit="stages", role="tuned")
    nodes: int | None = described(
        "Number of instances in the run.", unit="instances", role="identity", place=15
    )
    topology: str | None = described("Topology, as published.", role="tuned")
    model_data_types: tuple[str, ...] | None = described("Data types of the model.", role="tuned")
    autocast_data_type: str | None = described(
        "Data type that the compiler casts to.", role="tuned"
    )
    weight_storage_data_type: str | None = described(
        "Data type that weights are stored in.", role="tuned"
    )
    optimizer: str | None = described("Optimizer of a training run.", role="tuned")
    scaling: str | None = described(
        "Strong or weak scaling of a training run, as published.", role="tuned"
    )
    microbatch: int | None = described(
        "Micro batch of a training run.", unit="samples", role="tuned"
    )
    global_batch: int | None = described(
        "Global batch of a training run.", unit="samples", role="tuned"
    )
    os: str | None = described(
        "Operating system of the run, as published, such as U22.", role="software"
    )
    scripts: tuple[str, ...] = described("Addresses of the scripts or tutorials of the row.")
    attributes: Mapping[str, str] = described("Every other published column, by its header.")


IDENTITY = with_role(Benchmark, "identity")
"""The identity of a workload, in the order of `comparison_key`: not its software versions, and not
what is tuned for the best figure. A new column takes the next place, so that keys keep their text.
"""


@quickly_made
@dataclass(frozen=True, slots=True)
class Measurement:
    """One published figure of a benchmark row."""

    benchmark_id: str = described("Benchmark that the figure belongs to.")
    release: str = described(RELEASE)
    metric: str = described("What was measured.", values=METRIC_NAMES)
    statistic: str = described(
        "Which statistic of it; `stated`: given, not measured; `unstated`: the header names none.",
        pattern=STATISTIC_PATTERN,
    )
    value: float = described("The figure, in the row's unit.")
    unit: str = described("Unit of the figure, as the header gives it.", values=UNITS)
    basis: str | None = described(
        "Price basis of money, or tokens counted, as the page states them.", values=BASES
    )
    text: str = described("The cell, as published.")
    table_id: str = described("Published table of the cell.")
    row: int = described("Body row of the cell, from 0.")
    column: int = described("Column of the cell, from 0.")


@dataclass(frozen=True, slots=True)
class QualityFlag:
    """One thing that looks wrong or is worth knowing; what it is about is published unchanged."""

    release: str = described(RELEASE)
    benchmark_id: str | None = described("Benchmark concerned; null for a page or table.")
    page: str = described("Page concerned.")
    rule: str = described("Name of the rule that found it.")
    severity: str = described(
        "How serious it is; an error is sure, a warning likely, an info no fault.",
        values=SEVERITIES,
    )
    message: str = described("A sentence with the figures.")
    observed: str | None = described("What the page says.")
    expected: str | None = described("What the rule would have expected.")


BENCHMARKS = Table(
    "benchmarks",
    Benchmark,
    "Published benchmark rows with their dimensions typed.",
    key=("benchmark_id",),
    sort=("release", "table_id", "row"),
    references=(("published_tables", ("table_id",)),),
    group="measured",
    made_from=("published_cells",),
)
MEASUREMENTS = Table(
    "measurements",
    Measurement,
    "Published figures, one row each, with metric, statistic, unit and basis.",
    key=("benchmark_id", "metric", "statistic"),
    sort=("release", "table_id", "row", "column"),
    references=(
        ("benchmarks", ("benchmark_id",)),
        ("published_cells", ("table_id", "row", "column")),
    ),
    group="measured",
    made_from=("benchmarks", "published_cells"),
)
QUALITY_FLAGS = Table(
    "quality_flags",
    QualityFlag,
    "What looks wrong in a release, or is worth knowing; it is published unchanged.",
    key=("release", "page", "rule", "benchmark_id", "message"),
    sort=("release", "page", "rule", "benchmark_id", "message"),
    group="measured",
    made_from=("pages", "benchmarks", "measurements"),
)
