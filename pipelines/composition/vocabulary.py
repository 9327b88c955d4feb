"""This module holds the words of package lists, support statements and hardware tables.

It is data alone. Put a new heading, line form or hardware property here. What belongs to one
accelerator lives in `contract.accelerators`; what a heading says as a whole is read by `headings`.
Keys are written the way `pipelines.performance.vocabulary.plain` writes a text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.contract.accelerators import ACCELERATOR_NAMES, ACCELERATORS
from pipelines.releases import RELEASE_PATTERN

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "pipelines/composition/vocabulary.py"

# `Trn1 packages`, `Trn2/Trn3 packages`: the accelerators that a list is for.
_NAMES = "|".join(ACCELERATOR_NAMES)
PACKAGES_HEADING = re.compile(rf"(?P<accelerators>(?:{_NAMES})(?:/(?:{_NAMES}))*) packages")
# Any other heading that ends so may be that of a list, too: `Trn9 packages`.
LIKE_PACKAGES_HEADING = re.compile(r"(?:\S.*\s)?packages")
# The first line of a list names the release that it describes.
LIST_TITLE = re.compile(
    r"List of (?:Neuron )?packages (?:in|included in) Neuron (?:release version )?"
    rf"(?P<release>{RELEASE_PATTERN})\s*:?",
    re.ASCII,
)
PACKAGE_COLUMNS = ("component", "package")
PYTHON_COLUMNS = ("package", "supported python versions")
LIST_HEADERS = (PACKAGE_COLUMNS, PYTHON_COLUMNS)
# Lines up to 2.5 put a colon after the component, later ones spaces alone.
LINE = re.compile(r"(?P<first>\S.*?)(?:\s+:\s+|\s{2,})(?P<second>\S.*)")
# What a component's column prints where it has none.
NO_COMPONENT = "nan"
_VERSION = r"\d+(?:\.\w+)*(?:\+[\w.]+)?"
PACKAGE_FORMS = (
    re.compile(rf"(?P<package>[A-Za-z][\w.-]*?)-(?P<version>{_VERSION})", re.ASCII),
    # `libnrt.so (version 2.2.51.0)`, up to 2.9.
    re.compile(r"(?P<package>[A-Za-z][\w.-]*?) \([Vv]ersion (?P<version>\d[\w.]*)\)", re.ASCII),
    # The file name of a wheel: `vllm_neuron-0.24.0.1.1.0+e8242a9-py3-none-any.whl`.
    re.compile(
        rf"(?P<package>[A-Za-z][\w.]*?)-(?P<version>{_VERSION})-(?:py|cp)\w+-\w+-[\w.]+\.whl",
        re.ASCII,
    ),
)

# Headings of a release's part of a page: `Neuron 2.20.0 (09/16/2024)`, a date of `DATE_FORMATS`;
# `Neuron 2.21.0 Beta (12/03/2024)`; `Neuron 2.32.0 — vLLM Neuron Beta (08/17/2026)`.
RELEASE_HEADING = re.compile(
    rf"Neuron (?P<release>{RELEASE_PATTERN})(?P<rest>[^()]*) \((?P<day>[^()]*\d[^()]*)\)", re.ASCII
)
DASHES = "-\N{EN DASH}\N{EM DASH}"
STAGES = ("Alpha", "Beta", "Preview")
# Headings of the news page, with the date in the paragraph below.
NEWS_HEADING = re.compile(
    rf"(?:AWS )?Neuron (?:SDK |Release )?(?P<release>{RELEASE_PATTERN})(?P<rest>\b.*)", re.ASCII
)
POSTED_ON = re.compile(r"Posted on: (?P<day>.+)")
# Of two numbers, the month is the first.
DATE_FORMATS = ("%m/%d/%Y", "%B %d, %Y", "%b %d, %Y", "%Y-%m-%d")
YEAR = re.compile(r"\b20\d\d\b", re.ASCII)
FIRST_YEAR = 2018
"""No release of the SDK is older."""

# Headings above statements of support.
PYTHON_HEADING = re.compile(rf"supported python versions for {PACKAGES_HEADING.pattern}")
LIKE_SUPPORT_HEADING = re.compile(r"supported .*\bversions?(?: for .*)?")
SUPPORT_SUBJECTS: Mapping[str, str] = {
    "supported huggingface transformers versions": "transformers",
    "supported hugging face transformers versions": "transformers",
    "supported probuf versions": "protobuf",
    "supported protobuf versions": "protobuf",
    "supported numpy versions": "numpy",
    "supported linux kernel versions": "linux-kernel",
    "supported vllm versions": "vllm",
}
_NUMBER = r"\d+(?:\.\d+)*"
_ONE = rf"(?:[<>]=?|[=!~]=)\s*{_NUMBER}"
CONSTRAINT = re.compile(rf"{_ONE}(?:(?:\s+and\s+|\s*,\s*){_ONE})*", re.ASCII)
BOUND = re.compile(rf"(?P<sign>[<>]=?|[=!~]=)\s*(?P<version>{_NUMBER})", re.ASCII)
VERSION_LIST = re.compile(rf"{_NUMBER}(?:\s*,\s*{_NUMBER})*", re.ASCII)
# The versions that a sentence names without a sign: `supports vLLM version 0.16.0.`
NAMED_VERSIONS = re.compile(
    rf"\bversions? (?P<versions>\d+(?:\.\d+)+(?:\s*,\s*{_NUMBER})*)(?!\.?\w)", re.ASCII
)
# A package named in a sentence is in brackets: `Neuron Driver (aws-neuronx-dkms)`.
NAMED_PACKAGE = re.compile(r"\((?P<package>[a-z][\w.-]+)\)", re.ASCII)

# Packages of a distribution's package manager; all others are Python's. Tarballs are neither.
APT_PACKAGES = re.compile(
    r"aws-neuronx?-(?:collectives|dkms|gpsimd-[a-z-]+|k8-[a-z]+|oci-hooks?|runtime-(?:lib|base)"
    r"|tools)|tensorflow-model-server-neuronx?"
)
NO_PACKAGES = ("libnrt.so",)


@dataclass(frozen=True, slots=True)
class FrameworkPackage:
    """A package whose version begins with that of a framework.

    Attributes:
        name: Its name in small letters, with hyphens.
        framework: The framework, as its makers write it.
        fewest_parts: Numbers in a version that has both; shorter ones are the package's own.
    """

    name: str
    framework: str
    fewest_parts: int = 6


FRAMEWORK_PACKAGES = (
    FrameworkPackage("torch-neuron", "PyTorch"),
    FrameworkPackage("torch-neuronx", "PyTorch"),
    FrameworkPackage("libtorch-neuronx-lite", "PyTorch"),
    # Its own version is that of the PyTorch it belongs to, up to the last number.
    FrameworkPackage("torch-xla", "PyTorch", fewest_parts=2),
    FrameworkPackage("tensorflow-neuron", "TensorFlow"),
    FrameworkPackage("tensorflow-neuronx", "TensorFlow"),
    FrameworkPackage("tensorflow-model-server-neuron", "TensorFlow"),
    FrameworkPackage("tensorflow-model-server-neuronx", "TensorFlow"),
    FrameworkPackage("mx-neuron", "MXNet"),
    FrameworkPackage("mxnet-neuron", "MXNet"),
    FrameworkPackage("jax-neuronx", "JAX"),
    FrameworkPackage("vllm-neuron", "vLLM"),
)
FRAMEWORKS = tuple(dict.fromkeys(one.framework for one in FRAMEWORK_PACKAGES))

# A hardware table has an instance type a row below this header, or a property a row.
INSTANCE_HEADER = "instance size"
_DEVICES = "|".join(one.device.casefold() for one in ACCELERATORS)
DEVICES_PROPERTY = re.compile(rf"# of (?P<device>{_DEVICES}) (?:devices|chips)")
FLOPS_PROPERTY = re.compile(
    r"(?P<types>\w+(?:/\w+)*)(?P<sparse> sparse)? (?P<unit>[tp])flops", re.ASCII
)
FLOPS_FACTORS: Mapping[str, int] = {"t": 1, "p": 1000}
"""TFLOPS in one TFLOPS and in one PFLOPS."""


@dataclass(frozen=True, slots=True)
class Property:
    """One property of an instance type.

    Attributes:
        form: What its name looks like, unit included.
        column: The column of `instances`, which has the same unit.
    """

    form: re.Pattern[str]
    column: str


def _property(form: str, column: str) -> Property:
    return Property(re.compile(form, re.ASCII), column)


_MEMORY = r"(?:device|instance) memory bandwidth"
_LINK = r"neuronlink v\d+(?: (?:chip to chip|device to device))?(?: bandwidth)?"
PROPERTIES = (
    _property(r"(?:host )?vcpus", "vcpus"),
    _property(r"host memory \(gib\)", "host_memory_gib"),
    _property(r"device memory \(gib\)", "device_memory_gib"),
    _property(r"int8 tops", "int8_tops"),
    _property(rf"{_MEMORY} \(gib/sec\)", "device_memory_bandwidth_gib_per_s"),
    _property(rf"{_MEMORY} \(tb/sec\)", "device_memory_bandwidth_tb_per_s"),
    _property(rf"{_LINK} \(gib/sec/(?:device|chip)\)", "neuronlink_gib_per_s_per_device"),
    _property(
        rf"(?:intra instance )?{_LINK} \(gb/sec/(?:device|chip)\)",
        "neuronlink_gb_per_s_per_device",
    ),
    _property(
        rf"inter instance {_LINK} \(gb/sec/(?:device|chip)\)",
        "neuronlink_between_instances_gb_per_s_per_device",
    ),
    _property(r"efa(?:v\d+)? bandwidth \(gbps\)", "efa_bandwidth_gbps"),
)
WHOLE_NUMBERS = ("devices", "vcpus")
NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3}){1,3}|\d{1,9})(?:\.\d{1,6})?", re.ASCII)
NO_VALUE = ("N/A", "Not applicable", "")
MOST = "up-to"
