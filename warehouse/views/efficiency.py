"""What the wide view derives from throughput: per NeuronCore, per USD, and what a million costs.

This module has those columns and the view of a run's NeuronCores. Put columns that divide published
figures here; columns that are published live in `metric_columns`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.contract.accelerators import DEVICES
from pipelines.contract.metrics import COST, THROUGHPUT
from warehouse.comparison.ranges import RATE_PRECISION, is_precise, usd_per_1m
from warehouse.schema.views import View, ViewColumn, sql_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.contract.metrics import WideColumn


def run_hardware() -> View:
    """Return the view of what each benchmark ran on."""
    return View(
        "run_hardware",
        "What each benchmark ran on, by the newest hardware table up to its release.",
        (
            ViewColumn("benchmark_id", "text", "Names the row."),
            ViewColumn("device", "text", "Kind of the run's devices.", values=DEVICES),
            ViewColumn("devices", "integer", "Devices of all instances of the run.", "devices"),
            ViewColumn(
                "neuron_cores", "integer", "NeuronCores of all instances of the run.", "NeuronCores"
            ),
        ),
        sql_text("run_hardware", {}),
        ("benchmark_id",),
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
            f"{column.unit} per NeuronCore",
        )
    for column in _priced():
        yield ViewColumn(
            f"{column.noun}_per_usd",
            "number",
            f"How many {_words(column)} a USD buys, at implied_usd_per_hour.",
            f"{_words(column)} per USD",
        )


def efficiency_sql() -> str:
    """Return the columns in SQL, where `f` has figures, `w` hardware and `h` hourly rates."""
    per_core = [
        f"f.{column.name} / w.neuron_cores AS {column.noun}_per_s_per_neuron_core"
        for column in _rates()
    ]
    per_usd = [
        f"f.{column.name} * 3600 / h.implied_usd_per_hour AS {column.noun}_per_usd"
        for column in _priced()
    ]
    return ",\n    ".join(["w.neuron_cores", *per_core, *per_usd])


def at_latest_rate_sql() -> str:
    """Return SQL for a row's cost at the newest rate.

    There `f` has figures, `h` the hourly rate behind the row's cost and `l` the newest one. The
    cost comes from throughput. Where that is printed with too few digits, it comes from the
    published cost, and where a rate is known too poorly, it is None.
    """
    rate_is_known = f"l.rate_width <= {RATE_PRECISION}"
    speed_is_known = is_precise("f.speed", "f.speed_half")
    own_rate_is_known = f"h.high_usd_per_hour <= {RATE_PRECISION} * h.low_usd_per_hour"
    return f"""CASE
        WHEN {rate_is_known} AND {speed_is_known}
            THEN {usd_per_1m("f.speed", "l.usd_per_hour")}
        -- Rounded alike, a small speed is known less well than the large cost that it comes to.
        WHEN {rate_is_known} AND {own_rate_is_known}
            THEN f.published_cost * l.usd_per_hour / h.implied_usd_per_hour
    END"""


def _rates() -> tuple[WideColumn, ...]:
    """Return the columns of throughput that some release has: in inferences and so on."""
    return tuple(one for one in THROUGHPUT.wide_columns() if one.is_published)


def _priced() -> tuple[WideColumn, ...]:
    """Return those of them that count what some release has costs of."""
    priced = {one.noun for one in COST.wide_columns() if one.is_published}
    return tuple(one for one in _rates() if one.noun in priced)


def _words(column: WideColumn) -> str:
    return column.noun.replace("_", " ")
