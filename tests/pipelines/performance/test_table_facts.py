"""What tables are: named by their place, known by their columns, refused by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import ContractError, Problem
from pipelines.extract import ExtractedTable
from pipelines.pages import catalog
from pipelines.performance import vocabulary as registry
from pipelines.performance.table_facts import table_ids
from pipelines.policy import Policy
from tests.pipelines.making import (
    ENCODER,
    PAGE,
    PRICE_NOTE,
    RELEASE,
    TRAINING,
    flags,
    grid_html,
    read_page,
    read_row,
    renamed,
    table_html,
    without,
)

if TYPE_CHECKING:
    from pathlib import Path

TABLE = f"page {PAGE}, table Performance > Encoder models"
ALLOWED = {"policy": Policy(unknown=True)}
NAMES = st.sampled_from(["A", "a", "A b", "A-b", "2", "~2", "", "é"])
PLACES = st.tuples(st.lists(NAMES, max_size=3).map(tuple), st.none() | NAMES)


def refusal(folder: Path, content: str, **around: str) -> Problem:
    """Return the one problem for which a page is refused, having checked what every one says."""
    with pytest.raises(ContractError) as refused:
        read_page(folder, content, **around)
    assert refused.value.exit_code == 4
    (problem,) = refused.value.problems
    assert any(file in problem.remedy for file in (registry.FILE, catalog.FILE))
    assert "--allow-unknown" in problem.remedy
    assert problem.observed in str(refused.value)
    return problem


def test_a_renamed_header_fails_naming_page_table_and_column(tmp_path: Path) -> None:
    row = renamed(ENCODER, "OS Type", "Operating System")
    with pytest.raises(ContractError) as refused:
        read_page(tmp_path, table_html(row))
    unknown, missing = refused.value.problems
    assert unknown.rule.name == "unknown-header"
    assert unknown.where == f"{TABLE}, column 'Operating System'"
    assert unknown.observed == "Operating System"
    assert "METRICS or DIMENSIONS in pipelines/performance/vocabulary.py" in unknown.remedy
    assert (missing.rule.name, missing.expected) == ("missing-column", "also os")


def test_an_additional_unknown_column_is_refused_and_kept_when_allowed(tmp_path: Path) -> None:
    row = ENCODER | {"Colour": "blue"}
    assert refusal(tmp_path, table_html(row)).observed == "Colour"
    tables = read_page(tmp_path, table_html(row), options=ALLOWED)
    assert tables.rows["benchmarks"][0].attributes == {"Colour": "blue"}
    (flag,) = flags(tables, "unknown-header")
    assert (flag.severity, flag.page, flag.observed) == ("warning", PAGE, "Colour")


def test_an_unknown_unit_is_refused_and_the_raw_figure_kept_when_allowed(tmp_path: Path) -> None:
    header = "Latency P50 (fortnights)"
    content = table_html(renamed(ENCODER, "Latency P50 (ms)", header))
    with pytest.raises(ContractError) as refused:
        read_page(tmp_path, content)
    assert refused.value.problems[0].rule.name == "unknown-unit"
    assert refused.value.problems[0].expected == "for 'latency p50' one of the units 'ms'"
    tables = read_page(tmp_path, content, options=ALLOWED)
    assert tables.rows["benchmarks"][0].attributes == {header: "1.02"}
    assert len(tables.rows["measurements"]) == 3
    assert flags(tables, "unknown-unit")


def test_a_lost_column_is_seen_by_the_tables_shape(tmp_path: Path) -> None:
    problem = refusal(tmp_path, table_html(without(ENCODER, "Latency P99 (ms)")))
    assert (problem.rule.name, problem.expected) == ("missing-column", "also latency p99")
    assert problem.where == TABLE


def test_an_unknown_section_is_refused_and_its_family_unknown_when_allowed(tmp_path: Path) -> None:
    problem = refusal(tmp_path, table_html(ENCODER), section="Oracle models")
    assert (problem.rule.name, problem.observed) == ("unknown-section", "Oracle models")
    assert "FAMILIES" in problem.remedy
    assert read_row(tmp_path, ENCODER, section="Oracles", options=ALLOWED).model_family == "unknown"


def test_an_unknown_tab_is_refused(tmp_path: Path) -> None:
    content = f'<div role="tabpanel" aria-label="Beauty optimized">{table_html(ENCODER)}</div>'
    problem = refusal(tmp_path, content)
    assert (problem.rule.name, problem.where) == ("unknown-tab", f"{TABLE} [Beauty optimized]")


@pytest.mark.parametrize(
    ("tab", "optimized_for"),
    [("Throughput optimized", "throughput"), ("latency-optimized", "latency")],
)
def test_the_tab_says_what_a_run_was_optimized_for(
    tmp_path: Path, tab: str, optimized_for: str
) -> None:
    content = f'<div role="tabpanel" aria-label="{tab}">{table_html(ENCODER)}</div>'
    (benchmark,) = read_page(tmp_path, content).rows["benchmarks"]
    assert benchmark.optimized_for == optimized_for


@pytest.mark.parametrize("header", ["Batch Size", "batch size.", "Throughput (tokens/sec)"])
def test_a_column_that_is_there_twice_is_refused(tmp_path: Path, header: str) -> None:
    content = grid_html([*ENCODER, header], [*ENCODER.values(), "7"])
    problem = refusal(tmp_path, content)
    assert (problem.rule.name, problem.expected) == ("duplicate-column", "once each")


def test_an_unknown_column_that_is_there_twice_is_refused_for_both(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as refused:
        read_page(tmp_path, grid_html([*ENCODER, "Hue", "Hue"], [*ENCODER.values(), "1", "2"]))
    rules = [problem.rule.name for problem in refused.value.problems]
    assert rules == ["unknown-header", "unknown-header", "duplicate-column"]


def test_of_columns_that_say_the_same_the_first_speaks_when_allowed(tmp_path: Path) -> None:
    headers = [*ENCODER, "Throughput (tokens/sec)", "Batch Size"]
    tables = read_page(tmp_path, grid_html(headers, [*ENCODER.values(), "7", "9"]), options=ALLOWED)
    (benchmark,) = tables.rows["benchmarks"]
    assert benchmark.batch_size == 1
    assert benchmark.attributes == {"Throughput (tokens/sec)": "7", "Batch Size": "9"}
    assert [m.value for m in tables.rows["measurements"] if m.metric == "throughput"] == [1950.5]


@pytest.mark.parametrize("change", [-1, 1])
def test_a_ragged_row_is_refused_by_its_number(tmp_path: Path, change: int) -> None:
    cells = [*ENCODER.values()]
    odd = cells[:change] if change < 0 else [*cells, "more"]
    problem = refusal(tmp_path, grid_html([*ENCODER], cells, odd))
    assert problem.rule.name == "ragged-row"
    assert (problem.observed, problem.expected) == (f"{17 + change} cells in row 2", "17 cells")


def test_a_ragged_row_is_published_whole_when_allowed(tmp_path: Path) -> None:
    content = grid_html([*ENCODER], [*ENCODER.values(), "more"])
    cells = read_page(tmp_path, content, options=ALLOWED).rows["published_cells"]
    assert (cells[-1].column, cells[-1].header, cells[-1].text) == (17, "", "more")


def test_an_unknown_price_basis_is_refused_and_none_recorded_when_allowed(tmp_path: Path) -> None:
    note = '<p role="note">At the Spot hourly rate.</p>'
    assert refusal(tmp_path, table_html(ENCODER), note=note).rule.name == "unknown-price-basis"
    tables = read_page(tmp_path, table_html(ENCODER), options=ALLOWED, note=note)
    assert {m.basis for m in tables.rows["measurements"]} == {None}


def test_two_price_bases_are_refused_and_none_recorded_when_allowed(tmp_path: Path) -> None:
    note = PRICE_NOTE + '<p role="note">On-Demand hourly rate</p>'
    assert (
        refusal(tmp_path, table_html(ENCODER), note=note).rule.name == "contradictory-price-basis"
    )
    tables = read_page(tmp_path, table_html(ENCODER), options=ALLOWED, note=note)
    assert {m.basis for m in tables.rows["measurements"]} == {None}
    assert flags(tables, "contradictory-price-basis")


def test_every_problem_of_a_page_is_told_at_once(tmp_path: Path) -> None:
    row = ENCODER | {"OS Type": "BeOS", "Colour": "blue", "Batch Size": "many"}
    with pytest.raises(ContractError) as refused:
        read_page(tmp_path, table_html(row))
    assert {p.observed for p in refused.value.problems} == {"BeOS", "Colour", "many"}


def test_a_table_is_named_by_its_place_not_by_its_position(tmp_path: Path) -> None:
    before = read_page(tmp_path, table_html(ENCODER)).rows["published_tables"]
    more = f'<div role="tabpanel" aria-label="Latency optimized">{table_html(ENCODER)}</div>'
    after = read_page(tmp_path, more + table_html(ENCODER)).rows["published_tables"]
    assert before[0].table_id == after[1].table_id == f"{RELEASE}/{PAGE}/encoder-models"
    assert after[0].table_id == f"{RELEASE}/{PAGE}/encoder-models/latency-optimized"


def test_a_training_table_is_known_by_its_own_shape(tmp_path: Path) -> None:
    tables = read_page(tmp_path, table_html(TRAINING), page="trn1-training")
    assert tables.rows["published_tables"][0].kind == "training"
    assert not [f for f in tables.rows["quality_flags"] if f.page == "trn1-training" and
                f.rule.startswith("unknown")]  # fmt: skip


@given(st.lists(PLACES, max_size=8))
def test_no_two_tables_of_a_page_share_a_name(places: list[tuple[tuple[str, ...], str]]) -> None:
    tables = [
        ExtractedTable(at, ("Title", *section), tab, None, (), (), ())
        for at, (section, tab) in enumerate(places)
    ]
    names = table_ids(RELEASE, PAGE, tables)
    assert len(set(names)) == len(tables)
