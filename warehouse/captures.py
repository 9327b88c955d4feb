"""When each release was read from a live site, with what outcome, and what upstream had edited.

This module makes the list of captures as rows. The archive lives in `pipelines.sources.archive`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from pipelines.errors import SourceError
from pipelines.releases import release_order
from pipelines.sources.archive import Archive
from pipelines.sources.choose import archive_folder
from warehouse.database.query import run_sql

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pyarrow as pa

    from pipelines.sources.archive import Capture

_CHANGES = """
    SELECT noticed_at, release, change_number, page, table_id, row, header, before, after,
           record_after
    FROM capture_changes ORDER BY release_order, change_number, table_id, row, "column"
"""
_CELL = ("page", "table_id", "row", "header", "before", "after")


def list_captures(root: str | Path, releases: Sequence[str] = ()) -> pa.Table:
    """Return the captures, oldest first: one row each, or one for each edited cell found in it.

    Edits found in a source without an archive are listed too.

    Args:
        root: The dataset's root.
        releases: The releases to list; none means all.

    Raises:
        SourceError: The root holds neither a dataset nor an archive.
    """
    import pyarrow as pa

    edits: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for edit in run_sql(root, _CHANGES).to_pylist():
        edits[edit["release"], edit["record_after"] or ""].append(edit)
    rows = [row for capture in _captures(root) for row in _rows(capture, edits)]
    rows += [
        _row(edit["noticed_at"], edit["release"], edit) for rest in edits.values() for edit in rest
    ]
    kept = [row for row in rows if not releases or row["release"] in releases]
    kept.sort(key=lambda row: release_order(row["release"]))
    text, moment = pa.string(), pa.timestamp("us", tz="UTC")
    kinds = {"captured_at": moment, "row": pa.int64()}
    names = ("release", "captured_at", "built", "outcome", "problem", *_CELL)
    return pa.Table.from_pylist(
        kept, schema=pa.schema([(name, kinds.get(name, text)) for name in names])
    )


def _captures(root: str | Path) -> list[Capture]:
    try:
        return Archive(archive_folder("captures", root)).captures()
    except SourceError:
        if "://" in str(root):
            return []
        raise


def _rows(
    capture: Capture, edits: dict[tuple[str, str], list[dict[str, Any]]]
) -> Iterator[dict[str, Any]]:
    """Yield a capture's rows; take the edits that it was the first to show out of `edits`."""
    found = [
        edit
        for record in capture.records.values()
        for edit in (edits.pop((capture.release, record), ()) if capture.accepted else ())
    ]
    said = {
        "built": capture.built,
        "outcome": "published" if capture.accepted else "held-back",
        "problem": "; ".join(capture.problems) or None,
    }
    for edit in found or [{}]:
        yield _row(capture.time, capture.release, edit) | said


def _row(captured_at: Any, release: str, edit: dict[str, Any]) -> dict[str, Any]:
    return {"captured_at": captured_at, "release": release} | {n: edit.get(n) for n in _CELL}
