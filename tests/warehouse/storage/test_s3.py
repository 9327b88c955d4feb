"""A root in an object store, on a server that speaks S3's protocol on loopback."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from pipelines.errors import SourceError, UsageError
from tests.buckets import a_bucket
from tests.forms import only_in_full
from tests.warehouse.conftest import LONG, NOW, Publish, a_release, without_module
from tests.warehouse.database.made_imports import an_import
from warehouse.database.build_file import build_database
from warehouse.database.open_version import open_newest, open_warehouse, resolve_version
from warehouse.database.own_imports.import_records import add_import, all_imports
from warehouse.database.query import list_tables, run_sql
from warehouse.storage import s3_leases as leases
from warehouse.storage.roots import open_root
from warehouse.storage.s3 import ObjectStore
from warehouse.versions import newest, numbers, prune, publish, read_version, restore
from warehouse.versions.diff import diff_versions
from warehouse.versions.listing import forget
from warehouse.versions.verify import verify_versions

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).parents[3]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with a_bucket() as address:
        yield address


@pytest.fixture
def store(server: str) -> ObjectStore:
    assert server
    store = open_root(f"s3://bucket/{uuid4().hex}/data")
    assert isinstance(store, ObjectStore)
    return store


def _put(store: ObjectStore, *releases: Any, day: int = 0) -> Any:
    return publish(store, releases, source="a test", now=NOW + timedelta(day))


def test_a_dataset_lives_in_a_bucket(store: ObjectStore) -> None:
    assert newest(store) is None
    done = _put(store, a_release("2.20.0"))
    assert (done.version, done.changed) == (1, True)
    assert build_database(store).rebuilt
    assert not build_database(store).rebuilt
    objects = store.below("")
    assert set(done.new) < set(objects)
    assert set(objects) - set(done.new) == {
        "datapackage.json", "versions/000001.json", "warehouse.duckdb", "warehouse.duckdb.sha256",
    }  # fmt: skip
    again = _put(store, a_release("2.20.0"), day=1)
    assert (again.changed, again.written) == (False, ())
    assert run_sql(store, "SELECT count(*) AS n FROM benchmarks").to_pylist() == [{"n": 2}]


def test_the_same_bytes_stand_there_as_in_a_folder(store: ObjectStore, root: Path) -> None:
    _put(store, a_release("2.20.0"))
    publish(root, [a_release("2.20.0")], source="a test", now=NOW)
    for path in store.below(""):
        assert store.read(path) == (root / path).read_bytes()


# In short form: `versions` has the same in a folder.
@only_in_full
@pytest.mark.stress
def test_old_versions_are_read_compared_restored_and_pruned(store: ObjectStore) -> None:
    _put(store, a_release("2.20.0"))
    _put(store, a_release("2.20.0", rows=3), day=1)
    build_database(store)
    query = "SELECT count(*) AS n FROM benchmarks"
    assert run_sql(store, query, 1).to_pylist() == [{"n": 2}]
    assert resolve_version(store, None, "2026-01-02") == 1
    assert diff_versions(store, 1, 2).num_rows == 4
    assert restore(store, 1, now=NOW).descriptor.version == 3
    assert build_database(store).rebuilt
    assert run_sql(store, query).to_pylist() == [{"n": 2}]
    assert prune(store, 1).removed == (1, 2)
    assert numbers(store) == (3,)
    assert verify_versions(store).clean
    assert all(one.description for one in list_tables(store))
    assert not store.below(leases.FOLDER)


def test_damaged_and_missing_objects_are_told_and_mended(store: ObjectStore) -> None:
    first = _put(store, a_release("2.20.0"))
    bad, gone = first.new[0], first.new[-1]
    store.put(bad, b"x" * store.size(bad))
    store.remove([gone])
    kinds = {fault.file.path: fault.kind for _, fault in verify_versions(store).faults}
    assert kinds == {bad: "damaged", gone: "missing"}
    with pytest.raises(SourceError, match=rf"{store.describe()}/parquet.* is (damaged|missing)"):
        build_database(store)
    assert set(_put(store, a_release("2.20.0")).repaired) == {bad, gone}
    assert verify_versions(store).clean
    assert build_database(store).rebuilt


def test_what_only_lost_a_release_is_compared_and_built(store: ObjectStore) -> None:
    _put(store, a_release("2.9.0"))
    _put(store, a_release("2.20.0"), day=1)
    build_database(store)
    restore(store, 1, now=NOW + timedelta(2))
    build_database(store)
    assert run_sql(store, "SELECT count(*) FROM releases").to_pylist() == [{"count_star()": 1}]
    for base, target in ((1, 2), (2, 3)):
        found = diff_versions(store, base, target).column("release").to_pylist()
        assert set(found) == {"2.20.0"}


def test_a_number_is_claimed_once(store: ObjectStore) -> None:
    with store.writing() as one, store.writing() as other:
        assert one.claim("versions/000001.json", b"first")
        assert not other.claim("versions/000001.json", b"second")
        # The answer to a put may be lost, and the put made again.
        assert one.claim("versions/000001.json", b"first")
    assert store.read("versions/000001.json") == b"first"
    assert not store.below(leases.FOLDER)


def _publish_two(address: str, minor: int) -> None:
    # A store of its own: writers share nothing but the bucket.
    mine = open_root(address)
    for patch in range(2):
        release = a_release(f"2.{minor}.{patch}", rows=1)
        publish(mine, [release], source="s", now=datetime.now(UTC))
    build_database(mine)


# In short form: `test_two_writers` has the same on a folder, and the next test their leases.
@only_in_full
@pytest.mark.stress
def test_two_writers_at_once_both_land(store: ObjectStore) -> None:
    with ThreadPoolExecutor(2) as writers:
        done = [writers.submit(_publish_two, store.describe(), minor) for minor in (19, 20)]
    for one in done:
        one.result()
    assert numbers(store) == (1, 2, 3, 4)
    wanted = {f"2.{minor}.{patch}" for minor in (19, 20) for patch in range(2)}
    assert set(read_version(store, 4).releases) == wanted
    assert verify_versions(store).clean
    with open_warehouse(store) as file, open_newest(store) as parquet:
        query = "SELECT version, (SELECT sum(value) FROM measurements) FROM dataset"
        assert file.execute(query).fetchall() == parquet.execute(query).fetchall()


def test_who_removes_and_who_writes_exclude_each_other(store: ObjectStore) -> None:
    with (
        store.writing(),
        pytest.raises(SourceError, match="is being written by another run"),
        store.removing(patience=0),
    ):
        pass
    with (
        store.removing(),
        pytest.raises(SourceError, match="is being written by another run"),
        replace(store, patience=0).writing(),
    ):
        pass
    with (
        store.removing(),
        pytest.raises(SourceError, match="exists, so another run removes files"),
        store.removing(),
    ):
        pass
    assert not store.below(leases.FOLDER)


def test_what_a_killed_writer_left_goes_when_its_lease_has_run_out(store: ObjectStore) -> None:
    _put(store, a_release("2.20.0"))
    needed = newest(store).files[0].path
    stray = "parquet/pages/rel=v9.9.9/0123456789abcdef.parquet"
    store.put(stray, b"put in place for nothing")
    store.put(f"{leases.FOLDER}/dead", f"{stray}\n{needed}".encode())
    before = set(store.below(""))
    _put(store, a_release("2.20.0"))
    assert set(store.below("")) == before
    _put(replace(store, lease=timedelta(0)), a_release("2.20.0"))
    assert before - set(store.below("")) == {stray, f"{leases.FOLDER}/dead"}


@only_in_full
def test_a_long_history_is_published_pruned_and_read_again(store: ObjectStore) -> None:
    _put(store, *map(a_release, LONG))
    _put(store, a_release(LONG[7], rows=3))
    forget()
    version = newest(store)
    assert version is not None
    assert version.releases == LONG
    assert version.manifests
    there = store.below("versions").keys() | store.below("parquet").keys()
    gone = set(prune(store, 1).files)
    assert there - gone - {"versions/000001.json"} == version.needed | {"versions/000002.json"}
    store.remove([version.manifests[1].path])
    forget()
    with pytest.raises(SourceError, match=version.manifests[1].path):
        newest(store)


def test_a_writer_that_others_take_for_dead_publishes_nothing(store: ObjectStore) -> None:
    with pytest.raises(SourceError, match="so slowly that others may think this run is dead"):
        _put(replace(store, lease=timedelta(0)), a_release("2.20.0"))
    assert newest(store) is None


def test_a_bucket_that_is_not_there_is_named(server: str) -> None:
    assert server
    with pytest.raises(SourceError, match=r"s3://nowhere/data.*no such object or bucket") as caught:
        publish("s3://nowhere/data", [a_release()], source="a test", now=NOW)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("address", ["s3://", "s3:///"])
def test_an_address_without_a_bucket_is_wrong_usage(address: str) -> None:
    with pytest.raises(UsageError, match="names no bucket"):
        open_root(address)


def test_without_the_extra_its_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    without_module(monkeypatch, "s3fs")
    with pytest.raises(UsageError, match=r"pip install '\.\[s3\]'"):
        open_root("s3://bucket/data")


def test_a_folder_needs_no_object_store_libraries(built: Path) -> None:
    script = (
        "import sys\n"
        "from warehouse.database.query import run_sql\n"
        "run_sql(sys.argv[1], 'SELECT 1')\n"
        "print(sorted({'s3fs', 'fsspec', 'botocore', 'aiohttp'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(built)],
        cwd=REPOSITORY, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "[]\n"


@pytest.fixture(scope="module")
def site_store(server: str, built_once: Path) -> ObjectStore:
    """Return a store with the site of two small releases."""
    from warehouse.publication.write_site import publish_site

    assert server
    store = open_root(f"s3://bucket/{uuid4().hex}/site")
    assert isinstance(store, ObjectStore)
    done = publish_site(built_once, store)
    assert {"index.html", "data/latest/pages.parquet", "feed.atom"} <= set(done.written)
    return store


def test_a_site_in_a_bucket_has_types_that_a_browser_knows(site_store: ObjectStore) -> None:
    store = site_store
    types = {
        path: store.files.call_s3("head_object", Bucket="bucket", Key=store.key(path)[7:])
        for path in ("index.html", "api/v1/releases.json", "data/v1/pages.csv")
    }
    assert [facts["ContentType"] for facts in types.values()] == [
        "text/html; charset=utf-8",
        "application/json",
        "text/csv; charset=utf-8",
    ]


def _tags(store: ObjectStore) -> dict[str, str]:
    """Return the ETag of every object: it is the hash of its bytes."""
    facts = store.files.find(store.key(), detail=True)
    return {name.removeprefix(f"{store.root}/"): str(one["ETag"]) for name, one in facts.items()}


# In short form: `publication.test_publish` has the same in a folder.
@only_in_full
@pytest.mark.stress
def test_a_new_version_of_a_site_in_a_bucket_writes_only_what_it_changed(
    built: Path, put: Publish, site_store: ObjectStore
) -> None:
    from warehouse.publication.write_site import publish_site

    store = site_store
    again = publish_site(built, store)
    assert (again.written, again.removed) == ((), ())
    old = _tags(store)
    put(a_release("2.20.0", rows=3), a_release("2.21.0"), now=NOW + timedelta(days=1))
    build_database(built)
    done = publish_site(built, store)
    new = _tags(store)
    assert {path for path in new if new[path] != old.get(path)} == set(done.written)
    assert set(done.removed) == {*old} - {*new}
    assert {path for path in old if path.startswith("data/v1/")} <= {*new}
    assert "api/v1/releases/2.21.0.json" in new
    assert not set(done.written) & {"LICENSE.txt", "api/v1/releases/2.9.0.json"}


def test_own_measurements_live_in_the_bucket_and_no_version_knows_them(store: ObjectStore) -> None:
    _put(store, a_release("2.20.0"))
    build_database(store)
    record = an_import("one")
    assert add_import(store, record, NOW)[1]
    assert not add_import(store, record, NOW)[1]
    assert [one.number for one in all_imports(store)] == [1]
    assert run_sql(store, "SELECT value FROM own_measurements").to_pylist() == [{"value": 41.5}]
    prune(store, 1)
    assert store.size("own/000001.json")
    assert verify_versions(store).clean
