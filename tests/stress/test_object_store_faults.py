"""Each kind of request to an object store fails once: exit code 3 or no harm, and nothing lost.

The server speaks S3's protocol on loopback. In front of it, one request of a step is refused, or
done and then refused, or its answer is cut short.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.errors import SourceError
from tests.forms import only_in_full
from tests.loopback import running
from tests.stress.conftest import FULL, tell
from tests.warehouse.conftest import NOW, a_release
from warehouse.database.build_file import build_database
from warehouse.database.query import run_sql
from warehouse.storage.data_paths import FILE
from warehouse.storage.roots import open_root
from warehouse.storage.s3_leases import ALONE
from warehouse.versions import newest, numbers, prune, publish, require_newest, restore
from warehouse.versions.verify import faults, verify_versions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from warehouse.storage.s3 import ObjectStore

Kind = tuple[str, str]
"""The method of a request, and what of the root it is about."""
REFUSED, DONE_AND_REFUSED, CUT = "refused", "done and refused", "cut short"
_NO = b"<Error><Code>AccessDenied</Code><Message>not now</Message></Error>"


@dataclass
class Fault:
    """One request that fails: the n-th of a kind, from 1."""

    how: str
    kind: Kind
    number: int
    happened: bool = False


@dataclass
class FaultyStore:
    """An S3 server that counts requests by their kind, and fails one of them."""

    app: Any
    counts: Counter[Kind] = field(default_factory=Counter)
    fault: Fault | None = None
    lock: Lock = field(default_factory=Lock)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        kind = _kind_of(environ)
        with self.lock:
            self.counts[kind] += 1
            fault = self.fault
            failing = fault is not None and (fault.kind, fault.number) == (kind, self.counts[kind])
        if fault is None or not failing:
            return self.app(environ, start)  # type: ignore[no-any-return]
        fault.happened = True
        if fault.how == REFUSED:
            return _refused(start)
        answer: list[Any] = []
        body = b"".join(self.app(environ, lambda *given: answer.extend(given)))
        if fault.how == DONE_AND_REFUSED:
            return _refused(start)
        status, headers, *_ = answer
        half = body[: len(body) // 2]
        kept = [(name, text) for name, text in headers if name.lower() != "content-length"]
        start(status, [*kept, ("Content-Length", str(len(half)))])
        return [half]


def _refused(start: Callable[..., Any]) -> list[bytes]:
    start("403 Forbidden", [("Content-Type", "application/xml"), ("Content-Length", str(len(_NO)))])
    return [_NO]


def _kind_of(environ: dict[str, Any]) -> Kind:
    method, path, query = (environ[n] for n in ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING"))
    _, _, inside = path.partition("/data/")
    if "list-type" in query:
        method, inside = "LIST", query.partition("data%2F")[2].partition("&")[0]
    return method, inside.partition("/")[0].partition("%2F")[0]


@pytest.fixture(scope="module")
def server() -> Iterator[FaultyStore]:
    import s3fs
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    faulty = FaultyStore(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, faulty, threaded=True)
    with running(server), pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "someone")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "something")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        s3fs.S3FileSystem.clear_instance_cache()
        open_root("s3://faulty").files.mkdir("faulty")
        yield faulty
    s3fs.S3FileSystem.clear_instance_cache()


class Dataset:
    """A dataset in the store, which every publishing changes."""

    def __init__(self, name: str) -> None:
        store = open_root(f"s3://faulty/{name}/data")
        self.store: ObjectStore = store  # type: ignore[assignment]
        self.rows = count(2)
        self.publish()
        self.build()

    def publish(self) -> None:
        """Publish a release that has one row more each time."""
        releases = [a_release("2.20.0", rows=next(self.rows)), a_release("2.9.0")]
        version = len(numbers(self.store))
        publish(self.store, releases, source="a test", now=NOW + timedelta(version))

    def build(self) -> None:
        """Make the warehouse file of the newest version."""
        build_database(self.store)

    def ask(self) -> None:
        """Ask the file and an older version; only a right answer counts."""
        (seen,) = run_sql(self.store, "SELECT version FROM dataset").to_pylist()
        assert seen["version"] in numbers(self.store)
        version = require_newest(self.store)
        rows = sum(file.rows for file in version.files_of("benchmarks"))
        query = "SELECT count(*) AS n FROM benchmarks"
        assert run_sql(self.store, query, version.version).to_pylist() == [{"n": rows}]

    def restore(self) -> None:
        """Make the oldest version the newest."""
        restore(self.store, numbers(self.store)[0], now=NOW)

    def prune(self) -> None:
        """Remove all versions but two."""
        prune(self.store, 2)


STEPS: dict[str, tuple[tuple[str, ...], str]] = {
    "publish": ((), "publish"),
    "build the file": (("publish",), "build"),
    "ask": ((), "ask"),
    "restore": (("publish",), "restore"),
    "prune": (("publish", "publish"), "prune"),
}
"""What is done before, without a fault, and what is done with one."""
ALL = [
    (step, how)
    for step in STEPS
    for how in (REFUSED, DONE_AND_REFUSED, CUT)
    if (step, how) != ("ask", DONE_AND_REFUSED)  # it only reads: the same as refused
]
SHORT = [("publish", DONE_AND_REFUSED)]


# In short form: `hostile.test_storage_bucket_errors` refuses, `storage.test_s3` damages objects.
@only_in_full
@pytest.mark.parametrize(("step", "how"), ALL if FULL else SHORT)
def test_one_failed_request_loses_nothing(server: FaultyStore, step: str, how: str) -> None:
    dataset = Dataset(f"{step}-{how}".replace(" ", "-"))
    before, act = STEPS[step]
    for name in before:
        getattr(dataset, name)()
    server.counts.clear()
    getattr(dataset, act)()
    tried = refused = 0
    for kind, number in _chosen(server.counts, how):
        for name in before:
            getattr(dataset, name)()
        known = numbers(dataset.store)
        fault = Fault(how, kind, number)
        server.counts.clear()
        server.fault = fault
        try:
            getattr(dataset, act)()
        except SourceError as error:
            refused += 1
            assert error.exit_code == 3  # noqa: PT017 - most requests may not fail
            assert "s3://faulty/" in str(error), (kind, error)  # noqa: PT017
            assert "\n" not in str(error) or "is damaged: it is not" in str(error)  # noqa: PT017
        finally:
            server.fault = None
        assert fault.happened, (kind, number)
        tried += 1
        _whole(dataset.store, known, (kind, number))
    dataset.publish()
    dataset.build()
    dataset.ask()
    assert verify_versions(dataset.store).clean
    assert tried
    tell(f"an object store, {step}, {tried} requests {how} once: {refused} ended with exit code 3")


_READS, _WRITES = ("HEAD", "GET", "LIST"), ("PUT", "POST", "DELETE")


def _chosen(counts: Counter[Kind], how: str) -> list[tuple[Kind, int]]:
    """Return the requests that fail: of each kind the first and the last.

    In short form, the first of each method.
    """
    kinds = {
        kind: number for kind, number in counts.items() if how != CUT or kind[0] in ("GET", "LIST")
    }
    firsts = [(kind, 1) for kind in kinds]
    if not FULL:
        of_methods: dict[str, tuple[Kind, int]] = {}
        for kind, number in firsts:
            of_methods.setdefault(kind[0], (kind, number))
        return list(of_methods.values())
    return firsts + [item for item in kinds.items() if item[1] > 1]


def _whole(store: ObjectStore, known: tuple[int, ...], where: object) -> None:
    """Require that readers see the version before or the new one, whole."""
    if store.size(ALONE) is not None:
        store.remove([ALONE])  # as the message of every later writer says
    there = numbers(store)
    assert there[-1] in (known[-1], known[-1] + 1), where
    version = newest(store)
    assert version is not None
    assert not faults(store, version.files), where
    (seen,) = run_sql(store, "SELECT version FROM dataset").to_pylist()
    assert seen["version"] <= there[-1], where
    assert store.size(FILE), where
