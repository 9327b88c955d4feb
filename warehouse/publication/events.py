"""What happened, for the feeds: new releases, silent edits of released pages, regressions.

This module says what an entry is and reads them. How feeds write entries lives in `feeds`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from itertools import groupby
from typing import TYPE_CHECKING, Any

from warehouse.comparison.conclusion import number_of, percent
from warehouse.comparison.results import by_effect, what
from warehouse.comparison.shown import row_label, shown_figure
from warehouse.publication.documents import rows_of
from warehouse.visible import visible_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb

    from warehouse.comparison.results import ComparedRow
    from warehouse.publication.neighbours import Compared

RELEASE, EDIT, REGRESSION = "release", "edit", "regression"
_MOST = 200
"""A feed holds the newest entries, up to so many: readers fetch it whole, again and again."""
_SHOWN_CELLS = 10
_EDITS = """
SELECT release, change_number, page, header, change, "before", "after", noticed_at
FROM cell_changes
ORDER BY string_split(release, '.')::INTEGER[], change_number, page, table_id, "row", "column"
"""


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """One entry of a feed.

    Attributes:
        key: What names it for ever; feed readers show a key once.
        kind: `release`, `edit` or `regression`.
        when: When it happened, in UTC.
        title: One line.
        text: What happened, with its figures.
        path: Where the site shows it.
    """

    key: str
    kind: str
    when: datetime
    title: str
    text: str
    path: str


def read_events(
    connection: duckdb.DuckDBPyConnection,
    releases: Sequence[Mapping[str, Any]],
    compared: Sequence[Compared],
) -> tuple[FeedEvent, ...]:
    """Return what happened, the newest first.

    Args:
        connection: The dataset version, opened for reading.
        releases: The rows of the table `releases`, oldest first.
        compared: Comparisons; events come from those with the release before.
    """
    nexts = {one.target: one for one in compared if one.is_next}
    ((made,),) = connection.execute("SELECT created_at FROM dataset").fetchall()
    days = _days(releases, made.astimezone(UTC))
    found = [
        event
        for release, when in days.items()
        for event in _of_release(release, when, nexts.get(release))
    ]
    found += _edits(connection, days)
    # Sorting keeps the order of equals, so that of one day the newest release ends up first.
    found.sort(key=lambda event: event.when)
    return tuple(found[::-1][:_MOST])


def _days(releases: Sequence[Mapping[str, Any]], made: datetime) -> dict[str, datetime]:
    """Return when each release came out, oldest first.

    Where no page tells the day, it is the latest possible one: that of the next release, or the day
    on which it was captured. A folder that does not say when its pages were captured had them when
    the version of the dataset was made.
    """
    found: dict[str, datetime] = {}
    next_day = datetime.max.replace(tzinfo=UTC)
    for row in reversed(releases):
        day, seen = row["published_on"], (row["captured_at"] or made).astimezone(UTC)
        next_day = datetime.combine(day, time(), UTC) if day else min(next_day, seen)
        found[row["release"]] = next_day
    return dict(reversed(found.items()))


def _of_release(release: str, when: datetime, compared: Compared | None) -> Iterator[FeedEvent]:
    # Found events are reversed: what is yielded last is shown first.
    if compared:
        yield from reversed([*_regressions(compared, when)])
    text = compared.conclusion if compared else "It is the oldest release of this dataset."
    path = _changes_path(compared) if compared else "index.html"
    yield FeedEvent(f"release/{release}", RELEASE, when, f"Neuron SDK {release}", text, path)


def _changes_path(compared: Compared) -> str:
    return f"index.html#base={compared.base}&target={compared.target}"


def _regressions(compared: Compared, when: datetime) -> Iterator[FeedEvent]:
    """Yield one event a row that was newly measured and is worse, the biggest change first."""
    worse: dict[object, list[ComparedRow]] = {}
    for row in by_effect(compared.rows):
        if row.verdict == "regressed" and not row.error_flags:
            worse.setdefault(row.pair, []).append(row)
    for rows in worse.values():
        changes = ", ".join(f"{what(row)} {percent(row.change)}" for row in rows)
        figures = "; ".join(
            f"{what(row)}: {shown_figure(row.base_value)} → {shown_figure(row.target_value)} "
            f"{row.unit or ''}".rstrip()
            for row in rows
        )
        yield FeedEvent(
            f"regression/{compared.base}/{compared.target}/{rows[0].base_benchmark_id}",
            REGRESSION,
            when,
            f"{compared.target} is worse than {compared.base}: {row_label(rows[0])}: {changes}",
            f"{figures}.",
            _changes_path(compared),
        )


def _edits(
    connection: duckdb.DuckDBPyConnection, days: Mapping[str, datetime]
) -> Iterator[FeedEvent]:
    """Yield one event a page that was edited after its release."""
    rows = rows_of(connection, _EDITS)
    for (release, number, page), cells in groupby(
        rows, key=lambda row: (row["release"], row["change_number"], row["page"])
    ):
        edited = list(cells)
        when = edited[0]["noticed_at"]
        yield FeedEvent(
            f"edit/{release}/{number}/{page}",
            EDIT,
            when.astimezone(UTC) if when else days[release],
            f"{page} of {release} was edited: {number_of(len(edited), 'cell')}",
            _cells(edited),
            f"index.html#view=trust&release={release}",
        )


def _cells(edited: Sequence[Mapping[str, Any]]) -> str:
    listed = "; ".join(
        f"{row['header']}: {_quoted(row['before'])} → {_quoted(row['after'])}"
        for row in edited[:_SHOWN_CELLS]
    )
    rest = len(edited) - _SHOWN_CELLS
    return visible_line(f"{listed}{f'; and {rest:,} more' if rest > 0 else ''}.")


def _quoted(text: str | None) -> str:
    return "nothing" if text is None else f"“{text}”"
