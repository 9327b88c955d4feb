"""What the wide view says of throughput in proportion: per NeuronCore, and per USD.

This module has those columns and the view of a run's NeuronCores. Prices are those that a release's
own costs imply, so no figure here is published; each is a division of two that are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.contract.metrics import THROUGHPUT
from warehouse.schema.views import View, ViewColumn, sql_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.contract.metrics import WideColumn


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
    """Yield the columns that the wide view gains."""
    yield ViewColumn(
        "neuron_cores", "integer", "NeuronCores of all instances of the run.", "NeuronCores"
    )
    for column in _rates():
        yield ViewColumn(
            f"{column.noun}_per_s_per_neuron_core",
            "number",
            f"Throughput in {_words(column)} for each NeuronCore of the run's instances.",
        )
    for column in _rates():
        yield ViewColumn(
            f"{column.noun}_per_usd",
            "number",
            f"Throughput in {_words(column)} for each USD, at implied_usd_per_hour.",
        )


def efficiency_sql() -> str:
    """Return the columns in SQL, where `f` has figures, `w` hardware and `h` hourly rates."""
    per_core = [
        f"f.{column.name} / w.neuron_cores AS {column.noun}_per_s_per_neuron_core"
        for column in _rates()
    ]
    per_usd = [
        f"f.{column.name} * 3600 / h.implied_usd_per_hour AS {column.noun}_per_usd"
        for column in _rates()
    ]
    return ",\n    ".join(["w.neuron_cores", *per_core, *per_usd])


def _rates() -> tuple[WideColumn, ...]:
    """Return the columns of throughput: in inferences, images and so on."""
    return tuple(THROUGHPUT.wide_columns())


def _words(column: WideColumn) -> str:
    return column.noun.replace("_", " ")
