"""This module declares the accelerators: devices, NeuronCores, instance types, key packages, pages.

Put a new accelerator here; closed sets, choices and help texts, the headings of package lists,
hardware pages and the rule on parallel degrees derive from it. Hourly rates live in
`pipelines.pricing.known_rates`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.contract.declaration import check_stated, must_state

if TYPE_CHECKING:
    from collections.abc import Mapping

_NEURONX = ("neuronx-cc", "aws-neuronx-runtime-lib", "torch-neuronx")


@dataclass(frozen=True)
class Accelerator:
    """One family of accelerators.

    Attributes:
        name: Our name, which begins its instance types: `trn1`. Headings of package lists name it
            in any case: `Trn1 packages`.
        device: Name of its device, as the headers of hardware tables spell it.
        core: Generation of its NeuronCores.
        cores_per_device: NeuronCores of one device, as the device's page says.
        key_packages: Its compiler, then runtime and framework, for the first lines of a
            comparison.
        hardware_label: Sphinx label of its hardware page.
        device_counts: Devices of each instance type.
    """

    name: str
    device: str = must_state("its device: device='Trainium'")
    core: str = must_state("the generation of its cores: core='NeuronCore-v2'")
    cores_per_device: int = must_state("its NeuronCores a device: cores_per_device=2")
    key_packages: tuple[str, ...] = must_state("its key packages: key_packages=('neuronx-cc',)")
    hardware_label: str = must_state("its hardware page: hardware_label='aws-trn1-arch'")
    device_counts: Mapping[str, int] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """Check the declaration."""
        check_stated("accelerator", self.name, self)

    @property
    def compiler(self) -> str:
        """The package that all others need: the first of its key packages."""
        return self.key_packages[0]

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
        device_counts={"trn1.2xlarge": 1, "trn1.32xlarge": 16, "trn1n.32xlarge": 16},
    ),
    Accelerator(
        "trn2",
        device="Trainium2",
        core="NeuronCore-v3",
        cores_per_device=8,
        key_packages=_NEURONX,
        hardware_label="aws-trn2-arch",
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
NEURON_CORES: Mapping[str, int] = {
    instance_type: count * one.cores_per_device
    for one in ACCELERATORS
    for instance_type, count in one.device_counts.items()
}


def key_package_groups() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Return the accelerators that share their key packages, newest first, and the packages."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for one in reversed(ACCELERATORS):
        groups.setdefault(one.key_packages, []).append(one.name)
    return tuple((tuple(names), packages) for packages, names in groups.items())
