"""This module reads when releases were published, from headings and from the news page.

Put the reading of dates here. Two pages that disagree are flagged in `quality.packages`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pipelines.composition import vocabulary as words
from pipelines.composition.headings import read_day, release_heading
from pipelines.contract import ReleaseDate
from pipelines.errors import Problem
from pipelines.quality.reading.lists import future_date, unreadable_heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from pipelines.extract import Block
    from pipelines.quality.rule import Rule

_LEEWAY = timedelta(days=1)
"""A page can be dated a day ahead of the capture, by the time zone of its author."""


@dataclass(frozen=True, slots=True)
class ReleaseDates:
    """The dates of a page, each once, and what is no date or cannot be true."""

    rows: tuple[ReleaseDate, ...] = ()
    findings: tuple[Problem, ...] = ()


def read_dates(
    page: str, listed_on: str, blocks: Iterable[Block], captured_at: datetime | None = None
) -> ReleaseDates:
    """Read the days on which a page says that releases were published.

    The date of a beta, or of a product beside the SDK, is not that of the release: it is left out.

    Args:
        page: Our name for the page.
        listed_on: The docs release of the page.
        blocks: The page's blocks, in order.
        captured_at: When the page was captured; None where that is not known, so that a date is
            only checked for its first year.
    """
    rows: dict[ReleaseDate, None] = {}
    findings: list[Problem] = []
    where = f"page {page}, a heading"
    stated = tuple(_stated(blocks))
    dated = {release for release, _, day_text in stated if day_text is not None}
    for release, text, day_text in stated:
        if day_text is None:
            if release not in dated:
                findings.append(
                    _problem(unreadable_heading.RULE, where, text, "a date in brackets")
                )
            continue
        day = read_day(day_text)
        if day is None:
            findings.append(_problem(unreadable_heading.RULE, where, text, "a date"))
        elif not _is_believable(day, captured_at):
            expected = f"a day from {words.FIRST_YEAR} to the capture"
            findings.append(_problem(future_date.RULE, where, text, expected))
        else:
            rows[ReleaseDate(release, listed_on, page, day)] = None
    return ReleaseDates(tuple(rows), tuple(findings))


def _stated(blocks: Iterable[Block]) -> Iterator[tuple[str, str, str | None]]:
    """Yield each dated release: its number, the text that says so, and the date in it.

    The date is None where a heading names a year in a form that is not known.
    """
    news: str | None = None
    for block in blocks:
        if block.kind == "heading":
            text = block.section[-1]
            found = release_heading(text)
            if found and found.is_of_the_release:
                yield found.release, text, found.day
            news = None if found else _news_release(text)
            if news and words.YEAR.search(text):
                yield news, text, None
            continue
        posted = words.POSTED_ON.fullmatch(block.text) if block.kind == "paragraph" else None
        if news and posted:
            yield news, f"{news}, {block.text}", posted["day"]
            news = None


def _news_release(heading: str) -> str | None:
    match = words.NEWS_HEADING.fullmatch(heading)
    if match is None:
        return None
    name = match["rest"].partition(":")[0]
    return None if any(stage in name.split() for stage in words.STAGES) else match["release"]


def _is_believable(day: date, captured_at: datetime | None) -> bool:
    if day.year < words.FIRST_YEAR:
        return False
    return captured_at is None or day <= captured_at.date() + _LEEWAY


def _problem(rule: Rule, where: str, observed: str, expected: str) -> Problem:
    remedy = f"see the forms of headings and dates in {words.FILE}"
    return Problem(rule, where, observed, expected, remedy)
