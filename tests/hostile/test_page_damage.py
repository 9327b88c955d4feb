"""Damaged pages: whatever bytes a page has, no row of another page changes and nothing is raised.

The pages are those of the bundled capture, damaged at random. What is opened while a folder is read
is recorded by the interpreter itself.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.build.publish_releases import publish_releases
from pipelines.contract import PACKAGE_VERSIONS, PUBLISHED_CELLS
from pipelines.errors import ContractError, SourceError
from pipelines.ingest import IngestedRelease, LastCapture, ingest_release
from pipelines.ingest.losses import MOST_OF_A_PAGE, rows_with_text
from pipelines.sources.site import FolderSite
from tests.forms import FULL
from tests.pipelines.making import stored_capture_of
from tests.sites import CopiedSite, MemorySite, copy_site, inventory_of, memory_site
from tests.warehouse.conftest import NOW
from warehouse.contract_checks import problems_of
from warehouse.versions import live_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipelines.contract import Table

RELEASE, OTHER = "2.20.1", "2.20.2"
PAGES = ("inf1-inference", "inf2-inference", "trn1-training", "whats-new", "trn1-architecture")
OF_A_PAGE = ("pages", "published_tables", "published_cells", "benchmarks", "measurements")
TAGS = (b"<div>", b"<table>", b"<tr>", b"<td colspan=9>", b"</table>", b"<!--", b"<script>", b"<p")


@cache
def _site(release: str) -> MemorySite:
    return memory_site(release, PAGES)


def _read(site: MemorySite, last: LastCapture) -> IngestedRelease:
    return ingest_release(site, RELEASE, last=last, check=problems_of)


@cache
def _whole() -> IngestedRelease:
    whole = ingest_release(_site(RELEASE), RELEASE, check=problems_of)
    assert not whole.held_back
    return whole


def _kept(tables: Any, page: str) -> dict[str, Sequence[Any]]:
    """Return the rows of a page, without the flags that follow from the whole release."""
    rows = stored_capture_of(tables).rows_of_page(page)
    return {name: rows[name] for name in (*OF_A_PAGE, "package_versions", "instances")}


@cache
def _kept_before(page: str) -> dict[str, Sequence[Any]]:
    """Return the rows of a page of the whole release."""
    return _kept(_whole().tables, page)


def _cut(body: bytes, at: float, _: bytes) -> bytes:
    return body[: int(at * len(body))]


def _flip(body: bytes, at: float, some: bytes) -> bytes:
    changed = bytearray(body)
    place = int(at * (len(changed) - 1))
    for number, byte in enumerate(some[: len(changed) - place]):
        changed[place + number] ^= byte or 1
    return bytes(changed)


def _insert(body: bytes, at: float, some: bytes) -> bytes:
    place = int(at * len(body))
    return body[:place] + some + body[place:]


def _insert_tags(body: bytes, at: float, some: bytes) -> bytes:
    tags = b"".join(TAGS[byte % len(TAGS)] for byte in some)
    return _insert(body, at, tags)


def _nest(body: bytes, at: float, some: bytes) -> bytes:
    return _insert(body, at, b"<div>" * (1 + 97 * len(some)))


def _drop_a_table(body: bytes, at: float, _: bytes) -> bytes:
    tables = [match.span() for match in re.finditer(rb"<table.*?</table>", body, re.DOTALL)]
    if not tables:
        return b""
    first, last = tables[int(at * (len(tables) - 1))]
    return body[:first] + body[last:]


def _drop_rows(body: bytes, at: float, _: bytes) -> bytes:
    rows = [match.span() for match in re.finditer(rb"<tr>.*?</tr>", body, re.DOTALL)]
    first = int(at * len(rows))
    return body[: rows[first][0]] + body[rows[-1][1] :] if first < len(rows) else b""


def _double(body: bytes, at: float, _: bytes) -> bytes:
    place = int(at * len(body))
    return body[:place] + body


def _only(_: bytes, __: float, some: bytes) -> bytes:
    return b"<html>" + some + b"</html>"


DAMAGES: dict[str, Callable[[bytes, float, bytes], bytes]] = {
    "cut short": _cut,
    "wrong bytes": _flip,
    "bytes inserted": _insert,
    "tags inserted": _insert_tags,
    "nested deeply": _nest,
    "a table removed": _drop_a_table,
    "rows removed": _drop_rows,
    "its beginning doubled": _double,
    "other bytes": _only,
}


def _check(site: MemorySite, page: str) -> IngestedRelease:
    """Read a site; check that only this page is concerned, and lost no more than it may."""
    before = _whole().tables
    now = _read(site, stored_capture_of(before))
    for other in PAGES:
        if other != page:
            assert _kept(now.tables, other) == _kept_before(other)
    held = [one.page for one in now.held_back]
    if held:
        assert held == [page]
        assert _kept(now.tables, page) == _kept_before(page)
        return now
    had, has = (
        sum(
            rows_with_text(stored_capture_of(tables).rows_of_page(page)["published_cells"]).values()
        )
        for tables in (before, now.tables)
    )
    assert has >= had * (1 - MOST_OF_A_PAGE)
    assert not problems_of(now.tables)
    return now


@given(
    page=st.sampled_from(PAGES),
    damage=st.sampled_from(sorted(DAMAGES)),
    at=st.floats(0, 1),
    some=st.binary(min_size=1, max_size=40),
)
@settings(max_examples=300 if FULL else 12)
@pytest.mark.stress
def test_a_damaged_page_changes_no_row_of_another(
    page: str, damage: str, at: float, some: bytes
) -> None:
    body = DAMAGES[damage](_site(RELEASE).body(page), at, some)
    _check(_site(RELEASE).with_page(page, body), page)


@pytest.mark.parametrize("page", PAGES)
def test_the_page_of_another_release_changes_no_row_of_another_page(page: str) -> None:
    body = _site(OTHER).body(page)
    _check(_site(RELEASE).with_page(page, body), page)


@pytest.mark.parametrize("page", PAGES)
def test_another_page_of_the_release_in_its_place_is_held_back(page: str) -> None:
    for other in PAGES:
        if other != page:
            site = _site(RELEASE).with_page(page, _site(RELEASE).body(other))
            assert [one.page for one in _check(site, page).held_back] == [page]


_OPENED: list[str] | None = None


def _record(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and _OPENED is not None and isinstance(arguments[0], str | bytes):
        _OPENED.append(str(Path(str(arguments[0])).resolve()))


@pytest.fixture(scope="module")
def opened() -> list[str]:
    """Return where the interpreter writes each path that it opens."""
    global _OPENED  # noqa: PLW0603 - a hook cannot be taken away, only be told to rest
    if _OPENED is None:
        _OPENED = []
        sys.addaudithook(_record)
    return _OPENED


PARTS = st.sampled_from(
    ["..", ".", "", "a", "secret", "/", "%2e%2e", "%2f", "en", "v2.20.2", "~", "\\", "a.html", "*"]
)
ADDRESSES = st.lists(PARTS, min_size=1, max_size=7).map("/".join)


@given(address=ADDRESSES)
@settings(max_examples=60 if FULL else 30)
@pytest.mark.stress
def test_no_address_of_an_inventory_leads_out_of_its_release(
    tmp_path: Path, opened: list[str], address: str
) -> None:
    tree = tmp_path / "site" / "en" / f"v{RELEASE}"
    for place in (tmp_path, tmp_path / "site", tree.parent, tree.parent / f"v{OTHER}", tree):
        place.mkdir(parents=True, exist_ok=True)
        for name in ("secret", "a.html"):
            (place / name).write_bytes(b"<html>secret</html>")
    labels = {"inf2-performance": f"{address}#inf2-performance", "benchmark": f"{address}#b"}
    (tree / "objects.inv").write_bytes(inventory_of(labels))
    opened.clear()
    try:
        ingest_release(FolderSite(tmp_path / "site", "made"), RELEASE, check=problems_of)
    except (ContractError, SourceError) as error:
        assert len(str(error)) < 5_000  # noqa: PT017 - refusing is one of two right answers
    ours = [path for path in opened if path.startswith(str(tmp_path.resolve()))]
    outside = [path for path in ours if not Path(path).is_relative_to(tree.resolve())]
    assert [path for path in outside if not path.endswith("capture.json")] == []


@pytest.fixture(scope="module")
def built_folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[CopiedSite, Path]:
    """Return a site of two pages in a folder, and a root that was built from it."""
    folder = tmp_path_factory.mktemp("any-bytes")
    site = copy_site(folder / "site", RELEASE, pages=("trn1-training", "whats-new"))
    outcome = publish_releases(
        FolderSite(site.folder, "made"), str(folder / "data"), (RELEASE,), now=NOW
    )
    assert outcome.published
    assert not outcome.held_back
    return site, folder / "data"


WRONG_FILES = st.tuples(
    st.sampled_from(["trn1-training", "objects.inv", "capture.json"]),
    st.sampled_from(sorted(DAMAGES)),
    st.floats(0, 1),
    st.binary(min_size=1, max_size=40),
)


@given(wrong=WRONG_FILES)
@settings(max_examples=25 if FULL else 10)
@pytest.mark.stress
def test_no_bytes_of_a_file_make_a_build_lose_rows_or_read_elsewhere(
    built_folder: tuple[CopiedSite, Path], opened: list[str], wrong: tuple[str, str, float, bytes]
) -> None:
    name, damage, at, some = wrong
    site, root = built_folder
    tree = site.folder / "en" / f"v{RELEASE}"
    places = {"objects.inv": tree / name, "capture.json": site.folder / name}
    path = places[name] if name in places else site.page(RELEASE, name)
    before = path.read_bytes() if path.exists() else None
    path.write_bytes(DAMAGES[damage](before or b"{}", at, some))
    rows = {table: _stored(root, table) for table in (PUBLISHED_CELLS, PACKAGE_VERSIONS)}
    opened.clear()
    try:
        publish_releases(FolderSite(site.folder, "made"), str(root), (RELEASE,), now=NOW)
    except SourceError as error:
        assert "\n" not in str(error)  # noqa: PT017 - refusing is one of two right answers
    finally:
        seen = [Path(one) for one in opened]
        path.unlink() if before is None else path.write_bytes(before)
    for table, stored in rows.items():
        kept = [row for row in _stored(root, table) if _is_of_another_page(row)]
        assert kept == [row for row in stored if _is_of_another_page(row)], table.name
    ours = (site.folder.parent, REPOSITORY, sys.prefix, sys.base_prefix, *SYSTEM)
    allowed = [Path(place).resolve() for place in ours]
    assert not [one for one in seen if not any(one.is_relative_to(place) for place in allowed)]


SYSTEM = ("/dev", "/proc", "/sys", "/usr/share/zoneinfo")
REPOSITORY = Path(__file__).parents[2]


def _stored(root: Path, table: Table) -> list[Any]:
    return sorted(live_rows(root, table, RELEASE), key=repr)


def _is_of_another_page(row: Any) -> bool:
    named = row.page if hasattr(row, "page") else row.table_id
    return "trn1-training" not in str(named)
