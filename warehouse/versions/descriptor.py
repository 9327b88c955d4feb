"""One dataset version as a value, and as the Data Package descriptor that it is stored as.

This module writes and reads the form of `versions/NNNNNN.json`. Finding and claiming versions lives
in `catalog`. Paths in a descriptor are relative to the root, not to `versions/`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from json.encoder import encode_basestring as _text
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from pipelines.errors import SourceError
from pipelines.releases import release_order
from warehouse.versions.descriptor_checks import checked

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = 1
"""The form written here. Increase it if a reader of the last form would misread the new one."""

TITLE = "Performance of AWS Neuron, as its documentation publishes it"
LICENCE = "CC-BY-SA-4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by-sa/4.0/"
ATTRIBUTION = (
    "Figures published in the AWS Neuron documentation, "
    "© Amazon.com, Inc. or its affiliates, CC BY-SA 4.0"
)
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_LICENCES = [
    {
        "name": LICENCE,
        "path": LICENCE_URL,
        "title": "Creative Commons Attribution-ShareAlike 4.0",
    }
]
_CONTRIBUTORS = [
    {"title": "Amazon.com, Inc. or its affiliates", "roles": ["creator"]},
    {"title": "The Neuron Warehouse authors", "roles": ["wrangler"]},
]


class FileEntry(NamedTuple):
    """One live Parquet file: `size` in bytes, `rows` as many rows as it holds."""

    # A tuple: a long history has tens of thousands of files, and every build reads them all.

    table: str
    release: str
    path: str
    size: int
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class TableChange:
    """How many rows of a release's table are new, gone, or differ under the same key."""

    release: str
    table: str
    added: int
    removed: int
    altered: int


@dataclass(frozen=True, slots=True)
class Descriptor:
    """One version of the dataset.

    Attributes:
        version: Its number, from 1.
        created: When it was published, in UTC.
        pipeline_version: The version of the software that published it.
        source: Where the rows came from, as people read it.
        previous: The version that was the newest before; None for the first.
        schemas: Each table's description and Table Schema, by the table's name.
        files: The live files.
        changes: What differs from the version `previous`.
        restored: The version that this one was made equal to, if it was.
    """

    version: int
    created: datetime
    pipeline_version: str
    source: str
    previous: int | None
    schemas: Mapping[str, Mapping[str, Any]]
    files: tuple[FileEntry, ...]
    changes: tuple[TableChange, ...]
    restored: int | None = None

    @property
    def releases(self) -> tuple[str, ...]:
        """The live releases, oldest first."""
        return tuple(sorted({file.release for file in self.files}, key=release_order))

    @property
    def row_count(self) -> int:
        """How many rows all live files have together."""
        return sum(file.rows for file in self.files)

    def files_of(self, table: str) -> tuple[FileEntry, ...]:
        """Return the live files of a table, oldest release first."""
        return tuple(file for file in self.files if file.table == table)


@cache
def pipeline_version() -> str:
    """Return the version of this software, or `unknown` if it is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("neuron-warehouse")
    except PackageNotFoundError:
        return "unknown"


def package_credits(source: str) -> dict[str, Any]:
    """Return whom a Data Package names: licences, contributors, and where its rows came from."""
    return {
        "licenses": _LICENCES,
        "contributors": _CONTRIBUTORS,
        "sources": [_source(source)],
    }


def to_json(descriptor: Descriptor) -> bytes:
    """Return a version's descriptor: one line a file, so that `diff` shows what changed."""
    head: dict[str, Any] = {
        "$schema": PROFILE,
        "name": "neuron-warehouse",
        "title": TITLE,
        "description": ATTRIBUTION + ". Paths are relative to the dataset's root.",
        "formatVersion": FORMAT,
        "version": str(descriptor.version),
        "previousVersion": descriptor.previous,
        "created": stored_time(descriptor.created),
        "pipelineVersion": descriptor.pipeline_version,
        **package_credits(descriptor.source),
    }
    if descriptor.restored is not None:
        head["restoredVersion"] = descriptor.restored
    lines = [f"{json.dumps(key)}: {_compact(value)}" for key, value in head.items()]
    lines.append(_block("changes", [_compact(_change(change)) for change in descriptor.changes]))
    schemas = [f"{json.dumps(n)}: {_compact(s)}" for n, s in descriptor.schemas.items()]
    lines.append(_block("tables", schemas, "{}"))
    lines.append(_block("resources", [_resource(file) for file in descriptor.files]))
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


