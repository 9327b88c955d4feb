"""The vocabulary agrees with itself, with the contract that it fills and with the catalog."""

from __future__ import annotations

from dataclasses import fields
from itertools import chain

import pytest

from pipelines.contract import Benchmark
from pipelines.contract.declaration import DeclarationError
from pipelines.contract.metrics import BASES, METRIC_NAMES, UNITS, is_statistic
from pipelines.pages.catalog import PAGE_KINDS
from pipelines.performance.column_kinds import TRAINING_DATA_TYPES
from pipelines.performance.names import as_read
from pipelines.performance.vocabulary import (
    DIMENSIONS,
    FAMILIES,
    PRICE_BASES,
    TABS,
    WORDS,
    MetricHeader,
    plain,
)
from pipelines.performance.vocabulary import METRICS as HEADERS

SLOTS = {entry.slot for entry in (*DIMENSIONS.values(), *HEADERS.values())}


def test_every_key_is_written_plainly_so_that_it_can_be_met() -> None:
    for key in chain(DIMENSIONS, HEADERS, FAMILIES, TABS, PRICE_BASES):
        assert key == plain(key)


def test_every_metric_is_one_of_the_contract() -> None:
    for metric in HEADERS.values():
        assert metric.metric in METRIC_NAMES
        assert is_statistic(metric.statistic)
        assert set(metric.units.values()) <= set(UNITS)
        assert metric.basis in (None, *BASES)
        assert set(metric.units) == {unit.casefold() for unit in metric.units}


def test_a_header_of_an_undeclared_metric_does_not_load() -> None:
    with pytest.raises(DeclarationError, match=r"^a header gives 'speed', which METRICS lacks$"):
        MetricHeader("speed", "mean", {"": "km/h"})


def test_a_header_with_a_unit_that_its_metric_lacks_does_not_load() -> None:
    with pytest.raises(DeclarationError, match=r"gives 'km/h', which metric 'throughput' lacks$"):
        MetricHeader("throughput", "mean", {"km/h": "km/h"})


def test_every_dimension_is_a_column_of_benchmarks_but_one() -> None:
    named = {d.field for d in DIMENSIONS.values()} - {f.name for f in fields(Benchmark)}
    assert named == {TRAINING_DATA_TYPES}


def test_every_page_family_has_columns_that_the_vocabulary_knows() -> None:
    for kind in PAGE_KINDS:
        assert kind.columns.keys() <= set(FAMILIES.values())
        for columns in chain.from_iterable(kind.columns.values()):
            assert columns <= SLOTS


def test_the_words_of_a_set_differ_as_people_read_them() -> None:
    for words in WORDS.values():
        assert len({as_read(word) for word in words}) == len(words)


def test_price_bases_are_those_of_the_contract() -> None:
    assert set(PRICE_BASES.values()) <= set(BASES)
