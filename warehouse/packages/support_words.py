"""This module words what is supported from when to when: sentences, rows, objects for programs.

Put here how an answer about support is said. What is said is found in `supporting`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warehouse.packages.identifying.wording import spans

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from warehouse.packages.supporting import SupportAnswer, Supporting

SUPPORT_COLUMNS = (
    "accelerator",
    "framework",
    "package",
    "python",
    "first_release",
    "last_release",
    "notes",
    "hardware_pages",
    "evidence",
    "contradictions",
)
SUPPORT_TYPES: Mapping[str, str] = {
    **dict.fromkeys(SUPPORT_COLUMNS[:6], "string"),
    "gaps": "list of string",
    "nothing_clear_of_python": "list of string",
    "other_pythons": "list of string",
    "not_listed": "list of string",
    "on_hardware_pages_of": "list of string",
    "evidence": "list of string",
    "contradictions": "string",
}
"""The columns of rows for programs, with their types."""


_WITHOUT = ("is without it", "are without it")


def support_sentence(one: Supporting, answer: SupportAnswer) -> str:
    """Return one line: the last release with something, the first, and what comes after."""
    known = answer.releases
    newest = " (the newest)" if one.last == known[-1] else ""
    first = "" if one.first == one.last else f"; the first is {one.first}"
    text = f"The last release for {one.subject} is {one.last}{newest}{first}."
    if notes := "; ".join(_notes(one, known)):
        text += f" {notes[0].upper()}{notes[1:]}."
    return text


def support_rows(answer: SupportAnswer) -> list[tuple[str, ...]]:
    """Return a row of `SUPPORT_COLUMNS` for each range."""
    known = answer.releases
    return [
        (
            one.accelerator,
            one.framework,
            one.package,
            one.python,
            one.first,
            one.last,
            "; ".join(_notes(one, known)),
            f"{one.hardware[0]} to {one.hardware[-1]}" if one.hardware else "none",
            ", ".join(one.evidence),
            "; ".join(f"{name}: {spans(of, known)}" for name, of in one.contradictions.items()),
        )
        for one in answer.ranges
    ]


def support_records(answer: SupportAnswer) -> Iterator[dict[str, Any]]:
    """Yield the ranges as rows of `SUPPORT_TYPES`; contradictions are a text, as for people."""
    worded = (row[-1] for row in support_rows(answer))
    for one, contradictions in zip(support_document(answer), worded, strict=True):
        flat = {**one, **one["after"], "contradictions": contradictions or None}
        yield {name: flat[name] for name in SUPPORT_TYPES}


def support_document(answer: SupportAnswer) -> list[dict[str, Any]]:
    """Return the ranges as objects for JSON."""
    return [
        {
            "accelerator": one.accelerator,
            "framework": one.framework or None,
            "package": one.package or None,
            "python": one.python or None,
            "first_release": one.first,
            "last_release": one.last,
            "gaps": list(one.gaps),
            "after": {
                "nothing_clear_of_python": list(one.silent),
                "other_pythons": list(one.against),
                "not_listed": list(one.unlisted),
            },
            "on_hardware_pages_of": list(one.hardware),
            "evidence": list(one.evidence),
            "contradictions": {name: list(of) for name, of in one.contradictions.items()},
            "summary": support_sentence(one, answer),
        }
        for one in answer.ranges
    ]


def _notes(one: Supporting, known: tuple[str, ...]) -> Iterator[str]:
    """Yield what is said between the first and the last release, and after it."""
    if one.gaps:
        verbs = ("does not state it", "do not state it") if one.python else _WITHOUT
        yield f"between them {_with_verb(one.gaps, known, *verbs)}"
    if one.silent:
        verb = _with_verb(one.silent, known, "says", "say")
        yield f"after it {verb} nothing clear of Python {one.python}"
    if one.against:
        yield f"after it {_with_verb(one.against, known, 'states', 'state')} other Pythons"
    if one.unlisted:
        yield f"after it {_with_verb(one.unlisted, known, 'does', 'do')} not list it"


def _with_verb(releases: tuple[str, ...], known: tuple[str, ...], one: str, many: str) -> str:
    return f"{spans(releases, known)} {one if len(releases) == 1 else many}"
