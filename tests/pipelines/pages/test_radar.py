"""The radar: pages that look like performance and are not read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from pipelines.contract.declaration import DeclarationError
from pipelines.extract import ExtractedTable
from pipelines.pages.catalog import ALL_PAGES, IGNORED_LABELS, IgnoredLabels
from pipelines.pages.inventory import Location, pages_to_read, read_inventory
from pipelines.pages.radar import UnreadPage, performance_tables, unread_pages
from pipelines.sources.site import INVENTORY_PATH, FolderSite

if TYPE_CHECKING:
    from pathlib import Path

LABELS = {
    "trn2-performance": Location("trn2/perf.html", "trn2-performance"),
    "/trn2/perf.rst#latency-by-batch": Location("trn2/perf.html", "latency-by-batch"),
    "trn2-setup": Location("trn2/setup.html", "trn2-setup"),
    "inf2-performance": Location("inf2.html", "inf2-performance"),
    "neuronperf_benchmark": Location("neuronperf.html", "x"),
}


def a_table(*header: str) -> ExtractedTable:
    """Return an empty table."""
    return ExtractedTable(0, ("Figures",), None, None, header, (), ())


def test_a_page_is_listed_once_with_the_labels_that_make_it_suspect() -> None:
    assert unread_pages(LABELS, {"inf2.html"}) == (
        UnreadPage("trn2/perf.html", ("/trn2/perf.rst#latency-by-batch", "trn2-performance")),
    )


def test_a_label_that_a_maintainer_named_makes_no_page_suspect() -> None:
    ignored = [*IGNORED_LABELS, IgnoredLabels(re.compile("trn2"), reason="looked at")]
    assert not unread_pages(LABELS, {"inf2.html"}, ignored)
    ignored[-1] = IgnoredLabels(re.compile("latency-by"), reason="looked at")
    (page,) = unread_pages(LABELS, {"inf2.html"}, ignored)
    assert page.labels == ("trn2-performance",)


def test_a_label_is_ignored_for_a_reason() -> None:
    with pytest.raises(DeclarationError, match="ignored label 'x' lacks the reason"):
        IgnoredLabels(re.compile("x"))


def test_a_page_is_named_by_its_path_without_the_ending() -> None:
    assert UnreadPage("tools/perf.html", ()).name == "tools/perf"


def test_a_table_with_a_column_of_figures_is_suspect() -> None:
    suspect, harmless = a_table("Model", "Latency (ms)"), a_table("Model", "Latency")
    found = performance_tables([suspect, harmless], lambda header: header == "Latency (ms)")
    assert found == (suspect,)


@pytest.mark.parametrize(("release", "count"), [("2.10.0", 22), ("2.17.0", 28), ("2.32.0", 87)])
def test_the_radar_finds_the_suspects_of_real_releases(
    neuron_docs: Path, release: str, count: int
) -> None:
    site = FolderSite(neuron_docs, name="real pages")
    labels = read_inventory("", site.read(release, INVENTORY_PATH).body)
    read = {place.path for _, place in pages_to_read(labels, ALL_PAGES) if place}
    assert len(unread_pages(labels, read)) == count
