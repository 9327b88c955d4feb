"""What is published equals an independent transcription of the pages, table by table.

The transcription (the oracle) is no part of this repository; `expected.json` holds its counts and
hashes. After a change of the releases, write it again where the real pages are:

    NEURON_DOCS=FOLDER python -m tests.end_to_end.test_oracle > tests/end_to_end/expected.json
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipelines.contract import ReleaseTables

EXPECTED = Path(__file__).with_name("expected.json")
BENCHMARK_ROWS = {
    "2.10.0": 50,
    "2.12.0": 120,
    "2.16.1": 161,
    "2.17.0": 161,
    "2.18.0": 151,
    "2.18.1": 151,
    "2.18.2": 197,
    "2.19.0": 229,
    "2.19.1": 229,
    "2.20.0": 127,
    "2.20.1": 146,
    "2.20.2": 146,
    "2.21.0": 132,
    "2.24.0": 115,
    "2.27.0": 113,
    "2.32.0": 113,
}
"""How many rows the tables have; a row without a word is no benchmark."""
PAGES = {
    f"{tree}/benchmarks/{path}": page
    for tree in ("general", "about-neuron")
    for path, page in {
        "inf1/index": "inf1-inference",
        "inf2/inf2-performance": "inf2-inference",
        "trn1/trn1-inference-performance": "trn1-inference",
        "trn1/trn1-training-performance": "trn1-training",
        "trn1/trn1-performance": "trn1-performance",
    }.items()
}
# Written by hand from the pages' headers, not from the registry that is tested.
METRIC = re.compile(r"throughput|latency p\d|latency per token|cost per|hourly rate|performance \[")
NUMERIC = re.compile(r"\$?\d[\d,]*(\.\d+)?")

RELEASES = pytest.mark.parametrize("release", BENCHMARK_ROWS)
CAPTURES = pytest.mark.parametrize("capture", ["bundled", "real"])

Table = dict[str, Any]


def is_figure(header: str, text: str) -> bool:
    """Return whether a cell holds a figure, by what a reader of the page would say."""
    return bool(METRIC.search(header.casefold()) and NUMERIC.fullmatch(text))


def figure(text: str) -> float:
    """Return the number that a cell shows."""
    return float(text.replace("$", "").replace(",", ""))


@cache
def oracle_tables(folder: Path, release: str) -> list[Table]:
    """Return the transcription of a release's performance pages."""
    content = json.loads((folder / "oracle" / f"v{release}.json").read_text("utf-8"))
    return [_oracle_table(table) for table in content["tables"] if table["page"] in PAGES]


def _oracle_table(table: Mapping[str, Any]) -> Table:
    (header,) = table["header"]
    return {
        "page": PAGES[table["page"]],
        "position": table["index_on_page"],
        "section": table["headings"],
        "tab": table["tab"][-1] if table["tab"] else None,
        "caption": table["caption"],
        "header": header,
        "texts": table["body"],
        "links": [
            [[link["href"] for link in cell.get("links", ())] for cell in row]
            for row in table["body_cells"]
        ],
    }


def published_tables(release: ReleaseTables) -> list[Table]:
    """Put the published tables together again from their rows and cells."""
    texts: Mapping[str, Mapping[int, dict[int, str]]] = defaultdict(lambda: defaultdict(dict))
    links: Mapping[str, Mapping[int, dict[int, list[str]]]] = defaultdict(lambda: defaultdict(dict))
    for cell in release.rows["published_cells"]:
        texts[cell.table_id][cell.row][cell.column] = cell.text
        links[cell.table_id][cell.row][cell.column] = list(cell.links)
    return [
        {
            "page": table.page,
            "position": table.position,
            "section": list(table.section),
            "tab": table.tab,
            "caption": table.caption,
            "header": list(table.header),
            "texts": _in_order(texts[table.table_id]),
            "links": _in_order(links[table.table_id]),
        }
        for table in release.rows["published_tables"]
        if table.page in PAGES.values()
    ]


def performance_cells(release: ReleaseTables) -> list[Any]:
    """Return the cells of the performance pages' tables."""
    tables = release.rows["published_tables"]
    names = {table.table_id for table in tables if table.page in PAGES.values()}
    return [cell for cell in release.rows["published_cells"] if cell.table_id in names]


