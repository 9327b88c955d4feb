"""Notes: the price basis and the tokens counted, which hold for a whole page."""

from __future__ import annotations

import pytest

from pipelines.performance.notes import NoteFacts, read_notes

ON_DEMAND = "Costs follow the US East (N. Virginia) On-Demand hourly rate."
RESERVED = "Costs follow the RI-Effective hourly rate."


@pytest.mark.parametrize(
    ("note", "basis"),
    [
        (ON_DEMAND, "on-demand"),
        ("on-demand hourly rate", "on-demand"),
        (RESERVED, "ri-effective"),
        ("the RI-effective Hourly Rate of one region", "ri-effective"),
    ],
)
def test_the_price_basis_is_the_word_before_hourly_rate(note: str, basis: str) -> None:
    facts, problems = read_notes("a-page", ["Something else.", note, note])
    assert facts == NoteFacts(basis, None, (basis,))
    assert not problems


@pytest.mark.parametrize(
    ("note", "basis"),
    [("Throughput counts Input and Output tokens.", "input+output"), ("Output tokens.", None)],
)
def test_the_tokens_counted_are_what_a_note_states(note: str, basis: str | None) -> None:
    facts, problems = read_notes("a-page", [note])
    assert facts == NoteFacts(None, basis, ())
    assert not problems


def test_no_notes_state_nothing() -> None:
    assert read_notes("a-page", []) == (NoteFacts(None, None, ()), ())


def test_an_unknown_price_basis_names_page_words_and_the_list_to_extend() -> None:
    facts, (problem,) = read_notes("a-page", ["Costs follow the Spot hourly rate."])
    assert facts.price_basis is None
    assert problem.rule.name == "unknown-price-basis"
    for words in ("a-page", "'Spot hourly rate'", "on demand, ri effective", "PRICE_BASES"):
        assert words in str(problem)
    assert "pipelines/performance/vocabulary.py" in problem.remedy


def test_two_price_bases_contradict_and_neither_is_believed() -> None:
    facts, (problem,) = read_notes("a-page", [ON_DEMAND, RESERVED])
    assert facts == NoteFacts(None, None, ("on-demand", "ri-effective"))
    assert problem.rule.name == "contradictory-price-basis"
    assert problem.observed == "on-demand and ri-effective"
