"""A root that is a prefix of an object store: `s3://bucket/prefix`.

This module implements `protocol` in an object store: an object appears whole or not at all, and a
conditional put claims a name. Who may write and who may remove is decided in `s3_leases`. Endpoint
and credentials come from the standard `AWS_…` variables and files.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from pipelines.errors import SourceError, UsageError
from warehouse.storage import s3_leases as leases
from warehouse.storage.protocol import PATIENCE, SCHEME, Written
from warehouse.storage.s3_errors import s3_errors_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

_FEW = 4
"""Up to so many objects are looked up one by one; more are listed."""
_TRIES = 5
_MEDIA_TYPES = {
    ".atom": "application/atom+xml",
    ".cff": "text/yaml; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
    ".txt": "text/plain; charset=utf-8",
}
"""By the end of an object's name: a browser that reads the bucket shows a page as a page."""
_CLIENT = {"connect_timeout": 10, "read_timeout": 60, "retries": {"max_attempts": 3}}


def open_store(address: str) -> ObjectStore:
    """Return the storage of `s3://bucket/prefix`.

    Raises:
        UsageError: The name of the bucket is missing, or the extra `s3` is not installed.
    """
    try:
        import s3fs
    except ImportError:
        raise UsageError(
            f"{address} needs the object store libraries; install them with "
            "`pip install '.[s3]'` in the checkout"
        ) from None
    path = address.removeprefix(SCHEME).strip("/")
    if not path:
        raise UsageError(f"{address} names no bucket; write it like s3://bucket/prefix")
    # One request at a time for an object: with more, each is looked up before it is read. Different
    # objects are read side by side all the same.
    files = s3fs.S3FileSystem(use_listings_cache=False, max_concurrency=1, config_kwargs=_CLIENT)
    return ObjectStore(path, files)


