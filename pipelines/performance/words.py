"""The words of the grammar of headers, as data: closed lists that `grammar` combines freely.

This module names the quantities, statistics, units and dimensions that a header can be made of.
Put a new word here. The rules by which words combine live in `grammar`; headers that are known
letter by letter live in the vocabulary.
Phrases are written the way `grammar.tokens_of` writes a header: lower case, one space between
words, `per` for `/`, `usd` for `$`, `number` for `#`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Kind = Literal["rate", "time", "share", "compute", "price", "cost"]
Role = Literal["identity", "tuned"]


@dataclass(frozen=True, slots=True)
class PrintedUnit:
    """A unit as published, and the factor that brings a value to the unit of comparisons.

    `name` is our one spelling of the published unit. `value * factor` is in `compared_in`.
    `thing` is what a rate counts: None for a bare `/sec`, and for what is no rate.
    """

    name: str
    kind: Kind
    compared_in: str
    factor: float = 1.0
    thing: str | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """Something that is measured.

    `default` is the statistic where the header names none; `has_statistics` is false where a
    statistic makes no sense, so that such a word is left over. `thing` limits a rate to what the
    quantity's own words count. `carried` is the unit that the words themselves state.
    """

    metric: str
    phrase: str
    kind: Kind
    default: str
    basis: str | None = None
    thing: str | None = None
    carried: PrintedUnit | None = None
    has_statistics: bool = True


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

# Statistics by word. Percentiles (`p50`, `p99.9`) are read by their form, in `grammar`.
STATISTICS = ("mean", "max", "min")
# Times differ by their statistic, so a time that names none is not taken for any of them.
UNSTATED = "unstated"

# What a rate counts, in the plural that units are published with, and its singular.
THINGS: Mapping[str, str] = {
    "inferences": "inference",
    "images": "image",
    "tokens": "token",
    "output tokens": "output token",
    "input tokens": "input token",
    "sequences": "sequence",
    "samples": "sample",
    "requests": "request",
}
# Tokens that a rate counts, as the contract names the basis.
TOKEN_BASES: Mapping[str, str] = {"output tokens": "output", "input tokens": "input"}
# Words for a time after `per`: our spelling, and how many of it make a second's rate.
_PER_TIME: Mapping[str, tuple[str, float]] = {
    "second": ("s", 1.0),
    "s": ("s", 1.0),
    "minute": ("min", 1 / 60),
    "min": ("min", 1 / 60),
    "hour": ("h", 1 / 3600),
}
_TIMES: Mapping[str, tuple[str, float]] = {
    "s": ("s", 1000.0),
    "second": ("s", 1000.0),
    "ms": ("ms", 1.0),
    "msec": ("ms", 1.0),
    "millisecond": ("ms", 1.0),
    "milliseconds": ("ms", 1.0),
    "μs": ("µs", 0.001),
    "us": ("µs", 0.001),
    "usec": ("µs", 0.001),
    "microsecond": ("µs", 0.001),
    "microseconds": ("µs", 0.001),
}
_COUNTS: Mapping[str, tuple[str, float]] = {
    "1k": ("1K ", 1e3),
    "1m": ("1M ", 1.0),
    "1b": ("1B ", 1e-3),
}
USD_PER_HOUR = PrintedUnit("USD/h", "price", "USD/h")


def rate_of(thing: str, unit: PrintedUnit) -> PrintedUnit:
    """Return the rate that counts `thing` in the time of another rate."""
    time = unit.name.rpartition("/")[2]
    return PrintedUnit(f"{thing}/{time}", "rate", f"{thing}/s", unit.factor, thing)


def _rates() -> Iterable[tuple[str, PrintedUnit]]:
    for word, (time, factor) in _PER_TIME.items():
        bare = PrintedUnit(f"/{time}", "rate", "/s", factor)
        for many, one in THINGS.items():
            yield f"{many} per {word}", rate_of(many, bare)
            yield f"{one} per {word}", rate_of(many, bare)


# A rate that does not say what it counts, as in `Avg Throughput (/sec)`: in brackets alone.
BARE_RATES: Mapping[str, PrintedUnit] = {
    f"per {word}": PrintedUnit("/s", "rate", "/s") for word in ("second", "s")
}
UNITS: Mapping[str, PrintedUnit] = {
    **dict(_rates()),
    **{word: PrintedUnit(name, "time", "ms", factor) for word, (name, factor) in _TIMES.items()},
    "%": PrintedUnit("%", "share", "%"),
    "percent": PrintedUnit("%", "share", "%"),
    "tflops": PrintedUnit("TFLOPs", "compute", "TFLOPs"),
    "gflops": PrintedUnit("GFLOPs", "compute", "TFLOPs", 0.001),
    "usd per hour": USD_PER_HOUR,
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
    "on demand ": "on-demand",
    "ri effective ": "ri-effective",
}


def _throughputs() -> Iterable[Quantity]:
    for phrase in ("throughput", "performance"):
        yield Quantity("throughput", phrase, "rate", "mean")
    for many, one in THINGS.items():
        basis = TOKEN_BASES.get(many)
        yield Quantity("throughput", f"{one} throughput", "rate", "mean", basis, many)
    total = "input+output"
    yield Quantity("throughput", "total token throughput", "rate", "mean", total, "tokens")


def _costs() -> Iterable[Quantity]:
    for (word, (count, factor)), (many, _) in product(_COUNTS.items(), THINGS.items()):
        unit = PrintedUnit(f"USD per {count}{many}", "cost", f"USD per 1M {many}", factor)
        yield Quantity("cost", f"cost per {word} {many}", "cost", "mean", carried=unit)


def _prices() -> Iterable[Quantity]:
    for (words, basis), name in product(_PRICE_BASES.items(), ("hourly rate", "hourly price")):
        yield Quantity(
            "hourly_rate",
            f"{words}{name}",
            "price",
            "stated",
            basis,
            carried=USD_PER_HOUR,
            has_statistics=False,
        )


QUANTITIES: Mapping[str, Quantity] = {
    quantity.phrase: quantity
    for quantity in (
        *_throughputs(),
        *(
            Quantity(metric, phrase, "time", UNSTATED)
            for metric, phrases in _TIME_PHRASES.items()
            for phrase in phrases
        ),
        *_costs(),
        *_prices(),
        *(
            Quantity("mfu", phrase, "share", "mean")
            for phrase in ("mfu", "model flops utilization")
        ),
        *(
            Quantity("compute_cost_per_token", phrase, "compute", "stated", has_statistics=False)
            for phrase in ("compute cost per token", "computecostpertoken")
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
    "model_data_types": ("model data type", "training data type"),
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
