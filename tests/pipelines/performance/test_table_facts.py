"""What tables are: named by their place, known by their columns; what is not known is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.extract import ExtractedTable
from pipelines.pages import catalog
from pipelines.performance import vocabulary
from pipelines.performance.table_facts import WORDS, table_ids
from tests.pipelines.making import (
    ENCODER,
    PAGE,
    PRICE_NOTE,
    RELEASE,
    TRAINING,
    flags,
    grid_html,
    read_page,
    renamed,
    table_html,
    without,
)
from tests.pipelines.performance.reading import findings_of

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.contract import QualityFlag, ReleaseTables

TABLE = f"page {PAGE}, table Performance > Encoder models"
NAMES = st.sampled_from(["A", "a", "A b", "A-b", "2", "~2", "", "é"])
PLACES = st.tuples(st.lists(NAMES, max_size=3).map(tuple), st.none() | NAMES)
READING = ("unread-column", "read-by-grammar", "missing-column", "duplicate-column", "ragged-row")


def found(tables: ReleaseTables) -> list[tuple[str, str, str | None]]:
    """Return rule, severity and text of what was found in headers and shapes."""
    return [(f.rule, f.severity, f.observed) for rule in READING for f in flags(tables, rule)]


def only(tables: ReleaseTables, rule: str) -> QualityFlag:
    (flag,) = flags(tables, rule)
    return flag


def test_a_renamed_header_is_flagged_and_every_other_column_is_typed(tmp_path: Path) -> None:
    tables = read_page(tmp_path, table_html(renamed(ENCODER, "OS Type", "Platform")))
    (benchmark,) = tables.rows["benchmarks"]
    assert benchmark.attributes == {"Platform": "U22"}
    assert (benchmark.os, benchmark.model, benchmark.batch_size) == (None, "bert-base-cased", 1)
    assert len(tables.rows["measurements"]) == 4
    assert [(rule, severity) for rule, severity, _ in found(tables)] == [
        ("unread-column", "error"),
        ("missing-column", "warning"),
    ]
    flag = only(tables, "unread-column")
    assert flag.message.startswith(f"{TABLE}, column 'Platform': ")
    assert (flag.observed, flag.benchmark_id) == ("Platform", None)
    assert only(tables, "missing-column").expected == "also os"


def test_a_unit_that_is_not_known_makes_its_column_unread_and_keeps_the_cell(
    tmp_path: Path,
) -> None:
    header = "Latency P50 (fortnights)"
    tables = read_page(tmp_path, table_html(renamed(ENCODER, "Latency P50 (ms)", header)))
    assert tables.rows["benchmarks"][0].attributes == {header: "1.02"}
    assert len(tables.rows["measurements"]) == 3
    assert only(tables, "unread-column").expected == "a header without 'fortnights'"


def test_a_header_that_the_grammar_alone_reads_is_typed_with_an_info(tmp_path: Path) -> None:
    tables = read_page(tmp_path, table_html(ENCODER | {"Latency P90 (ms)": "1.04"}))
    assert tables.rows["benchmarks"][0].attributes == {}
    assert [m.value for m in tables.rows["measurements"] if m.statistic == "p90"] == [1.04]
    assert found(tables) == [("read-by-grammar", "info", "Latency P90 (ms)")]
    assert "latency p90 in ms" in str(only(tables, "read-by-grammar").expected)


def test_every_remedy_names_the_file_to_edit() -> None:
    row = renamed(ENCODER, "OS Type", "Platform") | {"Latency P90 (ms)": "1", "Task": "Speech"}
    row |= {"Batch Size": "many"}
    named = {one.rule.name: one.remedy for one in findings_of(row, section="Oracles", tab="Beauty")}
    assert vocabulary.FILE in named["read-by-grammar"]
    assert WORDS in named["unread-column"]
    assert f"FAMILIES in {vocabulary.FILE}" in named["unknown-section"]
    assert f"TABS in {vocabulary.FILE}" in named["unknown-tab"]
    assert f"WORDS in {vocabulary.FILE}" in named["new-category"]
    assert "cell_values.py" in named["unreadable-value"]
    lost = {one.rule.name: one.remedy for one in findings_of(without(ENCODER, "OS Type"))}
    assert catalog.FILE in lost["missing-column"]


def test_a_lost_column_is_flagged_by_the_tables_shape(tmp_path: Path) -> None:
    tables = read_page(tmp_path, table_html(without(ENCODER, "Latency P99 (ms)")))
    flag = only(tables, "missing-column")
    assert (flag.severity, flag.expected) == ("warning", "also latency p99")
    assert len(tables.rows["benchmarks"]) == 1


def test_a_table_without_figures_holds_no_benchmarks(tmp_path: Path) -> None:
    tables = read_page(tmp_path, table_html({"Model": "bert", "Meaning": "an encoder"}))
    assert not tables.rows["benchmarks"]
    assert len(tables.rows["published_cells"]) == 2
    assert (only(tables, "table-without-figures").severity, found(tables)) == ("error", [])


def test_rows_below_a_heading_that_is_not_known_are_published(tmp_path: Path) -> None:
    row = ENCODER | {"Model": "Delphi"}
    tables = read_page(tmp_path, table_html(row), section="Oracle models")
    assert [benchmark.model_family for benchmark in tables.rows["benchmarks"]] == [None]
    flag = only(tables, "unknown-section")
    assert (flag.severity, flag.observed) == ("warning", "Oracle models")
    assert found(tables) == []


def test_the_innermost_known_heading_names_the_family(tmp_path: Path) -> None:
    content = f"<h3>BERT</h3>{table_html(ENCODER)}"
    tables = read_page(tmp_path, content)
    assert tables.rows["benchmarks"][0].model_family == "encoder"
    assert flags(tables, "unknown-section") == []


def test_rows_of_two_tabs_that_are_not_known_are_told_apart_by_their_labels(
    tmp_path: Path,
) -> None:
    panel = '<div role="tabpanel" aria-label="{}">{}</div>'
    content = "".join(panel.format(tab, table_html(ENCODER)) for tab in ("Beauty", "Grace"))
    tables = read_page(tmp_path, content)
    one, other = tables.rows["benchmarks"]
    assert (one.optimized_for, other.optimized_for) == (None, None)
    assert one.comparison_key.endswith(" | tab=beauty")
    assert other.comparison_key.endswith(" | tab=grace")
    assert [flag.observed for flag in flags(tables, "unknown-tab")] == ["Beauty", "Grace"]


def test_tables_of_one_section_without_a_tab_are_told_apart_in_findings(tmp_path: Path) -> None:
    tables = read_page(tmp_path, table_html(ENCODER) * 2, section="Oracles")
    first, second = (flag.message for flag in flags(tables, "unknown-section"))
    assert "Oracles (2)" in second
    assert "(2)" not in first


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


@pytest.mark.parametrize(
    ("header", "text"),
    [("Batch Size", "9"), ("batch size.", "9"), ("Throughput (tokens/sec)", "7")],
)
def test_of_columns_that_say_the_same_the_first_is_read(
    tmp_path: Path, header: str, text: str
) -> None:
    tables = read_page(tmp_path, grid_html([*ENCODER, header], [*ENCODER.values(), text]))
    (benchmark,) = tables.rows["benchmarks"]
    assert benchmark.batch_size == 1
    assert [m.value for m in tables.rows["measurements"] if m.metric == "throughput"] == [1950.5]
    assert text in benchmark.attributes.values()
    flag = only(tables, "duplicate-column")
    assert (flag.severity, flag.expected) == ("warning", "once each")


def test_a_column_that_is_not_read_and_there_twice_is_kept_twice(tmp_path: Path) -> None:
    header, cells = [*ENCODER, "Hue", "Hue"], [*ENCODER.values(), "1", "2"]
    tables = read_page(tmp_path, grid_html(header, cells))
    assert tables.rows["benchmarks"][0].attributes == {"Hue": "1", "Hue (2)": "2"}
    assert [rule for rule, _, _ in found(tables)] == ["unread-column", "duplicate-column"]


@pytest.mark.parametrize("change", [-1, 1])
def test_a_row_of_another_width_is_published_and_no_benchmark(tmp_path: Path, change: int) -> None:
    cells = [*ENCODER.values()]
    odd = cells[:change] if change < 0 else [*cells, "more"]
    tables = read_page(tmp_path, grid_html([*ENCODER], cells, odd))
    assert [benchmark.row for benchmark in tables.rows["benchmarks"]] == [0]
    flag = only(tables, "ragged-row")
    assert flag.message.startswith(f"{TABLE}, row 1: ")
    assert (flag.severity, flag.observed, flag.expected) == (
        "error",
        f"{17 + change} cells",
        "17 cells",
    )
    last = tables.rows["published_cells"][-1]
    assert (last.row, last.column) == (1, 16 + change)


@pytest.mark.parametrize(
    ("note", "rule"),
    [
        ('<p role="note">At the Spot hourly rate.</p>', "unknown-price-basis"),
        (PRICE_NOTE + '<p role="note">On-Demand hourly rate</p>', "contradictory-price-basis"),
    ],
)
def test_costs_have_no_basis_where_the_notes_do_not_state_one(
    tmp_path: Path, note: str, rule: str
) -> None:
    tables = read_page(tmp_path, table_html(ENCODER), note=note)
    assert {m.basis for m in tables.rows["measurements"]} == {None}
    assert only(tables, rule).severity == "warning"


def test_everything_that_is_worth_knowing_of_a_page_is_reported(tmp_path: Path) -> None:
    row = ENCODER | {"OS Type": "BeOS", "Colour": "blue", "Batch Size": "many"}
    tables = read_page(tmp_path, table_html(row))
    assert {f.observed for f in tables.rows["quality_flags"]} >= {"BeOS", "Colour", "many"}


def test_a_table_is_named_by_its_place_not_by_its_position(tmp_path: Path) -> None:
    before = read_page(tmp_path, table_html(ENCODER)).rows["published_tables"]
    more = f'<div role="tabpanel" aria-label="Latency optimized">{table_html(ENCODER)}</div>'
    after = read_page(tmp_path, more + table_html(ENCODER)).rows["published_tables"]
    assert before[0].table_id == after[1].table_id == f"{RELEASE}/{PAGE}/encoder-models"
    assert after[0].table_id == f"{RELEASE}/{PAGE}/encoder-models/latency-optimized"


def test_a_training_table_is_known_by_its_own_shape(tmp_path: Path) -> None:
    tables = read_page(tmp_path, table_html(TRAINING), page="trn1-training")
    assert tables.rows["published_tables"][0].kind == "training"
    assert found(tables) == []


def test_a_page_of_both_workloads_tells_its_tables_apart(tmp_path: Path) -> None:
    content = table_html(TRAINING) + table_html(ENCODER)
    tables = read_page(tmp_path, content, page="trn1-performance", section="Performance")
    assert [t.kind for t in tables.rows["published_tables"]] == ["training", "inference"]
    assert [b.workload for b in tables.rows["benchmarks"]] == ["training", "inference"]
    assert {b.model_family for b in tables.rows["benchmarks"]} == {"encoder"}


@given(st.lists(PLACES, max_size=8))
def test_no_two_tables_of_a_page_share_a_name(places: list[tuple[tuple[str, ...], str]]) -> None:
    tables = [
        ExtractedTable(at, ("Title", *section), tab, None, (), (), ())
        for at, (section, tab) in enumerate(places)
    ]
    names = table_ids(RELEASE, PAGE, tables)
    assert len(set(names)) == len(tables)
