"""A page as a value, and a release as the sum of its pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from pipelines.composition.reader import CompositionRows, add_up, read_composition
from pipelines.contract.accelerators import ACCELERATORS
from pipelines.extract import Block, Cell, ExtractedPage, ExtractedTable

HARDWARE = ACCELERATORS[0].hardware_page
NEWS = "Neuron 2.20.2 (11/20/2024)"
LIST = "List of packages in Neuron 2.20.2:\n\nDriver  aws-neuronx-dkms-2.18.20.0\n"
PAGE = ExtractedPage(
    title="What's New",
    last_update=None,
    notes=(),
    tables=(),
    linked_releases=frozenset(),
    anchors=frozenset(),
    blocks=(
        Block("heading", ("New", NEWS), None, NEWS),
        Block("literal", ("New", NEWS, "Trn1 packages"), None, LIST),
        Block("paragraph", ("New", "Supported Numpy Versions"), None, "It is >= 1.21."),
    ),
)
TABLE = ExtractedTable(
    position=0,
    section=("Inf1",),
    tab=None,
    caption=None,
    header=("Instance size", "# of Inferentia devices"),
    rows=((Cell("Inf1.xlarge"), Cell("1")),),
    notes=(),
)


def test_a_page_is_read_for_what_the_catalog_says() -> None:
    new = read_composition("2.20.2", "whats-new", PAGE, ())
    assert {table: len(rows) for table, rows in new.rows.items()} == {
        "package_versions": 1,
        "framework_support": 1,
        "release_dates": 1,
        "instances": 0,
    }
    history = read_composition("2.20.2", "whats-new-history", PAGE, ())
    assert history == CompositionRows(
        dates=tuple(replace(one, page="whats-new-history") for one in new.dates)
    )
    hardware = read_composition("2.20.2", HARDWARE, PAGE, (("t", TABLE),))
    assert [one.instance_type for one in hardware.instances] == ["inf1.xlarge"]


def test_a_page_captured_before_its_date_is_not_believed() -> None:
    early = datetime(2024, 11, 1, tzinfo=UTC)
    read = read_composition("2.20.2", "whats-new", PAGE, (), early)
    assert not read.dates
    assert [one.rule.name for one in read.findings] == ["future-date"]


def test_pages_add_up_in_order_and_statements_are_numbered_through() -> None:
    part = read_composition("2.20.2", "whats-new", PAGE, ())
    total = add_up([part, CompositionRows(), part])
    assert total.packages == part.packages * 2
    assert [row.number for row in total.support] == [0, 1]
    assert add_up([]) == CompositionRows()


def test_an_instance_type_of_two_pages_is_published_once_and_flagged() -> None:
    part = read_composition("2.20.2", HARDWARE, PAGE, (("t", TABLE),))
    total = add_up([part, part])
    assert total.instances == part.instances
    assert [one.rule.name for one in total.findings] == ["repeated-instance"]


def test_findings_of_the_pages_stay_with_the_pages() -> None:
    early = datetime(2024, 11, 1, tzinfo=UTC)
    part = read_composition("2.20.2", "whats-new", PAGE, (), early)
    assert not add_up([part]).findings
