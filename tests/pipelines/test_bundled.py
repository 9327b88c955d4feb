"""What the nine releases of the capture say: bases, slips, topologies, and rows that agree."""

from __future__ import annotations

import re
from collections import Counter
from math import prod
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.contract import TABLES, ReleaseTables

if TYPE_CHECKING:
    from collections.abc import Mapping

RELEASES = (
    *("2.17.0", "2.18.0", "2.18.1", "2.18.2", "2.19.0", "2.19.1"),
    *("2.20.0", "2.20.1", "2.20.2"),
)
ON_DEMAND = RELEASES[:6]


@pytest.fixture(params=["bundled", "real"])
def releases(request: pytest.FixtureRequest) -> Mapping[str, ReleaseTables]:
    """Return the nine releases from the bundled capture, and then from real pages."""
    found: Mapping[str, ReleaseTables] = request.getfixturevalue(request.param)
    return {release: found[release] for release in RELEASES}


def every(releases: Mapping[str, ReleaseTables], table: str) -> list[Any]:
    """Return the rows of a table of all releases."""
    return [row for release in releases.values() for row in release.rows[table]]


def test_every_cost_has_the_price_basis_of_its_release(
    releases: Mapping[str, ReleaseTables],
) -> None:
    for name, release in releases.items():
        expected = "on-demand" if name in ON_DEMAND else "ri-effective"
        costs = [m for m in release.rows["measurements"] if m.metric == "cost"]
        assert costs
        assert {m.basis for m in costs} == {expected}


def test_the_hourly_rates_that_tables_state_are_on_demand(
    releases: Mapping[str, ReleaseTables],
) -> None:
    rates = [m for m in every(releases, "measurements") if m.metric == "hourly_rate"]
    assert {m.release for m in rates} == {"2.18.2", "2.19.0", "2.19.1"}
    assert {(m.basis, m.unit, m.statistic) for m in rates} == {("on-demand", "USD/h", "stated")}


def test_tokens_are_counted_as_each_release_states(releases: Mapping[str, ReleaseTables]) -> None:
    bases = Counter((m.unit, m.metric, m.basis) for m in every(releases, "measurements"))
    told = {key for key in bases if "token" in key[0] or "token" in key[1]}
    assert told == {
        ("tokens/s", "throughput", "input+output"),
        ("output tokens/s", "throughput", "output"),
        ("ms", "latency_per_token", "input+output"),
        ("USD per 1M tokens", "cost", "on-demand"),
    }
    output = {m.release for m in every(releases, "measurements") if m.unit == "output tokens/s"}
    assert output == {"2.18.2", "2.19.0", "2.19.1"}


def test_2_2_on_pages_of_2_20_is_2_20_0_and_stays_2_2_as_published(
    releases: Mapping[str, ReleaseTables],
) -> None:
    short = {
        (cell.table_id, cell.row)
        for cell in every(releases, "published_cells")
        if (cell.header, cell.text) == ("Neuron Version", "2.2")
    }
    rows = {(b.table_id, b.row): b for b in every(releases, "benchmarks")}
    assert len(short) == 24
    assert {rows[place].measured_release for place in short} == {"2.20.0"}
    flags = [f for f in every(releases, "quality_flags") if f.rule == "malformed-version"]
    assert {f.benchmark_id for f in flags} == {rows[place].benchmark_id for place in short}
    assert {(f.observed, f.expected) for f in flags} == {("2.2", "2.20.0")}


def test_every_other_row_was_measured_on_the_release_in_its_cell(
    releases: Mapping[str, ReleaseTables],
) -> None:
    rows = {(b.table_id, b.row): b for b in every(releases, "benchmarks")}
    stated = [c for c in every(releases, "published_cells") if c.header == "Neuron Version"]
    assert len(stated) == len(rows)
    for cell in stated:
        if cell.text != "2.2":
            assert rows[cell.table_id, cell.row].measured_release == cell.text


