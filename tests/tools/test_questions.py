"""The pages of questions: each has a command with its answer, and stands in their index."""

from __future__ import annotations

import re
from pathlib import Path

from tools.refresh_readme import DOCUMENTS

FOLDER = Path(__file__).parents[2] / "docs" / "how-to" / "questions"
INDEX = FOLDER / "index.md"
PAGES = tuple(path for path in sorted(FOLDER.glob("*.md")) if path != INDEX)
LEAST_QUESTIONS = 15
MOST_LINES = 200
_SECTION = re.compile(r"^## (?P<heading>.+)\n(?P<text>(?:(?!## ).*\n)*)", re.MULTILINE)


def _questions() -> list[tuple[Path, str, str]]:
    """Return each question with its page and what stands below it."""
    return [
        (page, found["heading"], found["text"])
        for page in PAGES
        for found in _SECTION.finditer(page.read_text("utf-8"))
        if found["heading"].endswith("?")
    ]


def _anchor(heading: str) -> str:
    """Return the address of a heading within its page, as GitHub makes it."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_every_question_has_a_command_and_what_it_prints() -> None:
    assert len(_questions()) >= LEAST_QUESTIONS
    for page, question, text in _questions():
        assert re.search(r"```console\n\$ .+?\n.+\n```", text, re.DOTALL), (page.name, question)


def test_the_index_leads_to_every_question_and_nowhere_else() -> None:
    wanted = [f"[{name}]({page.name}#{_anchor(name)})" for page, name, _ in _questions()]
    assert sorted(re.findall(r"\[.*\]\(\S+#\S+\)", INDEX.read_text("utf-8"))) == sorted(wanted)


def test_every_page_is_short_and_its_commands_are_run() -> None:
    for page in PAGES:
        assert len(page.read_text("utf-8").splitlines()) < MOST_LINES, page.name
        assert f"docs/how-to/questions/{page.name}" in DOCUMENTS
