"""The words of the grammar of headers, as data: closed lists that `grammar` combines freely.

This module names the words for quantities, statistics, units and dimensions that a header can be
made of. Put a new word here. Which metrics and units there are lives in `contract.metrics`; the
rules by which words combine live in `grammar`; headers that are known letter by letter live in the
vocabulary.
Phrases are written the way `grammar.tokens_of` writes a header: lower case, one space between
words, `per` for `/`, `usd` for `$`, `number` for `#`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from pipelines.contract.metrics import (
    COST,
    METRICS_BY_NAME,
    STATED,
    THINGS,
    THROUGHPUT,
    UNITS_BY_NAME,
    Unit,
)
from pipelines.performance.column_kinds import TRAINING_DATA_TYPES
from pipelines.performance.vocabulary import PRICE_BASES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipelines.contract.metrics import Metric
    from pipelines.performance.column_kinds import Role


@dataclass(frozen=True, slots=True)
class Quantity:
    """A phrase for something that is measured.

    Attributes:
        phrase: The words.
        metric: What is measured.
        basis: The basis that the words state, if any.
        thing: What a rate counts, where the words say it.
        carried: The unit that the words themselves state, if any.
    """

    phrase: str
    metric: Metric
    basis: str | None = None
    thing: str | None = None
    carried: Unit | None = None

    @property
    def has_statistics(self) -> bool:
        """Whether a statistic makes sense; what is only stated has none."""
        return self.metric.default != STATED


# A word that means the same as another one, whichever phrase it is part of.
SAME_WORD: Mapping[str, str] = {
    "avg": "mean",
    "average": "mean",
    "median": "p50",
    "maximum": "max",
    "minimum": "min",
    "inst": "instance",
    "seq": "sequence",
    "seqs": "sequences",
    "len": "length",
    "num": "number",
    "dtype": "data type",
    "datatype": "data type",
    "parallelism": "parallel",
    "e2e": "end to end",
    "utilisation": "utilization",
    "img": "image",
    "imgs": "images",
    "tok": "token",
    "toks": "tokens",
    "req": "request",
    "reqs": "requests",
    "sec": "second",
    "secs": "second",
    "seconds": "second",
    "hr": "hour",
    "h": "hour",
    "dollars": "usd",
    "1000": "1k",
    "thousand": "1k",
    "1000000": "1m",
    "million": "1m",
    "1000000000": "1b",
    "billion": "1b",
}

# Tokens that a rate counts, as the contract names the basis.
TOKEN_BASES: Mapping[str, str] = {"output tokens": "output", "input tokens": "input"}
# Words for a time after `per`, and for a time that was measured, with our spelling.
_PER_TIME: Mapping[str, str] = {
    "second": "s",
    "s": "s",
    "minute": "min",
    "min": "min",
    "hour": "h",
}
_TIMES: Mapping[str, str] = {
    "s": "s",
    "second": "s",
    "ms": "ms",
    "msec": "ms",
    "millisecond": "ms",
    "milliseconds": "ms",
    "μs": "µs",
    "us": "µs",
    "usec": "µs",
    "microsecond": "µs",
    "microseconds": "µs",
}
_COUNTS = ("1k", "1m", "1b")


def singular(thing: str) -> str:
    """Return one of what a rate counts: `output token` of `output tokens`."""
    return thing.removesuffix("s")


def _rates() -> Iterable[tuple[str, str]]:
    for (word, time), thing in product(_PER_TIME.items(), THINGS):
        yield f"{thing} per {word}", f"{thing}/{time}"
        yield f"{singular(thing)} per {word}", f"{thing}/{time}"


BARE_RATE = Unit("/s")
"""A rate that does not say what it counts, as in `Avg Throughput (/sec)`; never published."""
# In brackets alone.
BARE_RATES: Mapping[str, Unit] = {"per second": BARE_RATE, "per s": BARE_RATE}
UNITS: Mapping[str, Unit] = {
    phrase: UNITS_BY_NAME[name]
    for phrase, name in {
        **dict(_rates()),
        **_TIMES,
        "%": "%",
        "percent": "%",
        "tflops": "TFLOPs",
        "gflops": "GFLOPs",
        "usd per hour": "USD/h",
    }.items()
}
# What may stand in the brackets of a quantity that carries its unit already.
MONEY = "usd"

_TTFT = ("ttft", "ttft latency", "time to first token", "time to first token latency")
_TPOT = ("tpot", "tpot latency", "time per output token", "time per output token latency")
_ITL = ("itl", "itl latency", "inter token latency", "token to token latency")
_TIME_PHRASES: Mapping[str, tuple[str, ...]] = {
    "latency": ("latency",),
    "latency_per_token": ("latency per token", "per token latency"),
    "ttft": (*_TTFT, "first token latency"),
    "tpot": _TPOT,
    "itl": _ITL,
    "e2e_latency": ("end to end latency", "end to end request latency", "e2el"),
}
_PRICE_BASES: Mapping[str, str | None] = {
    "": None,
    **{f"{phrase} ": basis for phrase, basis in PRICE_BASES.items()},
}


def _throughputs() -> Iterable[Quantity]:
    for phrase in ("throughput", "performance"):
        yield Quantity(phrase, THROUGHPUT)
    for thing in THINGS:
        basis = TOKEN_BASES.get(thing)
        yield Quantity(f"{singular(thing)} throughput", THROUGHPUT, basis, thing)
    yield Quantity("total token throughput", THROUGHPUT, "input+output", "tokens")


def _costs() -> Iterable[Quantity]:
    for count, thing in product(_COUNTS, THINGS):
        unit = COST.unit(f"USD per {count.upper()} {thing}")
        yield Quantity(f"cost per {count} {thing}", COST, carried=unit)


def _prices() -> Iterable[Quantity]:
    rate = METRICS_BY_NAME["hourly_rate"]
    for (words, basis), name in product(_PRICE_BASES.items(), ("hourly rate", "hourly price")):
        yield Quantity(f"{words}{name}", rate, basis, carried=rate.unit("USD/h"))


_OTHER_PHRASES: Mapping[str, tuple[str, ...]] = {
    **_TIME_PHRASES,
    "mfu": ("mfu", "model flops utilization"),
    "compute_cost_per_token": ("compute cost per token", "computecostpertoken"),
}
QUANTITIES: Mapping[str, Quantity] = {
    quantity.phrase: quantity
    for quantity in (
        *_throughputs(),
        *_costs(),
        *_prices(),
        *(
            Quantity(phrase, METRICS_BY_NAME[metric])
            for metric, phrases in _OTHER_PHRASES.items()
            for phrase in phrases
        ),
    )
}

_PARALLEL: Mapping[str, str] = {
    "tp": "tensor parallel",
    "dp": "data parallel",
    "pp": "pipeline parallel",
    "ep": "expert parallel",
    "cp": "context parallel",
    "sp": "sequence parallel",
}


def _degrees(short: str) -> tuple[str, ...]:
    return tuple(
        f"{name} {word}" for name in (short, _PARALLEL[short]) for word in ("degree", "size")
    )


def _counted(*things: str) -> tuple[str, ...]:
    return tuple(
        phrase for one in things for phrase in (f"{one}s", f"number of {one}s", f"number {one}s")
    )


# Dimensions that have a column of `benchmarks`. The first phrase of each is its plainest header.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "model": ("model", "model name"),
    "model_details": ("model details",),
    "scripts": (
        *("scripts", "script", "tutorial", "tutorials", "example", "examples"),
        *("neuron tutorial per example", "tutorial per example"),
    ),
    "framework": ("framework",),
    "framework_version": ("pytorch neuron ( torch neuronx ) version",),
    "instance_types": ("instance type", "instance types", "ec2 instance type"),
    "task": ("task",),
    "application_type": ("application type",),
    "measured_release": ("neuron version", "neuron sdk version", "sdk version"),
    "run_mode": ("run mode",),
    "batch_size": ("batch size",),
    "sequence_length": ("sequence length",),
    "input_length": ("input length", "input sequence length", "isl"),
    "output_length": ("output length", "output sequence length", "osl"),
    "image_size": ("image size", "image resolution"),
    "tp_degree": _degrees("tp"),
    "dp_degree": _degrees("dp"),
    "pp_degree": _degrees("pp"),
    "nodes": _counted("node"),
    "topology": ("topology",),
    "model_data_types": ("model data type",),
    TRAINING_DATA_TYPES: ("training data type",),
    "autocast_data_type": ("compilation autocast data type", "autocast data type"),
    "weight_storage_data_type": ("weight storage data type",),
    "optimizer": ("optimizer",),
    "scaling": ("strong per weak scaling", "scaling"),
    "microbatch": ("microbatch", "micro batch", "microbatch size", "micro batch size"),
    "global_batch": (
        *("global batch", "globalbatch", "global minibatch", "global mini batch"),
        *("global batch size", "global minibatch size", "global mini batch size"),
    ),
    "os": ("os type", "os", "operating system"),
}

# Dimensions that have no column of `benchmarks`: `identity` says what is run, `tuned` how.
OTHER_FIELDS: Mapping[Role, Mapping[str, tuple[str, ...]]] = {
    "identity": {
        "context length": ("context length",),
        "prompt length": ("prompt length",),
        "max sequence length": ("max sequence length",),
        "max context length": ("max context length",),
        "max model length": ("max model length",),
        "concurrency": ("concurrency", "max concurrency", "number of concurrent requests"),
        "number of requests": ("number of requests", "number requests", "number of prompts"),
        "inference steps": ("inference steps", "number of inference steps"),
    },
    "tuned": {
        "ep degree": _degrees("ep"),
        "cp degree": _degrees("cp"),
        "sp degree": _degrees("sp"),
        "max batch size": ("max batch size",),
        "gradient accumulation steps": ("gradient accumulation steps",),
        "data type": ("data type",),
        "weight data type": ("weight data type",),
        "activation data type": ("activation data type",),
        "kv cache data type": ("kv cache data type",),
        "quantization": ("quantization",),
        "neuroncores": (*_counted("neuroncore", "neuron core"), "number of cores"),
        "chips": _counted("chip", "neuron chip"),
        "devices": _counted("device", "neuron device"),
    },
}
