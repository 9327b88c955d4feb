"""A stored file is damaged while its page is held back or edited: no last good row is lost unsaid.

A build writes damaged files again, but only if what it reads has all that they held.
"""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dagster_project.build.publish_releases import Outcome, publish_releases
from pipelines.contract import CELL_CHANGES
from pipelines.policy import DEFAULT, Policy
from tests.forms import FULL
from tests.sites import MemorySite, memory_site
from tests.warehouse.conftest import NOW, tree
from warehouse.versions import live_rows, require_newest
from warehouse.versions.verify import verify_versions

if TYPE_CHECKING:
    from tests.shelf import Shelf

RELEASE, PAGE = "2.20.1", "trn1-training"
OF_A_PAGE = ("pages", "published_tables", "published_cells", "benchmarks", "measurements")


@cache
def _site() -> MemorySite:
    return memory_site(RELEASE, (PAGE, "inf2-inference"))


def _held() -> MemorySite:
    """Return the site with a page of which half is there."""
    body = _site().body(PAGE)
    return _site().with_page(PAGE, body[: len(body) // 2])


def _edited() -> MemorySite:
    """Return the site with one figure changed: nothing of it is held back."""
    return _site().edited(PAGE, lambda html: html.replace("<td>U20</td>", "<td>U22</td>", 1))


def _build(site: MemorySite, root: Path, policy: Policy = DEFAULT) -> Outcome:
    return publish_releases(site, root, (RELEASE,), policy=policy, now=NOW)


@pytest.fixture
def root(shelf: Shelf, tmp_path: Path) -> Path:
    made = shelf.folder("two-pages", lambda folder: _build(_site(), folder))
    return Path(shutil.copytree(made, tmp_path / "data"))


def _damage(root: Path, table: str, *, gone: bool = False) -> str:
    (file,) = require_newest(root).files_of(table)
    path = root / file.path
    data = bytearray(path.read_bytes())
    path.unlink()
    if not gone:
        data[len(data) // 2] ^= 1
        path.write_bytes(bytes(data))
    return file.path


def _is_refused(outcome: Outcome, path: str) -> None:
    assert outcome.published is None
    (error,) = outcome.refused.values()
    assert error.exit_code == 3
    what = "is missing or damaged, and the pages of 2.20.1 are not those that it was made from"
    assert f"{path} {what}" in str(error)
    assert "\n" not in str(error)


def test_without_damage_the_last_good_rows_stay(root: Path) -> None:
    before = require_newest(root)
    outcome = _build(_held(), root)
    assert [page.page for page in outcome.held_back[RELEASE]] == [PAGE]
    for table in OF_A_PAGE:
        assert require_newest(root).files_of(table) == before.files_of(table)


NEEDED = (*OF_A_PAGE, "quality_flags", "cell_changes")


# In short form, a file is damaged, and that of the next table is gone.
@pytest.mark.stress
@pytest.mark.parametrize(
    ("table", "gone"),
    [
        (table, gone)
        for number, table in enumerate(NEEDED)
        for gone in ((False, True) if FULL else (number % 2 == 1,))
    ],
)
def test_rows_that_a_held_back_page_needs_are_never_lost_unsaid(
    root: Path, table: str, *, gone: bool
) -> None:
    path = _damage(root, table, gone=gone)
    before = tree(root)
    _is_refused(_build(_held(), root), path)
    assert tree(root) == before
    # What the source still has is written again.
    outcome = _build(_site(), root)
    assert not outcome.refused
    assert outcome.published is not None
    assert not outcome.published.changed
    assert verify_versions(root).clean


def test_an_edit_that_cannot_be_compared_is_refused_until_it_is_allowed(root: Path) -> None:
    path = _damage(root, "published_cells")
    before = tree(root)
    _is_refused(_build(_edited(), root), path)
    assert tree(root) == before
    allowed = _build(_edited(), root, Policy(lost_tables=True))
    assert allowed.published is not None
    assert not allowed.refused
    assert verify_versions(root, [require_newest(root).version]).clean


@pytest.mark.parametrize("table", ["pages", "published_tables"])
def test_an_edit_is_found_although_another_file_is_made_again(root: Path, table: str) -> None:
    _damage(root, table)
    outcome = _build(_edited(), root)
    assert outcome.published is not None
    (edit,) = live_rows(root, CELL_CHANGES, RELEASE)
    assert (edit.page, edit.before, edit.after) == (PAGE, "U20", "U22")


@pytest.mark.parametrize("table", ["benchmarks", "measurements", "quality_flags"])
def test_a_file_that_follows_from_the_pages_is_made_again_from_edited_ones(
    root: Path, table: str
) -> None:
    _damage(root, table)
    outcome = _build(_edited(), root)
    assert outcome.published is not None
    assert outcome.published.changed
    assert verify_versions(root, [outcome.published.version]).clean


def test_a_page_that_is_gone_is_noticed_although_the_list_of_pages_is_damaged(root: Path) -> None:
    path = _damage(root, "pages")
    _is_refused(_build(memory_site(RELEASE, ("inf2-inference",)), root), path)
