"""This module declares the table of instance types, as the architecture pages describe them.

Put a new fact of an instance type here, with its unit in its name: figures in TB/s and in GiB/s
are two columns. How a header becomes a column lives in `pipelines.composition.vocabulary`.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.contract.accelerators import ACCELERATOR_NAMES, DEVICES
from pipelines.contract.column import Table, described
from pipelines.contract.published import RELEASE

_FLOPS = "Peak of all its devices in {}, where the page prints it."
_SPARSE = "Peak of all its devices in {} with sparse matrices, where the page prints it."


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance type, as a release describes it."""

    release: str = described(RELEASE)
    instance_type: str = described(
        "EC2 instance type in lower case; of an UltraServer, the page's name for it."
    )
    accelerator: str = described("Accelerator family.", values=ACCELERATOR_NAMES)
    device: str = described("Kind of its devices.", values=DEVICES)
    devices: int | None = described("Devices of the instance.", unit="devices")
    neuron_cores: int | None = described(
        "NeuronCores of the instance: its devices times the cores of one.", unit="NeuronCores"
    )
    vcpus: int | None = described("Virtual CPUs.", unit="vCPUs")
    host_memory_gib: float | None = described("Memory of the host.", unit="GiB")
    device_memory_gib: float | None = described("Memory of all its devices.", unit="GiB")
    mxfp4_tflops: float | None = described(_FLOPS.format("MXFP4"), unit="TFLOPS")
    mxfp8_tflops: float | None = described(_FLOPS.format("MXFP8"), unit="TFLOPS")
    fp8_tflops: float | None = described(_FLOPS.format("FP8"), unit="TFLOPS")
    fp16_tflops: float | None = described(_FLOPS.format("FP16"), unit="TFLOPS")
    bf16_tflops: float | None = described(_FLOPS.format("BF16"), unit="TFLOPS")
    tf32_tflops: float | None = described(_FLOPS.format("TF32"), unit="TFLOPS")
    fp32_tflops: float | None = described(_FLOPS.format("FP32"), unit="TFLOPS")
    fp8_sparse_tflops: float | None = described(_SPARSE.format("FP8"), unit="TFLOPS")
    fp16_sparse_tflops: float | None = described(_SPARSE.format("FP16"), unit="TFLOPS")
    bf16_sparse_tflops: float | None = described(_SPARSE.format("BF16"), unit="TFLOPS")
    tf32_sparse_tflops: float | None = described(_SPARSE.format("TF32"), unit="TFLOPS")
    int8_tops: float | None = described(_FLOPS.format("INT8"), unit="TOPS")
    device_memory_bandwidth_gib_per_s: float | None = described(
        "Bandwidth of the memory of all its devices.", unit="GiB/s"
    )
    device_memory_bandwidth_tb_per_s: float | None = described(
        "The same, where the page prints it in TB/s.", unit="TB/s"
    )
    neuronlink_gib_per_s_per_device: float | None = described(
        "Bandwidth from device to device; null where there is one device.", unit="GiB/s"
    )
    neuronlink_gb_per_s_per_device: float | None = described(
        "Bandwidth from device to device within an instance, where the page prints it in GB/s.",
        unit="GB/s",
    )
    neuronlink_between_instances_gb_per_s_per_device: float | None = described(
        "Bandwidth from device to device of two instances; null where there is one instance.",
        unit="GB/s",
    )
    efa_bandwidth_gbps: float | None = described("Network bandwidth.", unit="Gbps")
    efa_bandwidth_is_most: bool | None = described(
        "True where the network bandwidth is published as `up to`."
    )
    table_id: str = described("Published table that the row is from.")
    row: int | None = described(
        "Body row of the table, from 0; null where an instance type is a column."
    )
    column: int | None = described(
        "Column of the table, from 0; null where an instance type is a row."
    )


INSTANCES = Table(
    "instances",
    Instance,
    "Instance types with their devices, memory, peak rates and bandwidths.",
    key=("release", "instance_type"),
    sort=("release", "instance_type"),
    references=(("published_tables", ("table_id",)),),
    group="composition",
    made_from=("published_cells",),
)
