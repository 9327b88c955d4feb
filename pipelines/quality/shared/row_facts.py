"""What is kept of a row once its release has been judged.

This module makes these facts. How they are gathered over releases lives in `past`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.quality.flags import page_flag
from pipelines.quality.shared.in_flight import in_flight
from pipelines.quality.shared.printed_row import printed_row
from pipelines.quality.shared.token_times import tokens_apart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipelines.contract import QualityFlag, Severity
    from pipelines.quality.context import ReleaseView, Row
    from pipelines.quality.rule import Rule
    from pipelines.quality.shared.printed_row import PrintedRow

    Older = Mapping[str, Sequence[Sequence["RowFacts"]]]
    """Rows of older releases by `comparison_key`: one entry a release, oldest first."""


@dataclass(frozen=True, slots=True)
class RowFacts:
    """What is kept of a row once its release has been judged.

    Attributes:
        release: The release of the page.
        benchmark_id: The row.
        page: Our name for the page.
        where: The place of the row, for messages.
        printed: What the row prints; of a row that was printed again, that of the release before.
        apart: How far throughput and times of the row are from what they should be together, as a
            factor; 1 where they fit or where nothing says.
    """

    release: str
    benchmark_id: str
    page: str
    where: str
    printed: PrintedRow
    apart: float

    def flag(
        self,
        rule: Rule,
        text: str,
        *,
        observed: str,
        expected: str,
        severity: Severity | None = None,
    ) -> QualityFlag:
        """Return a flag on the row; the arguments are those of `Row.flag`."""
        return page_flag(
            rule,
            self.release,
            self.page,
            f"{self.where}: {text}",
            observed=observed,
            expected=expected,
            severity=severity,
            benchmark_id=self.benchmark_id,
        )


def row_facts(view: ReleaseView, older: Older) -> Mapping[str, RowFacts]:
    """Return what is kept of each row of a release, by `benchmark_id`."""
    flight = {
        name: one.factor for rows in view.by_table.values() for name, one in in_flight(rows).items()
    }
    return {
        row.benchmark.benchmark_id: _facts(
            row,
            flight.get(row.benchmark.benchmark_id),
            before[-1] if (before := older.get(row.benchmark.comparison_key)) else (),
        )
        for row in view.rows
    }


def _facts(row: Row, apart: float | None, before: Sequence[RowFacts]) -> RowFacts:
    return RowFacts(
        release=row.benchmark.release,
        benchmark_id=row.benchmark.benchmark_id,
        page=row.table.page,
        where=row.where,
        printed=printed_row(row, (one.printed for one in before)),
        apart=apart or tokens_apart(row) or 1.0,
    )