@dataclass(frozen=True, slots=True)
class ObjectStore:
    """A root in an object store.

    Attributes:
        root: Bucket and prefix.
        files: The fsspec file system.
        lease: How long the mark of a run counts.
        patience: For how many seconds a writer waits for a run that removes files.
        seen: Buckets that are known to exist.
    """

    root: str
    files: Any
    lease: timedelta = timedelta(hours=1)
    patience: float = PATIENCE
    seen: set[str] = field(default_factory=set, compare=False, repr=False)

    def describe(self, path: str = "") -> str:
        """Return the name of the root, or of an object in it, for a message."""
        return SCHEME + self.key(path)

    def key(self, path: str = "") -> str:
        """Return the object's name with its bucket, as fsspec wants it."""
        return f"{self.root}/{path}" if path else self.root

    @property
    def near(self) -> bool:
        """False: every object read crosses the network."""
        return False

    @contextmanager
    def local(self, paths: Sequence[str]) -> Iterator[tuple[Path, ...]]:
        """Return copies of objects in a temporary folder."""
        with tempfile.TemporaryDirectory(prefix="neuron-warehouse-") as folder:
            copies = tuple(
                Path(folder) / str(index) / PurePosixPath(path).name
                for index, path in enumerate(paths)
            )
            found = self._found(paths)
            for path, copy in zip(paths, copies, strict=True):
                data = found[path]
                if isinstance(data, bytes):
                    copy.parent.mkdir()
                    copy.write_bytes(data)
                elif not isinstance(data, FileNotFoundError):
                    with s3_errors_named("read", self.describe(path)):
                        raise data
            yield copies

    def read(self, path: str) -> bytes:
        """Return an object's bytes; raise `SourceError` if it is missing or cannot be read."""
        with s3_errors_named("read", self.describe(path)):
            return bytes(self.files.cat_file(self.key(path)))

    def read_all(self, paths: Sequence[str]) -> Mapping[str, bytes]:
        """Return the bytes of many objects by path; raise `SourceError` if one cannot be read."""
        found = self._found(paths)
        for path, data in found.items():
            if not isinstance(data, bytes):
                with s3_errors_named("read", self.describe(path)):
                    raise data
        return found

    def _found(self, paths: Sequence[str]) -> dict[str, Any]:
        """Return the bytes of objects by path, read side by side; for some, an error instead."""
        if not paths:
            return {}  # the library would look up an empty name
        with s3_errors_named("read", self.describe()):
            found = self.files.cat([self.key(path) for path in paths], on_error="return")
        return {path: found[self.key(path)] for path in paths}

    def size(self, path: str) -> int | None:
        """Return an object's length in bytes, or None if it is missing."""
        facts = self.facts(path)
        return None if facts is None else int(facts["size"])

    def facts(self, path: str) -> Mapping[str, Any] | None:
        """Return the store's facts of an object, or None if it is missing."""
        with s3_errors_named("read", self.describe(path)):
            try:
                facts: Mapping[str, Any] = self.files.info(self.key(path))
            except FileNotFoundError:
                self._require_bucket()
                return None
        return facts if facts["type"] == "file" else None

    def sizes(self, paths: Sequence[str]) -> Mapping[str, int | None]:
        """Return the length of many objects, or None for those that are missing."""
        return {
            path: None if facts is None else int(facts["size"])
            for path, facts in self.facts_of(paths).items()
        }

    def facts_of(self, paths: Sequence[str]) -> Mapping[str, Mapping[str, Any] | None]:
        """Return the facts of many objects; from a listing, a thousand cost one request."""
        if len(paths) <= _FEW:
            return {path: self.facts(path) for path in paths}
        listed: dict[str, Mapping[str, Any]] = {}
        for folder in {PurePosixPath(path).parts[0] for path in paths}:
            listed |= self._find(folder)
        return {path: listed.get(path) for path in paths}

    def below(self, folder: str) -> Mapping[str, int]:
        """Return the length in bytes of every object below a prefix, by path."""
        return {path: int(facts["size"]) for path, facts in self._find(folder).items()}

    def moments(self, folder: str) -> dict[str, Any]:
        """Return the time of the last change of every object below a prefix, by path."""
        return {path: facts["LastModified"] for path, facts in self._find(folder).items()}

    def _find(self, folder: str) -> dict[str, Mapping[str, Any]]:
        with s3_errors_named("read", self.describe(folder)):
            found = self.files.find(self.key(folder), detail=True)
        start = len(self.root) + 1
        # A folder that fills during the listing is listed itself, as a directory.
        return {
            name[start:]: facts for name, facts in sorted(found.items()) if facts["type"] == "file"
        }

    def names(self, folder: str) -> tuple[str, ...]:
        """Return the names directly below a prefix, sorted."""
        with s3_errors_named("read", self.describe(folder)):
            try:
                found = self.files.ls(self.key(folder), detail=False)
            except FileNotFoundError:
                self._require_bucket()
                return ()
        return tuple(sorted(PurePosixPath(name).name for name in found))

    def _require_bucket(self) -> None:
        """Raise `FileNotFoundError` if the bucket itself is missing; look it up once."""
        bucket = self.root.partition("/")[0]
        if bucket in self.seen:
            return
        # A user who may not look up the bucket may still read the objects in it.
        with suppress(PermissionError):
            self.files.call_s3("head_bucket", Bucket=bucket)
        self.seen.add(bucket)

    def tidy(self, needed: Callable[[], frozenset[str]]) -> None:
        """Remove what killed writers left behind, once their leases have run out."""
        leases.tidy(self, needed)

    @contextmanager
    def writing(self) -> Iterator[ObjectWriter]:
        """Enter writing; raise `SourceError` if the store cannot be written."""
        with leases.shared_lease(self) as mark:
            yield ObjectWriter(self, mark, time.monotonic())

    @contextmanager
    def removing(self, patience: float = PATIENCE) -> Iterator[ObjectWriter]:
        """Enter writing alone; raise `SourceError` if others still write after `patience` s."""
        with leases.exclusive_lease(self, patience) as mark:
            yield ObjectWriter(self, mark, time.monotonic())

    def put(self, path: str, data: bytes) -> None:
        """Write an object; a reader sees the old one or this one, whole."""
        with s3_errors_named("write", self.describe(path)):
            self.files.pipe_file(self.key(path), data)

    def create(self, path: str, data: bytes) -> bool:
        """Write an object unless its name is taken; return whether it was written."""
        with s3_errors_named("write", self.describe(path)):
            for attempt in range(_TRIES):
                try:
                    self.files.pipe_file(self.key(path), data, mode="create")
                except FileExistsError:
                    # The answer to a successful put may get lost, and the put be repeated.
                    return self.read(path) == data
                except OSError as error:
                    # Two puts met: the store asks both to try again.
                    if "ConditionalRequestConflict" not in str(error) or attempt == _TRIES - 1:
                        raise
                else:
                    return True
        return False

    def remove(self, paths: Iterable[str]) -> None:
        """Remove objects; skip missing ones."""
        todo = [self.key(path) for path in paths]
        if todo:
            with s3_errors_named("delete from", self.describe()):
                self.files.rm(todo)


