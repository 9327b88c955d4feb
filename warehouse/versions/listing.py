"""The dataset's versions as rows: number, time, source, and what each changed.

Here belongs listing; a version itself stands in `versions`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.releases import release_order
from warehouse.storage.roots import Storage, open_root
from warehouse.versions import Descriptor, numbers, read_version, require_newest

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa


def list_versions(root: str | Path | Storage) -> pa.Table:
    """List versions, newest first: what each touched, and rows added, removed and altered.

    Raises `SourceError` where there is no dataset.
    """
    import pyarrow as pa

    storage = open_root(root)
    require_newest(storage)
    found = [read_version(storage, number) for number in reversed(numbers(storage))]
    answer = pa.Table.from_pylist([_row(descriptor) for descriptor in found])
    # Where no version was restored, nothing tells the column's type.
    place = answer.column_names.index("restored")
    return answer.set_column(place, "restored", answer.column("restored").cast(pa.int64()))


def _row(descriptor: Descriptor) -> dict[str, object]:
    changes = descriptor.changes
    touched = {change.release for change in changes}
    return {
        "version": descriptor.version,
        "created_at": descriptor.created,
        "source": descriptor.source,
        "releases": len(descriptor.releases),
        "restored": descriptor.restored,
        "rows_added": sum(change.added for change in changes),
        "rows_removed": sum(change.removed for change in changes),
        "rows_altered": sum(change.altered for change in changes),
        "releases_touched": sorted(touched, key=release_order),
        "tables_touched": sorted({change.table for change in changes}),
    }
