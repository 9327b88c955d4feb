"""`datapackage.json` in the root: the newest version for readers of the Data Package standard.

This module writes it: one resource a table, with its schema, and the paths of its Parquet files
relative to the root. It is derived from the newest version's descriptor, which has what the
standard has no place for: each file's release, length and hash.
"""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from warehouse.storage.data_paths import PACKAGE
from warehouse.versions.descriptor import ATTRIBUTION, PROFILE, TITLE, package_credits, stored_time
from warehouse.versions.listing import numbers
from warehouse.versions.stored_form.json_lines import block, compact, json_object, member

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warehouse.storage.protocol import Storage
    from warehouse.versions.descriptor import Descriptor


def describe_root(storage: Storage, descriptor: Descriptor) -> None:
    """Write the root's `datapackage.json`, unless it describes this version already.

    Where two runs publish at once, the one with the newer version has the last word.

    Raises:
        SourceError: The root cannot be written.
    """
    data = root_package(descriptor)
    if _holds(storage, data):
        return
    with storage.writing() as writer:
        if numbers(storage)[-1:] == (descriptor.version,):
            writer.replace(PACKAGE, lambda staged: staged.write_bytes(data))


def is_described(storage: Storage, descriptor: Descriptor) -> bool:
    """Return whether the root's `datapackage.json` describes this version."""
    return _holds(storage, root_package(descriptor))


def _holds(storage: Storage, data: bytes) -> bool:
    return storage.size(PACKAGE) is not None and storage.read(PACKAGE) == data


def root_package(descriptor: Descriptor) -> bytes:
    """Return the Data Package of a version, as it stands in the root: one line a table."""
    head = {
        "$schema": PROFILE,
        "name": "neuron-warehouse",
        "title": TITLE,
        "description": f"{ATTRIBUTION}. The files of one dataset version.",
        "version": str(descriptor.version),
        "created": stored_time(descriptor.created),
        **package_credits(descriptor.source),
    }
    paths: dict[str, list[str]] = {table: [] for table in descriptor.schemas}
    for table, files in groupby(descriptor.files, attrgetter("table")):
        paths.setdefault(table, []).extend(map(attrgetter("path"), files))
    resources = [
        _resource(table, paths[table], schema) for table, schema in descriptor.schemas.items()
    ]
    return json_object([*map(member, head, head.values()), f'"resources": {block(resources)}'])


def _resource(table: str, paths: list[str], schema: Mapping[str, Any]) -> str:
    # A reader of the standard takes a table's files for text that it may join; these are not.
    kind = {"name": table, "type": "file"}
    form = {"format": "parquet", "mediatype": "application/vnd.apache.parquet", **schema}
    # Nothing in a path needs an escape, and there are thousands.
    listed = '", "'.join(paths)
    path = f'["{listed}"]' if paths else "[]"
    return f'{compact(kind)[:-1]}, "path": {path}, {compact(form)[1:]}'
