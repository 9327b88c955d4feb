"""Release dates: month first, from headings alone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pipelines.composition.headings import release_heading
from pipelines.composition.release_dates import ReleaseDates, read_dates
from pipelines.contract import ReleaseDate
from pipelines.extract import Block


def heading(text: str) -> Block:
    """Return a heading."""
    return Block("heading", ("What's New", text), None, text)


def test_a_heading_dates_its_release_once() -> None:
    blocks = [
        heading("Neuron 2.18.0 (04/01/2024)"),
        heading("Neuron 2.18.0 (04/01/2024)"),
        heading("Neuron 2.20.0 Known Issues"),
        Block("paragraph", ("Neuron 2.17.0 (02/13/2024)",), None, "text"),
    ]
    dates = read_dates("whats-new", "2.20.2", blocks)
    assert dates.rows == (ReleaseDate("2.18.0", "2.20.2", "whats-new", date(2024, 4, 1)),)
    assert not dates.findings


@pytest.mark.parametrize("day", ["August 17, 2026", "Aug 17, 2026", "2026-08-17", "08/17/2026"])
def test_a_heading_has_its_date_in_any_known_form(day: str) -> None:
    dates = read_dates("whats-new", "2.33.0", [heading(f"Neuron 2.33.0 ({day})")])
    assert [one.published_on for one in dates.rows] == [date(2026, 8, 17)]
    assert release_heading(f"Neuron 2.33.0 ({day})") is not None


@pytest.mark.parametrize("text", ["Neuron 2.33.0 - 2026-08-17", "Neuron 2.33.0, August 2026"])
def test_a_date_in_an_unknown_place_is_told_once_nothing_else_dates_the_release(text: str) -> None:
    alone = read_dates("whats-new", "2.33.0", [heading(text)])
    assert [problem.rule.name for problem in alone.findings] == ["unreadable-heading"]
    both = read_dates("p", "2.33.0", [heading(text), heading("Neuron 2.33.0 (08/17/2026)")])
    assert not both.findings


def test_a_date_that_is_none_is_a_problem() -> None:
    dates = read_dates("whats-new", "2.20.2", [heading("Neuron 2.18.0 (13/01/2024)")])
    (problem,) = dates.findings
    assert not dates.rows
    assert problem.rule.name == "unreadable-heading"
    assert problem.observed == "Neuron 2.18.0 (13/01/2024)"


@pytest.mark.parametrize(
    "text",
    [
        "Neuron 2.21.0 Beta (12/03/2024)",
        "Neuron 2.32.0 \N{EM DASH} vLLM Neuron Beta (08/17/2026)",
        "Neuron 2.24 Feature Release Notes",
    ],
)
def test_the_date_of_a_stage_or_a_product_is_not_that_of_the_release(text: str) -> None:
    assert read_dates("whats-new", "2.32.0", [heading(text)]) == ReleaseDates()


@pytest.mark.parametrize(
    ("title", "posted", "release", "day"),
    [
        ("AWS Neuron SDK 2.27.0: More", "December 19, 2025", "2.27.0", date(2025, 12, 19)),
        ("Neuron Release 2.31.0: More", "July 7, 2026", "2.31.0", date(2026, 7, 7)),
        ("AWS Neuron SDK 2.28.1 Patch Available", "03/13/2026", "2.28.1", date(2026, 3, 13)),
    ],
)
def test_news_is_dated_by_the_paragraph_below_its_heading(
    title: str, posted: str, release: str, day: date
) -> None:
    paragraph = Block("paragraph", ("What's New", title), None, f"Posted on: {posted}")
    dates = read_dates("news", "2.32.0", [heading(title), paragraph, paragraph])
    assert dates.rows == (ReleaseDate(release, "2.32.0", "news", day),)


@pytest.mark.parametrize("title", ["vLLM Neuron Beta now available", "Neuron 2.33.0 Beta: soon"])
def test_other_news_dates_no_release(title: str) -> None:
    paragraph = Block("paragraph", ("What's New", title), None, "Posted on: July 20, 2026")
    assert read_dates("news", "2.32.0", [heading(title), paragraph]) == ReleaseDates()


def test_news_with_a_date_that_is_none_is_a_problem() -> None:
    paragraph = Block("paragraph", ("N", "Neuron Release 2.31.0"), None, "Posted on: someday")
    dates = read_dates("news", "2.32.0", [heading("Neuron Release 2.31.0"), paragraph])
    assert [problem.rule.name for problem in dates.findings] == ["unreadable-heading"]


CAPTURED = datetime(2024, 4, 1, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "captured_at", "is_believed"),
    [
        ("04/01/2024", CAPTURED, True),
        ("04/02/2024", CAPTURED, True),
        ("04/03/2024", CAPTURED, False),
        ("04/01/2042", CAPTURED, False),
        ("12/31/2017", CAPTURED, False),
        ("01/01/2018", CAPTURED, True),
        ("04/01/2042", None, True),
        ("04/01/0204", None, False),
    ],
)
def test_a_date_after_the_capture_or_before_the_sdk_is_flagged_and_not_believed(
    text: str,
    captured_at: datetime | None,
    is_believed: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    dates = read_dates("p", "2.20.2", [heading(f"Neuron 2.18.0 ({text})")], captured_at)
    assert len(dates.rows) == is_believed
    assert [one.rule.name for one in dates.findings] == ["future-date"] * (not is_believed)
