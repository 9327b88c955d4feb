"""Release dates: month first, from headings alone."""

from __future__ import annotations

from datetime import date

from pipelines.composition.release_dates import read_dates
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
    dates, problems = read_dates("whats-new", "2.20.2", blocks)
    assert dates == (ReleaseDate("2.18.0", "2.20.2", "whats-new", date(2024, 4, 1)),)
    assert not problems


def test_a_date_that_is_none_is_a_problem() -> None:
    dates, (problem,) = read_dates("whats-new", "2.20.2", [heading("Neuron 2.18.0 (13/01/2024)")])
    assert not dates
    assert problem.rule.name == "unreadable-heading"
    assert problem.observed == "Neuron 2.18.0 (13/01/2024)"
