"""The vocabulary: the headers, units, words, sections, tabs and notes that pages are known to use.

This module is data alone, and the one file to edit for a new spelling. Words of headers that
combine freely live in `words`, metrics in `contract.metrics`, pages and their columns in
`pages.catalog`; how a header or a cell is read lives in `headers` and `cell_values`.
Keys are written the way `plain` writes a text: lower case, without dots, hyphens as spaces.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.contract.declaration import DeclarationError
from pipelines.contract.metrics import BASES, METRICS_BY_NAME, figure_slot
from pipelines.performance.column_kinds import TRAINING_DATA_TYPES, DimensionColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "pipelines/performance/vocabulary.py"


def plain(text: str) -> str:
    """Write a header, heading or category without the noise in which pages differ."""
    return " ".join(text.replace(".", " ").replace("-", " ").casefold().split())


@dataclass(frozen=True, slots=True)
class MetricHeader:
    """A column of figures. `units` maps the unit in its header to ours; "" means no unit there."""

    metric: str
    statistic: str
    units: Mapping[str, str]
    basis: str | None = None

    def __post_init__(self) -> None:
        """Check the header against the metric that it names.

        Raises:
            DeclarationError: The metrics lack what it names.
        """
        metric = METRICS_BY_NAME.get(self.metric)
        if metric is None:
            raise DeclarationError(f"a header gives {self.metric!r}, which METRICS lacks")
        unknown = {self.statistic, *self.units.values(), self.basis} - {
            *metric.statistics,
            *(unit.name for unit in metric.units),
            *BASES,
            None,
        }
        if unknown:
            raise DeclarationError(
                f"a header gives {unknown.pop()!r}, which metric {self.metric!r} lacks"
            )

    @property
    def slot(self) -> str:
        """What the column is, whatever its header is called."""
        return figure_slot(self.metric, self.statistic)


_RATES = {
    "/sec": "inferences/s",
    "inference/sec": "inferences/s",
    "inference/second": "inferences/s",
    "inferences/sec": "inferences/s",
    "inferences/second": "inferences/s",
    "image/sec": "images/s",
    "images/sec": "images/s",
    "images/second": "images/s",
    "tokens/sec": "tokens/s",
    "tokens/second": "tokens/s",
    "seq/sec": "sequences/s",
    "sequences/sec": "sequences/s",
}
_OUTPUT_RATES = {"tokens/sec": "output tokens/s", "tokens/second": "output tokens/s"}
_MILLISECONDS = {"ms": "ms"}


def _percentiles(name: str, metric: str) -> dict[str, MetricHeader]:
    return {f"{name} {p}": MetricHeader(metric, p, _MILLISECONDS) for p in ("p50", "p99")}


METRICS: Mapping[str, MetricHeader] = {
    "throughput": MetricHeader("throughput", "mean", _RATES),
    "avg throughput": MetricHeader("throughput", "mean", _RATES),
    "performance": MetricHeader("throughput", "mean", _RATES),
    "output token throughput": MetricHeader("throughput", "mean", _OUTPUT_RATES, basis="output"),
    **_percentiles("latency", "latency"),
    **_percentiles("latency per token", "latency_per_token"),
    **_percentiles("ttft latency", "ttft"),
    **_percentiles("tpot latency", "tpot"),
    "cost per 1m inferences": MetricHeader("cost", "mean", {"": "USD per 1M inferences"}),
    "cost per 1m images": MetricHeader("cost", "mean", {"": "USD per 1M images"}),
    "cost per 1m tokens": MetricHeader("cost", "mean", {"": "USD per 1M tokens"}),
    "on demand hourly rate": MetricHeader(
        "hourly_rate", "stated", {"": "USD/h"}, basis="on-demand"
    ),
    "ri effective hourly rate": MetricHeader(
        "hourly_rate", "stated", {"": "USD/h"}, basis="ri-effective"
    ),
}

DIMENSIONS: Mapping[str, DimensionColumn] = {
    name: DimensionColumn(field)
    for field, names in {
        "model": ("model",),
        "model_details": ("model details",),
        "scripts": ("scripts", "tutorial", "tutorials", "neuron tutorial/example"),
        "framework": ("framework",),
        "framework_version": ("pytorch neuron(torch neuronx) version",),
        "instance_types": ("inst type", "instance type"),
        "task": ("task",),
        "application_type": ("application type",),
        "measured_release": ("neuron version",),
        "run_mode": ("run mode",),
        "batch_size": ("batch size",),
        "sequence_length": ("sequence length",),
        "input_length": ("input length",),
        "output_length": ("output length",),
        "image_size": ("image size",),
        "tp_degree": ("tp degree",),
        "dp_degree": ("dp degree",),
        "pp_degree": ("pp degree",),
        "nodes": ("nodes",),
        "topology": ("topology",),
        "model_data_types": ("model data type",),
        TRAINING_DATA_TYPES: ("training data type",),
        "autocast_data_type": ("compilation autocast data type",),
        "weight_storage_data_type": ("weight storage data type",),
        "optimizer": ("optimizer",),
        "scaling": ("strong/weak scaling",),
        "microbatch": ("microbatch", "micro batch"),
        "global_batch": ("global minibatch", "globalbatch", "global batch"),
        "os": ("os type",),
    }.items()
    for name in names
}

# The framework that a column names in its header, where its cells hold the version alone.
HEADER_FRAMEWORKS: Mapping[str, str] = {"framework_version": "torch-neuronx"}

# Open sets: the words that pages are known to use, spelled as published. Nothing is calculated with
# them, so another word is kept as printed, with a flag.
WORDS: Mapping[str, tuple[str, ...]] = {
    "application_type": ("Batch", "Real Time"),
    "run_mode": ("Data Parallel", "Model Pipeline", "Tensor Parallel"),
    "framework": (
        "PyTorch",
        "Tensorflow",
        "Transformers NeuronX",
        "Transformers Neuron",
        "NeuronX Distributed",
    ),
    "task": (
        "Raw Output (AutoModel)",
        "Raw Output (AutoModelForMaskedLM)",
        "Sequence Classification",
        "Text Generation",
        "Multimodal Autoencoding",
        "Image Classification",
        "Image Segmentation",
        "Image Generation",
    ),
    "model_data_types": ("FP32", "FP16", "BF16"),
    "autocast_data_type": ("Matmult-BF16", "BF16+SR", "BF16/AMP", "BF16+FP32Optimizer", "Amp"),
    "weight_storage_data_type": ("int8", "bf16"),
    "optimizer": ("Lamb", "Adam", "AdamW"),
    "scaling": ("weak scaling", "strong scaling"),
    "os": ("U18", "U20", "U22", "U24", "AL2", "AL2023"),
}

# Words that pages print where there is nothing to say.
NOTHING: Mapping[str, tuple[str, ...]] = {"autocast_data_type": ("None",)}

FAMILIES: Mapping[str, str] = {
    "encoder models": "encoder",
    "decoder models": "decoder",
    "encoder decoder models": "encoder-decoder",
    "vision transformer models": "vision-transformer",
    "vision transformers models": "vision-transformer",
    "convolutional neural networks (cnn) models": "cnn",
    "stable diffusion models": "stable-diffusion",
    "diffusion transformer models": "diffusion-transformer",
}

TABS: Mapping[str, str] = {
    "throughput optimized": "throughput",
    "latency optimized": "latency",
}

# Price bases that a note can name before the words "hourly rate"; it holds for its whole page.
PRICE_BASES: Mapping[str, str] = {"on demand": "on-demand", "ri effective": "ri-effective"}
