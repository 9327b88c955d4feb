"""An accelerator is declared once, whole, and everything else derives from it."""

from __future__ import annotations

import pytest

from pipelines.contract.accelerators import (
    ACCELERATORS,
    NEURON_CORES,
    Accelerator,
    key_package_groups,
)
from pipelines.contract.declaration import DeclarationError

TRN9 = {
    "device": "Trainium9",
    "core": "NeuronCore-v9",
    "cores_per_device": 8,
    "key_packages": ("neuronx-cc",),
    "hardware_label": "aws-trn9-arch",
}


@pytest.mark.parametrize("fact", TRN9)
def test_an_accelerator_that_lacks_a_fact_does_not_load(fact: str) -> None:
    facts = {name: value for name, value in TRN9.items() if name != fact}
    with pytest.raises(DeclarationError, match=r"^accelerator 'trn9' lacks ") as error:
        Accelerator("trn9", **facts)  # type: ignore[arg-type]
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("cores", [0, None])
def test_an_accelerator_without_its_cores_does_not_load(cores: int | None) -> None:
    with pytest.raises(DeclarationError, match="lacks its NeuronCores a device"):
        Accelerator("trn9", **{**TRN9, "cores_per_device": cores})  # type: ignore[arg-type]


def test_instance_types_begin_with_the_name_of_their_accelerator() -> None:
    for one in ACCELERATORS:
        assert all(name.startswith(one.name) for name in one.device_counts)


def test_cores_are_devices_times_the_cores_of_one() -> None:
    cores = {one.device: one.cores_per_device for one in ACCELERATORS}
    assert cores["Trainium2"] == 8
    assert NEURON_CORES["trn1.32xlarge"] == 32
    assert NEURON_CORES["inf1.6xlarge"] == 16
    assert NEURON_CORES["trn2.48xlarge"] == 128


def test_a_device_belongs_to_one_accelerator() -> None:
    assert len({one.device for one in ACCELERATORS}) == len(ACCELERATORS)


def test_accelerators_with_the_same_key_packages_share_a_line() -> None:
    assert key_package_groups()[-1] == (("inf1",), ("neuron-cc", "torch-neuron"))
    assert sum(len(names) for names, _ in key_package_groups()) == len(ACCELERATORS)
