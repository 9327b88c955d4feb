"""What moved: made-up series get the right words, and carried-over figures change nothing."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import UsageError
from tests.warehouse.questions.made_series import RELEASES, publish_stories
from warehouse.comparison.request import Filters
from warehouse.database.open_version import open_warehouse
from warehouse.questions.trends.figure_moves import (
    FigureKey,
    Move,
    Moves,
    Printed,
    find_moves,
    read_figures,
)
from warehouse.questions.trends.measured_points import PrintedFigure, measured_points
from warehouse.questions.trends.span import Span
from warehouse.questions.trends.told_moves import (
    MOVE_COLUMNS,
    move_lines,
    move_rows,
    shape_text,
)
from warehouse.views.shape import LEAST_POINTS, shape

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

    from tests.calling import Call
    from tests.shelf import Shelf


@pytest.fixture(scope="module")
def told(shelf: Shelf) -> Path:
    """Return a root whose series each tell a story."""
    return shelf.folder("told-series", publish_stories)


@pytest.fixture(scope="module")
def stories(told: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse of the stories."""
    with open_warehouse(told) as connection:
        yield connection


@pytest.fixture(scope="module")
def printed_stories(stories: duckdb.DuckDBPyConnection) -> Printed:
    """Return every figure of the stories."""
    return read_figures(stories, Filters())


@pytest.fixture(scope="module")
def printed(all_releases: duckdb.DuckDBPyConnection) -> Printed:
    """Return every figure of the bundled releases."""
    return read_figures(all_releases, Filters())


@pytest.fixture(scope="module")
def moves(printed_stories: Printed) -> Moves:
    """Return what moved in the stories."""
    return find_moves(printed_stories, Span().holds)


def _of(moves: Moves, story: str) -> dict[str, Move]:
    """Return a story's moves by the names of their figures."""
    return {one.key.label: one for one in moves.moves if one.key.series.startswith(story)}


@pytest.mark.parametrize(
    ("story", "verdict", "words"),
    [
        ("step", "improved", "a step between 2.13.0 and 2.14.0 (8 measurements)"),
        ("slower", "regressed", "a step between 2.13.0 and 2.14.0 (8 measurements)"),
        ("drift", "improved", "a drift (8 measurements)"),
        ("uneven", "improved", "neither a step nor a drift (8 measurements)"),
        ("returned", "unchanged", "went away and came back (8 measurements)"),
        ("outlier", "unchanged", "level (7 measurements)"),
        (
            "plateau",
            "improved",
            "too few to tell a step from a drift, which takes 4 (2 measurements)",
        ),
    ],
)
def test_a_story_gets_its_words(moves: Moves, story: str, verdict: str, words: str) -> None:
    found = _of(moves, story)
    assert found.keys() == {"throughput", "latency p50", "latency p99"}
    # A latency goes down where the throughput goes up, and both are for the better.
    assert {one.verdict for one in found.values()} == {verdict}
    assert {shape_text(one) for one in found.values()} == {words}


def test_a_figure_that_was_measured_once_has_no_trend(moves: Moves) -> None:
    for story in ("once", "restored", "relabelled"):
        assert _of(moves, story) == {}
    assert moves.once == 9
    assert moves.never == 0
    assert len(moves.moves) + moves.once == moves.figures == 30
    assert moves.copies == 0


def test_what_was_left_out_is_counted(moves: Moves) -> None:
    assert moves.left_out == {
        "carried over": 3 * (6 + 5),
        "relabelled": 3 * 7,
        "of rows with an error flag": 3,
    }


def test_a_revision_that_was_taken_back_is_one_measurement(
    stories: duckdb.DuckDBPyConnection,
) -> None:
    for figures in read_figures(stories, Filters(model="restored")).values():
        (point,) = measured_points(figures)
        assert point.revisions == 2
        assert point.release == "2.14.0"
        assert point.value == figures[0].value


def test_the_command_tells_the_stories(told: Path, call: Call) -> None:
    text = call("trends", "--root", str(told), "--most", "1").stdout
    assert text.startswith("Measured at any time: 21 figures twice or more")
    assert "Coverage: 21 of 30 figures; 9 were measured once and 0 not at all" in text
    assert "33 carried over, 21 relabelled, 3 of rows with an error flag" in text
    rows = json.loads(
        call("trends", "--root", str(told), "--only", "regressed", "--format", "json").stdout
    )
    assert {row["series"].split(",")[0] for row in rows} == {"slower"}
    assert {(row["step_from"], row["step_to"]) for row in rows} == {("2.13.0", "2.14.0")}
    assert len(rows[0]["values"]) == len(rows[0]["measured"]) == len(rows[0]["benchmark_ids"]) == 8


