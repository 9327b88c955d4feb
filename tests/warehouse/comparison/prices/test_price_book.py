"""Prices that a user gives: as options, as a small file, or as a public price list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipelines.errors import SourceError, UsageError
from warehouse.comparison.prices.price_book import (
    Price,
    choose_prices,
    given_price,
    read_price_book,
)

if TYPE_CHECKING:
    from pathlib import Path

PROVIDER = """"FormatVersion","v1.0"
"Disclaimer","A preamble, of which the list has five lines."
"SKU","TermType","EffectiveDate","Unit","PricePerUnit","Currency","Region Code","Instance Type",\
"Tenancy","Operating System","Pre Installed S/W","CapacityStatus"
"A","OnDemand","2024-01-01","Hrs","0.7582","USD","us-east-1","inf2.xlarge","Shared","Linux","NA","Used"
"B","OnDemand","2024-01-01","Hrs","0.9","USD","us-east-1","inf2.xlarge","Dedicated","Linux","NA","Used"
"C","Reserved","2024-01-01","Hrs","0.3","USD","us-east-1","inf2.xlarge","Shared","Linux","NA","Used"
"D","OnDemand","2024-01-01","Hrs","1.5","USD","us-east-1","inf2.xlarge","Shared","Windows","NA","Used"
"E","OnDemand","2024-01-01","Hrs","0","USD","us-east-1","inf2.xlarge","Shared","Linux","NA","Used"
"""
COMPARED = """Name,API Name,Instance Memory,Linux On Demand cost
Inferentia2 Extra Large,inf2.xlarge,16 GiB,$0.7582 hourly
Not sold here,inf2.24xlarge,384 GiB,unavailable
"""


def read(folder: Path, text: str) -> tuple[Price, ...]:
    path = folder / "prices.csv"
    path.write_text(text, encoding="utf-8-sig")
    return read_price_book(str(path))


def test_a_small_file_has_what_it_says(tmp_path: Path) -> None:
    text = (
        "Instance_Type,USD per hour,Region,Date,Name\nInf2.XLarge,0.35,us-east-1,2026-01-02,ours\n"
    )
    expected = Price("inf2.xlarge", 0.35, "us-east-1", "2026-01-02", "ours")
    assert read(tmp_path, text) == (expected,)
    assert read(tmp_path, 'price,instance type\n"$1,234.5",inf2.xlarge\n') == (
        Price("inf2.xlarge", 1234.5),
    )


@pytest.mark.parametrize("text", [PROVIDER, COMPARED])
def test_public_price_lists_are_recognised_by_their_headers(tmp_path: Path, text: str) -> None:
    (price,) = read(tmp_path, text)
    assert (price.instance_type, price.usd_per_hour) == ("inf2.xlarge", 0.7582)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no header line"),
        ("machine,dollars\ninf2.xlarge,1\n", "no header line"),
        ("instance_type,usd_per_hour\ninf2.xlarge,unavailable\n", "no price"),
    ],
)
def test_a_file_without_prices_is_rejected(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read(tmp_path, text)


def test_a_file_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot read the price book"):
        read_price_book(str(tmp_path / "none.csv"))


@pytest.mark.parametrize("text", ["inf2.xlarge", "=0.35", "inf2.xlarge=", "inf2.xlarge=0", "a=b"])
def test_what_is_no_price_is_rejected(text: str) -> None:
    with pytest.raises(UsageError, match=r"write it like inf2\.xlarge=0\.35"):
        given_price(text)


def test_the_newest_price_of_a_region_counts_and_an_option_before_it() -> None:
    old, new = (Price("inf2.xlarge", usd, "us", date) for usd, date in ((1, "2024"), (2, "2025")))
    other = Price("m5.large", 3)
    chosen = choose_prices((new, old, other), (), ("inf2.xlarge",))
    assert chosen == {"inf2.xlarge": new}
    given = given_price("INF2.xlarge=0.35")
    assert choose_prices((new, old), (given,), ("inf2.xlarge",)) == {"inf2.xlarge": given}


def test_prices_of_several_regions_are_a_question_and_not_a_guess() -> None:
    prices = Price("inf2.xlarge", 1, "us"), Price("inf2.xlarge", 2, "eu")
    with pytest.raises(
        UsageError, match=r"2 prices for inf2\.xlarge \(us 1, eu 2\); keep the rows"
    ):
        choose_prices(prices, (), ("inf2.xlarge",))
    same = Price("inf2.xlarge", 1, "us"), Price("inf2.xlarge", 1, "eu")
    assert choose_prices(same, (), ("inf2.xlarge",))["inf2.xlarge"].usd_per_hour == 1
