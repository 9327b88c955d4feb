"""A comparison in which every cost comes from throughput and a price that the user gives.

This module writes the SQL around a comparison. The prices are read in `price_book`; the rules for
published costs live in `sql/judging.sql`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.contract.metrics import COST, THROUGHPUT
from warehouse.comparison.ranges import usd_per_1m
from warehouse.schema.quoting import literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warehouse.comparison.prices.price_book import Price

BASIS = "given"
"""What a cost's basis says where its price is the user's."""

_SPEED = ("base_value", "target_value", "change", "better", "verdict")


def at_own_prices(call: str, prices: Mapping[str, Price]) -> str:
    """Return SQL for a comparison's rows with costs at the user's prices.

    A cost is judged as its throughput is: at one price, nothing else makes it. Costs of instance
    types without a price, and of rows without a throughput, are left out.

    Args:
        call: SQL for the rows at published prices.
        prices: A price for each instance type.
    """
    listed = ", ".join(
        f"({literal(one.instance_type)}, {one.usd_per_hour!r}::DOUBLE)" for one in prices.values()
    )
    speed = ", ".join(f"{name!r}: {name}" for name in _SPEED)
    both = "speed.base_value > 0 AND speed.target_value > 0 AND speed.change IS NOT NULL"
    columns = {
        "base_value": usd_per_1m("speed.base_value", "own_price"),
        "target_value": usd_per_1m("speed.target_value", "own_price"),
        "change": f"CASE WHEN {both} THEN speed.base_value / speed.target_value - 1 END",
        "better": "speed.better",
        "verdict": "speed.verdict",
        "base_usd_per_hour": f"CASE WHEN {both} THEN own_price END",
        "target_usd_per_hour": f"CASE WHEN {both} THEN own_price END",
        "target_value_at_base_rate": (
            f"CASE WHEN {both} THEN {usd_per_1m('speed.target_value', 'own_price')} END"
        ),
        "speed_change": f"CASE WHEN {both} THEN speed.base_value / speed.target_value - 1 END",
        "price_change": f"CASE WHEN {both} THEN 0.0 END",
        "base_unit": "CASE WHEN speed.base_value IS NOT NULL THEN unit END",
        "target_unit": "CASE WHEN speed.target_value IS NOT NULL THEN unit END",
        "base_basis": f"CASE WHEN speed.base_value IS NOT NULL THEN {literal(BASIS)} END",
        "target_basis": f"CASE WHEN speed.target_value IS NOT NULL THEN {literal(BASIS)} END",
    }
    replaced = ",\n".join(
        f"CASE WHEN own_price IS NULL THEN {name} ELSE {value} END AS {name}"
        for name, value in columns.items()
    )
    return f"""(
        SELECT * EXCLUDE (speed, own_price) REPLACE ({replaced})
        FROM (
            SELECT
                told.*,
                any_value({{{speed}}}) FILTER (metric = {literal(THROUGHPUT.name)})
                    OVER (PARTITION BY base_benchmark_id, target_benchmark_id) AS speed,
                CASE WHEN metric = {literal(COST.name)} THEN own.usd_per_hour END AS own_price
            FROM {call} AS told
            LEFT JOIN (VALUES {listed}) AS own (instance_type, usd_per_hour)
                ON told.instance_types = [own.instance_type]
        )
        WHERE metric <> {literal(COST.name)} OR (own_price IS NOT NULL AND speed IS NOT NULL)
    )"""  # noqa: S608 - names of the contract, quoted texts and numbers


def said_of_prices(prices: Mapping[str, Price]) -> str:
    """Return the sentence that says whose prices the costs have."""
    shown = ", ".join(
        " ".join(filter(None, (f"{name} {one.usd_per_hour:g}", _source(one))))
        for name, one in sorted(prices.items())
    )
    return (
        f"Costs are not the published ones: each is throughput at your USD per hour ({shown}). "
        "Costs of other instance types are left out."
    )


def _source(one: Price) -> str:
    said = ", ".join(filter(None, (one.region, one.date)))
    return f"[{said}]" if said else ""
