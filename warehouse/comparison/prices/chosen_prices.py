"""The user's prices that a warehouse has instance types for.

This module checks them against the instance types that rows were run on. Reading a price book lives
in `price_book`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.errors import UsageError
from warehouse.comparison import model_names as names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from warehouse.comparison.prices.price_book import Price


def prices_here(
    connection: duckdb.DuckDBPyConnection, price_book: Sequence[Price], given: Sequence[Price]
) -> Mapping[str, Price]:
    """Return one price for each instance type of a warehouse that has one; empty without prices.

    Args:
        connection: A warehouse, opened for reading.
        price_book: Prices of a file.
        given: Prices of the command line, which count before a file's.

    Raises:
        UsageError: A given price is for an instance type that the warehouse does not have, or no
            price of the file is for one that it has.
    """
    if not (price_book or given):
        return {}
    from warehouse.comparison.prices.price_book import choose_prices

    known = names.all_instances(connection)
    for one in given:
        if one.instance_type not in known:
            raise names.unknown_name("instance type", one.instance_type, known)
    chosen = choose_prices(price_book, given, known)
    if not chosen:
        raise UsageError(f"the price book has no price for any of {', '.join(known)}")
    return chosen