@lru_cache(maxsize=2)
def from_json(data: bytes, name: str) -> Descriptor:
    """Return the version in a descriptor's bytes.

    The same bytes are parsed once: a build reads the newest version several times.

    Args:
        data: The bytes.
        name: The descriptor, for the error's text.

    Raises:
        SourceError: The bytes are damaged, or of a newer form.
    """
    try:
        raw = json.loads(data, parse_constant=_no_number)
        form = raw["formatVersion"]
        if isinstance(form, int) and form > FORMAT:
            raise SourceError(
                f"{name} was written by a newer Neuron Warehouse (form {form}, this one knows "
                f"{FORMAT}); upgrade with `pip install --upgrade neuron-warehouse`"
            )
        return checked(_descriptor(raw))
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


def stored_time(moment: datetime) -> str:
    """Return a moment as descriptors hold it: UTC, whole seconds."""
    # `strftime` would write a year before 1000 with too few digits to be read back.
    return f"{moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()}Z"


def _descriptor(raw: Mapping[str, Any]) -> Descriptor:
    return Descriptor(
        version=_number(raw["version"]),
        created=datetime.fromisoformat(raw["created"]),
        pipeline_version=raw["pipelineVersion"],
        source=raw["sources"][0]["title"],
        previous=raw["previousVersion"],
        schemas=raw["tables"],
        files=tuple(map(_file, map(_COLUMNS, raw["resources"]))),
        changes=tuple(TableChange(**change) for change in raw["changes"]),
        restored=raw.get("restoredVersion"),
    )


def _number(text: str) -> int:
    if not _DIGITS.fullmatch(text):
        raise ValueError(f"{text!r} is not a version number")
    return int(text)


_DIGITS = re.compile(r"[1-9]\d{0,14}", re.ASCII)
_COLUMNS = itemgetter("table", "release", "path", "bytes", "hash", "rows")


def _file(columns: tuple[Any, ...]) -> FileEntry:
    table, release, path, size, digest, rows = columns
    if not digest.startswith(_ALGORITHM):
        raise ValueError(f"{digest!r} is not a hash of ours")
    return FileEntry(table, release, path, size, digest.removeprefix(_ALGORITHM), rows)


_ALGORITHM = "sha256:"


def _resource(file: FileEntry) -> str:
    # The same bytes as `_compact` makes, in a fifth of the time.
    return (
        f'{{"name": {_text(f"{file.table}-{file.release}")}, "table": {_text(file.table)}, '
        f'"release": {_text(file.release)}, "path": {_text(file.path)}, "format": "parquet", '
        f'"mediatype": "application/vnd.apache.parquet", "bytes": {file.size}, '
        f'"hash": {_text(f"sha256:{file.sha256}")}, "rows": {file.rows}}}'
    )


def _change(change: TableChange) -> dict[str, Any]:
    return {
        "release": change.release,
        "table": change.table,
        "added": change.added,
        "removed": change.removed,
        "altered": change.altered,
    }


def _source(source: str) -> dict[str, str]:
    return {"title": source} | (
        {"path": source} if source.startswith(("http://", "https://")) else {}
    )


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _block(name: str, lines: list[str], brackets: str = "[]") -> str:
    body = ",\n".join(f"  {line}" for line in lines)
    return f'"{name}": {brackets[0]}\n{body}\n{brackets[1]}' if lines else f'"{name}": {brackets}'
