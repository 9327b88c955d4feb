"""What a stored version may say: types, forms and sizes, checked before anything relies on them.

Others may have written a descriptor. This module checks that its values are such as this program
writes; the form itself lives in `descriptor`.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipelines.errors import UsageError
from pipelines.releases import release_order
from warehouse.storage.data_paths import is_data_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from warehouse.versions.descriptor import Descriptor, FileEntry, TableChange

_MOST = 2**63 - 1
_TABLE = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_RELEASE = re.compile(r"\d{1,9}\.\d{1,9}\.\d{1,9}", re.ASCII)


def checked(descriptor: Descriptor) -> Descriptor:
    """Return a descriptor that was read, unchanged.

    Raises:
        ValueError: One of its values has another type or form than this program writes.
    """
    _require(_is_count(descriptor.version) and descriptor.version > 0, "version")
    for number in (descriptor.previous, descriptor.restored):
        _require(number is None or (_is_count(number) and number > 0), "number of a version")
    _require(isinstance(descriptor.created, datetime), "created")
    _require(descriptor.created.tzinfo is not None, "time zone of created")
    for text in (descriptor.pipeline_version, descriptor.source):
        _require(_is_text(text), "text")
    _check_schemas(descriptor.schemas)
    for file in descriptor.files:
        _check_file(file)
    keys = {(file.table, file.release) for file in descriptor.files}
    _require(len(keys) == len(descriptor.files), "two files of one table and release")
    for change in descriptor.changes:
        _check_change(change)
    releases = {file.release for file in descriptor.files}
    _check_releases(releases | {change.release for change in descriptor.changes})
    return descriptor


def _check_file(file: FileEntry) -> None:
    _require(_matches(_HASH, file.sha256), "hash")
    _require(_is_count(file.size) and _is_count(file.rows), "bytes or rows")
    _require(_matches(_TABLE, file.table) and _matches(_RELEASE, file.release), "table or release")
    # Named by its content. The table's name in the path is not compared: a table can be renamed.
    _require(is_data_path(file.path), "path")
    _require(file.path.endswith(f"/rel=v{file.release}/{file.sha256[:16]}.parquet"), "path")


def _check_change(change: TableChange) -> None:
    _require(_matches(_TABLE, change.table) and _matches(_RELEASE, change.release), "change")
    _require(all(map(_is_count, (change.added, change.removed, change.altered))), "rows changed")


def _check_releases(releases: Iterable[str]) -> None:
    try:
        for release in releases:
            release_order(release)
    except UsageError as error:
        raise ValueError(str(error)) from error


def _check_schemas(schemas: Mapping[str, Any]) -> None:
    _require(isinstance(schemas, dict), "tables")
    for table, facts in schemas.items():
        _require(_matches(_TABLE, table) and _is_text(facts["description"]), "table")
        for field in facts["schema"]["fields"]:
            _require(_is_text(field["name"]), "field")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST


def _is_text(value: object) -> bool:
    if not isinstance(value, str) or "\0" in value:
        return False
    value.encode()  # fails for half of a surrogate pair, which JSON can write
    return True


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _require(holds: bool, what: str) -> None:  # noqa: FBT001 - an assertion
    if not holds:
        raise ValueError(f"{what} is not as it is written")
