"""The table of cells that upstream changed after a release had been captured.

This module declares differences between two captures. Differences between releases live in
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
    """One cell that upstream changed after it was captured."""

    release: str = described(RELEASE)
    change_number: int = described(
        "Number of the edit among those of its release, from 1; cells of one edit share it."
    )
    page: str = described("Our name for the page, such as inf2-inference.")
    table_id: str = described("Table that the cell is in, or was in.")
    row: int | None = described(
        "Body row of the cell, from 0, as it is now or last was; null for a header."
    )
    column: int = described("Column of the cell, from 0.")
    header: str = described("Header of the cell's column, as published.")
    change: str = described("What happened to it.", values=("altered", "added", "removed"))
    before: str | None = described(
        "Text of the cell before the edit; null if added.", can_be_empty=True
    )
    after: str | None = described(
        "Text of the cell after the edit; null if removed.", can_be_empty=True
    )
    noticed_at: datetime | None = described(
        "When the edited page was first captured, if the source tells.", unit="UTC"
    )
    record_before: str | None = described("Archive record of the page before; null without one.")
    record_after: str | None = described("Archive record of the edited page; null without one.")


CELL_CHANGES = Table(
    "cell_changes",
    CellChange,
    "Cells that upstream edited in released pages after their capture.",
    key=("release", "change_number", "table_id", "change", "row", "column"),
    sort=("release", "change_number", "table_id", "row", "change", "column"),
    group="published",
    made_from=("published_cells",),
)
