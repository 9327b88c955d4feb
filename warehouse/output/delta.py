"""Delta tables over copies of a version's Parquet, for engines that read Delta Lake.

This module writes them: one Delta table for each table, one commit for each dataset version. The
warehouse never reads them: a folder of Delta tables can be deleted and exported again.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from pipelines.contract import TABLES, Table
from pipelines.errors import SourceError, UsageError
from pipelines.files.fsync import sync
from warehouse.schema.types import arrow_schema
from warehouse.storage.local_errors import file_errors_named
from warehouse.storage.roots import Storage, open_root
from warehouse.versions import Descriptor, FileEntry, numbers, read_version, require_newest
from warehouse.versions.verify import faults_of, require

if TYPE_CHECKING:
    from collections.abc import Sequence

_APPLICATION = "neuron-warehouse"
"""The name under which a Delta table remembers the last dataset version exported to it."""
_PARTITION = ["release"]


@dataclass(frozen=True, slots=True)
class Exported:
    """What exporting did: the folder, the version that it now holds, the versions added to it."""

    folder: str
    version: int
    added: tuple[int, ...]


def export_delta(
    root: str | Path | Storage, folder: str, *, version: int | None = None, history: bool = False
) -> Exported:
    """Update Delta tables to a version, with one commit for each dataset version since the last.

    Args:
        root: The dataset's root.
        folder: The folder of the Delta tables.
        version: The number of the version; None for the newest.
        history: Whether a new Delta table begins with the oldest version instead of this one.

    Raises:
        UsageError: The extra `delta` is not installed, or there is no such version.
        SourceError: A file of a version is missing or damaged, or the folder cannot be written.
    """
    _require_library()
    storage = open_root(root)
    last = require_newest(storage) if version is None else read_version(storage, version)
    there = [number for number in numbers(storage) if number <= last.version]
    added: set[int] = set()
    for table in TABLES:
        target = Path(folder).absolute() / table.name
        since = _last_version(target)
        first = there[:] if history else there[-1:]
        todo = first if since is None else [number for number in there if number > since]
        for number in todo:
            _commit(storage, table, target, read_version(storage, number))
        added.update(todo)
    return Exported(folder, last.version, tuple(sorted(added)))


def _require_library() -> None:
    try:
        import deltalake  # noqa: F401 - only an export needs it
    except ImportError:
        raise UsageError(
            "exporting Delta tables needs the library for them; install it with "
            "`pip install '.[delta]'` in the checkout"
        ) from None


def _last_version(target: Path) -> int | None:
    """Return the last dataset version exported to a Delta table; None if there is no table."""
    table = _open(target)
    return None if table is None else int(table.transaction_version(_APPLICATION) or 0)


def _open(target: Path) -> Any | None:
    from deltalake import DeltaTable
    from deltalake.exceptions import DeltaError

    try:
        return DeltaTable(str(target)) if DeltaTable.is_deltatable(str(target)) else None
    except DeltaError as error:
        raise SourceError(
            f"{target} is not a readable Delta table; delete it and export again"
        ) from error


def _commit(storage: Storage, table: Table, target: Path, version: Descriptor) -> None:
    """Make a Delta table equal to a version: replace the releases that changed."""
    from deltalake import Schema
    from deltalake.exceptions import DeltaError
    from deltalake.transaction import create_table_with_add_actions

    live = _live_paths(target)
    files = version.files_of(table.name)
    wanted = {_path(file) for file in files}
    added = [file for file in files if _path(file) not in live]
    touched = sorted({file.release for file in added} | {_release(p) for p in live - wanted})
    _copy(storage, target, added)
    schema = Schema.from_arrow(_relaxed(table))
    actions = [_action(file, version) for file in added]
    try:
        delta = _open(target)
        if delta is None:
            create_table_with_add_actions(
                str(target),
                schema,
                actions,
                partition_by=_PARTITION,
                name=table.name,
                description=table.description,
                commit_properties=_properties(version),
            )
        else:
            delta.create_write_transaction(
                actions,
                "overwrite" if touched else "append",
                schema,
                _PARTITION,
                partition_filters=[("release", "in", touched)] if touched else None,
                commit_properties=_properties(version),
            )
    except DeltaError as error:
        reason = str(error).partition("\n")[0]
        raise SourceError(f"cannot write the Delta table {target}: {reason}") from error


def _path(file: FileEntry) -> str:
    """Return a file's path in its Delta table: as in the root, without the table's own folder."""
    return "/".join(PurePosixPath(file.path).parts[2:])


def _release(path: str) -> str:
    return PurePosixPath(path).parts[0].removeprefix("rel=v")


def _live_paths(target: Path) -> set[str]:
    table = _open(target)
    if table is None:
        return set()
    return {"/".join(PurePosixPath(uri).parts[-2:]) for uri in table.file_uris()}


def _relaxed(table: Table) -> Any:
    """Return the table's schema with nullable columns: a column may be younger than a file."""
    import pyarrow as pa

    return pa.schema([field.with_nullable(True).remove_metadata() for field in arrow_schema(table)])  # noqa: FBT003


def _copy(storage: Storage, target: Path, files: Sequence[FileEntry]) -> None:
    with storage.local([file.path for file in files]) as sources:
        require(storage, faults_of(dict(zip(files, sources, strict=True))))
        for file, source in zip(files, sources, strict=True):
            copy = target / _path(file)
            part = copy.with_suffix(".part")
            with file_errors_named("write", copy):
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, part)
                sync(part)
                part.replace(copy)


def _action(file: FileEntry, version: Descriptor) -> Any:
    from deltalake.transaction import AddAction

    return AddAction(
        path=_path(file),
        size=file.size,
        partition_values={"release": file.release},
        modification_time=int(version.created.timestamp() * 1000),
        data_change=True,
        stats=json.dumps({"numRecords": file.rows}),
    )


def _properties(version: Descriptor) -> Any:
    from deltalake import CommitProperties, Transaction

    return CommitProperties(
        custom_metadata={"datasetVersion": str(version.version), "source": version.source},
        app_transactions=[Transaction(_APPLICATION, version.version)],
    )
