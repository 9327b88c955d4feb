"""What a stored version may say: types, forms and sizes, checked before anything relies on them.

Others may have written a descriptor or a manifest. This module checks that their values are such as
this program writes; the forms themselves live in `descriptor_json` and `manifests`.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipelines.errors import UsageError
from pipelines.releases import release_order
from warehouse.storage.data_paths import is_data_path

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

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
    require_form(is_count(descriptor.version) and descriptor.version > 0, "version")
    for number in (descriptor.previous, descriptor.restored):
        require_form(number is None or (is_count(number) and number > 0), "number of a version")
    require_form(isinstance(descriptor.created, datetime), "created")
    require_form(descriptor.created.tzinfo is not None, "time zone of created")
    for text in (descriptor.pipeline_version, descriptor.source):
        require_form(_is_text(text), "text")
    _check_schemas(descriptor.schemas)
    for change in descriptor.changes:
        _check_change(change)
    check_releases({change.release for change in descriptor.changes})
    return descriptor


def check_files(files: Sequence[FileEntry]) -> None:
    """Raise `ValueError` if a file is not as this program writes it, or is named twice."""
    for file in files:
        check_file(file)
    check_releases({file.release for file in files})
    keys = {(file.table, file.release) for file in files}
    require_form(len(keys) == len(files), "two files of one table and release")


def check_file(file: FileEntry) -> None:
    """Raise `ValueError` if one file is not as this program writes it."""
    require_form(_matches(_HASH, file.sha256), "hash")
    require_form(is_count(file.size) and is_count(file.rows), "bytes or rows")
    check_table(file.table)
    require_form(_matches(_RELEASE, file.release), "release")
    # Named by its content. The table's name in the path is not compared: a table can be renamed.
    require_form(is_data_path(file.path), "path")
    require_form(file.path.endswith(f"/rel=v{file.release}/{file.sha256[:16]}.parquet"), "path")


def _check_change(change: TableChange) -> None:
    require_form(_matches(_TABLE, change.table) and _matches(_RELEASE, change.release), "change")
    require_form(all(map(is_count, (change.added, change.removed, change.altered))), "rows changed")


def check_table(name: object) -> None:
    """Raise `ValueError` if a value is not the name of a table."""
    require_form(_matches(_TABLE, name), "table")


def check_releases(releases: Collection[str]) -> None:
    """Raise `ValueError` if one of these is not the number of a release."""
    try:
        for release in releases:
            require_form(_matches(_RELEASE, release), "release")
            release_order(release)
    except UsageError as error:
        raise ValueError(str(error)) from error


def _check_schemas(schemas: Mapping[str, Any]) -> None:
    require_form(isinstance(schemas, dict), "tables")
    for table, facts in schemas.items():
        require_form(_matches(_TABLE, table) and _is_text(facts["description"]), "table")
        for field in facts["schema"]["fields"]:
            require_form(_is_text(field["name"]), "field")


def is_count(value: object) -> bool:
    """Return whether a value is a number of rows or bytes, or a version's."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST


def are_counts(values: Sequence[object]) -> bool:
    """Return whether `is_count` is true of all values, which are many."""
    numbers = [value for value in values if type(value) is int]  # neither bool nor float
    return len(numbers) == len(values) and (
        not numbers or (is_count(min(numbers)) and is_count(max(numbers)))
    )


def _is_text(value: object) -> bool:
    if not isinstance(value, str) or "\0" in value:
        return False
    value.encode()  # fails for half of a surrogate pair, which JSON can write
    return True


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def require_form(holds: bool, what: str) -> None:  # noqa: FBT001 - an assertion
    """Raise `ValueError` unless something holds."""
    if not holds:
        raise ValueError(f"{what} is not as it is written")
