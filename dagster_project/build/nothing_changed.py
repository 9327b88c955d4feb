"""Whether a build would find nothing changed, decided without reading a page.

A build notes in the root two hashes: of all that it read, and of what it left. Where both are the
same again and the published files are whole, another build would come to the same version. Put here
what such a build depends on. The note is a hint: where it is lost, damaged or of something else,
the build runs as always.

A build that held pages back or refused releases leaves no note, and a live site is always asked.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from contextlib import suppress
from dataclasses import astuple, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import NeuronWarehouseError
from pipelines.files.regular_files import read_regular
from pipelines.sources.limits import MOST_FILE_BYTES
from pipelines.sources.site import FolderSite
from warehouse.storage.companions import checksum, noted_checksums, side_files
from warehouse.storage.data_paths import CHECKSUM, FILE, LAST_BUILD
from warehouse.storage.local_locks import FOLDER
from warehouse.storage.roots import open_root

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dagster_project.build.build_request import BuildRequest
    from dagster_project.build.publish_releases import Outcome
    from pipelines.sources.site import Site
    from warehouse.storage.protocol import Storage
    from warehouse.versions import Descriptor

READERS = ("beautifulsoup4", "lxml", "pyarrow", "duckdb", "sphobjinv")
"""Libraries whose versions may change what is read, or the bytes that are written."""
_OURS = ("pipelines", "warehouse", "dagster_project")
_MOST_FILES = 100_000
_MOST_NOTE_BYTES = 4_096


class _UncertainError(Exception):
    """Something cannot be hashed; the build itself says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class NothingChanged:
    """A version of the dataset that a build would come to again."""

    source: str
    releases: tuple[str, ...]
    descriptor: Descriptor
    notices: tuple[str, ...]


def input_of(site: Site, request: BuildRequest, releases: Sequence[str]) -> str | None:
    """Return a hash of all that a build depends on but the dataset itself.

    Args:
        site: The source.
        request: What the build is asked for.
        releases: The releases to read, oldest first.

    Returns:
        The hash; None where it cannot be known without reading pages: a live site, an archive, a
        source with links or with something that is no file, lists of files beside it, or where
        Dagster is to keep a history.
    """
    asks_for_more = request.history_is_kept or request.policy.file_lists
    if not isinstance(site, FolderSite) or asks_for_more:
        return None
    found = hashlib.sha256()
    options = [site.name, *map(str, astuple(request.policy)), sys.version, *releases]
    try:
        libraries = [f"{name} {version(name)}" for name in READERS]
        found.update(json.dumps([options, libraries]).encode())
        for folder in _folders(site.folder.resolve()):
            # Texts instead of paths: there are a thousand files.
            start = f"{folder}/"
            for path in sorted(_files(folder)):
                found.update(f"\n{path}\n{folder.name}\n".encode(errors="surrogateescape"))
                body = read_regular(start + path, MOST_FILE_BYTES)
                found.update(hashlib.sha256(body).digest())
    except (OSError, ValueError, PackageNotFoundError, _UncertainError):
        return None
    return found.hexdigest()


def find_nothing_changed(
    root: str, hashed: str | None, site: Site, releases: Sequence[str]
) -> NothingChanged | None:
    """Return the version to which a build would come again, or None where that is not sure.

    The published files are checked as an ordinary build checks them.

    Args:
        root: The dataset's folder; in an object store, nothing is noted.
        hashed: What `input_of` returned.
        site: The source.
        releases: The releases to read, oldest first.
    """
    if hashed is None:
        return None
    try:
        storage = open_root(root)
        noted = _read_note(storage)
        if not noted or noted.get("input") != hashed:
            return None
        descriptor = _newest_whole(storage)
        if descriptor is None or noted.get("left") != _left(storage, descriptor):
            return None
    except (NeuronWarehouseError, OSError):
        return None  # the build itself meets it again, and says so
    return NothingChanged(site.name, tuple(releases), descriptor, tuple(site.notices))


def note_build(
    root: str, hashed: str | None, outcome: Outcome, site: Site, request: BuildRequest
) -> None:
    """Note what a build read and left; a note that cannot be written is left out.

    Args:
        root: The dataset's folder.
        hashed: What `input_of` returned before the build.
        outcome: What the build came to.
        site: The source.
        request: What the build was asked for.
    """
    published = outcome.published
    if published is None or outcome.exit_code or hashed is None:
        return
    # A source that was edited while it was read is noted by the next build.
    if hashed != input_of(site, request, outcome.requested):
        return
    with suppress(NeuronWarehouseError, OSError):
        storage = open_root(root)
        if not storage.near:
            return
        left = _left(storage, published.descriptor)
        note = json.dumps({"input": hashed, "left": left}).encode()
        if storage.size(LAST_BUILD) != len(note) or storage.read(LAST_BUILD) != note:
            with storage.writing() as writer:
                writer.replace(LAST_BUILD, lambda staged: staged.write_bytes(note))


def _read_note(storage: Storage) -> dict[str, object]:
    size = storage.size(LAST_BUILD) if storage.near else None
    if size is None or size > _MOST_NOTE_BYTES:
        return {}
    try:
        note = json.loads(storage.read(LAST_BUILD))
    except (ValueError, RecursionError):
        return {}
    return note if isinstance(note, dict) else {}


def _newest_whole(storage: Storage) -> Descriptor | None:
    """Return the newest version, if all of its files and the warehouse file are as they were."""
    from warehouse.versions import newest
    from warehouse.versions.root_package import is_described
    from warehouse.versions.verify import quick_faults

    descriptor = newest(storage)
    stray = bool(side_files(storage))
    if descriptor is None or stray or storage.names(FOLDER):
        return None  # what a killed build left is cleared away by a build
    if quick_faults(storage, descriptor.files) or not is_described(storage, descriptor):
        return None
    with storage.local([FILE]) as (path,), path.open("rb") as stream:
        is_newest = noted_checksums(storage)[:1] == (checksum(stream),)
    return descriptor if is_newest else None


def _left(storage: Storage, descriptor: Descriptor) -> str:
    """Return a hash of a version's descriptor and of the warehouse file's checksum."""
    from warehouse.versions import descriptor_bytes

    left = descriptor_bytes(storage, descriptor.version) + storage.read(CHECKSUM)
    return hashlib.sha256(left).hexdigest()


def _folders(source: Path) -> Iterator[Path]:
    """Yield the folders of our code, and that of the source unless it is in one of them."""
    code = tuple(_code_folders())
    yield from code
    if not any(source.is_relative_to(folder) for folder in code):
        yield source


def _code_folders() -> Iterator[Path]:
    here = Path(__file__).resolve().parents[2]
    return (here / name for name in _OURS)


def _files(folder: Path) -> Iterator[str]:
    """Yield the paths of all files below a folder, but for what Python compiled.

    Raises:
        _UncertainError: There are too many, or one of them is neither a file nor a folder.
    """
    count = 0
    waiting = [""]
    while waiting:
        at = waiting.pop()
        with os.scandir(folder / at) as entries:
            for entry in entries:
                path = f"{at}/{entry.name}" if at else entry.name
                count += 1
                if count > _MOST_FILES:
                    raise _UncertainError
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != "__pycache__":
                        waiting.append(path)
                elif entry.is_file(follow_symlinks=False):
                    yield path
                else:
                    raise _UncertainError