def test_the_pages_of_2_18_0_hold_no_row_measured_on_2_18(
    releases: Mapping[str, ReleaseTables],
) -> None:
    measured = {
        name: {b.measured_release for b in release.rows["benchmarks"]}
        for name, release in releases.items()
    }
    assert not {name for name in measured["2.18.0"] if name.startswith("2.18.")}
    assert "2.18.0" in measured["2.18.2"]
    assert {"2.18.0", "2.18.1"} <= measured["2.19.1"]
    assert not {name for name in measured["2.19.1"] if name.startswith("2.19.")}


def test_every_topology_yields_the_degrees_that_it_spells(
    releases: Mapping[str, ReleaseTables],
) -> None:
    told = [b for b in every(releases, "benchmarks") if b.topology]
    assert len(told) > 100
    for row in told:
        spelled = {name: int(n) for name, n in re.findall(r"(TP|DP|PP)=(\d+)", row.topology)}
        if not spelled:
            counts = [int(digits) for digits in re.findall(r"\d+", row.topology)]
            spelled = {"DP": prod(counts)}
        assert (row.tp_degree, row.dp_degree, row.pp_degree) == tuple(
            spelled.get(name) for name in ("TP", "DP", "PP")
        )


def test_quoted_data_types_are_the_same_list_as_plain_ones(
    releases: Mapping[str, ReleaseTables],
) -> None:
    cells = {
        (cell.table_id, cell.row): cell.text
        for cell in every(releases, "published_cells")
        if cell.header in ("Model Data Type", "Training Data-Type")
    }
    read = {
        (cells[b.table_id, b.row], b.model_data_types)
        for b in every(releases, "benchmarks")
        if "FP32, BF16" in cells.get((b.table_id, b.row), "")
    }
    assert read == {("“FP32, BF16”", ("FP32", "BF16")), ("FP32, BF16", ("FP32", "BF16"))}


def test_both_instances_of_a_cell_are_found(releases: Mapping[str, ReleaseTables]) -> None:
    both = {
        (cell.table_id, cell.row)
        for cell in every(releases, "published_cells")
        if cell.text == "trn1.32xlarge/trn1n.32xlarge"
    }
    found = {
        (b.table_id, b.row)
        for b in every(releases, "benchmarks")
        if b.instance_types == ("trn1.32xlarge", "trn1n.32xlarge")
    }
    assert both
    assert both == found


def test_amounts_over_a_thousand_dollars_lose_nothing(
    releases: Mapping[str, ReleaseTables],
) -> None:
    large = [m for m in every(releases, "measurements") if m.text.startswith("$") and "," in m.text]
    assert large
    for measurement in large:
        assert f"${measurement.value:,.3f}" == measurement.text


def test_no_row_keeps_a_raw_column_since_all_are_known(
    releases: Mapping[str, ReleaseTables],
) -> None:
    assert {tuple(b.attributes) for b in every(releases, "benchmarks")} == {()}


def test_only_the_empty_page_lacks_tables(releases: Mapping[str, ReleaseTables]) -> None:
    flagged = [f for f in every(releases, "quality_flags") if f.rule == "page-without-tables"]
    assert [(f.release, f.page) for f in flagged] == [("2.20.0", "inf1-inference")]


@pytest.mark.parametrize("release", RELEASES)
def test_every_value_is_one_that_its_column_allows(
    bundled: Mapping[str, ReleaseTables], release: str
) -> None:
    for table in TABLES:
        for row in bundled[release].rows.get(table.name, ()):
            for column in table.columns:
                value = getattr(row, column.name)
                assert column.nullable or value is not None
                if column.facts.values and value is not None:
                    assert value in column.facts.values


@pytest.mark.parametrize("release", RELEASES)
def test_keys_are_unique_and_references_lead_somewhere(
    bundled: Mapping[str, ReleaseTables], release: str
) -> None:
    rows = bundled[release].rows
    for table in TABLES:
        keys = Counter(tuple(getattr(r, c) for c in table.key) for r in rows.get(table.name, ()))
        assert set(keys.values()) <= {1}
        for other, columns in table.references:
            there = {tuple(getattr(r, c) for c in columns) for r in rows[other]}
            here = {tuple(getattr(r, c) for c in columns) for r in rows.get(table.name, ())}
            assert here <= there
