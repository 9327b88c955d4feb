"""Hourly prices that a user gives, on the command line or as a file of a public price list.

This module reads them. Put another layout of price lists here, as names of its columns; how costs
are recalculated with the prices lives in `own_prices`.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import SourceError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

# Headers as price lists write them, in letters and digits alone; the first that a file has counts.
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "instance_type": ("instancetype", "apiname", "instance"),
    "usd_per_hour": (
        "usdperhour",
        "priceperunit",
        "linuxondemandcost",
        "ondemandlinuxpricing",
        "ondemand",
        "priceperhour",
        "hourlyprice",
        "hourlyrate",
        "price",
    ),
    "region": ("regioncode", "region", "location"),
    "date": ("effectivedate", "date"),
    "name": ("name", "pricedescription"),
}
_NEEDED = ("instance_type", "usd_per_hour")

# Price lists of a provider hold every term of every machine; a row counts where its columns of
# these names say this.
_WANTED: Mapping[str, str] = {
    "termtype": "ondemand",
    "operatingsystem": "linux",
    "tenancy": "shared",
    "capacitystatus": "used",
    "preinstalledsw": "na",
    "currency": "usd",
    "unit": "hrs",
}
_MOST_LINES_ABOVE = 20
"""Lines above the headers: providers write a preamble of a few."""

_AMOUNT = re.compile(r"\$?\s*(\d[\d,]*(?:\.\d+)?|\.\d+)(?:\s|$|/)")


@dataclass(frozen=True, slots=True)
class Price:
    """What one hour of an instance costs, in USD, with what the list says beside it."""

    instance_type: str
    usd_per_hour: float
    region: str = ""
    date: str = ""
    name: str = ""


def given_price(text: str) -> Price:
    """Return a price written as `inf2.xlarge=0.35`.

    Raises:
        UsageError: The text is not an instance type and a number above 0.
    """
    instance_type, _, amount = text.partition("=")
    value = _amount(amount)
    if not instance_type.strip() or value is None:
        raise UsageError(f"{text!r} is not a price; write it like inf2.xlarge=0.35 (USD per hour)")
    return Price(instance_type.strip().lower(), value, name="given")


def given_prices(usd_per_hour: Mapping[str, float]) -> tuple[Price, ...]:
    """Return prices given as numbers, by instance type.

    Raises:
        UsageError: A number is not above 0.
    """
    return tuple(given_price(f"{name}={usd!r}") for name, usd in usd_per_hour.items())


def read_price_book(path: str) -> tuple[Price, ...]:
    """Read the prices of a CSV file.

    Args:
        path: A file with a header line: instance type and price, and perhaps region, date and name.
            Public price lists with other headers are recognised by them.

    Raises:
        SourceError: The file cannot be read.
        UsageError: It has no such header, or no price.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"cannot read the price book {path!r} ({error})") from error
    rows = list(csv.reader(lines))
    at, columns = _header(path, rows)
    names = [_plain(text) for text in rows[at]]
    prices = tuple(_prices(rows[at + 1 :], columns, names))
    if not prices:
        raise UsageError(f"the price book {path!r} has no price in USD per hour")
    return prices


def _header(path: str, rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """Return the line of the headers, and which column has what."""
    for at, row in enumerate(rows[:_MOST_LINES_ABOVE]):
        names = [_plain(text) for text in row]
        columns = {
            what: names.index(found)
            for what, known in _COLUMNS.items()
            if (found := next((name for name in known if name in names), None)) is not None
        }
        if all(what in columns for what in _NEEDED):
            return at, columns
    raise UsageError(
        f"the price book {path!r} has no header line with an instance type and a price; "
        "write them as instance_type,usd_per_hour"
    )


def _prices(
    rows: Iterable[Sequence[str]], columns: Mapping[str, int], names: Sequence[str]
) -> Iterator[Price]:
    for row in rows:
        said = dict(zip(names, map(_plain, row), strict=False))
        if any(said.get(name, wanted) != wanted for name, wanted in _WANTED.items()):
            continue
        texts = {what: row[at].strip() for what, at in columns.items() if at < len(row)}
        value = _amount(texts.get("usd_per_hour", ""))
        if value is not None and texts.get("instance_type"):
            yield Price(
                texts["instance_type"].lower(),
                value,
                *(texts.get(what, "") for what in ("region", "date", "name")),
            )


def _plain(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())


def _amount(text: str) -> float | None:
    """Return a price above 0; None for a machine that is not sold so, or for nothing."""
    match = _AMOUNT.match(text.strip())
    value = float(match[1].replace(",", "")) if match else 0.0
    return value or None


def choose_prices(
    prices: Iterable[Price], given: Iterable[Price], known: Iterable[str]
) -> dict[str, Price]:
    """Return one price for each instance type of a warehouse that has one.

    Args:
        prices: Those of a price book, of which the newest of a region counts.
        given: Those of the command line, which count before a price book's.
        known: The instance types of the warehouse; others are left out.

    Raises:
        UsageError: A price book has several prices for one of them.
    """
    wanted = {*known}
    chosen = {one.instance_type: one for one in given if one.instance_type in wanted}
    listed: dict[str, dict[str, Price]] = defaultdict(dict)
    for one in sorted(prices, key=lambda price: price.date):
        if one.instance_type in wanted and one.instance_type not in chosen:
            listed[one.instance_type][one.region] = one
    for instance_type, of_region in listed.items():
        if len({one.usd_per_hour for one in of_region.values()}) > 1:
            raise _several(instance_type, tuple(of_region.values()))
        chosen[instance_type] = next(iter(of_region.values()))
    return chosen


def _several(instance_type: str, prices: Sequence[Price]) -> UsageError:
    shown = ", ".join(f"{one.region or 'no region'} {one.usd_per_hour:g}" for one in prices[:3])
    return UsageError(
        f"the price book has {len(prices)} prices for {instance_type} ({shown}); keep the rows of "
        f"one region, or choose with --usd-per-hour {instance_type}={prices[0].usd_per_hour:g}"
    )
