"""A version as bytes and back: its descriptor, a Data Package, and the documents that it names.

The descriptor of a short history names every file and holds every schema, so that any reader of the
standard needs nothing else. That of a long one names manifests (see `manifests`) and the document
with the schemas, so that a version writes little more than what changed.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from json.encoder import encode_basestring as _text
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from pipelines.errors import SourceError
from warehouse.storage.data_paths import manifest_path
from warehouse.versions.descriptor import (
    ATTRIBUTION,
    PROFILE,
    TITLE,
    Descriptor,
    FileEntry,
    Manifest,
    TableChange,
    package_credits,
    stored_time,
)
from warehouse.versions.stored_form.descriptor_checks import check_files, checked, require_form
from warehouse.versions.stored_form.json_lines import block, compact, json_object, member
from warehouse.versions.stored_form.manifests import manifest_of, manifests

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Read = Callable[[Sequence[str]], Mapping[str, bytes]]
    """Returns the bytes of files by their paths; raises `SourceError` for a missing one."""

SHORT = 64
"""Up to so many releases, a descriptor names every file itself."""
WHOLE, SHARED = 1, 2
"""The forms: every file is named here, or in manifests."""
FORMAT = SHARED
"""The newest form. Increase it if a reader of the last form would misread the new one."""


@dataclass(frozen=True, slots=True)
class Documents:
    """A version's bytes: its descriptor, and by their paths the other documents that it names."""

    descriptor: bytes
    others: Mapping[str, bytes]

    def read(self, paths: Sequence[str]) -> Mapping[str, bytes]:
        """Return other documents by their paths."""
        return {path: self.others[path] for path in paths}


def documents(version: Descriptor, known: Sequence[Manifest] = ()) -> Documents:
    """Return a version's documents.

    Args:
        version: The version.
        known: Manifests that exist; those of the same files are used again.
    """
    releases = version.releases
    if len(releases) <= SHORT:
        return Documents(whole_json(version), {})
    schemas = block([member(name, schema) for name, schema in version.schemas.items()], "{}")
    data = f"{schemas}\n".encode()
    sha256 = hashlib.sha256(data).hexdigest()
    named = {"path": manifest_path(sha256), "bytes": len(data), "hash": _ALGORITHM + sha256}
    parts = manifests(version.files, releases, known)
    lines = [member("schemas", named), f'"resources": {block(list(map(_document, parts)))}']
    return Documents(
        json_object([*_head(version, SHARED), *lines]),
        {part.path: part.data for part in parts} | {manifest_path(sha256): data},
    )


def whole_json(version: Descriptor) -> bytes:
    """Return the descriptor that names every file: one line a file, so that `diff` shows more."""
    schemas = [member(name, schema) for name, schema in version.schemas.items()]
    lines = [
        f'"tables": {block(schemas, "{}")}',
        f'"resources": {block(list(map(_resource, version.files)))}',
    ]
    return json_object([*_head(version, WHOLE), *lines])


def _head(version: Descriptor, form: int) -> list[str]:
    head: dict[str, Any] = {
        "$schema": PROFILE,
        "name": "neuron-warehouse",
        "title": TITLE,
        "description": ATTRIBUTION + ". Paths are relative to the dataset's root.",
        "formatVersion": form,
        "version": str(version.version),
        "previousVersion": version.previous,
        "created": stored_time(version.created),
        "pipelineVersion": version.pipeline_version,
        **package_credits(version.source),
    }
    if version.restored is not None:
        head["restoredVersion"] = version.restored
    changes = [compact(_change(change)) for change in version.changes]
    return [*map(member, head, head.values()), f'"changes": {block(changes)}']


def from_documents(data: bytes, name: str, read: Read) -> Descriptor:
    """Return the version in a descriptor's bytes.

    Args:
        data: The bytes.
        name: The descriptor, for the error's text.
        read: Reads the other documents that it names.

    Raises:
        SourceError: The bytes are damaged, or of a newer form, or another document is missing.
    """
    try:
        raw = json.loads(data, parse_constant=_no_number)
        form = raw["formatVersion"]
        if isinstance(form, int) and form > FORMAT:
            raise SourceError(
                f"{name} was written by a newer Neuron Warehouse (form {form}, this one knows "
                f"{FORMAT}); upgrade with `pip install --upgrade neuron-warehouse`"
            )
        return checked(_shared(raw, read) if form == SHARED else _whole(raw))
    except _DAMAGE as error:
        raise SourceError(
            f"{name} is damaged: it does not read as a dataset version; restore it from a copy"
        ) from error