def test_a_span_leaves_what_was_measured_outside(told: Path, call: Call) -> None:
    arguments = ("trends", "--root", str(told), "--model", "step", "--format", "json")
    late = json.loads(call(*arguments, "--since", "2.14").stdout)
    assert {(row["verdict"], row["shape"]) for row in late} == {("unchanged", "level")}
    early = json.loads(call(*arguments, "--until", "2.14", "--metric", "throughput").stdout)
    assert [row["measured"] for row in early] == [list(RELEASES[:4])]


@pytest.mark.parametrize(
    ("span", "inside", "outside"),
    [
        (Span("2.16"), ("2.16.0", "2.20.0"), ("2.15.9",)),
        (Span("", "2.16"), ("2.9.0", "2.16.7"), ("2.17.0", "2.20.0")),
        (Span("2.16.1", "2.18.0"), ("2.16.1", "2.18.0"), ("2.16.0", "2.18.1")),
    ],
)
def test_a_minor_stands_for_all_of_its_patches(
    span: Span, inside: tuple[str, ...], outside: tuple[str, ...]
) -> None:
    assert all(map(span.holds, inside))
    assert not any(map(span.holds, outside))


def test_a_span_is_of_releases_in_which_something_was_measured(told: Path, call: Call) -> None:
    with pytest.raises(UsageError, match="'x' is not a release"):
        Span("x")
    called = call("trends", "--root", str(told), "--since", "2.30")
    assert called.returncode == 2
    assert "nothing was measured since 2.30; there are figures of 2.11.0, " in called.stderr


_VALUES = st.floats(1, 1000)
_ORIGINS = st.sampled_from(("carried-over", "relabelled"))


@given(
    st.lists(_VALUES, min_size=1, max_size=9),
    st.lists(st.tuples(st.integers(0, 40), _VALUES, _ORIGINS), max_size=20),
    st.randoms(use_true_random=False),
)
def test_carried_over_figures_in_any_order_change_nothing(
    values: list[float], others: list[tuple[int, float, str]], rng: Any
) -> None:
    measured = [
        PrintedFigure(f"2.{10 + 5 * at}.0", f"2.{10 + 5 * at}.0", value, "remeasured")
        for at, value in enumerate(values)
    ]
    repeated = [
        PrintedFigure(f"2.{10 + at}.1", f"2.{10 + at}.0", value, origin)
        for at, value, origin in others
    ]
    mixed = [*measured, *repeated]
    rng.shuffle(mixed)
    assert measured_points(mixed) == measured_points(measured)


@given(st.lists(_VALUES, min_size=1, max_size=LEAST_POINTS - 1), st.floats(0, 0.5))
def test_nothing_is_claimed_of_few_measurements(values: list[float], tolerance: float) -> None:
    assert shape(values, tolerance).word in ("single", "level", "unshaped")


@given(st.lists(_VALUES, min_size=2, max_size=9), st.floats(0.001, 1000))
def test_a_shape_is_the_same_in_any_unit_and_in_a_mirror(values: list[float], unit: float) -> None:
    # At a border, rounding may decide either way: whole numbers of the tolerance are apart.
    steps = [round(value) for value in values]
    found = shape([1.05**step for step in steps], 0.02)
    assert shape([unit * 1.05**step for step in steps], 0.02).word == found.word
    assert shape([1.05**-step for step in steps], 0.02).word == found.word


def test_the_real_figures_are_each_counted_once(
    all_releases: duckdb.DuckDBPyConnection, printed: Printed
) -> None:
    ((total,),) = all_releases.execute(
        "SELECT count(*) FROM history WHERE metric NOT IN ('cost', 'hourly_rate')"
    ).fetchall()
    assert sum(map(len, printed.values())) == total
    found = find_moves(printed, Span().holds)
    assert found.figures == len(printed)
    assert found.copies == sum(len(move.other_tabs) for move in found.moves) > 0
    assert len({move.key for move in found.moves}) == len(found.moves)
    by_page = defaultdict(set)
    for release, measured in all_releases.execute(
        "SELECT release, measured_release FROM benchmarks"
    ).fetchall():
        by_page[release].add(measured)
    for move in found.moves:
        labels = [point.measured_release for point in move.points]
        assert len(set(labels)) == len(labels)
        assert all(point.measured_release in by_page[point.release] for point in move.points)


