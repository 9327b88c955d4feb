"""One model over all releases: its stages, its sparkline, its changes."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.warehouse.questions.made_series import RELEASES, publish_stories
from warehouse.comparison.request import Filters
from warehouse.database.open_version import open_warehouse
from warehouse.questions.series.stages import SeriesHistory, read_histories
from warehouse.questions.series.told_series import series_lines, sparkline

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from tests.calling import Call
    from tests.shelf import Shelf


@pytest.fixture(scope="module")
def told(shelf: Shelf) -> Path:
    """Return a root whose series each tell a story."""
    return shelf.folder("told-series", publish_stories)


@cache
def _history(told: Path, story: str) -> SeriesHistory:
    with open_warehouse(told) as connection:
        (found,) = read_histories(connection, Filters(model=story))
    return found


def _lines(told: Path, story: str, width: int = 200) -> list[str]:
    return [*series_lines(_history(told, story), width)]


def _row(lines: list[str], label: str) -> list[str]:
    (line,) = (line for line in lines if line.strip().startswith(label))
    return line.strip().removeprefix(label).split()


def test_releases_that_repeat_a_row_are_one_stage(told: Path) -> None:
    lines = _lines(told, "plateau")
    assert lines[1].split()[:2] == ["2.11.0…2.15.0", "2.16.0…2.18.0"]
    assert _row(lines, "measured on")[:2] == ["2.11.0", "2.16.0"]
    assert lines[3].split() == ["new", "new"]
    assert _row(lines, "throughput, inferences/s") == ["100", "150", "▁█", "+50.0%", "+50.0%"]
    assert _row(lines, "latency p50, ms")[-3:] == ["█▁", "-33.3%", "-33.3%"]
    assert _row(lines, "cost, USD per 1M inferences") == ["1", "0.666667"]


def test_a_row_that_is_revised_in_a_hidden_figure_alone_is_one_stage(
    all_releases: duckdb.DuckDBPyConnection,
) -> None:
    # 2.20.0 gives costs of 2.18.0's figures at another rate.
    clip = Filters(model="clip-vit-base-patch32", instance="inf2")
    wanted = {
        ("throughput",): ("2.18.2", "2.19.0", "2.19.1", "2.20.0", "2.20.1", "2.20.2"),
        ("throughput", "cost"): ("2.18.2", "2.19.0", "2.19.1"),
    }
    for metrics, releases in wanted.items():
        found = read_histories(all_releases, replace(clip, metrics=metrics))
        assert releases in {stage.releases for one in found for stage in one.stages}


def test_what_is_no_measurement_is_named_and_in_no_trend(told: Path) -> None:
    lines = _lines(told, "restored")
    assert lines[3].split() == ["new", "revised", "revised"]
    assert _row(lines, "throughput, inferences/s") == ["100", "60", "100"]
    assert "trend" not in lines[1]
    assert _lines(told, "relabelled")[3].split() == ["new", *["relabelled"] * 7]


def test_a_flagged_figure_is_shown_marked_and_in_no_trend(told: Path) -> None:
    lines = _lines(told, "outlier")
    row = _row(lines, "throughput, inferences/s")
    assert row[2:4] == ["1,000", "⚑"]
    assert len(row[-3]) == 7
    assert any("⚑ 2.13.0: error: figures-contradict" in line for line in lines)


@pytest.mark.parametrize("width", [60, 100])
def test_a_table_is_as_wide_as_the_terminal_at_most(told: Path, width: int) -> None:
    wide = _lines(told, "step", 200)
    lines = _lines(told, "step", width)
    # All but the series' name and the address.
    assert all(len(line) <= width for line in lines[1:-1])
    assert " ".join(lines).split().count("100.5") == " ".join(wide).split().count("100.5") == 1
    shown = [word for line in lines for word in line.split() if word in RELEASES]
    assert shown.count("2.14.0") == 2


def test_the_command_shows_a_model_that_is_called_just_so_first(
    bundled_root: Path, call: Call
) -> None:
    text = call("history", "bert", "base", "cased", "--root", str(bundled_root)).stdout
    assert " series of 'bert base cased'." in text
    named = [line for line in text.splitlines() if "optimized for" in line]
    assert [line.split(",")[0] for line in named] == ["bert-base-cased"] * 5
    counts = [int(word) for word in text.split() if word.isdigit()]
    assert counts[0] == counts[-1] > 5


def test_the_command_writes_the_rows_of_the_view(
    bundled_root: Path, all_releases: duckdb.DuckDBPyConnection, call: Call
) -> None:
    arguments = ("--root", str(bundled_root), "--format", "json", "--metric", "throughput")
    rows = json.loads(call("history", "gpt2", *arguments).stdout)
    wanted = all_releases.execute(
        "SELECT series_id, release, value FROM history "
        "WHERE lower(model) LIKE '%gpt2%' AND metric = 'throughput'"
    ).fetchall()
    found = {(row["series_id"], row["release"], row["value"]) for row in rows}
    assert found == set(wanted)
    assert len(rows) == len(wanted) > 0


def test_an_unknown_model_is_answered_with_the_nearest(bundled_root: Path, call: Call) -> None:
    called = call("history", "bret", "--root", str(bundled_root))
    assert called.returncode == 2
    assert "unknown model 'bret' (nearest: " in called.stderr


@given(st.lists(st.floats(-1e6, 1e6), max_size=12))
def test_a_sparkline_has_one_bar_a_value_in_their_order(values: list[float]) -> None:
    bars = sparkline(values)
    assert len(bars) == (len(values) if len(values) > 1 else 0)
    for (one, bar), (other, next_bar) in zip(
        zip(values, bars, strict=False), zip(values[1:], bars[1:], strict=False), strict=False
    ):
        assert (one <= other) <= (bar <= next_bar)
