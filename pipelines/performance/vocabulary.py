"""The registry: every header, unit, category, section, tab and note that pages are known to use.

Here belongs data alone, and this is the one file that a maintainer edits when a page brings
something new. How a header or a value is read stands in `headers` and `values`.
Keys are written the way `plain` writes a text: lower case, without dots, hyphens as spaces.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "pipelines/performance/vocabulary.py"


def plain(text: str) -> str:
    """Write a header, heading or category without the noise in which pages differ."""
    return " ".join(text.replace(".", " ").replace("-", " ").casefold().split())


@dataclass(frozen=True, slots=True)
class Dimension:
    """A column that describes the run. `field` is a column of `benchmarks`."""

    field: str

    @property
    def slot(self) -> str:
        """Names what the column is, whatever its header is called."""
        return self.field


@dataclass(frozen=True, slots=True)
class Metric:
    """A column of figures. `units` maps the unit in its header to ours; "" means no unit there."""

    metric: str
    statistic: str
    units: Mapping[str, str]
    basis: str | None = None

    @property
    def slot(self) -> str:
        """Names what the column is, whatever its header is called."""
        return self.metric if self.statistic in ("mean", "stated") else self.statistic_slot

    @property
    def statistic_slot(self) -> str:
        """Names the metric with its statistic: `latency p50`."""
        return f"{self.metric} {self.statistic}"


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


def _percentiles(name: str, metric: str) -> dict[str, Metric]:
    return {f"{name} {p}": Metric(metric, p, _MILLISECONDS) for p in ("p50", "p99")}


METRICS: Mapping[str, Metric] = {
    "throughput": Metric("throughput", "mean", _RATES),
    "avg throughput": Metric("throughput", "mean", _RATES),
    "performance": Metric("throughput", "mean", _RATES),
    "output token throughput": Metric("throughput", "mean", _OUTPUT_RATES, basis="output"),
    **_percentiles("latency", "latency"),
    **_percentiles("latency per token", "latency_per_token"),
    **_percentiles("ttft latency", "ttft"),
    **_percentiles("tpot latency", "tpot"),
    "cost per 1m inferences": Metric("cost", "mean", {"": "USD per 1M inferences"}),
    "cost per 1m images": Metric("cost", "mean", {"": "USD per 1M images"}),
    "cost per 1m tokens": Metric("cost", "mean", {"": "USD per 1M tokens"}),
    "on demand hourly rate": Metric("hourly_rate", "stated", {"": "USD/h"}, basis="on-demand"),
    "ri effective hourly rate": Metric(
        "hourly_rate", "stated", {"": "USD/h"}, basis="ri-effective"
    ),
}

DIMENSIONS: Mapping[str, Dimension] = {
    name: Dimension(field)
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
        "model_data_types": ("model data type", "training data type"),
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

# Closed sets: a value outside them is reported, not guessed at. Spelled as published.
CATEGORIES: Mapping[str, tuple[str, ...]] = {
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
        "Sequence Classification",
        "Text Generation",
        "Multimodal Autoencoding",
        "Image Classification",
        "Image Segmentation",
        "Image Generation",
    ),
    "model_data_types": ("FP32", "FP16", "BF16"),
    "autocast_data_type": ("Matmult-BF16", "BF16+SR", "BF16/AMP", "BF16+FP32Optimizer"),
    "weight_storage_data_type": ("int8", "bf16"),
    "optimizer": ("Lamb", "AdamW"),
    "scaling": ("weak scaling", "strong scaling"),
    "os": ("U18", "U20", "U22", "U24", "AL2", "AL2023"),
}

# Slips of the pen that pages are known to hold: published as they stand, and flagged.
SLIPS: Mapping[str, Mapping[str, str]] = {"os": {"U2": "U22"}}

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

# The columns that a table must have, as sets of slots: one of a family's sets must be complete.
_RUN = frozenset(
    [
        "model",
        "scripts",
        "framework",
        "instance_types",
        "application_type",
        "measured_release",
        "run_mode",
        "batch_size",
        "throughput",
        "cost",
    ]
)
_DATA_TYPES = {"task", "model_data_types", "autocast_data_type"}
_LATENCY = {"latency p50", "latency p99"}
_LENGTHS = {"sequence_length", "input_length", "output_length", "tp_degree"}
_PER_TOKEN = {"latency_per_token p50", "latency_per_token p99", "dp_degree"}
_TTFT_TPOT = {"ttft p50", "ttft p99", "tpot p50", "tpot p99", "hourly_rate"}
_SENTENCES = _RUN | _LATENCY | _DATA_TYPES | {"sequence_length", "os"}
_IMAGES = _RUN | _LATENCY | _DATA_TYPES | {"image_size"}
_ALL_TOKENS = _RUN | _DATA_TYPES | _LENGTHS | _PER_TOKEN
_OUTPUT_TOKENS = _RUN | _DATA_TYPES | _LENGTHS | _TTFT_TPOT
_INF1 = _RUN | _LATENCY | {"model_details"}
_TRAINING = frozenset(
    [
        "model",
        "instance_types",
        "model_data_types",
        "nodes",
        "topology",
        "microbatch",
        "global_batch",
        "optimizer",
        "throughput",
        "scaling",
        "measured_release",
        "scripts",
        "framework_version",
        "os",
    ]
)
_INF2_AND_TRN1: Mapping[str, tuple[frozenset[str], ...]] = {
    "encoder": (_SENTENCES,),
    "decoder": (_OUTPUT_TOKENS, _ALL_TOKENS),
    "encoder-decoder": (_ALL_TOKENS,),
    "vision-transformer": (_IMAGES,),
    "cnn": (_IMAGES,),
    "stable-diffusion": (_IMAGES,),
    "diffusion-transformer": (_IMAGES,),
}
SHAPES: Mapping[str, Mapping[str, tuple[frozenset[str], ...]]] = {
    "inf1-inference": {"encoder": (_INF1,), "cnn": (_INF1,)},
    "inf2-inference": _INF2_AND_TRN1,
    "trn1-inference": _INF2_AND_TRN1,
    "trn1-training": {
        "encoder": (_TRAINING | {"sequence_length"},),
        "decoder": (_TRAINING | {"sequence_length"},),
        "vision-transformer": (_TRAINING,),
    },
}
# For a family that a page has not had before.
LEAST_SHAPE = frozenset({"model", "instance_types", "measured_release"})
