"""Hardware tables: instance types with typed figures, units in the columns' names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.composition.hardware import Hardware, read_hardware
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
    assert not hardware.findings
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
    ("changed", "observed"),
    [
        ({"Colour": "red"}, "Colour"),
        ({"FP6 TFLOPS": "1"}, "FP6 TFLOPS"),
        ({"EFA bandwidth (GB/sec)": "100"}, "EFA bandwidth (GB/sec)"),
        ({"vCPUs": "many"}, "many"),
        ({"vCPUs": "1.5"}, "1.5"),
        ({"vCPUs": "1e999"}, "1e999"),
        ({"Instance size": ""}, "an empty cell"),
    ],
)
def test_what_is_unknown_is_flagged_with_the_file_to_edit_and_the_rest_is_typed(
    changed: Mapping[str, str], observed: str
) -> None:
    hardware = read_hardware("p", "2.20.2", [a_table(TRN1 | dict(changed))])
    (problem,) = hardware.findings
    assert (problem.rule.name, problem.observed) == ("unread-hardware", observed)
    assert "pipelines/composition/vocabulary.py" in problem.remedy
    assert [one.fp32_tflops for one in hardware.rows] == [760.0] * (observed != "an empty cell")


def test_an_unknown_device_is_a_problem_and_no_row() -> None:
    row = {name.replace("Trainium", "Quantium"): text for name, text in TRN1.items()}
    hardware = read_hardware("p", "2.20.2", [a_table(row)])
    assert [problem.observed for problem in hardware.findings] == [
        "# of Quantium devices",
        "no known device",
    ]
    assert not hardware.rows


def test_another_table_beside_a_hardware_table_is_left_alone() -> None:
    other = a_table({"Connectivity level": "Inter-rack", "Bandwidth per chip": "128 GB/s"})
    hardware = read_hardware("p", "2.20.2", [a_table(TRN1), other])
    assert len(hardware.rows) == 1
    assert not hardware.findings


def test_a_hardware_page_whose_tables_are_all_of_another_kind_is_flagged() -> None:
    hardware = read_hardware("p", "2.20.2", [a_table({"Compute": "Two cores", "More": "words"})])
    assert [problem.observed for problem in hardware.findings] == ["Compute, More"]
    assert read_hardware("p", "2.20.2", []) == Hardware()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# of Trainium devices", "# of Trainium chips"),
        (
            "NeuronLink-v2 device-to-device (GiB/sec/device)",
            "NeuronLink-v2 chip-to-chip (GiB/sec/chip)",
        ),
        (
            "NeuronLink-v2 device-to-device (GiB/sec/device)",
            "NeuronLink-v9 chip-to-chip bandwidth (GiB/sec/chip)",
        ),
        ("vCPUs", "Host vCPUs"),
        ("EFA bandwidth (Gbps)", "EFAv3 bandwidth (Gbps)"),
    ],
)
def test_other_words_for_a_property_change_no_figure(old: str, new: str) -> None:
    row = {new if name == old else name: text for name, text in TRN1.items()}
    assert read_hardware("p", "1.0.0", [a_table(row)]) == read_hardware(
        "p", "1.0.0", [a_table(TRN1)]
    )


TRN2 = {
    "Performance specification": ("trn2.48xlarge / trn2u.48xlarge", "Trn2 UltraServer"),
    "# of Trainium2 chips": ("16", "64"),
    "vCPUs": ("192", "768"),
    "Compute": ("", ""),
    "FP8 PFLOPS": ("20.8", "83.2"),
    "MXFP8/MXFP4 TFLOPS": ("161,088", ""),
    "FP8/FP16/BF16/TF32 Sparse PFLOPS": ("41", "164"),
    "Device Memory Bandwidth (TB/sec)": ("46.4", "185.6"),
    "Intra-instance NeuronLink-v3 bandwidth (GB/sec/chip)": ("1,024", "1,024"),
    "Inter-instance NeuronLink-v3 bandwidth (GB/sec/chip)": ("Not applicable", "256"),
    "EFAv3 bandwidth (Gbps)": ("3,200", "3,200"),
}


def a_transposed_table(rows: Mapping[str, tuple[str, ...]]) -> tuple[str, ExtractedTable]:
    """Return a table with a property a row; its header is the first of `rows`."""
    header, *body = ((name, *texts) for name, texts in rows.items())
    cells = tuple(tuple(Cell(text) for text in row) for row in body)
    return "t", ExtractedTable(0, ("Arch",), None, None, header, cells, ())


def test_a_table_with_an_instance_type_a_column_is_read_with_units_apart() -> None:
    hardware = read_hardware("trn2-architecture", "2.21.0", [a_transposed_table(TRN2)])
    assert not hardware.findings
    large, ultra, server = hardware.rows
    assert [one.instance_type for one in hardware.rows] == [
        "trn2.48xlarge",
        "trn2u.48xlarge",
        "trn2 ultraserver",
    ]
    assert replace(ultra, instance_type=large.instance_type) == large
    assert (large.accelerator, large.device, large.row, large.column) == (
        "trn2",
        "Trainium2",
        None,
        1,
    )
    assert (server.devices, server.neuron_cores, server.vcpus) == (64, 512, 768)
    assert (large.fp8_tflops, large.mxfp4_tflops, large.bf16_sparse_tflops) == (
        20800.0,
        161088.0,
        41000.0,
    )
    assert large.device_memory_bandwidth_tb_per_s == 46.4
    assert large.device_memory_bandwidth_gib_per_s is None
    assert (large.neuronlink_gb_per_s_per_device, large.neuronlink_gib_per_s_per_device) == (
        1024.0,
        None,
    )
    assert large.neuronlink_between_instances_gb_per_s_per_device is None
    assert server.neuronlink_between_instances_gb_per_s_per_device == 256.0


def test_an_unknown_property_of_a_transposed_table_is_flagged_and_the_rest_is_read() -> None:
    rows = TRN2 | {"Colour": ("red", "red")}
    hardware = read_hardware("p", "2.21.0", [a_transposed_table(rows)])
    assert [problem.observed for problem in hardware.findings] == ["Colour"]
    assert len(hardware.rows) == 3


def test_an_instance_type_that_two_tables_describe_is_published_once_and_flagged() -> None:
    other = TRN1 | {"vCPUs": "64"}
    hardware = read_hardware("p", "2.20.2", [a_table(TRN1), a_table(other)])
    assert [one.vcpus for one in hardware.rows] == [128]
    assert [problem.rule.name for problem in hardware.findings] == ["repeated-instance"]


@given(st.dictionaries(st.text(max_size=30), st.text(max_size=12), min_size=1, max_size=6))
def test_no_hardware_table_is_refused(row: dict[str, str]) -> None:
    hardware = read_hardware("p", "2.20.2", [a_table(TRN1 | row)])
    unknown = {problem.observed for problem in hardware.findings}
    assert unknown <= {*row, *row.values(), "an empty cell", "no known device"}


def test_the_pages_agree_with_the_neuron_cores_that_rules_use(
    bundled: Mapping[str, ReleaseTables],
) -> None:
    for tables in bundled.values():
        found = {
            one.instance_type: one.neuron_cores
            for one in tables.rows["instances"]
            if "ultraserver" not in one.instance_type  # not an instance type that one can rent
        }
        told = {one.accelerator for one in tables.rows["instances"]}
        declared = {name for one in ACCELERATORS if one.name in told for name in one.device_counts}
        assert found == {name: NEURON_CORES[name] for name in declared}
