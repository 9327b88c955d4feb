"""All tables and package lists of all pages equal what others read there.

Tables are held against the independent transcription, as in `test_oracle`; lists against a reading
of the pages' text that shares no code with ours.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.pages.catalog import ALL_PAGES, OTHER_PAGES, pages_read_for
from pipelines.pages.inventory import pages_to_read, read_inventory
from pipelines.sources.site import bundled_site
from tests.end_to_end.printed_lists import printed_lines
from tests.forms import some
from warehouse.versions.cross_release_flags import with_cross_release_flags

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipelines.contract import ReleaseTables

TABLES = {
    "2.10.0": 23,
    "2.12.0": 32,
    "2.16.1": 45,
    **dict.fromkeys(("2.17.0", "2.18.0", "2.18.1", "2.18.2"), 48),
    **dict.fromkeys(("2.19.0", "2.19.1"), 49),
    **dict.fromkeys(("2.20.0", "2.20.1", "2.20.2"), 58),
    "2.21.0": 66,
    "2.24.0": 72,
    "2.27.0": 89,
    "2.32.0": 105,
}
"""How many tables the pages that we read have."""
# Pages of accelerators that came later, and of what has gone since.
_TRN3 = "neuroncore-v4 trainium3 trn3-architecture"
_TRN2 = f"{_TRN3} neuroncore-v3 trainium2 trn2-architecture news release-notes"
_GONE = "maintenance-policy model-architecture-fit"
LACKS = {
    "2.10.0": f"{_TRN2} maintenance-policy containers",
    **dict.fromkeys(("2.12.0", "2.16.1", "2.17.0"), f"{_TRN2} maintenance-policy"),
    **dict.fromkeys(("2.18.0", "2.18.1", "2.18.2", "2.19.1"), f"{_TRN2} {_GONE}"),
    **dict.fromkeys(("2.19.0", "2.20.0"), f"{_TRN2} model-architecture-fit"),
    **dict.fromkeys(("2.20.1", "2.20.2"), f"{_TRN2} {_GONE}"),
    "2.21.0": f"{_TRN3} {_GONE} news release-notes",
    "2.24.0": f"{_TRN3} {_GONE} news release-content",
    **dict.fromkeys(("2.27.0", "2.32.0"), f"{_GONE} neuroncores release-content"),
}
"""The pages beside the benchmarks that a release does not have."""
DIFFERING_LISTS = (
    # It adds islpy, and for inf1 the parts of TVM and a model of the hardware.
    ("2.12.0", "2.10.0", "trn1 inf2 inf1"),
    # It has transformers-neuronx 0.5.58 for 0.4.149, and torch-neuron 2.8.9.0 for 2.8.6.0.
    ("2.16.1", "2.12.0", "trn1 inf2 inf1"),
    # It has torch_xla torchneurong for torchneuronf.
    ("2.27.0", "2.20.0", "trn1 inf2"),
    # It has customop-lib for customop.
    ("2.27.0", "2.10.0", "trn1 inf2"),
    # It lacks aws-neuronx-dkms.
    ("2.32.0", "2.27.0", "inf1"),
)
"""Lists that a later release prints otherwise: by which one, of which one, for what."""
RELEASES = pytest.mark.parametrize("release", TABLES)
# A reference that leads nowhere is printed as a link to its error message; the transcription,
# made from the sources, has no such link. We keep what the page has.
BROKEN_REFERENCE = re.compile(r"#id\d+")


@cache
def _paths(docs: Path, release: str) -> dict[str, str]:
    """Return our names of a release's pages, by their path without its ending."""
    inventory = (docs / "en" / f"v{release}" / "objects.inv").read_bytes()
    labels = read_inventory("objects.inv", inventory)
    pages = pages_to_read(labels, ALL_PAGES)
    return {place.path.removesuffix(".html"): kind.page for kind, place in pages if place}


@cache
def _oracle(docs: Path, release: str) -> list[dict[str, Any]]:
    """Return the transcribed tables of the pages that we read; `page` has our name of the page."""
    files = (docs / folder / f"v{release}.json" for folder in ("oracle", "oracle-more"))
    tables = [table for file in files if file.exists() for table in _tables(file)]
    paths = _paths(docs, release)
    return [table | {"page": paths[table["page"]]} for table in tables if table["page"] in paths]


def _tables(file: Path) -> list[dict[str, Any]]:
    return json.loads(file.read_text("utf-8"))["tables"]  # type: ignore[no-any-return]


def _one_header(rows: list[list[str]]) -> list[str]:
    """Return the header of a table, by columns where it has two rows."""
    return [" ".join(filter(None, texts)) for texts in zip(*rows, strict=True)]


def _cells(tables: ReleaseTables) -> dict[str, dict[tuple[int, int], Any]]:
    cells: dict[str, dict[tuple[int, int], Any]] = defaultdict(dict)
    for cell in tables.rows["published_cells"]:
        cells[cell.table_id][cell.row, cell.column] = cell
    return cells


def test_all_pages_that_the_oracle_has_are_read(neuron_docs: Path) -> None:
    others = Counter(
        (release, table["page"])
        for release in TABLES
        for table in _tables(neuron_docs / "oracle" / f"v{release}.json")
        if table["page"] not in _paths(neuron_docs, release)
    )
    assert others == Counter()


