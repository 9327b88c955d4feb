"""What becomes of a release that nobody has seen yet, whatever it changes.

Each test changes one kind of thing at a place chosen by Hypothesis. Everything else of the release
is published and equal, what was not read is named by a flag, and nothing is read wrongly.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from pipelines.performance.column_kinds import DimensionColumn, MetricColumn
from pipelines.performance.columns.headers import read_by_vocabulary, read_header
from tests.forms import FULL
from tests.pipelines.ingest.next_releases import (
    BENCHMARK_PAGES,
    NEXT,
    Grid,
    check_nothing_read_wrongly,
    check_other_pages,
    figures_of,
    grids,
    lost_columns,
    lost_figures,
    next_site,
    observed,
    read,
    rows_by_place,
    unchanged,
    with_grids,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipelines.contract import ReleaseTables
    from tests.sites import MemorySite

pytestmark = [
    pytest.mark.slow,
    pytest.mark.stress,
    pytest.mark.usefixtures("pages_remembered"),
]
EXAMPLES = settings(max_examples=20 if FULL else 4)
PAGE = st.sampled_from(BENCHMARK_PAGES)
WORDS = st.sampled_from(["Gizmo", "Sparsity", "Colour", "Uplift", "Frobnication", "Rack", "Vendor"])
UNKNOWN_HEADERS = st.lists(WORDS, min_size=1, max_size=3, unique=True).map(" ".join)
LEFT_OVER = st.sampled_from(
    [
        "Throughput per chip (inference/sec)",
        "Latency of Nothing (ms)",
        "Cost per Hug",
        "P50 (parsec)",
    ]
)
TEXTS = st.sampled_from(["blue", "7", "1.5x", "", "$3", "n/a", "12 %", "a, b"])


def _table(draw: st.DataObject) -> tuple[str, int, Grid]:
    page = draw.draw(PAGE)
    tables = grids(next_site().body(page).decode())
    at = draw.draw(st.integers(0, len(tables) - 1))
    return page, at, tables[at]


def _with(page: str, at: int, *changed: Grid) -> MemorySite:
    return next_site().edited(page, lambda html: with_grids(html, at, *changed))


def _read(site: MemorySite, *pages: str) -> ReleaseTables:
    """Read a changed release, and check what holds for every change."""
    now = read(site)
    assert not now.held_back
    check_other_pages(now.tables, *pages)
    assert not {"failed-step", "page-held-back"} & {
        flag.rule for flag in now.tables.rows["quality_flags"]
    }
    return now.tables


def _columns_of(header: str) -> tuple[str, ...]:
    """Return the columns of `benchmarks` that a column of figures or words may fill."""
    reading = read_header(header)
    return (reading.field,) if isinstance(reading, DimensionColumn) else ()


@given(st.data())
@EXAMPLES
def test_a_header_in_other_words_is_read_as_before_and_named(data: st.DataObject) -> None:
    page, at, grid = _table(data)
    known = [number for number, text in enumerate(grid.header) if text.strip() in OTHER_WORDS]
    assume(known)
    column = data.draw(st.sampled_from(known))
    header = OTHER_WORDS[grid.header[column].strip()]
    now = _read(_with(page, at, grid.with_header(column, header)), page)
    check_nothing_read_wrongly(now, page)
    assert not lost_columns(now, page)
    assert not lost_figures(now, page)
    by_vocabulary = read_by_vocabulary(header) is not None
    assert observed(now, "read-by-grammar") == (set() if by_vocabulary else {header})


OTHER_WORDS = {
    "Throughput (inference/second)": "Average throughput [inferences / s]",
    "Throughput (inference/sec)": "Mean Throughput (inference per second)",
    "Latency P50 (ms)": "Median latency (milliseconds)",
    "Latency P99 (ms)": "p99 Latency [ms]",
    "Batch Size": "batch-size",
    "Sequence Length": "Seq. length",
}


@given(st.data(), UNKNOWN_HEADERS | LEFT_OVER)
@EXAMPLES
def test_a_header_of_unknown_words_loses_its_own_column_alone(
    data: st.DataObject, header: str
) -> None:
    page, at, grid = _table(data)
    column = data.draw(st.integers(0, len(grid.header) - 1))
    now = _read(_with(page, at, grid.with_header(column, header)), page)
    check_nothing_read_wrongly(now, page, other={"model_family": None})
    if _figures(grid) == [column]:
        _check_without_figures(now, page, at, header)
        return
    assert observed(now, "unread-column") == {header}
    assert len(lost_figures(now, page)) <= isinstance(
        read_header(grid.header[column]), MetricColumn
    )
    kept = {row.attributes.get(header) for place, row in rows_by_place(now, page).items()}
    texts = {re.sub(r"<[^>]*>", "", row[column]).strip() for row in grid.rows}
    assert {text for text in texts if text} <= {text for text in kept if text is not None}


@given(st.data(), UNKNOWN_HEADERS | LEFT_OVER, TEXTS)
@EXAMPLES
def test_a_new_column_of_unknown_words_changes_no_other(
    data: st.DataObject, header: str, text: str
) -> None:
    page, at, grid = _table(data)
    column = data.draw(st.integers(0, len(grid.header)))
    now = _read(_with(page, at, grid.with_column(column, header, lambda _: text)), page)
    check_nothing_read_wrongly(now, page)
    assert not lost_columns(now, page)
    assert not lost_figures(now, page)
    assert observed(now, "unread-column") == {header}


@given(st.data())
@EXAMPLES
def test_a_new_column_of_figures_is_read_and_named(data: st.DataObject) -> None:
    page, at, grid = _table(data)
    header = "Latency P90 (ms)"
    new = grid.with_column(len(grid.header), header, lambda row: f"{row + 1}.25")
    now = _read(_with(page, at, new), page)
    check_nothing_read_wrongly(
        now,
        page,
        more_figures=lambda place: Counter(
            {("latency", "p90", place[2] + 1.25, "ms", None, f"{place[2] + 1}.25"): 1}
            if place[1] == at
            else {}
        ),
    )
    added = [one for one in now.rows["measurements"] if one.statistic == "p90"]
    assert len(added) == len(grid.rows)
    assert header in observed(now, "read-by-grammar")


@given(st.data(), st.sampled_from(["fortnights", "parsec", "ms/GB", "inference/chip", "%%", "?"]))
@EXAMPLES
def test_an_unknown_unit_loses_its_own_figures_alone(data: st.DataObject, unit: str) -> None:
    page, at, grid = _table(data)
    column = data.draw(st.sampled_from(_figures(grid)))
    header = f"{grid.header[column].partition('(')[0].partition('[')[0].strip()} ({unit})"
    now = _read(_with(page, at, grid.with_header(column, header)), page)
    check_nothing_read_wrongly(now, page)
    assert not lost_columns(now, page)
    if _figures(grid) == [column]:
        _check_without_figures(now, page, at, header)
        return
    assert len(lost_figures(now, page)) <= 1
    assert observed(now, "unread-column") == {header}


def _figures(grid: Grid) -> list[int]:
    readings = enumerate(map(read_header, grid.header))
    return [number for number, reading in readings if isinstance(reading, MetricColumn)]


def _check_without_figures(now: ReleaseTables, page: str, at: int, header: str) -> None:
    """Check that a table of which no figure is read has no benchmarks, and is named."""
    (text,) = observed(now, "table-without-figures")
    assert text is not None
    assert header in text
    assert not [place for place in rows_by_place(now, page) if place[1] == at]


@given(st.data(), st.sampled_from([("µs", 1), ("s", 1), ("seconds", 1)]))
@EXAMPLES
def test_another_known_unit_is_never_taken_for_the_old_one(
    data: st.DataObject, unit: tuple[str, int]
) -> None:
    page, at, grid = _table(data)
    columns = [number for number, text in enumerate(grid.header) if text.endswith("(ms)")]
    assume(columns)
    column = data.draw(st.sampled_from(columns))
    header = grid.header[column].replace("(ms)", f"({unit[0]})")
    now = _read(_with(page, at, grid.with_header(column, header)), page)
    assert not lost_columns(now, page)
    before, after = rows_by_place(unchanged(), page), rows_by_place(now, page)
    for place, row in after.items():
        if place[1] == at:
            was = {one[:2]: one for one in figures_of(unchanged(), before[place])}
            for one in figures_of(now, row) - figures_of(unchanged(), before[place]):
                assert (one[2], one[3]) != (was[one[:2]][2], was[one[:2]][3])


@given(PAGE, st.sampled_from(["Reasoning Models", "Mamba", "Results", "世界"]))
@EXAMPLES
def test_a_new_section_keeps_its_rows_and_is_named(page: str, heading: str) -> None:
    html = next_site().body(page).decode()
    first = re.findall(r"<h2>(.*?)</h2>", html)[0]
    old, new = f"<h2>{first}</h2>", f"<h2>{heading}</h2>"
    now = _read(next_site().edited(page, lambda text: text.replace(old, new)), page)
    check_nothing_read_wrongly(now, page, other={"model_family": None})
    assert not lost_figures(now, page)
    assert lost_columns(now, page) <= {"model_family"}
    assert observed(now, "unknown-section") == {heading}


@given(PAGE, st.sampled_from(["Energy optimized", "Batch 1", "Other"]))
@EXAMPLES
def test_a_new_tab_keeps_its_rows_and_is_named(page: str, tab: str) -> None:
    old, new = 'aria-label="Throughput optimized"', f'aria-label="{tab}"'
    if old not in next_site().body(page).decode():
        reject()
    now = _read(next_site().edited(page, lambda text: text.replace(old, new)), page)
    check_nothing_read_wrongly(now, page)
    assert not lost_figures(now, page)
    assert lost_columns(now, page) == {"optimized_for"}
    assert observed(now, "unknown-tab") == {tab}


@pytest.mark.parametrize("page", BENCHMARK_PAGES)
def test_a_page_that_moved_is_the_same_at_another_address(page: str) -> None:
    site = next_site()
    old, new = site.path(page), f"moved/here/{page}.html"
    labels = {label: at.replace(old, new) for label, at in site.labels.items()}
    body = site.body(page).replace(old[:-5].encode(), new[:-5].encode())
    bodies = {path: html for path, html in site.bodies.items() if path != old} | {new: body}
    now = _read(replace(site, labels=labels, bodies=bodies), page)
    check_nothing_read_wrongly(now, page, other={"scripts": None})
    assert not lost_figures(now, page)
    assert lost_columns(now, page) <= {"scripts"}


@pytest.mark.parametrize("label", ["trn4-inference-performance", "inf3-benchmark"])
def test_a_new_page_changes_nothing_and_is_named(label: str) -> None:
    site = next_site()
    labels = {**site.labels, label: f"new/{label}.html#{label}"}
    bodies = {**site.bodies, f"new/{label}.html": b"<html>anything</html>"}
    now = _read(replace(site, labels=labels, bodies=bodies))
    assert [url and url.rpartition("/en/")[2] for url in observed(now, "unread-page")] == [
        f"v{NEXT}/new/{label}.html"
    ]
    assert list(now.rows["benchmarks"]) == list(unchanged().rows["benchmarks"])


@pytest.mark.parametrize("page", BENCHMARK_PAGES)
def test_a_renamed_label_loses_its_page_alone_and_is_named(page: str) -> None:
    site = next_site()
    labels = {
        label if not at.startswith(site.path(page)) else "another-name-for-performance": at
        for label, at in site.labels.items()
    }
    now = _read(replace(site, labels=labels), page)
    assert page not in {one.page for one in now.rows["pages"]}
    assert page in {flag.page for flag in now.rows["quality_flags"] if flag.rule == "missing-page"}
    assert len(observed(now, "unread-page")) == 1


@pytest.mark.parametrize("page", BENCHMARK_PAGES)
def test_a_lost_page_is_named_and_all_others_are_published(page: str) -> None:
    site = next_site()
    labels = {name: at for name, at in site.labels.items() if not at.startswith(site.path(page))}
    bodies = {path: html for path, html in site.bodies.items() if path != site.path(page)}
    now = _read(replace(site, labels=labels, bodies=bodies), page)
    assert page in {flag.page for flag in now.rows["quality_flags"] if flag.rule == "missing-page"}


@given(st.data(), st.sampled_from(["trn4.48xlarge", "inf3.xlarge", "Trn5n.2xlarge"]))
@EXAMPLES
def test_rows_of_a_new_accelerator_stand_beside_the_others_and_are_named(
    data: st.DataObject, instance: str
) -> None:
    page, at, grid = _table(data)
    column = next(
        number
        for number, text in enumerate(grid.header)
        if read_header(text) == DimensionColumn("instance_types")
    )
    last = (*grid.rows[-1][:column], instance, *grid.rows[-1][column + 1 :])
    now = _read(_with(page, at, replace(grid, rows=(*grid.rows, last))), page)
    before, after = rows_by_place(unchanged(), page), rows_by_place(now, page)
    (new,) = after.keys() - before.keys()
    assert {place: row for place, row in after.items() if place != new} == before
    row = after[new]
    assert instance.lower() in row.instance_types or instance in row.attributes.values()
    named = {
        flag.rule
        for flag in now.rows["quality_flags"]
        if flag.benchmark_id == row.benchmark_id and flag.severity != "info"
    }
    assert named


def test_a_package_list_of_a_new_accelerator_is_named_and_drops_no_other() -> None:
    old, new = ">Trn1 packages</h", ">Qux9 packages</h"
    now = _read(
        next_site().edited("whats-new", lambda text: text.replace(old, new, 1)), "whats-new"
    )
    lists = {(row.heading, row.package) for row in now.rows["package_versions"]}
    known = {(row.heading, row.package) for row in unchanged().rows["package_versions"]}
    assert {one for one in known if one[0] != "Trn1 packages"} <= lists
    assert "Qux9 packages" in observed(now, "unknown-list")


@given(st.data())
@EXAMPLES
def test_a_table_in_two_parts_has_the_same_rows(data: st.DataObject) -> None:
    page, at, grid = _table(data)
    cut = data.draw(st.integers(1, max(1, len(grid.rows) - 1)))
    parts = (replace(grid, rows=grid.rows[:cut]), replace(grid, rows=grid.rows[cut:]))
    now = _read(_with(page, at, *(one for one in parts if one.rows)), page)

    def contents(tables: ReleaseTables) -> Counter[Any]:
        return Counter(
            (row.comparison_key, tuple(sorted(figures_of(tables, row).items(), key=repr)))
            for row in rows_by_place(tables, page).values()
        )

    assert contents(now) == contents(unchanged())


OPEN: dict[str, Callable[[str], str]] = {
    "task": lambda _: "Reranking of Haiku",
    "optimizer": lambda _: "Shampoo",
    "os": lambda _: "Plan 9",
    "run_mode": lambda _: "Sideways",
}


@given(st.data())
@EXAMPLES
def test_a_new_word_of_an_open_vocabulary_is_kept_in_its_column_and_named(
    data: st.DataObject,
) -> None:
    page, at, grid = _table(data)
    columns = [
        (number, reading.field)
        for number, reading in enumerate(map(read_header, grid.header))
        if isinstance(reading, DimensionColumn) and reading.field in OPEN
    ]
    column, name = data.draw(st.sampled_from(columns))
    number = data.draw(st.integers(0, len(grid.rows) - 1))
    word = OPEN[name]("")
    now = _read(_with(page, at, grid.with_cell(number, column, word)), page)
    check_nothing_read_wrongly(now, page, other={name: word})
    assert not lost_figures(now, page)
    assert lost_columns(now, page) <= {name}
    assert getattr(rows_by_place(now, page)[page, at, number], name) == word
    assert observed(now, "new-category") == {word}


@given(st.data())
@EXAMPLES
def test_a_slip_in_a_known_word_is_kept_as_printed_and_named(data: st.DataObject) -> None:
    page, at, grid = _table(data)
    places = [
        (row, column)
        for row, cells in enumerate(grid.rows)
        for column, text in enumerate(cells)
        if text in {"Data Parallel", "Real Time", "Raw Output (AutoModel)"}
    ]
    assume(places)
    row, column = data.draw(st.sampled_from(places))
    text = grid.rows[row][column]
    slip = text[:-2] + text[-1] if data.draw(st.booleans()) else text[:3] + "q" + text[4:]
    now = _read(_with(page, at, grid.with_cell(row, column, slip)), page)
    check_nothing_read_wrongly(now, page, other=dict.fromkeys(_columns_of(grid.header[column])))
    assert not lost_figures(now, page)
    assert observed(now, "slip") == {slip}
