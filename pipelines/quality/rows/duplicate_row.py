"""The same run is twice in one table, or in two tables under one heading, tab and caption.

The two rows have the same figures or others. The bundled releases have no such row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.quality.context import RowRule
from pipelines.quality.shared.same_run import run_and_figures

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from pipelines.contract import PublishedTable, QualityFlag
    from pipelines.quality.context import ReleaseView, Row


def find(view: ReleaseView) -> Iterator[QualityFlag]:
    """Yield a flag for each row whose run is already in its own table, or in that table's twin."""
    first: dict[Hashable, Row] = {}
    for row in view.rows:
        run, figures = run_and_figures(row)
        twin = first.setdefault((_place(row.table), run), row)
        if twin is not row:
            same = figures == run_and_figures(twin)[1]
            is_same_table = twin.table.table_id == row.table.table_id
            table = "its table" if is_same_table else f"table {twin.table.table_id}"
            yield row.flag(
                RULE,
                f"the same run stands in row {twin.benchmark.row} of {table}, with "
                f"{'the same' if same else 'other'} figures.",
                observed="two rows of one run",
                expected="one row",
            )


def _place(table: PublishedTable) -> Hashable:
    """Return where a table stands, as a reader of its page sees it."""
    return table.page, tuple(table.section), table.tab, table.caption


RULE = RowRule("duplicate-row", ("warning",), __doc__, find=find)
