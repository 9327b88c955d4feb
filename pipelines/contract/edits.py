"""The table that holds what changed upstream under a release that was captured before.

This module holds what was noticed between two captures. Differences between releases are found by
`warehouse.comparison`.
"""

# ruff: noqa: RUF009 - `described` gives a dataclass field

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - `Table.columns` reads it

from pipelines.contract.column import Table, described
from pipelines.contract.published import RELEASE


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell that upstream changed after it had been captured."""

    release: str = described(RELEASE)
    change_number: int = described(
        "Number of the edit among those of its release, from 1; cells of one edit share it."
    )
    page: str = described("Our name for the page, such as inf2-inference.")
    table_id: str = described("Table that the cell stands in, or stood in.")
    row: int | None = described(
        "Body row of the cell, from 0, where it now stands or last stood; null for a header."
    )
    column: int = described("Column of the cell, from 0.")
    header: str = described("Header of the cell's column, as published.")
    change: str = described("What became of it.", values=("altered", "added", "removed"))
    before: str | None = described("Text of the cell in the capture before; null if added.")
    after: str | None = described("Text of the cell since; null if removed.")
    noticed_at: datetime | None = described(
        "When the edited page was first captured, where the source tells.", unit="UTC"
    )
    record_before: str | None = described("Archive record of the page before; null if none.")
    record_after: str | None = described("Archive record of the edited page; null if none.")


CELL_CHANGES = Table(
    "cell_changes",
    CellChange,
    "Cells that upstream edited in released pages after they had been captured.",
    key=("release", "change_number", "table_id", "change", "row", "column"),
    sort=("release", "change_number", "table_id", "row", "change", "column"),
    group="published",
    made_from=("published_cells",),
)
