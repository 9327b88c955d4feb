"""The accelerators: their devices, NeuronCores, instance types, packages and pages.

This module is the one place to edit for a new accelerator. Closed sets, choices and help texts,
the headings of package lists, hardware pages and the rule on parallel degrees derive from it.
Hourly rates live in `pipelines.pricing.known_rates`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.contract.declaration import DeclarationError, check_stated, must_state

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NEURONX = ("neuronx-cc", "aws-neuronx-runtime-lib", "torch-neuronx")
# Headings are written the way `pipelines.performance.vocabulary.plain` writes a text.
_PYTHON = "supported python versions for {} packages"
_INF2_TRN1 = _PYTHON.format("inf2/trn1")
_INF2_TRN1_TRN2 = _PYTHON.format("inf2/trn1/trn2")


@dataclass(frozen=True)
class Accelerator:
    """One family of accelerators.

    Attributes:
        name: Our name, which begins its instance types: `trn1`.
        device: Name of its device, as the headers of hardware tables spell it.
        core: Generation of its NeuronCores.
        cores_per_device: NeuronCores of one device, as the device's page says.
        key_packages: Compiler, runtime and framework, for the first lines of a comparison.
        package_headings: Headings above its package lists.
        python_headings: Headings above the Python versions that its packages support.
        hardware_label: Sphinx label of its hardware page.
        device_counts: Devices of each instance type.
    """

    name: str
    device: str = must_state("its device: device='Trainium'")
    core: str = must_state("the generation of its cores: core='NeuronCore-v2'")
    cores_per_device: int = must_state("its NeuronCores a device: cores_per_device=2")
    key_packages: tuple[str, ...] = must_state("its key packages: key_packages=('neuronx-cc',)")
    hardware_label: str = must_state("its hardware page: hardware_label='aws-trn1-arch'")
    package_headings: tuple[str, ...] = ()
    python_headings: tuple[str, ...] = ()
    device_counts: Mapping[str, int] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """Check the declaration."""
        check_stated("accelerator", self.name, self)

    @property
    def hardware_page(self) -> str:
        """Our name for its hardware page."""
        return f"{self.name}-architecture"


ACCELERATORS: tuple[Accelerator, ...] = (
    Accelerator(
        "inf1",
        device="Inferentia",
        core="NeuronCore-v1",
        cores_per_device=4,
        key_packages=("neuron-cc", "torch-neuron"),
        hardware_label="aws-inf1-arch",
        package_headings=("inf1 packages",),
        python_headings=(_PYTHON.format("inf1"),),
        device_counts={
            "inf1.xlarge": 1,
            "inf1.2xlarge": 1,
            "inf1.6xlarge": 4,
            "inf1.24xlarge": 16,
        },
    ),
    Accelerator(
        "inf2",
        device="Inferentia2",
        core="NeuronCore-v2",
        cores_per_device=2,
        key_packages=_NEURONX,
        hardware_label="aws-inf2-arch",
        package_headings=("inf2 packages",),
        python_headings=(_INF2_TRN1, _INF2_TRN1_TRN2),
        device_counts={
            "inf2.xlarge": 1,
            "inf2.8xlarge": 1,
            "inf2.24xlarge": 6,
            "inf2.48xlarge": 12,
        },
    ),
    Accelerator(
        "trn1",
        device="Trainium",
        core="NeuronCore-v2",
        cores_per_device=2,
        key_packages=_NEURONX,
        hardware_label="aws-trn1-arch",
        package_headings=("trn1 packages",),
        python_headings=(_INF2_TRN1, _INF2_TRN1_TRN2),
        device_counts={"trn1.2xlarge": 1, "trn1.32xlarge": 16, "trn1n.32xlarge": 16},
    ),
    Accelerator(
        "trn2",
        device="Trainium2",
        core="NeuronCore-v3",
        cores_per_device=8,
        key_packages=_NEURONX,
        hardware_label="aws-trn2-arch",
        package_headings=("trn2 packages",),
        python_headings=(_INF2_TRN1_TRN2,),
        device_counts={"trn2.48xlarge": 16, "trn2u.48xlarge": 16},
    ),
    # Its hardware page describes UltraServers, and names no instance type.
    Accelerator(
        "trn3",
        device="Trainium3",
        core="NeuronCore-v4",
        cores_per_device=8,
        key_packages=_NEURONX,
        hardware_label="aws-trn3-arch",
    ),
)
ACCELERATOR_NAMES = tuple(one.name for one in ACCELERATORS)
DEVICES = tuple(one.device for one in ACCELERATORS)
CORES_OF_A_DEVICE: Mapping[str, int] = {one.device: one.cores_per_device for one in ACCELERATORS}
NEURON_CORES: Mapping[str, int] = {
    instance_type: count * one.cores_per_device
    for one in ACCELERATORS
    for instance_type, count in one.device_counts.items()
}


def accelerator_of_device(device: str) -> str:
    """Return the accelerator that has a device; `device` is one of `DEVICES`."""
    (name,) = (one.name for one in ACCELERATORS if one.device == device)
    return name


def package_headings(accelerators: Iterable[Accelerator] = ACCELERATORS) -> Mapping[str, str]:
    """Return the headings of package lists, each with its accelerator.

    Raises:
        DeclarationError: Two accelerators claim one heading.
    """
    found: dict[str, str] = {}
    for one in accelerators:
        for heading in one.package_headings:
            if heading in found:
                raise DeclarationError(
                    f"accelerators {found[heading]!r} and {one.name!r} both claim the packages "
                    f"below {heading!r}"
                )
            found[heading] = one.name
    return found


def python_headings() -> Mapping[str, tuple[str, ...]]:
    """Return the headings of supported Python versions, each with its accelerators."""
    headings = dict.fromkeys(h for one in ACCELERATORS for h in one.python_headings)
    return {
        heading: tuple(one.name for one in ACCELERATORS if heading in one.python_headings)
        for heading in headings
    }


def key_package_groups() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Return the accelerators that share their key packages, newest first, and the packages."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for one in reversed(ACCELERATORS):
        groups.setdefault(one.key_packages, []).append(one.name)
    return tuple((tuple(names), packages) for packages, names in groups.items())
