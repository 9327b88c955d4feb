"""Which rows are paired, on small made-up releases; the oracle is asked each time as well."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.warehouse.comparison.answers import told
from tests.warehouse.comparison.made import NEW, OLD, World, a_row, compared, compared_each, fill
from tests.warehouse.comparison.oracle import Oracle

if TYPE_CHECKING:
    from collections import Counter

    import duckdb

    from tests.warehouse.comparison.made import Row
    from tests.warehouse.comparison.oracle import Told


def verdicts(found: Counter[Told]) -> list[tuple[str | None, str]]:
    return sorted((str(row.match), row.verdict) for row in found.elements())


def pairs(found: Counter[Told]) -> set[tuple[str, str]]:
    """Return the numbers of the rows that were paired."""
    return {
        (row.base_id[-1], row.target_id[-1])
        for row in found.elements()
        if row.base_id and row.target_id
    }


def speed(text: str) -> tuple[str, str]:
    return "throughput", text


def test_a_retuned_row_is_paired_where_it_is_the_only_one_left(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    found = compared(
        empty,
        [
            a_row(OLD, 0, speed("5")),
            a_row(OLD, 1, speed("10"), batch_size=16),
            a_row(NEW, 0, speed("5")),
            a_row(NEW, 1, speed("20"), batch_size=8, measured_release="2.20.0"),
        ],
    )
    assert verdicts(found) == [("exact", "carried-over"), ("retuned", "improved")]
    (retuned,) = (row for row in found if row.match == "retuned")
    assert retuned.changed == ("batch_size 16 → 8", "measured_release 2.18.0 → 2.20.0")


def test_an_exact_pair_tells_that_its_model_is_written_otherwise(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    # A key holds names as people read them: it does not tell one hyphen from another.
    before = a_row(OLD, 0, model="bert\N{NON-BREAKING HYPHEN}base")
    found = compared(empty, [before, a_row(NEW, 0, model="bert-base")])
    assert verdicts(found) == [("exact", "carried-over")]
    assert next(iter(found)).changed == ("model bert\N{NON-BREAKING HYPHEN}base → bert-base",)


def test_several_rows_left_are_ambiguous_and_never_paired_by_position(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    before = [a_row(OLD, n, speed(f"{n + 1}0"), batch_size=n + 1) for n in range(2)]
    after = [a_row(NEW, n, speed(f"{n + 1}0"), batch_size=n + 5) for n in range(3)]
    found = compared(empty, [*before, *after])
    assert verdicts(found) == [("ambiguous", "not-comparable")] * 5
    assert pairs(found) == set()


def test_copies_of_a_row_are_paired_copy_by_copy(empty: duckdb.DuckDBPyConnection) -> None:
    rows = [a_row(OLD, n) for n in range(2)] + [a_row(NEW, n) for n in range(3)]
    found = compared(empty, rows)
    assert verdicts(found) == [("None", "added"), *[("exact", "carried-over")] * 2]


def test_the_first_copy_is_paired_with_the_first_whatever_order_they_are_stored_in(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    rows = [a_row(OLD, n) for n in (0, 1, 2)] + [a_row(NEW, n) for n in (2, 1, 0)]
    assert pairs(compared(empty, rows)) == {("0", "0"), ("1", "1"), ("2", "2")}


def test_copies_that_differ_are_numbered_each_by_themselves(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    def copies(release: str, column: str, values: tuple[object, ...]) -> list[Row]:
        if column == "throughput":
            return [a_row(release, n, speed(str(value))) for n, value in enumerate(values)]
        return [a_row(release, n, **{column: value}) for n, value in enumerate(values)]

    cases = (
        ("batch_size", 1, 8),
        ("model", "one", "other"),
        ("measured_release", "2.17.0", "2.18.0"),
        ("throughput", "10", "20"),
    )
    worlds = {}
    for column, one, other in cases:
        old = copies(OLD, column, (one, other, other, one))
        new = copies(NEW, column, (one, one, other, other))
        worlds[column] = World((*old, *new))
    for column, found in compared_each(empty, worlds).items():
        assert verdicts(found) == [("exact", "carried-over")] * 4, column
        assert pairs(found) == {("0", "0"), ("3", "1"), ("1", "2"), ("2", "3")}, column


def test_copies_are_numbered_in_each_comparison_by_themselves(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    releases = ("2.17.0", OLD, NEW)
    rows = [
        a_row(release, n)
        for release, count in zip(releases, (3, 2, 2), strict=True)
        for n in range(count)
    ]
    world = World(tuple(rows))
    fill(empty, world, *releases)
    oracle = Oracle(world.releases(*releases))
    expected = oracle.published("2.17.0", OLD) + oracle.published(OLD, NEW)
    assert told(empty, "release_changes") == expected


def test_a_row_without_figures_is_a_row_all_the_same(empty: duckdb.DuckDBPyConnection) -> None:
    blank = replace(a_row(OLD, 0, batch_size=1), figures=())
    rows = [blank, a_row(OLD, 1, batch_size=2), a_row(NEW, 0, batch_size=4)]
    assert verdicts(compared(empty, rows)) == [("ambiguous", "not-comparable")] * 2


def test_what_copies_leave_alone_is_exact(empty: duckdb.DuckDBPyConnection) -> None:
    rows = [
        a_row(release, n, speed(text))
        for release, texts in ((OLD, ("10", "20")), (NEW, ("10", "30")))
        for n, text in enumerate(texts)
    ]
    found = compared(empty, rows)
    assert verdicts(found) == [("exact", "carried-over"), ("exact", "revised")]


def test_a_row_retuned_beside_copies_is_paired_with_what_the_copies_leave(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    copies = [a_row(release, n) for release in (OLD, NEW) for n in range(2)]
    old, new = a_row(OLD, 2, speed("50"), batch_size=4), a_row(NEW, 2, speed("60"), batch_size=8)
    found = compared(empty, [*copies, old, new])
    assert verdicts(found) == [*[("exact", "carried-over")] * 2, ("retuned", "revised")]
    assert ("2", "2") in pairs(found)
    # Two of them on one side are no longer told apart.
    found = compared(empty, [*copies, old, new, a_row(NEW, 3, speed("60"), batch_size=16)])
    assert verdicts(found)[:3] == [("ambiguous", "not-comparable")] * 3


def test_a_row_with_the_same_figures_under_another_name_is_renamed(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    rows = [
        a_row(OLD, 0, model="first", task="a"),
        a_row(NEW, 0, model="second", task="b"),
    ]
    found = compared(empty, rows)
    assert verdicts(found) == [("renamed", "corrected")]
    assert next(iter(found)).changed == ("model first → second", "task a → b")


def test_a_renamed_row_is_found_beside_copies_with_the_same_figures(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    copies = [a_row(release, n) for release in (OLD, NEW) for n in range(2)]
    found = compared(empty, [*copies, a_row(OLD, 5, model="first"), a_row(NEW, 6, model="second")])
    assert pairs(found) == {("0", "0"), ("1", "1"), ("5", "6")}


def test_a_row_with_the_same_figures_elsewhere_is_another_row(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    elsewhere: dict[str, Any] = {
        "accelerator": "trn1",
        "workload": "training",
        "model_family": "decoder",
        "optimized_for": "latency",
        "application_type": "Batch",
        "measured_release": "2.20.0",
        "batch_size": 16,
    }
    worlds = {
        column: World(
            (a_row(OLD, 0, model="first"), a_row(NEW, 0, model="second", **{column: after}))
        )
        for column, after in elsewhere.items()
    }
    for column, found in compared_each(empty, worlds).items():
        assert pairs(found) == set(), column


def test_of_two_rows_that_could_be_the_renamed_one_neither_is(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    rows = [a_row(OLD, 0, model="a"), a_row(NEW, 0, model="b"), a_row(NEW, 1, model="c")]
    found = compared(empty, rows)
    assert verdicts(found) == [("None", "added"), ("None", "added"), ("None", "removed")]


def test_rows_that_differ_in_one_name_are_renamed(empty: duckdb.DuckDBPyConnection) -> None:
    cases = (
        ("model", "Perveriver-IO", "Perceiver-IO"),
        ("model", "mistrals-7b", "mixtrals-7b"),  # a word of eight letters
        ("model", "Llama2-70B pre-training", "llama 2 70b pre_training"),
        ("model_details", "fp32", "fp32, sequence-length=128"),
        ("task", "Raw Output (AutoModel)", "Raw Output"),
        ("task", None, "Raw Output"),
        ("application_type", "Batch", "Real Time"),
        ("run_mode", "Data Parallel", "Model Pipeline"),
        ("optimized_for", "throughput", "latency"),
        ("model_family", "encoder", "decoder"),
    )
    worlds = {case: _two(case[0], case[1], case[2], measured_release="2.20.0") for case in cases}
    for (column, before, after), found in compared_each(empty, worlds).items():
        assert verdicts(found) == [("renamed", "improved")], (column, before, after)
        assert next(iter(found)).changed[0] == f"{column} {before or 'none'} → {after}"


def test_rows_of_another_workload_are_never_renamed(empty: duckdb.DuckDBPyConnection) -> None:
    cases = (
        ("accelerator", "inf1", "inf2"),
        ("workload", "training", "inference"),
        ("instance_types", ("inf2.xlarge",), ("inf2.8xlarge",)),
        ("sequence_length", 128, 256),
        ("input_length", 128, 256),
        ("output_length", 128, 256),
        ("image_size", "512x512", "1024x1024"),
        ("nodes", 1, 16),
    )
    worlds = {column: _two(column, before, after) for column, before, after in cases}
    for column, found in compared_each(empty, worlds).items():
        assert verdicts(found) == [("None", "added"), ("None", "removed")], column


def test_models_that_are_not_one_spelled_otherwise_stay_apart(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    models = (
        ("bert-base-cased", "bert-base-uncased"),
        ("mistral-7b", "mixtral-7b"),  # a word of seven letters
        ("vision-perceiver", "vision-perXXXver"),  # three letters
        ("perceiver1", "perceiver2"),
        ("perceiver1", "perceiver10"),
        ("perceiver10", "perceiver1"),
        ("perceiver-io", "xerceiver-io"),  # the first letter
        ("Perveriver-Lang", "Perceiver-Land"),  # two words
        ("vision-perveriver-io", "vision-perceiver"),  # a word more
    )
    worlds = {names: _two("model", *names) for names in models}
    for names, found in compared_each(empty, worlds).items():
        assert verdicts(found) == [("None", "added"), ("None", "removed")], names


def _two(column: str, before: object, after: object, **changes: Any) -> World:
    """Return a row before and a faster one after, with one column otherwise."""
    old = a_row(OLD, 0, speed("10"), **{column: before})
    return World((old, a_row(NEW, 0, speed("15"), **{column: after}, **changes)))


def test_a_model_that_both_sides_print_is_not_misspelled(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    worlds = {}
    for release, model in ((NEW, "Perveriver"), (OLD, "PERCEIVER")):
        (old, new) = _two("model", "Perveriver", "Perceiver").rows
        worlds[release] = World((old, new, a_row(release, 1, speed("20"), model=model, nodes=16)))
    for release, found in compared_each(empty, worlds).items():
        assert pairs(found) == set(), release


def test_a_row_that_could_be_renamed_in_two_ways_is_not(empty: duckdb.DuckDBPyConnection) -> None:
    rows = [
        a_row(OLD, 0, speed("10"), task="a", run_mode="x"),
        a_row(NEW, 0, speed("15"), task="b", run_mode="x"),
        a_row(NEW, 1, speed("16"), task="a", run_mode="y"),
    ]
    assert pairs(compared(empty, rows)) == set()
    rows = [
        a_row(OLD, 0, speed("10"), task="a"),
        a_row(OLD, 1, speed("11"), task="b"),
        a_row(NEW, 0, speed("15"), task="c"),
    ]
    assert pairs(compared(empty, rows)) == set()


def test_rows_that_differ_in_two_names_stay_apart(empty: duckdb.DuckDBPyConnection) -> None:
    rows = [
        a_row(OLD, 0, speed("10"), task="a", run_mode="x"),
        a_row(NEW, 0, speed("15"), task="b", run_mode="y"),
    ]
    assert pairs(compared(empty, rows)) == set()


def test_a_row_that_is_paired_already_is_not_renamed(empty: duckdb.DuckDBPyConnection) -> None:
    rows = [
        a_row(OLD, 0, speed("10"), task="a"),
        a_row(NEW, 0, speed("15"), task="a"),
        a_row(NEW, 1, speed("16"), task="b"),
    ]
    assert verdicts(compared(empty, rows)) == [("None", "added"), ("exact", "revised")]
