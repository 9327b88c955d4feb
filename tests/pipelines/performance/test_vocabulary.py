"""The registry agrees with itself and with the contract that it fills."""

from __future__ import annotations

from dataclasses import fields
from itertools import chain

from pipelines.contract import Benchmark
from pipelines.contract.benchmarks import BASES, METRICS, STATISTICS, UNITS
from pipelines.pages.inventory import PAGE_KINDS
from pipelines.performance.vocabulary import (
    CATEGORIES,
    DIMENSIONS,
    FAMILIES,
    LEAST_SHAPE,
    PRICE_BASES,
    SHAPES,
    SLIPS,
    TABS,
    plain,
)
from pipelines.performance.vocabulary import (
    METRICS as HEADERS,
)

SLOTS = {entry.slot for entry in (*DIMENSIONS.values(), *HEADERS.values())}


def test_every_key_is_written_plainly_so_that_it_can_be_met() -> None:
    for key in chain(DIMENSIONS, HEADERS, FAMILIES, TABS, PRICE_BASES):
        assert key == plain(key)


def test_every_metric_is_one_of_the_contract() -> None:
    for metric in HEADERS.values():
        assert metric.metric in METRICS
        assert metric.statistic in STATISTICS
        assert set(metric.units.values()) <= set(UNITS)
        assert metric.basis in (None, *BASES)
        assert set(metric.units) == {unit.casefold() for unit in metric.units}


def test_every_dimension_is_a_column_of_benchmarks() -> None:
    assert {d.field for d in DIMENSIONS.values()} <= {f.name for f in fields(Benchmark)}


def test_every_shape_is_made_of_known_columns_and_belongs_to_a_known_page_and_family() -> None:
    assert set(SHAPES) == {kind.page for kind in PAGE_KINDS}
    for families in SHAPES.values():
        assert families.keys() <= set(FAMILIES.values())
        for shape in chain.from_iterable(families.values()):
            assert LEAST_SHAPE <= shape <= SLOTS


def test_a_slip_is_no_category_and_stands_for_one() -> None:
    for field, slips in SLIPS.items():
        assert not slips.keys() & set(CATEGORIES[field])
        assert set(slips.values()) <= set(CATEGORIES[field])


def test_price_bases_are_those_of_the_contract() -> None:
    assert set(PRICE_BASES.values()) <= set(BASES)
