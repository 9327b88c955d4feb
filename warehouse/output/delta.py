"""A version's tables as Delta tables, for engines that read Delta Lake.

This module decides what goes into each commit: one Delta table for each table, one commit for each
dataset version. The library deltalake writes it. The warehouse never reads Delta tables: a folder
of them can be deleted and exported again.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.contract import TABLES, Table
from pipelines.errors import SourceError, UsageError, one_line
from warehouse.schema.quoting import literal
from warehouse.schema.types import arrow_schema
from warehouse.storage.local_errors import file_errors_named
from warehouse.storage.roots import Storage, open_root
from warehouse.versions import Descriptor, numbers, read_version, require_newest
from warehouse.versions.verify import faults_of, require

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import pyarrow as pa

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
    from deltalake import write_deltalake
    from deltalake.exceptions import DeltaError

    last = _last_version(target)
    before = None if last is None else _files_of(storage, table, last)
    after = {file.release: file.sha256 for file in version.files_of(table.name)}
    # Of a version that was pruned nothing is known: then all is replaced.
    changed = sorted(
        release
        for release in {*(before or ()), *after}
        if before is None or before.get(release) != after.get(release)
    )
    try:
        with file_errors_named("write", target):
            target.mkdir(parents=True, exist_ok=True)
            write_deltalake(
                str(target),
                _rows(storage, table, version, changed),
                mode="overwrite",
                predicate=None if before is None else _among(changed),
                schema_mode="merge",
                partition_by=_PARTITION,
                name=table.name,
                description=table.description,
                commit_properties=_properties(version),
            )
    except DeltaError as error:
        reason = str(error).partition("\n")[0]
        raise SourceError(f"cannot write the Delta table {target}: {reason}") from error


def _files_of(storage: Storage, table: Table, number: int) -> Mapping[str, str] | None:
    """Return the content of a table in a version, by release; None if the version was pruned."""
    if number not in numbers(storage):
        return None
    files = read_version(storage, number).files_of(table.name)
    return {file.release: file.sha256 for file in files}


def _among(releases: Sequence[str]) -> str:
    """Return Delta's condition for the rows that a commit replaces."""
    # No release has an empty name: it stands for none of them.
    return f"release IN ({', '.join(map(literal, releases or ['']))})"


def _rows(
    storage: Storage, table: Table, version: Descriptor, releases: Collection[str]
) -> pa.Table:
    """Return the rows of some releases, after a check of their files."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    # All columns are nullable: a column may be younger than a file.
    schema = pa.schema(
        [field.with_nullable(True).remove_metadata() for field in arrow_schema(table)]  # noqa: FBT003
    )
    files = [file for file in version.files_of(table.name) if file.release in releases]
    parts = [schema.empty_table()]
    with storage.local([file.path for file in files]) as sources:
        require(storage, faults_of(dict(zip(files, sources, strict=True))))
        for source in sources:
            # A path with `rel=` must not become a column.
            part = pq.ParquetFile(source).read()
            parts.append(part.replace_schema_metadata(None))
    try:
        return (
            pa.concat_tables(parts, promote_options="permissive").select(schema.names).cast(schema)
        )
    except pa.ArrowException as error:
        raise SourceError(
            f"version {version.version} holds other types in {table.name} than this software does "
            f"({one_line(error)}); export without --history"
        ) from error


def _properties(version: Descriptor) -> Any:
    from deltalake import CommitProperties, Transaction

    return CommitProperties(
        custom_metadata={"datasetVersion": str(version.version), "source": version.source},
        app_transactions=[Transaction(_APPLICATION, version.version)],
    )