@dataclass(frozen=True, slots=True)
class ObjectWriter:
    """An object store being written under a lease."""

    store: ObjectStore
    mark: str
    since: float

    def write_once(self, files: Mapping[str, bytes]) -> Written:
        """Write objects named by their content; leave those that are there and whole."""
        present = self.store.facts_of(list(files))
        missing = [p for p, data in files.items() if not self._holds(p, data, present[p])]
        if not missing:
            return Written()
        self.store.put(self.mark, "\n".join(missing).encode())
        with s3_errors_named("write", self.store.describe()):
            for media_type, paths in _by_media_type(missing).items():
                contents = {self.store.key(path): files[path] for path in paths}
                self.store.files.pipe(contents, ContentType=media_type)
        return Written(
            new=tuple(path for path in missing if present[path] is None),
            repaired=tuple(path for path in missing if present[path] is not None),
        )

    def _holds(self, path: str, data: bytes, facts: Mapping[str, Any] | None) -> bool:
        if facts is None or facts["size"] != len(data):
            return False
        # The ETag of an object put in one part is its MD5, unless the store encrypts with its own
        # keys.
        tag = str(facts.get("ETag", "")).strip('"')
        md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
        return tag == md5 or self.store.read(path) == data

    def claim(self, path: str, data: bytes) -> bool:
        """Write an object unless its name is taken; return whether it was written."""
        if time.monotonic() - self.since > self.store.lease.total_seconds() / 2:
            raise SourceError(
                f"{self.store.describe()} was written so slowly that others may think this run is "
                "dead; nothing was published; run the command again"
            )
        return self.store.create(path, data)

    def replace(
        self, path: str, make: Callable[[Path], object], *, beside: Sequence[str] = ()
    ) -> None:
        """Let `make` write a local file, then put it at `path` in one step.

        Objects with the names `beside` are removed before that, and again after it.
        """
        with tempfile.TemporaryDirectory(prefix="neuron-warehouse-") as folder:
            made = Path(folder) / PurePosixPath(path).name
            make(made)
            self._remove_present(beside)
            self.store.put(path, made.read_bytes())
            self._remove_present(beside)

    def _remove_present(self, paths: Sequence[str]) -> None:
        """Remove a few objects if they exist; a store may refuse to remove missing ones."""
        self.store.remove([path for path in paths if self.store.size(path) is not None])

    def delete(self, paths: Iterable[str]) -> None:
        """Remove objects; skip missing ones."""
        self.store.remove(paths)


def _by_media_type(paths: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in paths:
        kind = _MEDIA_TYPES.get(PurePosixPath(path).suffix, "application/octet-stream")
        found.setdefault(kind, []).append(path)
    return found
