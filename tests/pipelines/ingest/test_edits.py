"""Edits are found cell by cell, and a row that only moved is no edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.ingest import NOTHING_CAPTURED, LastCapture
from pipelines.ingest.last_capture import last_capture_of
from pipelines.policy import Policy
from tests.pipelines.making import ENCODER, read_page, renamed, table_html

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipelines.contract import CellChange, ReleaseTables

SECOND = ENCODER | {"Model": "bert-base-uncased", "Latency P50 (ms)": "2.04"}


def _read(
    folder: Path, *rows: Mapping[str, str], last: LastCapture = NOTHING_CAPTURED
) -> ReleaseTables:
    return read_page(
        folder, table_html(*rows), options={"last": last, "policy": Policy(lost_tables=True)}
    )


def _after(folder: Path, *rows: Mapping[str, str]) -> tuple[CellChange, ...]:
    last = last_capture_of(_read(folder, ENCODER, SECOND))
    return tuple(_read(folder, *rows, last=last).rows["cell_changes"])


def test_a_first_capture_has_no_edits(tmp_path: Path) -> None:
    assert _read(tmp_path, ENCODER).rows["cell_changes"] == []


def test_the_same_tables_have_no_edits(tmp_path: Path) -> None:
    assert _after(tmp_path, ENCODER, SECOND) == ()


def test_an_edited_cell_is_kept_with_both_its_texts(tmp_path: Path) -> None:
    (change,) = _after(tmp_path, ENCODER, SECOND | {"Latency P50 (ms)": "2.05"})
    assert (change.before, change.after, change.change) == ("2.04", "2.05", "altered")
    assert (change.header, change.row, change.change_number) == ("Latency P50 (ms)", 1, 1)


def test_a_row_put_before_the_others_is_the_only_one_added(tmp_path: Path) -> None:
    changes = _after(tmp_path, ENCODER | {"Model": "new"}, ENCODER, SECOND)
    assert {(change.row, change.change) for change in changes} == {(0, "added")}
    assert len(changes) == len(ENCODER)


def test_a_row_that_is_gone_is_kept_with_its_place(tmp_path: Path) -> None:
    changes = _after(tmp_path, SECOND)
    assert {(change.row, change.change, change.after) for change in changes} == {
        (0, "removed", None)
    }


def test_a_renamed_header_is_an_edit_without_a_row(tmp_path: Path) -> None:
    rows = [renamed(row, "OS Type", "OS Type.") for row in (ENCODER, SECOND)]
    (change,) = _after(tmp_path, *rows)
    assert (change.row, change.before, change.after) == (None, "OS Type", "OS Type.")


def test_edits_add_up_in_their_order(tmp_path: Path) -> None:
    last = last_capture_of(_read(tmp_path, ENCODER))
    for figure in ("1.03", "1.02"):
        tables = _read(tmp_path, ENCODER | {"Latency P50 (ms)": figure}, last=last)
        last = last_capture_of(tables)
    edits = [(c.change_number, c.before, c.after) for c in last.changes]
    assert edits == [(1, "1.02", "1.03"), (2, "1.03", "1.02")]
