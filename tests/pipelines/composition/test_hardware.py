"""Hardware tables: instance types with typed figures, units in the columns' names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipelines.composition.hardware import read_hardware
from pipelines.contract.accelerators import ACCELERATORS, NEURON_CORES
from pipelines.extract import Cell, ExtractedTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.contract import ReleaseTables

TRN1 = {
    "Instance size": "Trn1.32xlarge",
    "# of Trainium devices": "16",
    "vCPUs": "128",
    "Host Memory (GiB)": "512",
    "FP8/FP16/BF16/TF32 TFLOPS": "3,040",
    "FP32 TFLOPS": "760",
    "Device Memory (GiB)": "512",
    "Device Memory Bandwidth (GiB/sec)": "13,120",
    "NeuronLink-v2 device-to-device (GiB/sec/device)": "384",
    "EFA bandwidth (Gbps)": "800",
}


def a_table(row: Mapping[str, str]) -> tuple[str, ExtractedTable]:
    """Return a hardware table of one row, with its name."""
    cells = tuple(Cell(text) for text in row.values())
    return "t", ExtractedTable(0, ("Arch",), None, None, tuple(row), (cells,), ())


def test_a_row_is_typed_with_its_neuron_cores() -> None:
    hardware = read_hardware("trn1-architecture", "2.20.2", [a_table(TRN1)])
    (one,) = hardware.rows
    assert not hardware.problems
    assert (one.instance_type, one.accelerator, one.device) == ("trn1.32xlarge", "trn1", "Trainium")
    assert (one.devices, one.neuron_cores, one.vcpus) == (16, 32, 128)
    assert one.fp8_tflops == one.fp16_tflops == one.bf16_tflops == one.tf32_tflops == 3040.0
    assert (one.fp32_tflops, one.int8_tops) == (760.0, None)
    assert one.device_memory_bandwidth_gib_per_s == 13120.0
    assert (one.efa_bandwidth_gbps, one.efa_bandwidth_is_most) == (800.0, False)


def test_what_is_not_there_is_null_and_up_to_is_told() -> None:
    row = TRN1 | {
        "EFA bandwidth (Gbps)": "up-to 25",
        "NeuronLink-v2 device-to-device (GiB/sec/device)": "N/A",
    }
    (one,) = read_hardware("p", "2.20.2", [a_table(row)]).rows
    assert (one.efa_bandwidth_gbps, one.efa_bandwidth_is_most) == (25.0, True)
    assert one.neuronlink_gib_per_s_per_device is None


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"Colour": "red"}, "unknown-header"),
        ({"FP6 TFLOPS": "1"}, "unknown-header"),
        ({"vCPUs": "many"}, "unreadable-value"),
    ],
)
def test_what_is_unknown_is_a_problem_with_the_file_to_edit(
    changed: Mapping[str, str], rule: str
) -> None:
    (problem,) = read_hardware("p", "2.20.2", [a_table(TRN1 | dict(changed))]).problems
    assert problem.rule.name == rule
    assert "pipelines/composition/vocabulary.py" in problem.remedy


def test_an_unknown_device_is_a_problem_and_no_row() -> None:
    row = {name.replace("Trainium", "Quantium"): text for name, text in TRN1.items()}
    hardware = read_hardware("p", "2.20.2", [a_table(row)])
    assert [problem.rule.name for problem in hardware.problems] == ["unknown-header"]
    assert not hardware.rows


def test_other_tables_are_left_alone() -> None:
    table = a_table({"Compute": "Two cores", "More": "words"})
    hardware = read_hardware("p", "2.20.2", [table])
    assert (hardware.rows, hardware.problems) == ([], [])


def test_the_pages_agree_with_the_neuron_cores_that_rules_use(
    bundled: Mapping[str, ReleaseTables],
) -> None:
    for tables in bundled.values():
        found = {one.instance_type: one.neuron_cores for one in tables.rows["instances"]}
        told = {one.accelerator for one in tables.rows["instances"]}
        declared = {name for one in ACCELERATORS if one.name in told for name in one.device_counts}
        assert found == {name: NEURON_CORES[name] for name in declared}