@RELEASES
def test_every_table_of_every_page_equals_the_oracle(
    neuron_docs: Path, real: Mapping[str, ReleaseTables], release: str
) -> None:
    oracle = _oracle(neuron_docs, release)
    tables = {(t.page, t.position): t for t in real[release].rows["published_tables"]}
    cells = _cells(real[release])
    assert len(tables) == len(oracle) == TABLES[release]
    for theirs in oracle:
        ours = tables[theirs["page"], theirs["index_on_page"]]
        assert list(ours.section) == theirs["headings"]
        assert ours.tab == (theirs["tab"][-1] if theirs["tab"] else None)
        assert ours.caption == theirs["caption"]
        assert list(ours.header) == _one_header(theirs["header"])
        texts = {
            (row, column): text
            for row, line in enumerate(theirs["body"])
            for column, text in enumerate(line)
        }
        assert {at: cell.text for at, cell in cells[ours.table_id].items()} == texts


@RELEASES
def test_every_link_equals_the_oracle_but_for_broken_references(
    neuron_docs: Path, real: Mapping[str, ReleaseTables], release: str
) -> None:
    oracle = _oracle(neuron_docs, release)
    names = {(t.page, t.position): t.table_id for t in real[release].rows["published_tables"]}
    cells = _cells(real[release])
    for theirs in oracle:
        ours = cells[names[theirs["page"], theirs["index_on_page"]]]
        for row, line in enumerate(theirs["body_cells"]):
            for column, cell in enumerate(line):
                expected = [link["href"] for link in cell.get("links", ())]
                found = list(ours[row, column].links)
                extra = Counter(found) - Counter(expected)
                assert all(BROKEN_REFERENCE.fullmatch(link) for link in extra)
                assert [link for link in found if link not in extra] == expected


# Another parser reads each page once more.
@pytest.mark.stress
@pytest.mark.parametrize("release", some(tuple(TABLES), 2))
@pytest.mark.parametrize("page", pages_read_for("packages"))
def test_every_line_of_every_list_is_one_row(
    neuron_docs: Path, real: Mapping[str, ReleaseTables], release: str, page: str
) -> None:
    path = {name: path for path, name in _paths(neuron_docs, release).items()}.get(page)
    rows = [row for row in real[release].rows["package_versions"] if row.page == page]
    found = Counter((row.accelerator, row.release, row.text) for row in rows)
    assert found == (printed_lines(neuron_docs, release, f"{path}.html") if path else Counter())
    for row in rows:
        assert row.version is not None
        assert row.version in row.text
        assert row.package in row.text


def test_lists_are_counted(bundled: Mapping[str, ReleaseTables]) -> None:
    counts = {release: len(one.rows["package_versions"]) for release, one in bundled.items()}
    assert sum(counts.values()) == 32_983
    assert counts["2.10.0"] == 431
    assert counts["2.17.0"] == 1_754
    assert counts["2.20.2"] == 2_400
    assert counts["2.32.0"] == 3_521


def test_2_17_0_is_listed_alike_by_itself_and_by_the_history_of_2_20_2(
    bundled: Mapping[str, ReleaseTables],
) -> None:
    def listed(on: str) -> Counter[tuple[str, str | None, str, str | None]]:
        return Counter(
            (row.accelerator, row.component, row.package, row.version)
            for row in bundled[on].rows["package_versions"]
            if row.release == "2.17.0"
        )

    assert listed("2.17.0") == listed("2.20.2")
    assert sum(listed("2.17.0").values()) == 85


def test_lists_that_differ_are_flagged_once_by_the_release_that_changed_them(
    bundled: Mapping[str, ReleaseTables], tmp_path: Path
) -> None:
    flagged = with_cross_release_flags(tmp_path / "nothing", bundled, None).read
    found = {
        (release, *match.groups())
        for release, one in flagged.items()
        for flag in one.rows["quality_flags"]
        if flag.rule == "package-lists-differ"
        and (match := re.search(r"the (\w+) packages of ([\d.]+) are", flag.message))
    }
    assert found == {
        (by, accelerator, of)
        for by, of, accelerators in DIFFERING_LISTS
        for accelerator in accelerators.split()
    }


@RELEASES
def test_the_bundled_capture_holds_the_facts_of_the_real_pages(
    bundled: Mapping[str, ReleaseTables], real: Mapping[str, ReleaseTables], release: str
) -> None:
    ours, theirs = bundled[release].rows, real[release].rows
    for table in ("package_versions", "framework_support", "release_dates", "instances"):
        assert list(ours[table]) == list(theirs[table]), table
    published = {(c.table_id, c.row, c.column): c for c in theirs["published_cells"]}
    assert all(published[c.table_id, c.row, c.column] == c for c in ours["published_cells"])
    assert {page.page for page in ours["pages"]} == {page.page for page in theirs["pages"]}


def test_what_the_bundled_capture_leaves_out_is_prose_and_is_named(
    bundled: Mapping[str, ReleaseTables], real: Mapping[str, ReleaseTables]
) -> None:
    there = {t.table_id for one in bundled.values() for t in one.rows["published_tables"]}
    left_out = {
        (table.page, table.section[-1].partition(" (")[0])
        for one in real.values()
        for table in one.rows["published_tables"]
        if table.table_id not in there
    }
    words = " ".join((bundled_site().folder / "README.md").read_text("utf-8").split())
    assert left_out
    for page, heading in left_out:
        assert f"`{page}`" in words, page
        assert heading in words, heading


def test_a_release_lists_the_pages_that_it_has(bundled: Mapping[str, ReleaseTables]) -> None:
    every = {kind.page for kind in OTHER_PAGES}
    missing = {
        release: every - {page.page for page in tables.rows["pages"]}
        for release, tables in bundled.items()
    }
    assert missing == {release: set(names.split()) for release, names in LACKS.items()}
