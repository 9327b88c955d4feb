"""The registry of what a release is made of: headings, headers and packages that pages use.

This module is data alone, and the one file to edit when a package list, a table of supported
versions or a hardware table brings something new. What belongs to one accelerator lives in
`contract.accelerators`. Keys are written the way
`pipelines.performance.vocabulary.plain` writes a text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.contract.accelerators import package_headings, python_headings
from pipelines.releases import RELEASE_PATTERN

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "pipelines/composition/vocabulary.py"

# The heading above a package list says whose packages it lists.
PACKAGE_SECTIONS: Mapping[str, str] = package_headings()
# The first line of a list names the release that it describes.
LIST_TITLE = re.compile(
    r"List of (?:Neuron )?packages (?:in|included in) Neuron (?:release version )?"
    rf"(?P<release>{RELEASE_PATTERN})\s*:?",
    re.ASCII,
)
LIST_HEADERS = (("component", "package"), ("package", "supported python versions"))
# Lines up to 2.5 put a colon after the component, later ones spaces alone.
LINE = re.compile(r"(?P<first>\S.*?)(?:\s+:\s+|\s{2,})(?P<second>\S.*)")
# What a component's column prints where it has none.
NO_COMPONENT = "nan"
PACKAGE_FORMS = (
    re.compile(r"(?P<package>[A-Za-z][\w.-]*?)-(?P<version>\d+(?:\.\w+)*(?:\+[\w.]+)?)", re.ASCII),
    # `libnrt.so (version 2.2.51.0)`, up to 2.9.
    re.compile(r"(?P<package>[A-Za-z][\w.-]*?) \([Vv]ersion (?P<version>\d[\w.]*)\)", re.ASCII),
)

# Headings of a release's part of a page, such as `Neuron 2.20.0 (09/16/2024)`: month first.
RELEASE_HEADING = re.compile(
    rf"Neuron (?P<release>{RELEASE_PATTERN}) \((?P<month>\d+)/(?P<day>\d+)/(?P<year>\d{{4}})\)",
    re.ASCII,
)

# Headings above statements of support: the subject, and the accelerators that they name.
SUPPORT_SECTIONS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    **{heading: ("python", names) for heading, names in python_headings().items()},
    "supported huggingface transformers versions": ("transformers", ()),
    "supported probuf versions": ("protobuf", ()),
    "supported protobuf versions": ("protobuf", ()),
    "supported numpy versions": ("numpy", ()),
    "supported linux kernel versions": ("linux-kernel", ()),
}
_ONE = r"(?:[<>]=?|[=!~]=)\s*\d+(?:\.\d+)*"
CONSTRAINT = re.compile(rf"{_ONE}(?:(?:\s+and\s+|\s*,\s*){_ONE})*", re.ASCII)
BOUND = re.compile(r"(?P<sign>[<>]=?|[=!~]=)\s*(?P<version>\d+(?:\.\d+)*)", re.ASCII)
VERSION_LIST = re.compile(r"\d+(?:\.\d+)*(?:\s*,\s*\d+(?:\.\d+)*)*", re.ASCII)
# A package named in a sentence stands in brackets: `Neuron Driver (aws-neuronx-dkms)`.
NAMED_PACKAGE = re.compile(r"\((?P<package>[a-z][\w.-]+)\)", re.ASCII)

# Packages of a distribution's package manager; all others are Python's. Tarballs are neither.
APT_PACKAGES = re.compile(
    r"aws-neuronx?-(?:collectives|dkms|gpsimd-[a-z-]+|k8-[a-z]+|oci-hooks?|runtime-(?:lib|base)"
    r"|tools)|tensorflow-model-server-neuronx?"
)
NO_PACKAGES = ("libnrt.so",)

# Headers of hardware tables: the column of `instances`, without the device that a header names.
HARDWARE_COLUMNS: Mapping[str, str] = {
    "instance size": "instance_type",
    "vcpus": "vcpus",
    "host memory (gib)": "host_memory_gib",
    "device memory (gib)": "device_memory_gib",
    "int8 tops": "int8_tops",
    "device memory bandwidth (gib/sec)": "device_memory_bandwidth_gib_per_s",
    "instance memory bandwidth (gib/sec)": "device_memory_bandwidth_gib_per_s",
    "neuronlink v1 device to device bandwidth (gib/sec/device)": "neuronlink_gib_per_s_per_device",
    "neuronlink v2 device to device (gib/sec/device)": "neuronlink_gib_per_s_per_device",
    "efa bandwidth (gbps)": "efa_bandwidth_gbps",
}
DEVICES_HEADER = re.compile(r"# of (?P<device>\w+) devices", re.IGNORECASE)
FLOPS_HEADER = re.compile(r"(?P<types>\w+(?:/\w+)*) TFLOPS", re.IGNORECASE)
NO_VALUE = ("N/A", "")
MOST = "up-to"
