"""Package lists, supported versions and hardware of every real release are read whole.

They are held against readings that share no code with ours: of the pages' text (`printed_lists`),
and of the independent transcription of their tables.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.composition.reader import CompositionRows, add_up, read_composition
from pipelines.errors import AbsentError
from pipelines.pages.catalog import OTHER_PAGES, pages_read_for
from pipelines.pages.inventory import pages_to_read, read_inventory
from pipelines.performance.table_facts import table_ids
from pipelines.sources.site import INVENTORY_PATH
from tests.end_to_end.printed_lists import lines, lists

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from pipelines.contract import Instance
    from pipelines.extract import ExtractedPage
    from pipelines.sources.site import FolderSite

    Extract = Callable[[bytes], ExtractedPage]

INF = ("inf1.xlarge", "inf1.2xlarge", "inf1.6xlarge", "inf1.24xlarge")
INF += ("inf2.xlarge", "inf2.8xlarge", "inf2.24xlarge", "inf2.48xlarge")
TRN1 = ("trn1.2xlarge", "trn1.32xlarge", "trn1n.32xlarge")
TRN2 = ("trn2.48xlarge", "trn2u.48xlarge", "trn2 ultraserver")
TRN3 = ("trn3 gen1 ultraserver", "trn3 gen2 ultraserver")
INSTANCES = {
    **dict.fromkeys(("2.10.0", "2.12.0", "2.16.1", "2.17.0", "2.18.0"), INF + TRN1),
    **dict.fromkeys(("2.18.1", "2.18.2", "2.19.0", "2.19.1"), INF + TRN1),
    **dict.fromkeys(("2.20.0", "2.20.1", "2.20.2"), INF + TRN1),
    **dict.fromkeys(("2.21.0", "2.24.0"), INF + TRN2),
    **dict.fromkeys(("2.27.0", "2.32.0"), INF + TRN2 + TRN3),
}
RELEASES = pytest.mark.parametrize("release", INSTANCES)
_NUMBER = re.compile(r"(?:up-to )?(\d[\d,]*(?:\.\d+)?)")


@dataclass(frozen=True)
class ReadRelease:
    """The pages of a release beside the benchmarks, read: paths, parts, and their sum."""

    paths: Mapping[str, str]
    parts: Mapping[str, CompositionRows]

    @property
    def rows(self) -> CompositionRows:
        """The release as a whole."""
        return add_up(self.parts.values())


@pytest.fixture(scope="module")
def read(real_site: FolderSite, extracted: Extract) -> Mapping[str, ReadRelease]:
    """Return every real release."""
    return {one: _read_release(real_site, one, extracted) for one in real_site.releases()}


def _read_release(site: FolderSite, release: str, extract: Extract) -> ReadRelease:
    paths, parts = {}, {}
    labels = read_inventory("", site.read(release, INVENTORY_PATH).body)
    for kind, place in pages_to_read(labels, OTHER_PAGES):
        try:
            body = site.read(release, place.path).body if place else None
        except AbsentError:
            continue
        if place and body:
            page = extract(body)
            tables = zip(table_ids(release, kind.page, page.tables), page.tables, strict=True)
            parts[kind.page] = read_composition(release, kind.page, page, tuple(tables))
            paths[kind.page] = place.path
    return ReadRelease(paths, parts)


def _oracle(docs: Path, release: str, path: str) -> list[Any]:
    found = json.loads((docs / "oracle" / f"v{release}.json").read_text("utf-8"))["tables"]
    return [table for table in found if f"{table['page']}.html" == path]


@RELEASES
def test_every_supported_python_is_a_statement(
    neuron_docs: Path, read: Mapping[str, ReadRelease], release: str
) -> None:
    (page,) = pages_read_for("support")
    printed = Counter(
        line
        for heading, _, text in lists(neuron_docs, release, read[release].paths[page])
        if heading.startswith("Supported Python")
        for line in lines(text)
    )
    python = [row for row in read[release].rows.support if row.subject == "python"]
    assert printed == Counter(f"{row.package}-{row.package_version} {row.text}" for row in python)
    assert bool(printed) == (release not in {"2.10.0", "2.12.0"})


@RELEASES
def test_every_row_of_a_table_of_supported_versions_is_a_statement(
    neuron_docs: Path, read: Mapping[str, ReadRelease], release: str
) -> None:
    (page,) = pages_read_for("support")
    expected = [
        (table["headings"][-1], row[1])
        for table in _oracle(neuron_docs, release, read[release].paths[page])
        if table["headings"] and table["headings"][-1].startswith("Supported")
        for row in table["body"]
    ]
    rows = [row for row in read[release].rows.support if row.table_id]
    assert [(row.heading, row.text) for row in rows] == expected
    assert all(row.subject and row.page == page for row in rows)


@RELEASES
def test_every_release_with_a_hardware_table_has_its_instance_types(
    read: Mapping[str, ReadRelease], release: str
) -> None:
    assert [row.instance_type for row in read[release].rows.instances] == list(INSTANCES[release])


@RELEASES
def test_every_figure_of_a_hardware_table_is_typed(
    neuron_docs: Path, read: Mapping[str, ReadRelease], release: str
) -> None:
    found = 0
    for page in pages_read_for("hardware"):
        rows = read[release].parts[page].instances if page in read[release].parts else ()
        typed = Counter(value for row in rows for value in set(_values(row)))
        for figure, times in _figures(_oracle_tables(neuron_docs, read[release], release, page)):
            assert typed[figure] >= times, (page, figure)
            found += 1
    assert found > 40


def _oracle_tables(docs: Path, one: ReadRelease, release: str, page: str) -> list[Any]:
    return _oracle(docs, release, one.paths[page]) if page in one.paths else []


def _values(row: Instance) -> list[float]:
    values = (getattr(row, one.name) for one in fields(row) if one.name not in {"row", "column"})
    return [float(value) for value in values if isinstance(value, int | float)]


def _figures(tables: list[Any]) -> Iterator[tuple[float, int]]:
    """Yield each figure of the hardware tables, and in how many instance types it must be."""
    for table in tables:
        header, body = table["header"][0], table["body"]
        if header[0] == "Connectivity level":
            continue
        if header[0] != "Instance size":
            body = [list(column) for column in zip(*[header, *body], strict=True)]
            header, *body = [body[0], *body[1:]]
        figures: Counter[float] = Counter()
        for name, *cells in body:
            kinds = len(name.split(" / "))
            numbers = {
                float(match[1].replace(",", "")) * (1000 if "PFLOPS" in head else 1)
                for head, cell in zip(header[1:], cells, strict=True)
                if (match := _NUMBER.fullmatch(cell))
            }
            figures.update(dict.fromkeys(numbers, kinds))
        yield from figures.items()


@RELEASES
def test_nothing_of_a_real_release_is_unknown(
    read: Mapping[str, ReadRelease], release: str
) -> None:
    findings = [one for part in read[release].parts.values() for one in part.findings]
    assert [str(one) for one in (*findings, *read[release].rows.findings)] == []


def test_trn2_and_trn3_have_their_lists_and_the_plug_in_its_own(
    read: Mapping[str, ReadRelease],
) -> None:
    own = [row for row in read["2.32.0"].rows.packages if row.page == "whats-new"]
    lines = Counter((row.accelerator, row.product, row.stage) for row in own)
    assert lines["trn2", None, None] == lines["trn3", None, None] == 16
    assert lines["trn2", "vLLM Neuron", "Beta"] == lines["trn3", "vLLM Neuron", "Beta"] == 1


def test_the_page_of_two_labels_is_read_once(read: Mapping[str, ReadRelease]) -> None:
    assert "release-content" not in read["2.24.0"].parts
    assert "release-content" in read["2.21.0"].parts
    paths = [*read["2.24.0"].paths.values()]
    assert len(paths) == len(set(paths))


def test_the_news_page_dates_releases_that_no_other_page_dates_rightly(
    read: Mapping[str, ReadRelease],
) -> None:
    news = {row.release: str(row.published_on) for row in read["2.32.0"].parts["news"].dates}
    assert news["2.31.0"] == "2026-07-07"
    assert news["2.28.1"] == "2026-03-13"
    assert len(news) == 7
