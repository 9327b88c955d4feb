"""Which versions there are, and how a new one takes its number.

Here belongs the folder `versions/`. What a version says stands in `descriptor`; what goes into a
new one is decided in `publish`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.errors import SourceError, UsageError
from warehouse.storage import Storage, Writer, open_root
from warehouse.versions.descriptor import Descriptor, from_json, to_json

if TYPE_CHECKING:
    from pathlib import Path

_NAME = re.compile(r"(\d{6,})\.json", re.ASCII)


def numbers(root: str | Path | Storage) -> tuple[int, ...]:
    """Give the numbers of all versions, oldest first."""
    names = open_root(root).names("versions")
    found = (_NAME.fullmatch(name) for name in names)
    return tuple(sorted(int(match[1]) for match in found if match))


def read_version(root: str | Path | Storage, number: int) -> Descriptor:
    """Give one version; `UsageError` where there is none of that number."""
    storage = open_root(root)
    path = path_of(number)
    if storage.size(path) is None:
        there = numbers(storage)
        known = f"there are {there[0]} to {there[-1]}" if there else "there are none yet"
        raise UsageError(f"there is no dataset version {number}; {known}")
    name = storage.describe(path)
    descriptor = from_json(storage.read(path), name)
    if descriptor.version != number:
        raise SourceError(f"{name} says that it is version {descriptor.version}; restore it")
    return descriptor


def newest(root: str | Path | Storage) -> Descriptor | None:
    """Give the newest version, or None where nothing has been published yet."""
    storage = open_root(root)
    there = numbers(storage)
    return read_version(storage, there[-1]) if there else None


def claim(writer: Writer, descriptor: Descriptor) -> bool:
    """Store a version unless its number is taken; tell whether it was stored."""
    return writer.claim(path_of(descriptor.version), to_json(descriptor))


def path_of(number: int) -> str:
    """Give where a version stands in the root."""
    return f"versions/{number:06}.json"
