"""Small pages and sites for the pipelines' tests, and what reading them gives.

Put here what lays out a site of one page and reads it; copies of the bundled capture live in
`tests.sites`.
"""

from __future__ import annotations

from html import escape
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from pipelines.contract import TABLES
from pipelines.ingest import IngestedRelease, LastCapture, ingest_release
from pipelines.ingest.page_result import read_page as read_into_result
from pipelines.pages.catalog import ALL_PAGES, PAGE_KINDS
from pipelines.pages.inventory import Location
from pipelines.sources.site import INVENTORY_PATH, FolderSite
from tests.sites import inventory_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pipelines.contract import Benchmark, QualityFlag, ReleaseTables
    from pipelines.errors import Problem

RELEASE = "2.20.1"
PAGE = "inf2-inference"
LABELS = {kind.page: kind.label for kind in PAGE_KINDS}
ALL_LABELS = {kind.page: kind.label for kind in ALL_PAGES}

# A row of an encoder table as the pages have it; tests replace what they are about.
ENCODER = {
    "Model": "bert-base-cased",
    "Scripts": "Benchmark",
    "Framework": "PyTorch 2.1",
    "Inst. Type": "Inf2.xlarge",
    "Task": "Raw Output (AutoModel)",
    "Throughput (inference/second)": "1,950.5",
    "Latency P50 (ms)": "1.02",
    "Latency P99 (ms)": "1.05",
    "Cost per 1M inferences": "$0.066",
    "Application Type": "Real Time",
    "Neuron Version": "2.20.0",
    "Run Mode": "Data Parallel",
    "Batch Size": "1",
    "Sequence Length": "128",
    "Model Data Type": "FP32",
    "Compilation Autocast Data Type": "Matmult-BF16",
    "OS Type": "U22",
}
# A row of a training table.
TRAINING = {
    "Model": "HuggingFace BERT-Large",
    "Instance-Type": "trn1.32xlarge/trn1n.32xlarge",
    "Training Data-Type": "Autocast:BF16+SR",
    "Nodes": "16",
    "Topology": "[32xNC(DP)] x 16Nodes(DP)",
    "Microbatch": "16",
    "Global Minibatch": "1048576",
    " Optimizer": "Lamb",
    "Sequence Length": "128",
    "Performance [seq/sec]": "61765.4",
    "Strong/Weak Scaling": "weak scaling",
    "Neuron Version": "2.20.0",
    "Neuron Tutorial/Example": "Tutorial",
    "Pytorch Neuron(torch-neuronx) Version": "2.1.2.2.3.0",
    "OS Type.": "U22",
}
PRICE_NOTE = '<p role="note">Price basis: RI-Effective hourly rate.</p>'
DATED = "<p>Last update: {}</p>"
# What a site's guard sends in place of a page.
CHALLENGE = (
    "<!DOCTYPE html><html><head><title>Just a moment...</title></head>"
    "<body><main><h1>Checking your browser</h1></main></body></html>"
)


def renamed(row: Mapping[str, str], old: str, new: str) -> dict[str, str]:
    """Return a row with one column called otherwise."""
    assert old in row
    return {new if header == old else header: text for header, text in row.items()}


def without(row: Mapping[str, str], header: str) -> dict[str, str]:
    """Return a row with one column less."""
    assert header in row
    return {name: text for name, text in row.items() if name != header}


def table_html(*rows: Mapping[str, str]) -> str:
    """Write rows as a table; the first row's keys are its header."""
    return grid_html(list(rows[0]), *(list(row.values()) for row in rows))


def grid_html(header: Sequence[str], *rows: Sequence[str]) -> str:
    """Write a header and rows, of whatever width, as a table."""
    head = "".join(f"<th>{escape(text)}</th>" for text in header)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in row)}</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def page_html(
    content: str,
    *,
    release: str = RELEASE,
    page: str = PAGE,
    section: str = "Encoder models",
    note: str = PRICE_NOTE,
) -> str:
    """Write a whole page around a table."""
    return (
        f'<html><body><p class="announcement">Neuron {release}</p><main id="{ALL_LABELS[page]}">'
        f"<h1>Performance</h1><h2>{section}</h2>{content}{note}</main></body></html>"
    )


def write_site(
    folder: Path, html: str | bytes, *, release: str = RELEASE, page: str = PAGE
) -> FolderSite:
    """Lay out a site of one release with one page."""
    return write_pages(folder, {page: html}, release=release)


def write_pages(
    folder: Path, pages: Mapping[str, str | bytes], *, release: str = RELEASE
) -> FolderSite:
    """Lay out a site of one release with these pages, by our names for them."""
    tree = folder / "en" / f"v{release}"
    (tree / "somewhere").mkdir(parents=True, exist_ok=True)
    for page, html in pages.items():
        body = html if isinstance(html, bytes) else html.encode()
        (tree / "somewhere" / f"{page}.html").write_bytes(body)
    labels = {ALL_LABELS[page]: f"somewhere/{page}.html#{ALL_LABELS[page]}" for page in pages}
    (tree / INVENTORY_PATH).write_bytes(inventory_of(labels))
    return FolderSite(folder, name="a test")


def ingest_page(
    folder: Path,
    content: str,
    *,
    release: str = RELEASE,
    page: str = PAGE,
    options: Mapping[str, Any] | None = None,
    **around: str,
) -> IngestedRelease:
    """Read a release whose one page holds this content; `options` are those of `ingest_release`."""
    html = page_html(content, release=release, page=page, **around)
    site = write_site(folder, html, release=release, page=page)
    return ingest_release(site, release, **(options or {}))


def read_page(folder: Path, content: str, **context: Any) -> ReleaseTables:
    """Return the rows of a release whose one page holds this content."""
    return ingest_page(folder, content, **context).tables


def problems_of(
    folder: Path, content: str, *, release: str = RELEASE, page: str = PAGE, **around: str
) -> tuple[Problem, ...]:
    """Return what is found while a page with this content is read."""
    html = page_html(content, release=release, page=page, **around)
    response = write_site(folder, html, release=release, page=page).read(
        release, f"somewhere/{page}.html"
    )
    (kind,) = (one for one in ALL_PAGES if one.page == page)
    location = Location(f"somewhere/{page}.html", LABELS[page])
    return read_into_result(release, kind, location, response).problems


def stored_capture_of(tables: ReleaseTables) -> LastCapture:
    """Return a release as the last capture, its rows in the order in which they are stored."""
    stored = {}
    for table in TABLES[1:]:
        rows = tables.rows.get(table.name, ())
        texts = attrgetter(*table.sort, table.key[0])
        stored[table.name] = tuple(sorted(rows, key=lambda row, texts=texts: _sortable(texts(row))))
    return LastCapture(lambda table: stored.get(table.name, ()))


def _sortable(values: tuple[Any, ...]) -> tuple[tuple[bool, Any], ...]:
    return tuple((value is not None, value) for value in values)


def read_row(folder: Path, row: Mapping[str, str], **context: Any) -> Benchmark:
    """Read a release whose one page holds a table of one row."""
    (benchmark,) = read_page(folder, table_html(row), **context).rows["benchmarks"]
    return benchmark  # type: ignore[no-any-return]


def flags(tables: ReleaseTables, rule: str) -> list[QualityFlag]:
    """Return the flags of one rule."""
    return [flag for flag in tables.rows["quality_flags"] if flag.rule == rule]