def _in_order(rows: Mapping[int, Mapping[int, Any]]) -> list[list[Any]]:
    return [
        [cells[at] for at in range(len(cells))] for cells in (rows[at] for at in range(len(rows)))
    ]


def facts(tables: Iterable[Table]) -> dict[str, Any]:
    """Count what tables hold, and hash it: all that `expected.json` says of a release."""
    ordered = sorted(tables, key=lambda table: (table["page"], table["position"]))
    cells = [
        (header, text)
        for table in ordered
        for row in table["texts"]
        for header, text in zip(table["header"], row, strict=True)
    ]
    links = [link for table in ordered for row in table["links"] for cell in row for link in cell]
    canonical = json.dumps(ordered, ensure_ascii=False, sort_keys=True)
    return {
        "tables": len(ordered),
        "benchmarks": sum(any(row) for table in ordered for row in table["texts"]),
        "cells": len(cells),
        "links": len(links),
        "measurements": sum(is_figure(header, text) for header, text in cells),
        "sha256": hashlib.sha256(canonical.encode()).hexdigest(),
    }


@RELEASES
def test_the_bundled_capture_publishes_what_the_oracle_counted(
    bundled: Mapping[str, ReleaseTables], release: str
) -> None:
    expected = json.loads(EXPECTED.read_text("utf-8"))
    assert facts(published_tables(bundled[release])) == expected[release]


@CAPTURES
@RELEASES
def test_every_table_text_link_section_and_tab_equals_the_oracle(
    request: pytest.FixtureRequest, neuron_docs: Path, capture: str, release: str
) -> None:
    published = published_tables(request.getfixturevalue(capture)[release])
    for ours, theirs in zip(published, oracle_tables(neuron_docs, release), strict=True):
        assert ours == theirs


@CAPTURES
@RELEASES
def test_every_row_of_a_benchmark_table_is_one_benchmark(
    request: pytest.FixtureRequest, capture: str, release: str
) -> None:
    tables = request.getfixturevalue(capture)[release]
    rows = tables.rows
    places = [(benchmark.table_id, benchmark.row) for benchmark in rows["benchmarks"]]
    assert len(places) == BENCHMARK_ROWS[release]
    printed = {(c.table_id, c.row) for c in performance_cells(tables) if c.text}
    assert sorted(places) == sorted(printed)


@CAPTURES
@RELEASES
def test_every_figure_has_one_measurement_that_points_back_to_its_cell(
    request: pytest.FixtureRequest, capture: str, release: str
) -> None:
    tables = request.getfixturevalue(capture)[release]
    rows = tables.rows
    cells = {
        (cell.table_id, cell.row, cell.column, cell.text, figure(cell.text))
        for cell in performance_cells(tables)
        if is_figure(cell.header, cell.text)
    }
    measured = Counter((m.table_id, m.row, m.column, m.text, m.value) for m in rows["measurements"])
    assert set(measured.values()) == {1}
    assert measured.keys() == cells


def test_the_oracle_has_no_other_release(neuron_docs: Path) -> None:
    files = (neuron_docs / "oracle").glob("v*.json")
    assert {file.stem.removeprefix("v") for file in files} == BENCHMARK_ROWS.keys()


@CAPTURES
def test_no_benchmark_has_the_name_of_another_in_any_release(
    request: pytest.FixtureRequest, capture: str
) -> None:
    releases = request.getfixturevalue(capture).values()
    names = Counter(b.benchmark_id for release in releases for b in release.rows["benchmarks"])
    assert len(names) == sum(BENCHMARK_ROWS.values())
    assert set(names.values()) == {1}


@RELEASES
def test_the_bundled_capture_and_the_real_pages_give_the_same_rows(
    bundled: Mapping[str, ReleaseTables], real: Mapping[str, ReleaseTables], release: str
) -> None:
    assert performance_cells(bundled[release]) == performance_cells(real[release])
    for table in ("benchmarks", "measurements"):
        assert bundled[release].rows[table] == real[release].rows[table]


if __name__ == "__main__":
    docs = Path(os.environ["NEURON_DOCS"])
    found = {release: facts(oracle_tables(docs, release)) for release in BENCHMARK_ROWS}
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
