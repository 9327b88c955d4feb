"""When releases were published: the dates in the headings of the What's New pages.

Here belongs reading those headings alone.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pipelines.composition.vocabulary import FILE, RELEASE_HEADING
from pipelines.contract import ReleaseDate
from pipelines.errors import Problem
from pipelines.quality.reading.lists import unreadable_heading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.extract import Block


def read_dates(
    page: str, listed_on: str, blocks: Iterable[Block]
) -> tuple[tuple[ReleaseDate, ...], tuple[Problem, ...]]:
    """Return each release that a heading dates, once; a date that is none is a problem."""
    dates: dict[ReleaseDate, None] = {}
    problems = []
    for block in blocks:
        match = RELEASE_HEADING.fullmatch(block.section[-1]) if block.kind == "heading" else None
        if match is None:
            continue
        try:
            day = date(int(match["year"]), int(match["month"]), int(match["day"]))
        except ValueError:
            remedy = f"see RELEASE_HEADING in {FILE}, or publish the page with --allow-unknown"
            where = f"page {page}, a heading"
            problems.append(Problem(unreadable_heading.RULE, where, match[0], "a date", remedy))
        else:
            dates[ReleaseDate(match["release"], listed_on, page, day)] = None
    return tuple(dates), tuple(problems)
