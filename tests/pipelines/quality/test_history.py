"""Rules over history: a row beside the same row in older releases."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipelines.quality.across import cross_release_flags, judged_release
from tests.pipelines.quality.making import a_row, released

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipelines.contract import ReleaseTables
    from tests.pipelines.quality.making import ARow


def run(
    throughput: str = "1000", p50: str = "8.0", p99: str = "8.4", batch: int = 4, **more: object
) -> ARow:
    return a_row(
        {"batch_size": batch, "model": "bert", **more}, throughput=throughput, p50=p50, p99=p99
    )


def found(*releases: ARow | Sequence[ARow]) -> list[tuple[str, str, str]]:
    """Return release, rule and severity of what history flags; each release follows the last."""
    flags = cross_release_flags(
        judged_release(released(f"2.{10 + number}.0", [rows] if hasattr(rows, "run") else rows))
        for number, rows in enumerate(releases)
    )
    return [
        (release, flag.rule, flag.severity)
        for release, of_release in flags.items()
        for flag in of_release
    ]


MOVED = "figure-moved-alone"


@pytest.mark.parametrize(
    ("now", "severity"),
    [
        (run(throughput="41.24"), "error"),
        (run(throughput="3000.9"), "error"),
        (run(throughput="2999"), "warning"),
        (run(throughput="2000.9"), "warning"),
        (run(p99="90"), "error"),
        (run(p50="2.0", p99="2.1"), "error"),
        (run(p50="3.9", p99="4.0"), "warning"),
    ],
)
def test_one_figure_that_moves_alone_is_flagged(now: ARow, severity: str) -> None:
    assert found(run(), run(), now) == [("2.12.0", MOVED, severity)]


@pytest.mark.parametrize(
    "now",
    [
        run(throughput="1999"),
        run(throughput="4000", p50="2.0", p99="2.1"),
        run(p50="16.0", p99="16.8", batch=8),
        run(throughput="3000", p50="10.6", p99="11"),
        run(throughput="41.24", model="another"),
        run(throughput="41.24", instance_types=("inf2.48xlarge",)),
    ],
    ids=["below two", "twice as fast", "larger batch", "not alone", "model", "instance"],
)
def test_what_moves_together_or_little_is_not_flagged(now: ARow) -> None:
    assert found(run(), now) == []


def test_a_row_that_moved_is_compared_with_the_median_of_distinct_values() -> None:
    assert found(run(), run(), run(), run("1500"), run("3600", "8.8", "9")) == [
        ("2.14.0", MOVED, "warning")
    ]


def test_a_figure_that_stays_where_the_last_release_had_it_is_not_flagged_again() -> None:
    moved = run(throughput="2900")
    assert found(run(), run(throughput="1100"), moved, moved) == [("2.12.0", MOVED, "warning")]


def test_a_repair_is_not_flagged() -> None:
    # Five rows of four batches in flight: 8.0 ms fits them, and 2.0 ms did not.
    others = [
        run(f"{4000 / ms:.1f}", f"{ms}", f"{ms}.2", model=f"model {ms}", batch=1)
        for ms in (1, 2, 3, 4, 5)
    ]
    wrong, right = run("500", "1.0", "1.1", batch=1), run("500", "8.0", "8.4", batch=1)
    assert found([*others, wrong], [*others, right]) == []
    assert [flag[:2] for flag in found([*others, right], [*others, wrong])] == [("2.11.0", MOVED)]


def test_a_row_that_a_rule_doubts_is_no_measure_for_later_ones() -> None:
    wrong = run(throughput="41.24")
    assert found(run(), wrong, wrong, run()) == [
        ("2.11.0", MOVED, "error"),
        ("2.12.0", MOVED, "error"),
    ]


def test_of_several_rows_with_one_key_each_is_compared_with_the_one_tuned_alike() -> None:
    small, large = run("1000", "4.0", "4.2", batch=4), run("1000", "8.0", "8.4", batch=8)
    assert found([small, large], [large, small]) == []
    assert found([small, large], [run("3100", "4.0", "4.2", batch=4), large]) == [
        ("2.11.0", MOVED, "error")
    ]


def test_rows_that_cannot_be_told_apart_are_not_compared() -> None:
    assert found([run(), run("3100")], [run("9000"), run("100")]) == []


def training(throughput: str, **more: object) -> ARow:
    return replace(
        a_row(
            {"model": "perceiver", "workload": "training", "batch_size": None, **more},
            throughput=throughput,
        ),
        unit="sequences/s",
    )


@pytest.mark.parametrize("now", ["140.14", "14072.0", "147.7", "134.1", "14.07"])
def test_a_lone_figure_that_moves_by_a_power_of_ten_slipped(now: str) -> None:
    assert found(training("1407.2"), training(now)) == [("2.11.0", "decimal-slip", "error")]


@pytest.mark.parametrize("now", ["148.6", "133.0", "2815"])
def test_a_lone_figure_that_moves_otherwise_is_a_warning(now: str) -> None:
    assert found(training("1407.2"), training(now)) == [("2.11.0", MOVED, "warning")]


def test_a_lone_figure_of_a_row_that_is_tuned_otherwise_is_not_judged() -> None:
    assert found(training("1407.2"), training("2815", dp_degree=64)) == []


def test_a_slip_that_lasts_is_flagged_in_each_release() -> None:
    slip = ("decimal-slip", "error")
    assert found(training("1407.2"), training("140.14"), training("140.14")) == [
        ("2.11.0", *slip),
        ("2.12.0", *slip),
    ]


def test_a_batch_size_that_changes_alone_is_a_warning() -> None:
    assert found(run(), run(batch=8)) == [("2.11.0", "tuning-moved-alone", "warning")]
    assert found(run(batch=4), run(batch=6)) == [("2.11.0", "tuning-moved-alone", "warning")]
    assert found(run(batch=4), run(batch=5)) == []


def test_a_parallel_degree_that_changes_alone_is_a_warning() -> None:
    assert found(run(tp_degree=2), run(tp_degree=4)) == [
        ("2.11.0", "tuning-moved-alone", "warning")
    ]
    assert found(run(tp_degree=2), run("2000", "4.0", "4.2", tp_degree=4)) == []


def test_a_batch_size_that_was_wrong_and_is_repaired_is_not_flagged() -> None:
    others = [
        run(f"{2000 / ms:.1f}", f"{ms}", f"{ms}.2", model=f"model {ms}", batch=1)
        for ms in (1, 2, 3, 4, 5)
    ]
    wrong, right = run("1000", "8.0", "8.4", batch=8), run("1000", "8.0", "8.4", batch=4)
    assert found([*others, wrong], [*others, right]) == []


def test_a_value_that_jumps_back_is_flagged_where_it_was() -> None:
    odd = [run("1000", "17.0", "17.5"), run("1000", "17.0", "17.5")]
    assert [flag for flag in found(run(), *odd, run()) if flag[1] == "jumped-back"] == [
        ("2.11.0", "jumped-back", "warning"),
        ("2.12.0", "jumped-back", "warning"),
    ]
    assert "jumped-back" not in {flag[1] for flag in found(run(), *odd)}


def test_a_value_that_does_not_come_back_did_not_jump() -> None:
    flags = found(run(), run("1000", "16.0", "16.5"), run("1000", "23.0", "24.0"))
    assert "jumped-back" not in {rule for _, rule, _ in flags}


def test_a_jump_that_is_an_error_already_is_not_flagged_again() -> None:
    assert found(run(), run("1000", "2.0", "2.1"), run()) == [("2.11.0", MOVED, "error")]


def test_what_a_release_is_flagged_for_does_not_depend_on_the_rows_order() -> None:
    now = [run(throughput="41.24", model="one"), run(model="two")]
    before = [run(model="one"), run(model="two")]
    assert found(before, now) == found(before[::-1], now[::-1])


def test_history_on_real_pages_finds_the_known_faults(real: Mapping[str, ReleaseTables]) -> None:
    flags = cross_release_flags(judged_release(tables) for tables in real.values())
    observed = {
        (release, flag.rule, flag.severity, flag.observed)
        for release, some in flags.items()
        for flag in some
        if flag.severity == "error"
    }
    known = {
        ("2.20.0", MOVED, "error", "throughput 41.24 inferences/s"),
        ("2.20.1", MOVED, "error", "throughput 41.24 inferences/s"),
        ("2.20.2", MOVED, "error", "throughput 41.24 inferences/s"),
        ("2.21.0", "decimal-slip", "error", "140.14"),
        ("2.24.0", "decimal-slip", "error", "140.14"),
        ("2.16.1", MOVED, "error", "P50 latency 10 ms, P99 latency 11 ms"),
    }
    # 2.16.1 is compared with 2.12.0, and 2.24.0 prints what 2.21.0 does.
    assert observed <= known
    assert {one for one in known if one[0] in {"2.20.0", "2.20.1", "2.20.2"}} <= observed
    assert ("2.21.0" not in real) or (("2.21.0", "decimal-slip", "error", "140.14") in observed)
