"""Publishing: what makes a new version, what it says, and what it leaves alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pipelines.contract import RELEASES, Release
from pipelines.errors import SourceError
from tests.warehouse.conftest import CAPTURED, NOW, Publish, a_flag, a_page, a_release, state, tree
from warehouse.schema import parquet
from warehouse.storage.data_paths import PACKAGE
from warehouse.versions import TableChange, live_headers, live_rows, newest, numbers
from warehouse.versions.stable_pages import settle

if TYPE_CHECKING:
    from pathlib import Path

LATER = NOW + timedelta(days=1)


def test_the_first_publication_is_version_one(put: Publish, root: Path) -> None:
    done = put(a_release("2.20.0"), a_release("2.19.0"))
    assert (done.version, done.changed) == (1, True)
    assert done.added == ("2.19.0", "2.20.0")
    assert done.altered == done.unchanged == ()
    assert {path for path in tree(root) if path.endswith(".parquet")} == set(done.written)
    assert done.descriptor.previous is None


def test_the_same_rows_again_write_nothing(put: Publish, root: Path) -> None:
    put(a_release())
    before = {path: state(path) for path in root.rglob("*")}
    done = put(a_release(), now=LATER)
    assert (done.version, done.changed, done.written) == (1, False, ())
    assert done.unchanged == ("2.20.0",)
    assert {path: state(path) for path in root.rglob("*")} == before


def test_the_same_rows_in_another_root_are_the_same_bytes(tmp_path: Path) -> None:
    from warehouse.versions import publish

    for name in ("one", "other"):
        publish(tmp_path / name, [a_release()], source="a test", now=NOW)
    assert tree(tmp_path / "one") == tree(tmp_path / "other")


def test_a_changed_release_replaces_its_own_files_alone(put: Publish) -> None:
    first = put(a_release("2.19.0"), a_release("2.20.0")).descriptor
    done = put(a_release("2.20.0", rows=3), now=LATER)
    assert (done.version, done.altered, done.descriptor.previous) == (2, ("2.20.0",), 1)
    kept = [file for file in first.files if file.release == "2.19.0"]
    assert [file for file in done.descriptor.files if file.release == "2.19.0"] == kept
    assert all("rel=v2.20.0" in path for path in done.written)
    assert not [path for path in done.written if "/pages/" in path]


def test_a_version_counts_what_changed_by_key(put: Publish) -> None:
    first = a_release(rows=2)
    put(first)
    one, other = first.rows["measurements"][:2]
    figures = [replace(one, value=99.0), *first.rows["measurements"][2:]]
    done = put(a_release(measurements=figures, quality_flags=[a_flag("2.20.0", rule="another")]))
    assert other not in figures
    assert done.descriptor.changes == (
        TableChange("2.20.0", "measurements", added=0, removed=1, altered=1),
        TableChange("2.20.0", "quality_flags", added=1, removed=1, altered=0),
    )


def test_old_files_stay_for_old_versions(put: Publish, root: Path) -> None:
    put(a_release())
    before = {path: data for path, data in tree(root).items() if path != PACKAGE}
    assert put(a_release(rows=5)).new
    assert before.items() <= tree(root).items()


def test_releases_are_derived(put: Publish, root: Path) -> None:
    put(a_release("2.18.0", rows=3), a_release("2.18.2"), a_release("2.19.0"))
    (row,) = live_rows(root, RELEASES, "2.18.0")
    assert row == Release(
        release="2.18.0",
        minor="2.18",
        release_order=2018000,
        published_on=None,
        is_latest_patch=False,
        captured_at=CAPTURED,
        page_count=1,
        table_count=1,
        benchmark_count=3,
        flag_count=1,
    )


def test_a_new_patch_takes_its_minors_latest_from_the_one_before(put: Publish, root: Path) -> None:
    put(a_release("2.19.0"), a_release("2.20.0"))
    done = put(a_release("2.20.1"), now=LATER)
    latest = {
        release: live_rows(root, RELEASES, release)[0].is_latest_patch
        for release in done.descriptor.releases
    }
    assert latest == {"2.19.0": True, "2.20.0": False, "2.20.1": True}
    assert TableChange("2.20.0", "releases", 0, 0, 1) in done.descriptor.changes


@pytest.mark.parametrize("before", [False, None])
def test_a_whole_page_takes_the_place_of_one_that_is_not(
    put: Publish,
    before: bool | None,  # noqa: FBT001
) -> None:
    put(a_release(pages=[a_page(is_whole=before, byte_count=None, content_sha256=None)]))
    assert put(a_release(), now=LATER).changed
    assert not put(a_release(pages=[a_page(is_whole=False)]), now=LATER).changed


def test_volatile_facts_of_a_page_make_no_version(put: Publish, root: Path) -> None:
    put(a_release())
    again = a_page(
        url="https://mirror.example/",
        captured_at=LATER,
        http_status=None,
        etag='"two"',
        last_modified=None,
        is_whole=True,
        byte_count=1,
        content_sha256="e" * 64,
    )
    done = put(a_release(pages=[again]), now=LATER)
    assert not done.changed
    assert not done.written
    done = put(a_release(rows=3, pages=[again]), now=LATER)
    assert {change.table for change in done.descriptor.changes}.isdisjoint({"pages"})
    assert live_rows(root, RELEASES, "2.20.0")[0].captured_at == CAPTURED


@pytest.mark.parametrize(
    "change", [{"tables_sha256": "f" * 64}, {"title": None}, {"last_update": None}]
)
def test_a_lasting_fact_of_a_page_makes_a_version(put: Publish, change: dict[str, None]) -> None:
    put(a_release())
    assert put(a_release(pages=[a_page(etag="new", **change)])).changed


def test_a_page_is_settled_by_itself() -> None:
    live = [a_page(page="a", etag="old"), a_page(page="b", etag="old")]
    fetched = [a_page(page="a", etag="new"), a_page(page="b", etag="new", title="New")]
    assert settle(fetched, live) == (live[0], fetched[1])


def test_equal_rows_in_other_bytes_make_no_version(
    put: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(a_release())
    written = parquet.to_bytes

    def other_bytes(table: object) -> bytes:
        sink = parquet.read(written(table), "x").replace_schema_metadata({"by": "another"})
        return written(sink)

    monkeypatch.setattr(parquet, "to_bytes", other_bytes)
    assert not put(a_release()).changed


@pytest.mark.parametrize("damage", [lambda p: p.unlink(), lambda p: p.write_bytes(b"x")])
def test_a_missing_or_damaged_file_is_written_again(put: Publish, root: Path, damage) -> None:  # noqa: ANN001
    first = put(a_release())
    whole = tree(root)
    damage(root / first.new[0])
    done = put(a_release(), now=LATER)
    assert (done.changed, done.written) == (False, (first.new[0],))
    assert tree(root) == whole


def test_a_damaged_file_does_not_stop_its_own_replacement(put: Publish, root: Path) -> None:
    first = put(a_release())
    for path in first.new:
        (root / path).write_bytes(b"x")
    assert put(a_release(rows=4)).altered == ("2.20.0",)


def test_changed_words_of_the_contract_make_a_version(put: Publish, root: Path) -> None:
    put(a_release())
    path = root / "versions/000001.json"
    path.write_text(path.read_text().replace("First heading of the page.", "Other words."))
    assert put(a_release(), now=LATER).version == 2


def test_headers_of_the_live_tables_are_told_by_page(put: Publish, root: Path) -> None:
    assert live_headers(root, "2.20.0") == {}
    put(a_release(pages=[a_page(), a_page(page="inf1-inference")]))
    assert live_headers(root, "2.20.0") == {
        "inf1-inference": {},
        "inf2-inference": {"t-2.20.0": ("H0", "H1", "H2", "H3")},
    }


def test_nothing_at_all_is_refused(put: Publish, root: Path) -> None:
    with pytest.raises(SourceError, match="no release to publish"):
        put()
    assert numbers(root) == ()


def test_a_table_of_a_newer_software_is_not_lost(put: Publish, root: Path) -> None:
    put(a_release())
    path = root / "versions/000001.json"
    path.write_text(path.read_text().replace('"table": "pages"', '"table": "horoscopes"'))
    with pytest.raises(SourceError, match=r"horoscopes, which this .* does not know; upgrade"):
        put(a_release(rows=3))
    assert newest(root) is not None
