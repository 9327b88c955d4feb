"""Which pages of a release are held back, what stays in their place, and what is published."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.contract import CELL_CHANGES, HOURLY_RATES, TABLES, ReleaseTables
from pipelines.errors import AbsentError, ContractError, DamageError, Problem, SourceError
from pipelines.ingest import NOTHING_CAPTURED, IngestedRelease, LastCapture, ingest_release
from pipelines.ingest import page_result as ingest_page_module
from pipelines.policy import Policy
from pipelines.quality.publishing import duplicate_key
from tests.pipelines.making import (
    CHALLENGE,
    ENCODER,
    RELEASE,
    flags,
    grid_html,
    page_html,
    stored_capture_of,
    table_html,
    without,
    write_pages,
)
from tests.sites import memory_site
from warehouse.contract_checks import problems_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pipelines.sources.site import FolderSite, Response

BAD, GOOD, LIST = "inf2-inference", "trn1-inference", "whats-new"
TRN1 = ENCODER | {"Inst. Type": "Trn1.2xlarge", "Model": "bert-large"}
ROWS = [ENCODER | {"Batch Size": str(size)} for size in range(1, 11)]
SOURCES = "https://github.com/aws-neuron/aws-neuron-sdk/blob/v2.19.1/a.py"
LISTS = "<h2>Inf2 packages</h2><pre>List of packages in Neuron 2.20.1:\n\na b\n</pre>"


def _pages(**changed: str | bytes) -> dict[str, str | bytes]:
    """Return three pages of a release, some of them changed."""
    return {
        BAD: page_html(table_html(*ROWS), page=BAD),
        GOOD: page_html(table_html(TRN1), page=GOOD),
        LIST: page_html(LISTS + table_html({"a": "1"}), page=LIST),
    } | {name.replace("_", "-"): html for name, html in changed.items()}


def _read(
    folder: Path,
    pages: Mapping[str, str | bytes],
    last: LastCapture = NOTHING_CAPTURED,
    policy: Policy = Policy(),  # noqa: B008 - a value
) -> IngestedRelease:
    site = write_pages(folder, pages)
    return ingest_release(site, RELEASE, last=last, policy=policy, check=problems_of)


def _whole(folder: Path) -> IngestedRelease:
    whole = _read(folder, _pages())
    assert not whole.held_back
    return whole


def _without_flags_of_pages(tables: ReleaseTables) -> dict[str, list[Any]]:
    """Return a release's rows in a fixed order, without the flags of pages that are held back."""
    rows = {name: sorted(some, key=repr) for name, some in tables.rows.items()}
    kept = [flag for flag in rows["quality_flags"] if flag.rule != "page-held-back"]
    return rows | {"quality_flags": kept}


def _lost_rows(count: int) -> str:
    return page_html(table_html(*ROWS[count:]), page=BAD)


