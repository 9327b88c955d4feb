"""Pages that must not be published: each is held back, and the warehouse answers as before."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from dagster_project.build.publish_releases import publish_releases
from pipelines.policy import Policy
from pipelines.sources.choose import open_site
from tests.end_to_end.live import ANSWER, OTHER, PAGE, PAGES, RELEASE, lose_a_column, lose_a_table
from tests.sites import PERFORMANCE, CopiedSite, copy_site
from warehouse.database.build_file import build_database
from warehouse.database.query import run_sql
from warehouse.versions import newest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pyarrow as pa

    from tests.shelf import Shelf


def _lose_every_table(site: CopiedSite) -> None:
    path = site.page(RELEASE, PAGE)
    path.write_text(
        re.sub(r"<table>.*?</table>", "", path.read_text("utf-8"), flags=re.DOTALL), "utf-8"
    )


def _empty_the_file(site: CopiedSite) -> None:
    site.page(RELEASE, PAGE).write_bytes(b"")


def _put_a_challenge(site: CopiedSite) -> None:
    site.page(RELEASE, PAGE).write_text(
        "<!DOCTYPE html><html><head><title>Just a moment...</title></head>"
        "<body><h1>Checking your browser</h1></body></html>",
        "utf-8",
    )


def _put_another_release(site: CopiedSite) -> None:
    site.page(RELEASE, PAGE).write_bytes(site.page(OTHER, PAGE).read_bytes())


def _take_it_away(site: CopiedSite) -> None:
    site.page(RELEASE, PAGE).unlink()


def _cut_it_short(site: CopiedSite) -> None:
    path = site.page(RELEASE, PAGE)
    path.write_bytes(path.read_bytes()[:20_000])


MUTATIONS: dict[str, tuple[Callable[[CopiedSite], None], tuple[str, ...]]] = {
    "lost column": (lose_a_column, ("'OS Type'", "encoder-models")),
    "lost table": (lose_a_table, ("lost table", "encoder-models/throughput-optimized")),
    "every table lost": (_lose_every_table, ("lost table", "--allow-lost-tables")),
    "empty file": (_empty_the_file, ("empty page",)),
    "challenge page": (_put_a_challenge, ("not the page", "Checking your browser")),
    "another release": (_put_another_release, ("other release", OTHER)),
    "cut short": (_cut_it_short, ("truncated page", "</html>")),
    "no file": (_take_it_away, ("unreachable page", ".html: cannot be read")),
}


@pytest.fixture(scope="session")
def built_once(shelf: Shelf) -> Path:
    """Return a folder with a site and the root built from it; to be copied, never changed."""

    def fill(folder: Path) -> None:
        site = copy_site(folder / "site", RELEASE, OTHER, pages=PAGES)
        root = str(folder / "data")
        publish_releases(open_site(str(site.folder)), root, [RELEASE, OTHER])
        build_database(root)

    return shelf.folder("two-to-refuse", fill)


@pytest.fixture
def built(built_once: Path, tmp_path: Path) -> tuple[CopiedSite, str]:
    for name in ("site", "data"):
        shutil.copytree(built_once / name, tmp_path / name)
    return CopiedSite(tmp_path / "site"), str(tmp_path / "data")


def test_a_page_that_went_bad_is_held_back_and_the_last_good_rows_answer(
    built: tuple[CopiedSite, str], tmp_path: Path
) -> None:
    site, root = built
    before, rows = run_sql(root, ANSWER), _rows(root)
    shutil.copytree(site.folder, tmp_path / "whole")
    # One after another: a page also goes bad while its last good rows answer already.
    for name, (mutate, said) in MUTATIONS.items():
        mutate(site)
        outcome = publish_releases(open_site(str(site.folder)), root, [RELEASE])
        assert not outcome.refused, name
        assert [page.page for page in outcome.held_back[RELEASE]] == [PAGE], name
        assert outcome.exit_code == 4, name
        message = "\n".join(outcome.messages)
        for part in (*said, PAGE, f"release {RELEASE}"):
            assert part in message, name
        assert _rows(root) == rows, name
        shutil.copytree(tmp_path / "whole", site.folder, dirs_exist_ok=True)
    build_database(root)
    assert run_sql(root, ANSWER).equals(before)


def _rows(root: str) -> dict[str, pa.Table]:
    """Return the files of which the answer is made, as the newest version has them."""
    descriptor = newest(root)
    assert descriptor is not None
    files = (file for name in ("benchmarks", "measurements") for file in descriptor.files_of(name))
    return {file.path: pq.read_table(f"{root}/{file.path}") for file in files}


def test_tables_that_are_gone_for_good_are_published_when_a_person_says_so(
    built: tuple[CopiedSite, str],
) -> None:
    site, root = built
    lose_a_table(site)
    outcome = publish_releases(
        open_site(str(site.folder)), root, [RELEASE], policy=Policy(lost_tables=True)
    )
    build_database(root)
    assert not outcome.refused
    flags = run_sql(root, "SELECT rule, severity FROM quality_flags WHERE rule = 'lost-table'")
    assert flags.to_pylist() == [{"rule": "lost-table", "severity": "warning"}]


def test_a_first_capture_without_tables_is_published_with_an_error_flag(tmp_path: Path) -> None:
    site = copy_site(tmp_path / "site", "2.20.0", pages=PERFORMANCE)
    root = str(tmp_path / "data")
    outcome = publish_releases(open_site(str(site.folder)), root, ["2.20.0"])
    build_database(root)
    assert not outcome.refused
    flags = run_sql(
        root,
        "SELECT page, rule FROM quality_flags WHERE severity = 'error' AND benchmark_id IS NULL",
    )
    assert {"page": "inf1-inference", "rule": "page-without-tables"} in flags.to_pylist()
