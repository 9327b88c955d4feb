"""Rows that releases print again are compared once; that they are shared changes no flag."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.quality.across import cross_release_flags, judged_release
from pipelines.quality.context import view_release
from pipelines.quality.shared import row_facts
from pipelines.quality.shared.past import History
from pipelines.quality.shared.printed_row import printed_row
from tests.pipelines.quality.making import ARow, a_row, released

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipelines.contract import QualityFlag, ReleaseTables
    from pipelines.quality.shared.printed_row import PrintedRow


def a_run(throughput: str, p50: str, p99: str, batch_size: int = 4) -> ARow:
    return a_row(
        {"model": "bert", "batch_size": batch_size}, throughput=throughput, p50=p50, p99=p99
    )


SOUND = a_run("1000", "8.0", "8.4")
# What becomes of it: twice the latency, a slip, twice the batch, all of it faster.
OTHERS = (
    a_run("1000", "17.0", "17.5"),
    a_run("41.24", "8.0", "8.4"),
    a_run("1000", "8.0", "8.4", batch_size=8),
    a_run("4000", "2.0", "2.1"),
)
TRAININGS = tuple(
    a_row({"model": "perceiver", "batch_size": None}, throughput=one)
    for one in ("1407.2", "140.14", "2815")
)
RUNS = st.sampled_from((SOUND, *OTHERS[:1], SOUND, *OTHERS, SOUND))
RELEASES = st.one_of(
    st.tuples(RUNS), st.tuples(RUNS, RUNS), st.tuples(RUNS, st.sampled_from(TRAININGS))
)


def history_of(releases: Iterable[Sequence[ARow]]) -> list[ReleaseTables]:
    return [released(f"2.{10 + number}.0", rows) for number, rows in enumerate(releases)]


def flags_of(history: Iterable[ReleaseTables]) -> Mapping[str, tuple[QualityFlag, ...]]:
    return cross_release_flags(map(judged_release, history))


@given(st.lists(RELEASES, min_size=2, max_size=7).map(history_of))
def test_flags_are_those_of_a_history_in_which_no_row_is_known(
    history: Sequence[ReleaseTables],
) -> None:
    found = flags_of(history)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(row_facts, "printed_row", lambda row, _: printed_row(row))
        assert flags_of(history) == found


def test_a_row_that_is_printed_again_is_the_one_before() -> None:
    def printed(history: History, rows: Sequence[ARow]) -> list[PrintedRow]:
        one = judged_release(released("2.10.0", rows))
        view = view_release(one.release, one.tables, one.benchmarks, one.measurements)
        before = history.before(view)
        history.add(before, ())
        return [before.of(row).printed for row in view.rows]

    history = History()
    first, again = printed(history, [SOUND, OTHERS[2]]), printed(history, [OTHERS[2], SOUND])
    assert [id(one) for one in again] == [id(one) for one in reversed(first)]
    for other in OTHERS[:2]:
        (new,) = printed(history, [other])
        assert new not in first