# What reading a forged file can raise: wrong types, missing keys, numbers and nesting too large.
_DAMAGE = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is not a JSON number")


def _whole(raw: Mapping[str, Any]) -> Descriptor:
    files = tuple(map(_file, map(_COLUMNS, raw["resources"])))
    check_files(files)
    return _descriptor(raw, raw["tables"], files)


def _shared(raw: Mapping[str, Any], read: Read) -> Descriptor:
    named = {one["path"]: _digest(one["hash"]) for one in (raw["schemas"], *raw["resources"])}
    require_form(all(path == manifest_path(sha256) for path, sha256 in named.items()), "path")
    found = read(tuple(named))
    hashes = {path: hashlib.sha256(found[path]).hexdigest() for path in named}
    require_form(hashes == named, "a document that it names")
    place = raw["schemas"]["path"]
    parts = tuple(manifest_of(path, named[path], found[path]) for path in named if path != place)
    releases = [release for part in parts for release in part.releases]
    require_form(len(releases) == len(set(releases)), "one release in two manifests")
    tables = json.loads(found[place], parse_constant=_no_number)
    unknown = {table for part in parts for table in part.files} - tables.keys()
    by_table = (part.files.get(name, ()) for name in (*tables, *sorted(unknown)) for part in parts)
    files = tuple(chain.from_iterable(by_table))
    return _descriptor(raw, tables, files, manifests=parts, schemas_path=place)


def _descriptor(
    raw: Mapping[str, Any],
    schemas: Mapping[str, Any],
    files: tuple[FileEntry, ...],
    **shared: Any,
) -> Descriptor:
    return Descriptor(
        version=_number(raw["version"]),
        created=datetime.fromisoformat(raw["created"]),
        pipeline_version=raw["pipelineVersion"],
        source=raw["sources"][0]["title"],
        previous=raw["previousVersion"],
        schemas=schemas,
        files=files,
        changes=tuple(TableChange(**change) for change in raw["changes"]),
        restored=raw.get("restoredVersion"),
        **shared,
    )


def _number(text: str) -> int:
    if not _DIGITS.fullmatch(text):
        raise ValueError(f"{text!r} is not a version number")
    return int(text)


_DIGITS = re.compile(r"[1-9]\d{0,14}", re.ASCII)
_COLUMNS = itemgetter("table", "release", "path", "bytes", "hash", "rows")


def _file(columns: tuple[Any, ...]) -> FileEntry:
    table, release, path, size, digest, rows = columns
    return FileEntry(table, release, path, size, _digest(digest), rows)


_ALGORITHM = "sha256:"


def _digest(text: str) -> str:
    if not text.startswith(_ALGORITHM):
        raise ValueError(f"{text!r} is not a hash of ours")
    return text.removeprefix(_ALGORITHM)


def _resource(file: FileEntry) -> str:
    # The same bytes as `compact` makes, in a fifth of the time.
    return (
        f'{{"name": {_text(f"{file.table}-{file.release}")}, "table": {_text(file.table)}, '
        f'"release": {_text(file.release)}, "path": {_text(file.path)}, "format": "parquet", '
        f'"mediatype": "application/vnd.apache.parquet", "bytes": {file.size}, '
        f'"hash": {_text(f"{_ALGORITHM}{file.sha256}")}, "rows": {file.rows}}}'
    )


def _document(manifest: Manifest) -> str:
    return compact(
        {
            "name": f"files-{manifest.releases[0]}",
            # A reader of the standard would take JSON for rows; this is a list of files.
            "type": "file",
            "path": manifest.path,
            "bytes": len(manifest.data),
            "hash": _ALGORITHM + manifest.sha256,
        }
    )


def _change(change: TableChange) -> dict[str, Any]:
    return {
        "release": change.release,
        "table": change.table,
        "added": change.added,
        "removed": change.removed,
        "altered": change.altered,
    }
