"""Whole pages: what decides over all of their rows, and what the real releases come to."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.extract import Cell, ExtractedPage, ExtractedTable
from pipelines.pages.catalog import PAGE_KINDS, missing_pages
from pipelines.pages.inventory import locate, read_inventory
from pipelines.performance.families import fill_families
from pipelines.performance.reader import PerformanceRows, read_performance
from pipelines.performance.table_facts import PageFacts, table_ids
from pipelines.sources.site import INVENTORY_PATH
from tests.pipelines.making import ENCODER
from tests.pipelines.performance.pairing import pairs_of
from tests.pipelines.performance.reading import a_table, read_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pipelines.contract import Benchmark
    from pipelines.errors import Problem
    from pipelines.sources.site import FolderSite

    Extract = Callable[[bytes], ExtractedPage]

RELEASES = ("2.10.0", "2.12.0", "2.16.1", "2.21.0", "2.24.0", "2.27.0", "2.32.0")
# True ones: none of the seven releases has a cell, header or row that cannot be read.
ERRORS: Mapping[str, list[str]] = {}


def test_a_short_version_is_judged_by_the_rows_of_all_tables_of_its_page() -> None:
    short = a_table(ENCODER | {"Neuron Version": "2.2"})
    for other, meant in (("2.28.0", "2.20.0"), ("2.5.0", "2.2.0")):
        tables = short, a_table(ENCODER | {"Neuron Version": other}, section="Decoder models")
        read = read_tables(*tables, release="2.32.0")
        assert [one.measured_release for one in read.benchmarks] == [meant, other]
        assert [one.rule.name for one in read.findings if one.benchmark_id] == ["malformed-version"]


def test_a_short_version_is_judged_by_the_same_row_in_the_other_tab() -> None:
    old = ENCODER | {"Model": "bert-large", "Neuron Version": "2.5.0"}
    same = ENCODER | {"Neuron Version": "2.20.0", "Throughput (inference/second)": "7"}
    short = ENCODER | {"Neuron Version": "2.2"}
    tabs = ("Throughput optimized", "Latency optimized")
    for other, meant in ((same, "2.20.0"), (same | {"Batch Size": "4"}, "2.2.0")):
        tables = [
            a_table(*rows, tab=tab) for tab, rows in zip(tabs, ([short, old], [other]), strict=True)
        ]
        read = read_tables(*tables)
        assert [one.measured_release for one in read.benchmarks] == [meant, "2.5.0", "2.20.0"]
        (finding,) = (one for one in read.findings if one.benchmark_id)
        assert (finding.observed, finding.expected) == ("2.2", meant)


TEXTS = st.text(max_size=8) | st.sampled_from(
    [*ENCODER, *ENCODER.values(), "Throughput per chip (tokens/s)", "2.2", "$0,033", "EP Degree"]
)
CELLS = st.builds(Cell, TEXTS, st.just(()), st.sampled_from([(), ("1",)]), st.booleans())
TABLES = st.builds(
    ExtractedTable,
    st.just(0),
    st.lists(TEXTS, max_size=2).map(tuple),
    st.none() | TEXTS,
    st.none(),
    st.lists(TEXTS, max_size=6).map(tuple),
    st.lists(st.lists(CELLS, max_size=6).map(tuple), max_size=4).map(tuple),
    st.just(()),
)


@given(
    st.lists(TABLES, max_size=3),
    st.sampled_from([kind.page for kind in PAGE_KINDS]),
)
def test_any_page_is_read_without_an_error_and_no_finding_is_there_twice(
    tables: list[ExtractedTable], page: str
) -> None:
    read = read_tables(*tables, page=page)
    names = Counter(one.benchmark_id for one in read.benchmarks)
    assert set(names.values()) <= {1}
    assert len(set(read.findings)) == len(read.findings)
    assert {one.benchmark_id for one in read.findings} <= {*names, None}
    figures = Counter((one.benchmark_id, one.metric, one.statistic) for one in read.measurements)
    assert set(figures.values()) <= {1}
    assert len(fill_families(read.benchmarks)) == len(read.benchmarks)


def _pages(
    site: FolderSite, release: str, extract: Extract
) -> Iterator[tuple[str, PerformanceRows]]:
    labels = read_inventory("", site.read(release, INVENTORY_PATH).body)
    for kind in PAGE_KINDS:
        location = locate(labels, kind)
        if location is not None:
            response = site.read(release, location.path)
            tables = extract(response.body).tables
            names = table_ids(release, kind.page, tables)
            facts = PageFacts(release, kind, response.url, None, None)
            yield kind.page, read_performance(facts, tuple(zip(names, tables, strict=True)))


@pytest.fixture(scope="module")
def real_pages(
    real_site: FolderSite, extracted: Extract
) -> Mapping[str, Mapping[str, PerformanceRows]]:
    """Return the pages of benchmarks of each real release, read."""
    return {release: dict(_pages(real_site, release, extracted)) for release in RELEASES}


@pytest.fixture(scope="module")
def rows(real_pages: Mapping[str, Mapping[str, PerformanceRows]]) -> dict[str, list[Benchmark]]:
    """Return the benchmarks of each real release, with their families."""
    return {
        release: list(fill_families([one for read in pages.values() for one in read.benchmarks]))
        for release, pages in real_pages.items()
    }


def _findings(pages: Mapping[str, PerformanceRows], severity: str) -> list[Problem]:
    found = (one for read in pages.values() for one in read.findings)
    return [one for one in found if one.rule.severities == (severity,)]


@pytest.mark.parametrize("release", RELEASES)
def test_nothing_of_a_real_release_is_an_error_that_is_not_a_true_one(
    real_pages: Mapping[str, Mapping[str, PerformanceRows]], release: str
) -> None:
    found = [str(one) for one in _findings(real_pages[release], "error")]
    assert found == ERRORS.get(release, [])
    assert not missing_pages(real_pages[release])


COUNTS = (50, 120, 161, 132, 115, 113, 113)


@pytest.mark.parametrize(("release", "count"), [*zip(RELEASES, COUNTS, strict=True)])
def test_every_row_of_a_real_release_has_its_model_and_its_family(
    rows: Mapping[str, list[Benchmark]], release: str, count: int
) -> None:
    assert len(rows[release]) == count
    assert all(one.model and one.model_family and one.instance_types for one in rows[release])


def test_2_2_is_2_20_0_on_every_real_page_that_prints_it(
    real_pages: Mapping[str, Mapping[str, PerformanceRows]],
) -> None:
    for release in ("2.21.0", "2.24.0", "2.27.0", "2.32.0"):
        found = _findings(real_pages[release], "warning")
        short = [one for one in found if one.rule.name == "malformed-version"]
        assert [(one.observed, one.expected) for one in short] == [("2.2", "2.20.0")] * 8


def test_a_page_of_both_workloads_holds_training_and_inference(
    rows: Mapping[str, list[Benchmark]],
) -> None:
    for release, training, inference in (("2.10.0", 4, 14), ("2.12.0", 7, 36)):
        kinds = Counter(one.workload for one in rows[release] if one.accelerator == "trn1")
        assert kinds == {"training": training, "inference": inference}


def test_most_rows_of_2_12_are_paired_with_2_16_and_none_wrongly(
    rows: Mapping[str, list[Benchmark]],
) -> None:
    pairs = pairs_of(rows["2.12.0"], rows["2.16.1"])
    assert len(pairs) >= 90
    for old, new in pairs:
        assert old.model.casefold() == new.model.casefold()
        assert (old.accelerator, old.workload, old.instance_types) == (
            new.accelerator,
            new.workload,
            new.instance_types,
        )
        assert old.model_details == new.model_details
        for name in ("application_type", "task", "run_mode", "nodes", "image_size"):
            assert getattr(old, name) == getattr(new, name)
        for name in ("sequence_length", "optimized_for"):
            assert getattr(old, name) in (None, getattr(new, name))
    paired = {old.benchmark_id for old, _ in pairs}
    alone = [one.model for one in rows["2.12.0"] if one.benchmark_id not in paired]
    # Their models are printed by no later release, or a key alone does not tell their rows apart.
    gone = ("gpt2", "opt-", "GPT3-6.7B")
    assert {one for one in alone if not one.startswith(gone)} <= {
        "HuggingFace BERT-Large Ph1 pre-training"
    }
