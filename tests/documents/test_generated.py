"""Documents and pictures that are made from the code, from files and from results are fresh."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from benchmarks.saving import save
from pipelines.contract import TABLES
from tools.documents.__main__ import generated
from tools.documents.found import REPOSITORY
from tools.documents.parts import with_parts
from tools.documents.pictures import STEPS, keys, terminal
from tools.documents.results import FOLDER, table

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_what_is_made_is_fresh() -> None:
    stale = [
        name
        for name, text in generated().items()
        if not (path := REPOSITORY / name).exists() or path.read_text("utf-8") != text
    ]
    assert stale == [], "run: python -m tools.documents"


def test_no_page_is_left_of_a_command_that_is_gone() -> None:
    pages = {f"docs/reference/commands/{path.name}" for path in _folder().glob("*.md")}
    assert pages <= generated().keys()


def _folder() -> Path:
    return REPOSITORY / "docs" / "reference" / "commands"


def test_the_way_to_the_report_names_folders_that_exist() -> None:
    assert [folder for _, _, folder in STEPS if not (REPOSITORY / folder).is_dir()] == []


def test_the_picture_of_tables_has_every_table_and_an_arrow_for_each_reference() -> None:
    picture = keys()
    assert [one.name for one in TABLES if f">{one.name}</text>" not in picture] == []
    assert picture.count('class="edge"') == sum(len(one.references) for one in TABLES)


def test_a_terminal_asks_no_other_host() -> None:
    picture = terminal("neuron-warehouse models", "a < b\n")
    assert "a&#160;&lt;&#160;b" in picture
    assert "url(http" not in picture


def test_a_file_is_shown_as_it_is() -> None:
    text = "a\n<!-- file: examples/ci/watch.toml -->\n```toml\nold\n```\nb\n"
    shown = (REPOSITORY / "examples" / "ci" / "watch.toml").read_text("utf-8")
    assert with_parts(text) == text.replace("old\n", shown)


def test_a_result_says_where_and_when_it_was_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"what": "a", "ours_seconds": 1.5, "runs": 2000, "met": True, "theirs_ms": None}]
    save("made-up", rows, tmp_path)
    saved = json.loads((tmp_path / "made-up.json").read_text("utf-8"))
    monkeypatch.setattr("tools.documents.results.FOLDER", tmp_path)
    head, lines, _ = table("made-up").split("\n\n")
    assert saved["machine"] in " ".join(head.split())
    assert saved["commit"] in head
    assert lines.splitlines() == [
        "| What | Ours, s | Runs | Met | Theirs, ms |",
        "|---|---:|---:|---|---|",
        "| a | 1.5 | 2,000 | yes |  |",
    ]


def test_every_result_is_in_a_document() -> None:
    marked = "".join(
        text for name, text in generated().items() if name.startswith("docs/") and "<!-- " in text
    )
    assert [
        one.stem for one in FOLDER.glob("*.json") if f"results: {one.stem} -->" not in marked
    ] == []
