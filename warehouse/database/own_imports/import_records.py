"""The imports of a root: one file each, written once and never changed.

An import is `own/000001.json`: the rows that were read, and their checksum. It is put in its place
in one step, under a number that nobody else can claim, so that there is no half of one. Importing
the same file again with other answers makes a new import, whose rows then count instead; dropping
one makes an import without rows.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.errors import SourceError, UsageError
from warehouse.storage.roots import open_root

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from warehouse.storage.roots import Storage

FOLDER = "own"
TABLE_NAME = "own_measurements"
"""What the rows of all imports are called in a query."""
_NAME = re.compile(r"(\d{6})\.json", re.ASCII)
_SAME_IN_EVERY_ROW = ("tool", "file_name", "file_sha256", "imported_at")


@dataclass(frozen=True, slots=True)
class OwnImport:
    """One import: the file that was read, and a row for each figure, by column.

    `rows` lack what every row of the import has in common, and columns without a value.
    """

    tool: str
    file_name: str
    file_sha256: str
    imported_at: str
    rows: tuple[Mapping[str, Any], ...]
    number: int = 0

    def full_rows(self) -> Iterable[dict[str, Any]]:
        """Yield its rows with what they have in common."""
        common = {name: getattr(self, name) for name in _SAME_IN_EVERY_ROW}
        for row in self.rows:
            yield {"import_number": self.number, **common, **row}

    def says_the_same(self, other: OwnImport) -> bool:
        """Return whether both are of one file and hold the same rows."""
        return self.file_sha256 == other.file_sha256 and _canonical(self.rows) == _canonical(
            other.rows
        )


def path_of_import(number: int) -> str:
    """Return where an import is in a root."""
    return f"{FOLDER}/{number:06}.json"


def all_imports(root: str | Path | Storage) -> tuple[OwnImport, ...]:
    """Return every import of a root, oldest first.

    Raises:
        SourceError: One of them is damaged.
    """
    storage = open_root(root)
    return tuple(_read(storage, number) for number in _numbers(storage))


def current_imports(imports: Iterable[OwnImport]) -> tuple[OwnImport, ...]:
    """Return those that count: of each file the newest."""
    newest = {one.file_sha256: one for one in imports}
    return tuple(sorted(newest.values(), key=lambda one: one.number))


def damaged_imports(root: str | Path | Storage) -> tuple[str, ...]:
    """Return the paths of imports that are not as they were written."""
    storage = open_root(root)
    found = []
    for number in _numbers(storage):
        try:
            _read(storage, number)
        except SourceError:
            found.append(path_of_import(number))
    return tuple(found)


def add_import(root: str | Path | Storage, new: OwnImport, now: datetime) -> tuple[OwnImport, bool]:
    """Add an import, unless the same rows of the same file count already.

    Returns:
        The import that counts now, and whether it is new.

    Raises:
        SourceError: The root cannot be written.
    """
    storage = open_root(root)
    stamped = OwnImport(
        new.tool, new.file_name, new.file_sha256, now.isoformat(), new.rows, new.number
    )
    while True:
        there = all_imports(storage)
        same = [one for one in current_imports(there) if one.says_the_same(new)]
        if same:
            return same[0], False
        number = there[-1].number + 1 if there else 1
        with storage.writing() as writer:
            # Where another import took the number, the next one is tried.
            if writer.claim(path_of_import(number), _bytes(stamped)):
                return _numbered(stamped, number), True


def drop(root: str | Path | Storage, number: int, now: datetime) -> OwnImport:
    """Add an import without rows, which counts instead of the one with a number; return it.

    Raises:
        UsageError: There is no such import, or it does not count.
        SourceError: The root cannot be written.
    """
    counting = {one.number: one for one in current_imports(all_imports(root)) if one.rows}
    if number not in counting:
        known = ", ".join(map(str, counting)) or "none"
        raise UsageError(f"import {number} does not count (those that do: {known})")
    old = counting[number]
    return add_import(root, OwnImport(old.tool, old.file_name, old.file_sha256, "", ()), now)[0]


def _numbers(storage: Storage) -> tuple[int, ...]:
    matches = (_NAME.fullmatch(name) for name in storage.names(FOLDER))
    return tuple(int(match[1]) for match in matches if match)


def _numbered(one: OwnImport, number: int) -> OwnImport:
    return OwnImport(one.tool, one.file_name, one.file_sha256, one.imported_at, one.rows, number)


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _bytes(one: OwnImport) -> bytes:
    body = {name: getattr(one, name) for name in _SAME_IN_EVERY_ROW} | {"rows": one.rows}
    text = _canonical(body)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f'{{"sha256": "{digest}",\n"import": {text}}}\n'.encode()


def _read(storage: Storage, number: int) -> OwnImport:
    path = path_of_import(number)
    try:
        document = json.loads(storage.read(path))
        body = document["import"]
        is_whole = hashlib.sha256(_canonical(body).encode()).hexdigest() == document["sha256"]
        tool, name, checksum, moment = (str(body[one]) for one in _SAME_IN_EVERY_ROW)
        rows = tuple(dict(row) for row in body["rows"])
    except (ValueError, KeyError, TypeError, RecursionError):
        is_whole = False
    if not is_whole:
        raise SourceError(
            f"{storage.describe(path)} is damaged; remove it, and import its file again"
        )
    return OwnImport(tool, name, checksum, moment, rows, number)
