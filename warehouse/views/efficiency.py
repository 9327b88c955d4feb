"""What the wide view derives from throughput: per NeuronCore, per USD, and what a million costs.

This module has those columns and those of a run's hardware. Put columns that divide published
figures here; columns that are published live in `metric_columns`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.contract.accelerators import DEVICES
from pipelines.contract.metrics import COST, THROUGHPUT
from warehouse.comparison.ranges import RATE_PRECISION, is_precise, usd_per_1m
from warehouse.schema.views import ViewColumn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.contract.metrics import WideColumn


def hardware_columns() -> Iterator[ViewColumn]:
    """Yield what is known of the hardware of a run."""
    yield ViewColumn("device", "text", "Kind of the run's devices.", values=DEVICES)
    yield ViewColumn("devices", "integer", "Devices of all instances of the run.", "devices")
    yield ViewColumn(
        "neuron_cores", "integer", "NeuronCores of all instances of the run.", "NeuronCores"
    )


def efficiency_columns() -> Iterator[ViewColumn]:
    """Yield the columns that the wide view gains."""
    yield from (column for column in hardware_columns() if column.name == "neuron_cores")
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
    """Return the columns in SQL, where `f` has stored rows, and `neuron_cores` stands before."""
    per_core = [
        f"f.{column.name} / neuron_cores AS {column.noun}_per_s_per_neuron_core"
        for column in _rates()
    ]
    per_usd = [
        f"f.{column.name} * 3600 / f.implied_usd_per_hour AS {column.noun}_per_usd"
        for column in _priced()
    ]
    return ",\n    ".join([*per_core, *per_usd])


def speed_is_precise_sql() -> str:
    """Return SQL that is true where the throughput of `f` has digits enough to calculate with."""
    return is_precise("f.speed", "f.speed_half")


def rate_is_precise_sql() -> str:
    """Return SQL that is true where the hourly rate of `h` is known well enough."""
    return f"h.high_usd_per_hour <= {RATE_PRECISION} * h.low_usd_per_hour"


def at_latest_rate_sql() -> str:
    """Return SQL for a row's cost at the newest rate.

    There `f` has stored rows, and `l` the newest hourly rate. The cost comes from throughput. Where
    that is printed with too few digits, it comes from the published cost, and where a rate is known
    too poorly, it is None.
    """
    rate_is_known = f"l.rate_width <= {RATE_PRECISION}"
    return f"""CASE
        WHEN {rate_is_known} AND f.is_speed_precise
            THEN {usd_per_1m("f.speed", "l.usd_per_hour")}
        -- Rounded alike, a small speed is known less well than the large cost that it comes to.
        WHEN {rate_is_known} AND f.is_rate_precise
            THEN f.published_cost * l.usd_per_hour / f.implied_usd_per_hour
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
