"""What the wide view says of throughput in proportion: per NeuronCore, and per USD.

Here belong those columns and the view that tells a run's NeuronCores. Prices are those that a
release's own costs imply, so no figure here is published; each is a division of two that are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.schema.views import View, ViewColumn, sql_text
from warehouse.views.metric_columns import METRIC_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX = "throughput_"
_PER_SECOND = "_per_s"


def run_hardware() -> View:
    """Return the view of what each benchmark ran on."""
    return View(
        "run_hardware",
        "What each benchmark ran on, by the hardware tables of its release.",
        (
            ViewColumn("benchmark_id", "text", "Names the row."),
            ViewColumn("device", "text", "Kind of the run's devices."),
            ViewColumn("devices", "integer", "Devices of all instances of the run.", "devices"),
            ViewColumn(
                "neuron_cores", "integer", "NeuronCores of all instances of the run.", "NeuronCores"
            ),
        ),
        sql_text("run_hardware", {}),
    )


def efficiency_columns() -> Iterator[ViewColumn]:
    """Describe the columns that the wide view gains."""
    yield ViewColumn(
        "neuron_cores", "integer", "NeuronCores of all instances of the run.", "NeuronCores"
    )
    for name in _things():
        what = name.replace("_", " ")
        yield ViewColumn(
            f"{name}_per_s_per_neuron_core",
            "number",
            f"Throughput in {what} for each NeuronCore of the run's instances.",
        )
    for name in _things():
        what = name.replace("_", " ")
        yield ViewColumn(
            f"{name}_per_usd",
            "number",
            f"Throughput in {what} for each USD, at implied_usd_per_hour.",
        )


def efficiency_sql() -> str:
    """Return the columns in SQL, where `f` has figures, `w` hardware and `h` hourly rates."""
    per_core = [
        f"f.{_PREFIX}{name}{_PER_SECOND} / w.neuron_cores AS {name}_per_s_per_neuron_core"
        for name in _things()
    ]
    per_usd = [
        f"f.{_PREFIX}{name}{_PER_SECOND} * 3600 / h.implied_usd_per_hour AS {name}_per_usd"
        for name in _things()
    ]
    return ",\n    ".join(["w.neuron_cores", *per_core, *per_usd])


def _things() -> tuple[str, ...]:
    """Return what throughput counts: inferences, images and so on."""
    return tuple(
        column.name.removeprefix(_PREFIX).removesuffix(_PER_SECOND)
        for column in METRIC_COLUMNS
        if column.metric == "throughput"
    )