HALF = page_html(table_html(*ROWS), page=BAD).encode()
HELD_BACK: dict[str, tuple[str | bytes, str]] = {
    "no bytes": (b"", "empty-page"),
    "a picture": (b"\x89PNG\0\0</html>", "binary-page"),
    "half a page": (HALF[: len(HALF) // 2], "truncated-page"),
    "another encoding": (HALF.replace(b"Performance", b"\xe9"), "unreadable-encoding"),
    "a challenge": (CHALLENGE, "not-the-page"),
    "a page of another release": (
        page_html(f'<table><tr><th>a</th></tr><tr><td><a href="{SOURCES}">a</a></td></tr></table>'),
        "other-release",
    ),
    "a table gone": (page_html("", page=BAD), "lost-table"),
    "a column gone": (
        page_html(table_html(*(without(row, "OS Type") for row in ROWS)), page=BAD),
        "lost-column",
    ),
    "more than half of a table's rows gone": (_lost_rows(6), "rows-lost"),
    "more than a fifth of a page's rows gone": (_lost_rows(3), "rows-lost"),
    "a table too deep to be one": (
        page_html("<div>" * 3_000 + table_html(*ROWS) + "</div>" * 3_000, page=BAD),
        "",
    ),
}


@pytest.mark.parametrize("name", HELD_BACK)
def test_a_page_is_held_back_and_its_last_good_rows_stay(tmp_path: Path, name: str) -> None:
    html, rule = HELD_BACK[name]
    before = _whole(tmp_path).tables
    now = _read(tmp_path, _pages(inf2_inference=html), stored_capture_of(before))
    (held,) = now.held_back
    assert (held.page, held.has_last_rows) == (BAD, True)
    assert not rule or rule in {problem.rule.name for problem in held.problems}
    assert _without_flags_of_pages(now.tables) == _without_flags_of_pages(before)
    (flag,) = flags(now.tables, "page-held-back")
    assert (flag.page, flag.severity) == (BAD, "error")
    assert "Its last good rows stay" in flag.message


@pytest.mark.parametrize("name", [name for name in HELD_BACK if "gone" not in name])
def test_a_page_that_is_held_back_at_first_is_left_out_and_all_others_are_published(
    tmp_path: Path, name: str
) -> None:
    before = _whole(tmp_path).tables
    now = _read(tmp_path, _pages(inf2_inference=HELD_BACK[name][0]))
    (held,) = now.held_back
    assert (held.page, held.has_last_rows) == (BAD, False)
    assert [page.page for page in now.tables.rows["pages"]] == [GOOD, LIST]
    for table in ("benchmarks", "measurements", "published_cells"):
        left = [row for row in before.rows[table] if BAD not in row.table_id]
        assert list(now.tables.rows[table]) == left
    (flag,) = flags(now.tables, "page-held-back")
    assert "Nothing of it is published" in flag.message


def test_a_page_that_is_held_back_twice_says_so_once_and_keeps_its_rows_once(
    tmp_path: Path,
) -> None:
    last = stored_capture_of(_whole(tmp_path).tables)
    once = _read(tmp_path, _pages(inf2_inference=b""), last)
    again = _read(tmp_path, _pages(inf2_inference=b""), stored_capture_of(once.tables))
    assert again == once


def test_a_page_that_is_whole_again_is_as_if_nothing_had_been(tmp_path: Path) -> None:
    whole = _whole(tmp_path)
    held = _read(tmp_path, _pages(inf2_inference=b""), stored_capture_of(whole.tables))
    assert _read(tmp_path, _pages(), stored_capture_of(held.tables)) == whole


@pytest.mark.parametrize("kept", [8, 10])
def test_a_page_may_lose_a_fifth_of_its_rows(tmp_path: Path, kept: int) -> None:
    last = stored_capture_of(_whole(tmp_path).tables)
    now = _read(tmp_path, _pages(inf2_inference=_lost_rows(10 - kept)), last)
    assert not now.held_back
    assert sum(row.accelerator == "inf2" for row in now.tables.rows["benchmarks"]) == kept


@pytest.mark.parametrize("name", [name for name in HELD_BACK if "gone" in name])
def test_a_loss_is_published_with_a_flag_when_a_person_allows_it(tmp_path: Path, name: str) -> None:
    html, rule = HELD_BACK[name]
    last = stored_capture_of(_whole(tmp_path).tables)
    now = _read(tmp_path, _pages(inf2_inference=html), last, Policy(lost_tables=True))
    assert not now.held_back
    (flag,) = flags(now.tables, rule)
    assert (flag.page, flag.severity) == (BAD, "warning")
    assert now.tables.rows["cell_changes"]


@pytest.mark.parametrize("policy", [Policy(), Policy(lost_tables=True), Policy(strict=True)])
def test_bytes_that_are_not_the_page_are_held_back_whatever_a_person_allows(
    tmp_path: Path, policy: Policy
) -> None:
    last = stored_capture_of(_whole(tmp_path).tables)
    now = _read(tmp_path, _pages(inf2_inference=CHALLENGE), last, policy)
    assert [page.page for page in now.held_back] == [BAD]


def test_a_page_whose_label_is_gone_is_held_back_with_what_a_person_can_do(
    tmp_path: Path,
) -> None:
    before = _whole(tmp_path).tables
    for page in (BAD, LIST):
        pages = {name: html for name, html in _pages().items() if name != page}
        now = _read(tmp_path, pages, stored_capture_of(before))
        (held,) = now.held_back
        (problem,) = held.problems
        assert (problem.rule.name, held.page) == ("lost-page", page)
        assert problem.observed.startswith("no label ")
        assert "--allow-lost-tables" in problem.remedy
        kept = _without_flags_of_pages(now.tables)
        kept["quality_flags"] = [f for f in kept["quality_flags"] if f.rule != "missing-page"]
        expected = _without_flags_of_pages(before)
        expected["quality_flags"] = [
            f for f in expected["quality_flags"] if f.rule != "missing-page"
        ]
        assert kept == expected


def test_a_lost_page_is_published_without_it_and_with_a_flag_when_a_person_allows_it(
    tmp_path: Path,
) -> None:
    last = stored_capture_of(_whole(tmp_path).tables)
    pages = {name: html for name, html in _pages().items() if name != LIST}
    now = _read(tmp_path, pages, last, Policy(lost_tables=True))
    assert not now.held_back
    assert [page.page for page in now.tables.rows["pages"]] == [BAD, GOOD]
    assert [flag.page for flag in flags(now.tables, "lost-page")] == [LIST]


@dataclass(frozen=True)
class _FailingSite:
    """A site that fails for one page."""

    site: FolderSite
    page: str
    error: Exception
    name: str = "failing"

    def read(self, release: str, path: str) -> Response:
        """Return a file, or fail."""
        if self.page in path:
            raise self.error
        return self.site.read(release, path)


def _failing(
    folder: Path, page: str, error: Exception, last: LastCapture = NOTHING_CAPTURED
) -> IngestedRelease:
    site = _FailingSite(write_pages(folder, _pages()), page, error)
    return ingest_release(site, RELEASE, last=last, check=problems_of)  # type: ignore[arg-type]


def test_a_page_beside_the_benchmarks_that_a_release_never_had_is_not_missed(
    tmp_path: Path,
) -> None:
    now = _failing(tmp_path, LIST, AbsentError("answered 404"))
    assert not now.held_back
    assert not flags(now.tables, "page-held-back")


def test_a_page_beside_the_benchmarks_that_the_site_no_longer_has_is_held_back(
    tmp_path: Path,
) -> None:
    last = stored_capture_of(_whole(tmp_path).tables)
    now = _failing(tmp_path, LIST, AbsentError("answered 404"), last)
    (held,) = now.held_back
    (problem,) = held.problems
    assert (problem.rule.name, held.page) == ("lost-page", LIST)
    assert problem.observed == f"no file somewhere/{LIST}.html, which objects.inv names"
    assert "--allow-lost-tables" in problem.remedy


UNREACHED = [AbsentError("answered 404"), SourceError("no answer (timed out after 20.1 s)")]


@pytest.mark.parametrize("error", UNREACHED, ids=["absent", "no answer"])
def test_a_page_that_cannot_be_fetched_is_held_back_and_its_flag_is_always_the_same(
    tmp_path: Path, error: SourceError
) -> None:
    before = _whole(tmp_path).tables
    now = _failing(tmp_path, BAD, error, stored_capture_of(before))
    (held,) = now.held_back
    assert held.page == BAD
    assert str(error) in str(held.problems[0])
    assert _without_flags_of_pages(now.tables) == _without_flags_of_pages(before)
    (flag,) = flags(now.tables, "page-held-back")
    other = _failing(tmp_path, BAD, SourceError("something else"), stored_capture_of(before))
    assert flags(other.tables, "page-held-back") == [flag]


def test_a_damaged_archive_refuses_the_release(tmp_path: Path) -> None:
    with pytest.raises(DamageError, match="is damaged at byte 7"):
        _failing(tmp_path, BAD, DamageError("x is damaged at byte 7"))


def test_a_release_of_which_no_page_can_be_fetched_is_refused_though_rows_are_known(
    tmp_path: Path,
) -> None:
    last = stored_capture_of(_whole(tmp_path).tables)
    with pytest.raises(SourceError, match=f"release {RELEASE}, page {BAD}.*no answer"):
        _failing(tmp_path, "somewhere", SourceError("no answer"), last)


def test_a_release_whose_every_page_is_held_back_keeps_all_its_rows(tmp_path: Path) -> None:
    before = _whole(tmp_path).tables
    broken = dict.fromkeys(_pages(), b"")
    now = _read(tmp_path, broken, stored_capture_of(before))
    assert [page.page for page in now.held_back] == [BAD, GOOD, LIST]
    kept = _without_flags_of_pages(now.tables)
    assert kept == _without_flags_of_pages(before)
    with pytest.raises(ContractError) as refused:
        _read(tmp_path, broken)
    assert len(refused.value.problems) == 3
    assert refused.value.exit_code == 4


def test_strict_holds_a_page_back_for_errors_found_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ingest_page_module.read_page

    def with_problems(*args: Any) -> Any:
        result = whole(*args)
        found = {BAD: "error", GOOD: "warning", LIST: "info"}[result.kind.page]
        rule = replace(duplicate_key.RULE, severities=(found,), published="always")
        problem = Problem(rule, "here", "this", "that", "look at it")
        return replace(result, problems=(*result.problems, problem))

    monkeypatch.setattr("pipelines.ingest.release.read_page", with_problems)
    assert not _read(tmp_path, _pages()).held_back
    strict = _read(tmp_path, _pages(), policy=Policy(strict=True))
    assert [page.page for page in strict.held_back] == [BAD]


def test_what_cannot_be_read_of_a_table_is_published_with_a_flag(tmp_path: Path) -> None:
    odd = [*ENCODER, "Colour"], *([*row.values(), "blue"] for row in ROWS)
    html = page_html(grid_html(*odd), page=BAD, section="Oracle models")
    now = _read(tmp_path, _pages(inf2_inference=html))
    assert not now.held_back
    rows = [row for row in now.tables.rows["benchmarks"] if row.accelerator == "inf2"]
    assert [row.attributes["Colour"] for row in rows] == ["blue"] * len(ROWS)
    assert [row.batch_size for row in rows] == list(range(1, 11))
    observed = {flag.observed for flag in now.tables.rows["quality_flags"]}
    assert {"Colour", "Oracle models"} <= observed


def test_of_two_pages_that_say_the_same_the_second_is_held_back(tmp_path: Path) -> None:
    def check(tables: ReleaseTables) -> Sequence[Problem]:
        titles = [page.title for page in tables.rows.get("pages", ())]
        twice = len(set(titles)) < len(titles)
        return (Problem(duplicate_key.RULE, "table pages", titles[0], "once", "look"),) * twice

    site = write_pages(tmp_path, _pages())
    now = ingest_release(site, RELEASE, check=check)
    assert [page.page for page in now.held_back] == [GOOD, LIST]
    assert [page.page for page in now.tables.rows["pages"]] == [BAD]


def test_rows_that_break_the_contract_hold_their_page_back(tmp_path: Path) -> None:
    def check(tables: ReleaseTables) -> Sequence[Problem]:
        broken = any(row.model == "bert-large" for row in tables.rows.get("benchmarks", ()))
        return (Problem(duplicate_key.RULE, "table benchmarks", "x", "once", "look"),) * broken

    site = write_pages(tmp_path, _pages())
    now = ingest_release(site, RELEASE, check=check)
    assert [page.page for page in now.held_back] == [GOOD]
    assert {row.accelerator for row in now.tables.rows["benchmarks"]} == {"inf2"}


def test_a_page_that_is_held_back_names_all_that_is_wrong_with_it(tmp_path: Path) -> None:
    def check(tables: ReleaseTables) -> Sequence[Problem]:
        broken = sum(row.accelerator == "inf2" for row in tables.rows.get("benchmarks", ())) == 4
        return (Problem(duplicate_key.RULE, "table benchmarks", "x", "once", "look"),) * broken

    last = stored_capture_of(_whole(tmp_path).tables)
    site = write_pages(tmp_path, _pages(inf2_inference=_lost_rows(6)))
    (held,) = ingest_release(site, RELEASE, last=last, check=check).held_back
    assert [problem.rule.name for problem in held.problems] == ["rows-lost", "duplicate-key"]


def test_edits_of_a_page_that_is_held_back_are_found_when_it_is_whole_again(
    tmp_path: Path,
) -> None:
    last = stored_capture_of(_whole(tmp_path).tables)
    held = _read(tmp_path, _pages(inf2_inference=b""), last)
    assert not held.tables.rows["cell_changes"]
    edited = page_html(table_html(*ROWS[:-1], ROWS[-1] | {"Batch Size": "11"}), page=BAD)
    now = _read(tmp_path, _pages(inf2_inference=edited), stored_capture_of(held.tables))
    (change,) = now.tables.rows["cell_changes"]
    assert (change.before, change.after, change.change_number) == ("10", "11", 1)


def test_every_table_but_those_of_the_whole_release_is_kept_by_page(
    bundled: Mapping[str, ReleaseTables],
) -> None:
    tables = bundled["2.20.2"]
    last = stored_capture_of(tables)
    found = {table.name: 0 for table in TABLES[1:]}
    for page in last.pages:
        for name, rows in last.rows_of_page(page.page).items():
            found[name] += len(rows)
    for table in (CELL_CHANGES, HOURLY_RATES):
        del found[table.name]
    pages = {page.page for page in last.pages}
    # A page that is not read has a flag and is not among the release's pages.
    unread = sum(flag.page not in pages for flag in tables.rows["quality_flags"])
    found["quality_flags"] += unread
    assert found == {name: len(tables.rows[name]) for name in found}


def test_rows_that_stay_are_looked_at_in_published_order() -> None:
    site = memory_site("2.20.1", ("inf2-inference", "trn1-inference"))
    whole = ingest_release(site, "2.20.1").tables
    assert flags(whole, "same-row-in-both-tabs")
    broken = site.with_page("inf2-inference", b"")
    now = ingest_release(broken, "2.20.1", last=stored_capture_of(whole)).tables
    assert _without_flags_of_pages(now) == _without_flags_of_pages(whole)
