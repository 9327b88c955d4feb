"""Text of a page on its way to people: nothing in it acts, nothing in it is invisible."""

from __future__ import annotations

import io
import re
import sys
import unicodedata
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.cli.shared.output import print_error, tell
from dagster_project.metadata import preview
from tests.warehouse.conftest import NOW, a_benchmark, a_release
from warehouse.database.build_file import build_database
from warehouse.output.render import render
from warehouse.versions import publish
from warehouse.visible import UNSEEN, markdown, spreadsheet_cell, visible, visible_line

if TYPE_CHECKING:
    from pathlib import Path

ESCAPE, TURNED = "\x1b]0;owned\x07", "\u202egpj.exe"
SCRIPT, IMAGE = "<script>alert(1)</script>", "![x](https://evil.example/x.png)"
HOSTILE = f"bert {ESCAPE}{TURNED}{SCRIPT}{IMAGE}\u200b\r| a `b` *c*"


def _is_unseen(character: str) -> bool:
    return character != "\n" and unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def test_every_control_and_format_character_of_unicode_is_made_visible() -> None:
    unseen = [c for c in map(chr, range(sys.maxunicode + 1)) if _is_unseen(c)]
    assert [c for c in unseen if visible(c) == c] == []


def test_what_python_would_print_of_them_is_made_visible_too() -> None:
    listed = re.compile(f"[{UNSEEN}]")
    unseen = [c for c in map(chr, range(sys.maxunicode + 1)) if listed.match(c)]
    assert [c for c in unseen if visible(c) == c] == []


@pytest.mark.parametrize(
    "text", ["é", "Ω", "日本", "🙂", "a b", "x\ny", "“FP32, BF16”", "±5 %", ""]
)
def test_what_people_can_see_stays(text: str) -> None:
    assert visible(text) == text


def test_characters_are_written_as_python_writes_them() -> None:
    assert visible("\x1b[31m\u202e\u2066\t\r") == "\\x1b[31m\\u202e\\u2066\\t\\r"
    assert visible_line("a\nb") == "a\\nb"


@given(st.text())
def test_visible_text_can_be_printed_and_is_made_so_once(text: str) -> None:
    shown = visible(text)
    shown.encode()
    assert visible(shown) == shown
    assert not any(map(_is_unseen, shown))


@given(st.text(alphabet=st.sampled_from("<>&[]()!`*_~|\\#abc \n\x1b\u202e")))
def test_nothing_in_markdown_is_markup(text: str) -> None:
    shown = markdown(text)
    assert "\n" not in shown
    assert not {"<", ">"} & set(shown)
    plain = shown.replace("\\\\", "")
    for mark in "[]`*|~!#":
        assert plain.count(mark) == plain.count(f"\\{mark}")


def test_names_of_models_stay_readable_in_markdown() -> None:
    assert markdown("meta-llama/Llama_2_7b (x)") == "meta-llama/Llama_2_7b (x)"


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_rows_for_people_are_harmless(form: str) -> None:
    stream = io.BytesIO()
    render(pa.table({HOSTILE: [HOSTILE], "l": [[HOSTILE]], "m": [{"k": HOSTILE}]}), form, stream)
    text = stream.getvalue().decode()
    assert not any(map(_is_unseen, text))
    if form == "markdown":
        assert "<script>" not in text
        assert "![" not in text


@pytest.mark.parametrize("form", ["csv", "json"])
def test_rows_for_programs_are_data(form: str) -> None:
    stream = io.BytesIO()
    render(pa.table({"a": [TURNED]}), form, stream)
    assert TURNED in stream.getvalue().decode()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1"])
def test_a_spreadsheet_takes_no_text_for_a_formula(text: str) -> None:
    assert spreadsheet_cell(text) == f"'{text}"
    stream = io.BytesIO()
    render(pa.table({"a": [text], "n": [-1.5]}), "csv-spreadsheet", stream)
    assert f"'{text}".encode() in stream.getvalue()
    assert b",-1.5" in stream.getvalue()
    plain = io.BytesIO()
    render(pa.table({"a": [text]}), "csv", plain)
    assert b"'" not in plain.getvalue()


def test_lines_for_people_are_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    tell(HOSTILE)
    tell(HOSTILE, beside=True)
    print_error(f"{HOSTILE}\nsecond")
    said = capsys.readouterr()
    assert not any(map(_is_unseen, said.out + said.err))
    assert said.err.count("neuron-warehouse: ") == 2


def test_dagsters_preview_is_harmless() -> None:
    text = preview(["model", "table_id"], [{"model": SCRIPT, "table_id": IMAGE}])
    assert "script" in text
    assert "<script>" not in text
    assert "![" not in text


def test_the_report_of_a_comparison_is_harmless(
    root: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    from dagster_project.cli import main

    releases = [
        a_release(name, benchmarks=[a_benchmark(name, row, model=HOSTILE) for row in range(2)])
        for name in ("2.19.0", "2.20.0")
    ]
    publish(root, releases, source="a test", now=NOW)
    build_database(root)
    only = ("--only", "carried-over,relabelled,unchanged,added,removed,improved,regressed,revised")
    for command in (("compare", "2.19", "2.20", *only), ("sql", "FROM benchmarks")):
        monkeypatch.setattr(sys, "argv", ["neuron-warehouse", *command, "--root", str(root)])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 0
        out = capfdbinary.readouterr().out.decode()
        assert "bert" in out
        assert not any(map(_is_unseen, out))
