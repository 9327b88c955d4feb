"""Old versions: found by date, compared, verified, restored, pruned."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pipelines.errors import SourceError, UsageError
from tests.warehouse.conftest import NOW, Publish, a_benchmark, a_release, tree
from warehouse.database.build_file import build_database
from warehouse.database.open_version import open_newest, resolve_version
from warehouse.database.query import run_sql
from warehouse.storage.data_paths import PACKAGE
from warehouse.storage.local import LocalFolder
from warehouse.versions import newest, numbers, plan_prune, prune, publish, read_version, restore
from warehouse.versions.diff import diff_versions
from warehouse.versions.listing import list_versions
from warehouse.versions.verify import fault_rows, verify_versions

if TYPE_CHECKING:
    from pathlib import Path

    from tests.shelf import Shelf

DAY = timedelta(days=1)


@pytest.fixture(scope="session")
def three_once(shelf: Shelf) -> Path:
    """Return a root of three versions; to be copied, never changed."""

    def fill(root: Path) -> None:
        for number in range(3):
            releases = a_release("2.19.0"), a_release("2.20.0", rows=2 + number)
            publish(root, releases, source="a test", now=NOW + number * DAY)

    return shelf.folder("three-days", fill)


@pytest.fixture
def three(three_once: Path, root: Path) -> Path:
    """Return a root of three versions, a day apart: 2, 3 and 4 rows of 2.20.0."""
    shutil.copytree(three_once, root)
    return root


@pytest.mark.parametrize(
    ("as_of", "version"),
    [
        ("2026-01-02", 1),
        ("2026-01-02T03:04:05", 1),
        ("2026-01-02T05:04:05+02:00", 1),
        ("2026-01-03T03:04:04Z", 1),
        ("2026-01-03", 2),
        ("20260103", 2),
        ("2026-11-01", 3),
    ],
)
def test_a_date_means_the_newest_version_by_its_end(three: Path, as_of: str, version: int) -> None:
    assert resolve_version(three, None, as_of) == version


def test_a_version_or_a_date_but_not_both(three: Path) -> None:
    assert resolve_version(three, 2, None) == 2
    assert resolve_version(three, None, None) is None
    with pytest.raises(UsageError, match="both choose the version"):
        resolve_version(three, 2, "2026-01-02")


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "", "1"])
def test_what_is_no_date_is_wrong_usage(three: Path, text: str) -> None:
    with pytest.raises(UsageError, match="must be a date such as 2026-11-01"):
        resolve_version(three, None, text)


def test_before_the_first_version_there_was_none(three: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no dataset version at .*the oldest here is version 1"):
        resolve_version(three, None, "2026-01-01")
    with pytest.raises(SourceError, match="holds no dataset yet"):
        resolve_version(tmp_path / "none", None, "2026-01-01")


def test_figures_that_differ_stand_side_by_side(put: Publish, root: Path) -> None:
    first = a_release(rows=2)
    put(first)
    changed = [replace(first.rows["measurements"][0], value=83.0, text="83"),
               *first.rows["measurements"][1:7]]  # fmt: skip
    put(a_release(benchmarks=[a_benchmark("2.20.0", 0, batch_size=8), a_benchmark("2.20.0", 1)],
                  measurements=changed))  # fmt: skip
    found = diff_versions(root, 1, 2).to_pylist()
    said = [(row["change"], row["what"], row["before"], row["after"]) for row in found]
    assert said == [
        ("altered", "batch_size", "4", "8"),
        ("altered", "throughput mean, inferences/s", "41.5", "83"),
        ("removed", "cost mean, USD per 1M inferences", "1112.111 (on-demand)", None),
    ]
    assert (found[1]["before_value"], found[1]["after_value"]) == (41.5, 83.0)
    assert found[1]["relative_change"] == 1.0
    assert {row["model"] for row in found} == {"model-0", "model-1"}
    assert diff_versions(root, 2, 1).num_rows == 3
    assert diff_versions(root, 2, 2).num_rows == 0


def test_rows_that_only_moved_do_not_differ(put: Publish, root: Path) -> None:
    first = a_release(rows=3)
    put(first)
    moved = [replace(row, row=2 - row.row) for row in first.rows["benchmarks"]]
    assert put(a_release(rows=3, benchmarks=moved)).changed
    assert diff_versions(root, 1, 2).num_rows == 0


def test_a_release_that_came_shows_every_figure(three: Path, put: Publish) -> None:
    put(a_release("2.21.0"))
    found = diff_versions(three, 3, 4).to_pylist()
    assert len(found) == 2 * 4
    assert {(row["release"], row["change"], row["before"]) for row in found} == {
        ("2.21.0", "added", None)
    }


def test_a_whole_dataset_is_verified(three: Path) -> None:
    verified = verify_versions(three)
    assert verified.versions == (1, 2, 3)
    assert not verified.faults
    assert verified.sentence.startswith("versions 1 to 3: ")
    assert verified.sentence.endswith("all as they were published")
    assert fault_rows(verified).num_rows == 0


def test_what_is_missing_or_damaged_is_listed(three: Path) -> None:
    gone, bad = read_version(three, 3).files_of("measurements")
    (three / gone.path).unlink()
    data = bytearray((three / bad.path).read_bytes())
    data[-1] ^= 1
    (three / bad.path).write_bytes(data)
    rows = fault_rows(verify_versions(three, [3])).to_pylist()
    assert [(row["fault"], row["path"]) for row in rows] == [
        ("missing", gone.path),
        ("damaged", bad.path),
    ]
    assert "2 missing or damaged" in verify_versions(three, [3]).sentence
    # The file that versions share is missing in each of them, and counted once.
    assert len(verify_versions(three).faults) == 3 + 1
    with pytest.raises(UsageError, match="no dataset version 9"):
        verify_versions(three, [9])


def test_an_old_version_becomes_the_newest_again(three: Path) -> None:
    before = tree(three)
    done = restore(three, 1, now=NOW + 9 * DAY)
    assert (done.changed, done.descriptor.version, done.descriptor.previous) == (True, 4, 3)
    assert done.descriptor.files == read_version(three, 1).files
    assert newest(three) == done.descriptor
    assert set(tree(three)) - set(before) == {"versions/000004.json"}
    (row, *_) = list_versions(three).to_pylist()
    assert (row["restored"], row["releases_touched"]) == (1, ["2.20.0"])
    assert (row["rows_added"], row["rows_removed"]) == (0, 2 * (1 + 4 + 4))
    again = restore(three, 1, now=NOW + 10 * DAY)
    assert (again.changed, again.descriptor.version) == (False, 4)


def test_a_version_without_all_its_files_is_not_restored(three: Path) -> None:
    (gone,) = [f for f in read_version(three, 1).files_of("benchmarks") if f.release == "2.20.0"]
    (three / gone.path).unlink()
    with pytest.raises(SourceError, match=rf"version 1 cannot be restored: .*{gone.path}"):
        restore(three, 1, now=NOW)
    assert numbers(three) == (1, 2, 3)


def test_a_damaged_newest_version_can_be_left_by_restoring(three: Path) -> None:
    for file in read_version(three, 3).files_of("benchmarks"):
        if file not in read_version(three, 2).files:
            (three / file.path).write_bytes(b"damaged")
    assert restore(three, 2, now=NOW).descriptor.version == 4


def test_pruning_is_told_before_it_is_done(three: Path) -> None:
    before = tree(three)
    plan = plan_prune(three, 1)
    assert tree(three) == before
    assert (plan.kept, plan.removed) == ((3,), (1, 2))
    assert plan.size == sum((three / path).stat().st_size for path in plan.files)
    with open_newest(three) as connection:
        rows = connection.execute("FROM measurements").fetchall()
    assert prune(three, 1) == plan
    after = tree(three)
    gone = {"versions/000001.json", "versions/000002.json", *plan.files}
    assert before.keys() - after.keys() == gone
    assert set(after) - {PACKAGE, "versions/000003.json"} == {f.path for f in newest(three).files}
    with open_newest(three) as connection:
        assert connection.execute("FROM measurements").fetchall() == rows


def test_a_number_is_never_given_out_twice(three: Path, put: Publish) -> None:
    prune(three, 1)
    assert numbers(three) == (3,)
    assert put(a_release("2.20.0", rows=2)).version == 4
    prune(three, 1)
    assert put(a_release("2.20.0", rows=3)).version == 5


def test_nothing_is_pruned_where_all_is_kept(three: Path) -> None:
    before = tree(three)
    assert plan_prune(three, 3).removed == plan_prune(three, 3).files == ()
    prune(three, 10)
    assert tree(three) == before
    with pytest.raises(UsageError, match="keep at least 1"):
        plan_prune(three, 0)


def test_files_that_no_version_needs_are_pruned(three: Path) -> None:
    stray = three / "parquet/pages/rel=v9.9.9/00000000000000ff.parquet"
    stray.parent.mkdir()
    stray.write_bytes(b"left by a killed build")
    assert plan_prune(three, 10).files == ("parquet/pages/rel=v9.9.9/00000000000000ff.parquet",)
    prune(three, 10)
    assert not stray.parent.exists()


def test_a_writer_keeps_pruning_away(three: Path) -> None:
    folder = LocalFolder(three)
    with folder.writing() as writer:
        writer.write_once({"parquet/pages/rel=v9.9.9/1.parquet": b"about to be referenced"})
        with (
            pytest.raises(SourceError, match="is being written by another run; wait"),
            folder.removing(patience=0),
        ):
            pass
        with pytest.raises(SourceError, match="is being written by another run; wait"):
            prune(three, 1, patience=0)
        assert numbers(three) == (1, 2, 3)
    with folder.removing(patience=0):
        pass


def test_answers_of_a_pruned_root_go_on(three: Path) -> None:
    build_database(three)
    prune(three, 1)
    assert run_sql(three, "SELECT version FROM dataset").to_pylist() == [{"version": 3}]
    assert not build_database(three).rebuilt


def test_versions_are_dated_in_utc(put: Publish, root: Path) -> None:
    put(a_release(), now=datetime(2026, 1, 1, 23, 30, tzinfo=UTC).astimezone())
    assert resolve_version(root, None, "2026-01-01") == 1
