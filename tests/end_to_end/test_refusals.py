"""Pages that must not be published: each is refused, and the warehouse answers as before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from dagster_project.build.publish_releases import publish_releases
from pipelines.policy import Policy
from pipelines.sources.choose import open_site
from tests.sites import PERFORMANCE, CopiedSite, copy_site
from warehouse.database.bring_up import build_database
from warehouse.database.query import run_sql

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RELEASE = "2.20.1"
PAGE = "inf2-inference"
ANSWER = "SELECT * FROM benchmark_results ORDER BY benchmark_id"


def _rename_a_header(site: CopiedSite) -> None:
    site.edit(RELEASE, PAGE, "<th>Run Mode</th>", "<th>Mode of Running</th>")


def _change_a_unit(site: CopiedSite) -> None:
    site.edit(RELEASE, PAGE, "Throughput (inference/sec)", "Throughput (inference/fortnight)")


def _lose_a_column(site: CopiedSite) -> None:
    path = site.page(RELEASE, PAGE)
    text = path.read_text("utf-8").replace("<th>OS Type</th></tr>", "</tr>")
    path.write_text(text.replace("<td>U22</td></tr>", "</tr>"), "utf-8")


def _lose_a_table(site: CopiedSite) -> None:
    path = site.page(RELEASE, PAGE)
    text = path.read_text("utf-8")
    path.write_text(re.sub(r"<table>.*?</table>", "", text, count=1, flags=re.DOTALL), "utf-8")


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
    site.page(RELEASE, PAGE).write_bytes(site.page("2.20.2", PAGE).read_bytes())


def _cut_it_short(site: CopiedSite) -> None:
    path = site.page(RELEASE, PAGE)
    path.write_bytes(path.read_bytes()[:20_000])


def _invent_a_category(site: CopiedSite) -> None:
    site.edit(RELEASE, PAGE, "<td>Data Parallel</td>", "<td>Data Perpendicular</td>")


MUTATIONS: dict[str, tuple[Callable[[CopiedSite], None], tuple[str, ...]]] = {
    "renamed header": (_rename_a_header, ("unknown header", "'Mode of Running'", "registry.py")),
    "unknown unit": (_change_a_unit, ("unknown unit", "inference/fortnight", "registry.py")),
    "lost column": (_lose_a_column, ("'OS Type'", "Encoder Models")),
    "lost table": (_lose_a_table, ("lost table", "encoder-models/throughput-optimized")),
    "every table lost": (_lose_every_table, ("lost table", "--allow-lost-tables")),
    "empty file": (_empty_the_file, ("empty page",)),
    "challenge page": (_put_a_challenge, ("not the page", "Checking your browser")),
    "another release": (_put_another_release, ("other release", "2.20.2")),
    "cut short": (_cut_it_short, ("truncated page", "</html>")),
    "unknown category": (_invent_a_category, ("'Data Perpendicular'", "'Run Mode'", "row 1")),
}


@pytest.fixture
def built(tmp_path: Path) -> tuple[CopiedSite, str]:
    site = copy_site(tmp_path / "site", RELEASE, "2.20.2", pages=PERFORMANCE)
    root = str(tmp_path / "data")
    publish_releases(open_site(str(site.folder)), root, [RELEASE, "2.20.2"])
    build_database(root)
    return site, root


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_page_that_went_bad_is_refused_and_the_last_good_data_answer(
    built: tuple[CopiedSite, str], name: str
) -> None:
    site, root = built
    mutate, told = MUTATIONS[name]
    before = run_sql(root, ANSWER)
    mutate(site)
    outcome = publish_releases(open_site(str(site.folder)), root, [RELEASE, "2.20.2"])
    build_database(root)
    assert list(outcome.refused) == [RELEASE]
    assert outcome.exit_code == 4
    message = str(outcome.refused[RELEASE])
    for part in (*told, PAGE, f"release {RELEASE}"):
        assert part in message
    assert run_sql(root, ANSWER).equals(before)


def test_a_page_that_is_not_there_is_told_with_exit_code_3(built: tuple[CopiedSite, str]) -> None:
    site, root = built
    before = run_sql(root, ANSWER)
    path = site.page(RELEASE, PAGE)
    path.unlink()
    outcome = publish_releases(open_site(str(site.folder)), root, [RELEASE, "2.20.2"])
    assert outcome.exit_code == 3
    assert str(path) in str(outcome.refused[RELEASE])
    assert run_sql(root, ANSWER).equals(before)


def test_tables_that_are_gone_for_good_are_published_when_a_person_says_so(
    built: tuple[CopiedSite, str],
) -> None:
    site, root = built
    _lose_a_table(site)
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