def test_a_change_that_a_rule_warns_of_is_in_doubt_and_comes_last(
    all_releases: duckdb.DuckDBPyConnection,
) -> None:
    found = find_moves(read_figures(all_releases, Filters(model="clip-vit-base")), Span().holds)
    doubted = [bool(move.warnings) for move in found.moves]
    assert doubted == sorted(doubted)
    (latency,) = (m for m in found.moves if m.change > 1 and m.key.label == "latency p50")
    assert latency.warnings == ("concurrency",)
    assert any("in doubt, as rules warn of it: concurrency" in line for line in move_lines(latency))


def test_a_row_in_both_tabs_is_told_once() -> None:
    def key(tab: str) -> FigureKey:
        name = f"m, inf2.xlarge, optimized for {tab}, Batch"
        return FigureKey(tab, name, "latency", "p50", "ms", None, 4, tab)

    def printed(*values: float) -> list[PrintedFigure]:
        return [
            PrintedFigure(f"2.{at}.0", f"2.{at}.0", value, "remeasured")
            for at, value in enumerate(values, 10)
        ]

    same = find_moves(
        {key("latency"): printed(1, 2), key("throughput"): printed(1, 2)}, Span().holds
    )
    assert [move.other_tabs for move in same.moves] == [("throughput",)]
    assert (same.figures, same.copies) == (2, 1)
    other = find_moves(
        {key("latency"): printed(1, 2), key("throughput"): printed(1, 3)}, Span().holds
    )
    assert [move.other_tabs for move in other.moves] == [(), ()]


SOME_MINORS = Span("2.16.0", "2.20")
TOLD_ALIKE = tuple(name for name in MOVE_COLUMNS if name not in {"values", "revisions", "retuned"})
"""Columns that the macro has as well."""


def _by_sql(connection: duckdb.DuckDBPyConnection, arguments: str = "") -> list[dict[str, Any]]:
    found = connection.execute(
        f"SELECT {', '.join(TOLD_ALIKE)}, figures AS values FROM trends({arguments})"  # noqa: S608
    )
    names = [name for name, *_ in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _by_python(found: Moves) -> list[dict[str, Any]]:
    rows = move_rows(found.moves, ())
    return [{name: row[name] for name in (*TOLD_ALIKE, "values")} for row in rows]


def _alike(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> None:
    def key(row: dict[str, Any]) -> str:
        return json.dumps({name: row[name] for name in row if name != "change"}, sort_keys=True)

    ordered, others = sorted(one, key=key), sorted(other, key=key)
    assert [key(row) for row in ordered] == [key(row) for row in others]
    changes = [row["change"] for row in others]
    assert [row["change"] for row in ordered] == pytest.approx(changes)


@pytest.mark.parametrize(
    ("arguments", "span"), [("", Span()), ("since := '2.16.0', until := '2.20'", SOME_MINORS)]
)
def test_the_macro_says_what_the_command_says(
    all_releases: duckdb.DuckDBPyConnection, printed: Printed, arguments: str, span: Span
) -> None:
    rows = _by_sql(all_releases, arguments)
    assert len(rows) > 50
    _alike(rows, _by_python(find_moves(printed, span.holds)))
    # What is in doubt comes last, and before it the most first.
    sizes = [(bool(row["warnings"]), -round(abs(math.log1p(row["change"])), 9)) for row in rows]
    assert sizes == sorted(sizes)


@pytest.mark.parametrize(
    ("arguments", "span"),
    [
        ("", Span()),
        ("since := '2.18'", Span(since="2.18")),
        ("since := '2.16.0', until := '2.20'", SOME_MINORS),
        ("until := '2.20.0'", Span(until="2.20.0")),
    ],
)
def test_the_macro_tells_the_stories_of_a_span_as_the_command_does(
    stories: duckdb.DuckDBPyConnection, printed_stories: Printed, arguments: str, span: Span
) -> None:
    _alike(_by_sql(stories, arguments), _by_python(find_moves(printed_stories, span.holds)))
