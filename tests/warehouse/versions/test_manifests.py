"""A long history: versions that name manifests, and write little more than what changed."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.contract import TABLES
from pipelines.errors import SourceError
from pipelines.releases import in_order
from tests.forms import FULL
from tests.warehouse.conftest import LONG, NOW, a_release, contents
from tests.warehouse.versions.long_histories import (
    a_long_version,
    an_entry,
    documents_of,
    read_back,
)
from warehouse.database.query import run_sql
from warehouse.storage.data_paths import MANIFESTS
from warehouse.storage.local import LocalWriter
from warehouse.storage.local_locks import Staging
from warehouse.versions import newest, numbers, prune, publish, read_version, restore
from warehouse.versions.listing import forget
from warehouse.versions.stored_form.descriptor_json import SHORT, documents, whole_json
from warehouse.versions.stored_form.manifests import MOST_RELEASES, manifests
from warehouse.versions.verify import verify_versions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.calling import Call
    from warehouse.versions import Prepared

releases = st.builds("{}.{}.{}".format, *(st.integers(0, n) for n in (9, 99, 9)))


@pytest.mark.stress
@settings(max_examples=60 if FULL else 20)
@given(st.sets(releases, min_size=SHORT + 1, max_size=200 if FULL else 90), st.data())
def test_a_long_history_reads_back_as_it_was(names: set[str], data: st.DataObject) -> None:
    version = a_long_version(names)
    tables = data.draw(st.lists(st.sampled_from(TABLES), unique=True))
    version = replace(
        version,
        files=tuple(
            # A table that had another name when its file was written.
            file._replace(path=file.path.replace(f"/{file.table}/", "/old_name/"))
            if any(file.table == table.name for table in tables)
            else file
            for file in version.files
        ),
    )
    stored = documents(version)
    assert read_back(stored) == version
    assert whole_json(read_back(stored)) == whole_json(version)


@given(st.sets(releases, min_size=1, max_size=SHORT))
def test_a_short_history_names_every_file_itself(names: set[str]) -> None:
    version = a_long_version(names)
    stored = documents(version)
    assert not stored.others
    assert stored.descriptor == whole_json(version)
    raw = json.loads(stored.descriptor)
    assert [one["path"] for one in raw["resources"]] == [file.path for file in version.files]
    assert read_back(stored) == version


@pytest.mark.stress
@settings(max_examples=60 if FULL else 20)
@given(st.sets(releases, min_size=80, max_size=200 if FULL else 100), st.data())
def test_manifests_depend_on_the_files_alone(names: set[str], data: st.DataObject) -> None:
    gone = data.draw(st.sets(st.sampled_from(sorted(names)), max_size=5))
    other = data.draw(st.sampled_from(sorted(names)))
    earlier = a_long_version(names - gone)
    changed = tuple(
        an_entry(file.table, file.release, "other") if file.release == other else file
        for file in earlier.files
    )
    known = read_back(documents(replace(earlier, files=changed))).manifests
    version = a_long_version(names)
    assert documents(version, known) == documents(version)


@given(st.sets(releases, min_size=1, max_size=300))
def test_a_manifest_holds_few_neighbouring_releases(names: set[str]) -> None:
    version = a_long_version(names)
    found = manifests(version.files, version.releases)
    assert [name for one in found for name in one.releases] == list(version.releases)
    assert max(len(one.releases) for one in found) <= MOST_RELEASES


def test_one_changed_release_of_a_thousand_writes_under_50_kb() -> None:
    names = in_order({f"2.{number // 4}.{number % 4}" for number in range(1_000)})
    before = documents(a_long_version(names))
    known = read_back(before).manifests
    for changed in names[::100]:
        files = tuple(
            an_entry(file.table, file.release, "new") if file.release == changed else file
            for file in a_long_version(names).files
        )
        after = documents(a_long_version(names, number=2, files=files), known)
        (written,) = after.others.keys() - before.others.keys()
        # As many changes as there are tables.
        lines = 100 * len(TABLES)
        assert len(after.descriptor) + len(after.others[written]) + lines < 50_000


def test_a_new_newest_release_rewrites_the_last_manifests_only() -> None:
    before = documents(a_long_version(LONG))
    after = documents(a_long_version((*LONG, "2.99.0")))
    assert len(after.others.keys() - before.others.keys()) <= 2


def test_a_changed_release_writes_its_own_manifest(long: Path) -> None:
    before = contents(long)
    done = publish(long, [a_release("2.6.1", rows=4)], source="a test", now=NOW)
    assert done.altered == ("2.6.1",)
    forget()
    assert newest(long) == done.descriptor
    assert verify_versions(long).clean
    after = contents(long)
    assert all(after[path] == data for path, data in before.items() if path != "datapackage.json")
    new = {path for path in after.keys() - before.keys() if path.startswith("versions/")}
    assert len(new) == 2
    assert sum(len(after[path]) for path in new) < 25_000


def test_the_same_again_writes_nothing(long: Path) -> None:
    before = contents(long)
    assert not publish(long, [a_release("2.6.1")], source="a test", now=NOW).changed
    assert contents(long) == before


def test_the_history_grows_over_the_border_and_is_restored_across_it(
    root: Path, long_prepared: Sequence[Prepared]
) -> None:
    publish(root, long_prepared[:-1], source="a test", now=NOW)
    short = read_version(root, 1)
    assert not (root / MANIFESTS).exists()
    publish(root, long_prepared[-1:], source="a test", now=NOW)
    assert documents_of(root) == newest(root).needed - {f.path for f in newest(root).files}  # type: ignore[union-attr]
    forget()
    assert read_version(root, 1) == short
    assert restore(root, 1, now=NOW).descriptor.files == short.files
    restore(root, 2, now=NOW)
    forget()
    assert newest(root).files == read_version(root, 2).files  # type: ignore[union-attr]
    assert [name for (name,) in run_sql(root, "SELECT max(release_order) FROM releases", version=4)
            .to_pydict().values()]  # fmt: skip


def test_pruning_removes_the_manifests_that_no_kept_version_needs(long: Path) -> None:
    first = documents_of(long)
    publish(long, [a_release("2.6.1", rows=4)], source="a test", now=NOW)
    both = documents_of(long)
    assert prune(long, 2).files == ()
    gone = set(prune(long, 1).files)
    assert len(gone & first) == 1
    assert documents_of(long) == both - gone
    assert verify_versions(long).clean


def test_what_a_killed_writer_left_goes_with_its_manifests(long: Path) -> None:
    orphan = f"{MANIFESTS}/0123456789abcdef.json"
    needed = min(documents_of(long))
    killed = Staging.open(long)
    killed.note([orphan, needed])
    (long / orphan).write_bytes(b"{}")
    os.close(killed.descriptor)  # as the kernel does for a killed process
    publish(long, [a_release("2.6.1")], source="a test", now=NOW)
    assert not (long / orphan).exists()
    assert (long / needed).exists()


def test_a_writer_that_was_too_late_leaves_no_manifest(
    long: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = LocalWriter.claim
    others = iter([a_release("2.7.1", rows=5), a_release("2.6.2", rows=6)])

    def too_late(writer: LocalWriter, path: str, data: bytes) -> bool:
        with monkeypatch.context() as alone:
            alone.setattr(LocalWriter, "claim", claim)
            if other := next(others, None):
                publish(long, [other], source="another", now=NOW)
        return claim(writer, path, data)

    monkeypatch.setattr(LocalWriter, "claim", too_late)
    assert publish(long, [a_release("2.6.1", rows=4)], source="a test", now=NOW).version == 4
    there = documents_of(long) | {f"parquet/{p.relative_to(long / 'parquet')}"
                                  for p in (long / "parquet").rglob("*.parquet")}  # fmt: skip
    assert there == {path for number in numbers(long) for path in read_version(long, number).needed}


def test_show_names_every_file(long: Path, call: Call) -> None:
    shown = json.loads(call("versions", "show", "1", "--root", str(long)).stdout)
    paths = [one["path"] for one in shown["resources"]]
    assert paths == [file.path for file in read_version(long, 1).files]


@pytest.mark.parametrize(("release", "is_found"), [("2.6.2", True), ("2.0.1", False)])
def test_of_many_files_those_in_one_manifest_with_a_published_release_are_checked(
    long: Path, monkeypatch: pytest.MonkeyPatch, release: str, *, is_found: bool
) -> None:
    monkeypatch.setattr(sys.modules["warehouse.versions.publish"], "_MANY_FILES", 100)
    (lost,) = (file for file in read_version(long, 1).files_of("pages") if file.release == release)
    (long / lost.path).unlink()
    changed = a_release("2.6.1", rows=4)
    if is_found:
        with pytest.raises(SourceError, match=lost.path):
            publish(long, [changed], source="a test", now=NOW)
    else:
        assert publish(long, [changed], source="a test", now=NOW).version == 2
    assert {fault.file for _, fault in verify_versions(long).faults} == {lost}
