"""The page's data: it holds what the views say, packed, and opens on the newest minor."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.contract.metrics import METRICS
from pipelines.errors import UsageError
from tests.warehouse.conftest import NOW, a_change, a_release
from warehouse.comparison.verdicts import VERDICTS
from warehouse.database.build_file import build_database
from warehouse.database.open_version import open_warehouse
from warehouse.report.data import Opening, report_data
from warehouse.report.labels import better, is_typical, kind, label
from warehouse.report.trust import RELEASE_IN_MESSAGE
from warehouse.versions import publish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

    from pipelines.contract.metrics import Metric
    from tests.shelf import Shelf


def _points(data: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return every figure of the packed series as the view `history` has it."""
    rows = []
    for series in data["series"]:
        for release, measured, page, _, row, flags, _, origin, figures, _ in series["points"]:
            severities = {data["flags"][flag]["severity"] for flag in data["flag_sets"][flags]}
            for column, value in _by_twos(data["figures"][figures]):
                what = data["columns"][column]
                rows.append(
                    (
                        series["id"],
                        data["releases"][release]["release"],
                        what["metric"],
                        what["statistic"],
                        what["unit"],
                        value,
                        data["texts"][measured],
                        data["pages"][page][0],
                        row,
                        data["origins"][origin][0],
                        "error" not in severities,
                    )
                )
    return rows


def _by_twos(values: list[float]) -> list[tuple[int, float]]:
    return [(int(one), other) for one, other in pairwise(values)][::2]


def test_the_points_are_the_rows_of_history(
    all_releases: duckdb.DuckDBPyConnection, data: dict[str, Any]
) -> None:
    rows = all_releases.execute(
        "SELECT series_id, release, metric, statistic, unit, value, coalesce(measured_release, ''),"
        " url, row, origin, is_believable FROM history"
    ).fetchall()
    assert Counter(_points(data)) == Counter(rows)


def test_the_dimensions_of_a_series_and_of_a_row_are_those_of_the_newest_row(
    all_releases: duckdb.DuckDBPyConnection, data: dict[str, Any]
) -> None:
    names = {sort: [d["name"] for d in data["dimensions"] if d["kind"] == sort] for sort in
             ("identity", "setup")}  # fmt: skip
    columns = ", ".join(f"{name}::VARCHAR" for name in (*names["identity"], *names["setup"]))
    rows = all_releases.execute(
        f"SELECT DISTINCT series_id, release, {columns} FROM history"  # noqa: S608 - our own
    ).fetchall()
    found: defaultdict[tuple[str, str], list[tuple[Any, ...]]] = defaultdict(list)
    for series_id, release, *texts in rows:
        found[series_id, release].append(tuple(texts))
    for series in data["series"]:
        release, setup = series["points"][-1][0], series["points"][-1][6]
        packed = [*series["values"], *data["setups"][setup]]
        packed_texts = tuple(None if one is None else data["texts"][one] for one in packed)
        newest = series["id"], data["releases"][release]["release"]
        assert found[newest] == [packed_texts]


def test_every_release_is_compared_with_every_later_one(data: dict[str, Any]) -> None:
    count = len(data["releases"])
    pairs = [(one["base"], one["target"]) for one in data["comparisons"]]
    assert pairs == [(base, target) for base in range(count) for target in range(base + 1, count)]


def test_the_verdicts_of_a_comparison_are_those_of_the_view(
    all_releases: duckdb.DuckDBPyConnection, data: dict[str, Any]
) -> None:
    releases, verdicts = [one["release"] for one in data["releases"]], list(VERDICTS)
    packed: Counter[tuple[Any, ...]] = Counter()
    for comparison in data["comparisons"][::5]:
        sides = releases[comparison["base"]], releases[comparison["target"]]
        for match, changed, letters, remeasured, _, bases, targets in comparison["groups"]:
            rows = max(len(bases), len(bases if targets is None else targets))
            for letter in letters:
                verdict = verdicts[ord(letter) - ord("a")]
                packed[*sides, match, data["texts"][changed], bool(remeasured), verdict] += rows
    some = ", ".join(sorted({f"'{base}→{target}'" for base, target, *_ in packed}))
    found = all_releases.execute(
        "SELECT base_release, target_release, match, changed, remeasured, verdict, count(*) "  # noqa: S608
        f"FROM release_comparisons WHERE base_release || '→' || target_release IN ({some}) "
        "GROUP BY ALL"
    ).fetchall()
    assert packed == {tuple(key): number for *key, number in found}


def test_edits_of_released_pages_are_in_it(small_data: dict[str, Any]) -> None:
    data = small_data
    assert [data["releases"][edit["release"]]["release"] for edit in data["edits"]] == [
        release["release"] for release in data["releases"]
    ]
    change = a_change("2.20.0")
    assert {(edit["page"], edit["before"], edit["after"]) for edit in data["edits"]} == {
        (change.page, change.before, change.after)
    }


def test_the_rates_of_a_pair_are_those_of_its_points(
    all_releases: duckdb.DuckDBPyConnection, data: dict[str, Any]
) -> None:
    """The page splits money by them: it has each rate once, in the point."""
    releases = [one["release"] for one in data["releases"]]
    sides = releases.index("2.19.1"), releases.index("2.20.2")
    (comparison,) = (one for one in data["comparisons"] if (one["base"], one["target"]) == sides)
    rates = [{p[0]: p[9] for p in series["points"]} for series in data["series"]]
    packed: Counter[tuple[Any, ...]] = Counter()
    for *_, has_rates, bases, targets in comparison["groups"]:
        for base, target in zip(bases, bases if targets is None else targets, strict=False):
            both = rates[base][sides[0]], rates[target][sides[1]]
            packed[both if has_rates else (None, None)] += 1
    found = all_releases.execute(
        "SELECT round(max(base_usd_per_hour), 6) AS base, round(max(target_usd_per_hour), 6) "
        "FROM release_comparisons WHERE base_release = '2.19.1' AND target_release = '2.20.2' "
        "AND base_benchmark_id IS NOT NULL AND target_benchmark_id IS NOT NULL "
        "GROUP BY base_benchmark_id, target_benchmark_id"
    ).fetchall()
    assert packed == Counter(found)
    assert len(packed) > 5


def test_the_flags_are_those_of_the_dataset_message_for_message(
    all_releases: duckdb.DuckDBPyConnection, data: dict[str, Any]
) -> None:
    names = [release["release"] for release in data["releases"]]
    packed = Counter(
        (flag["severity"], flag["rule"], flag["page"], names[number],
         flag["message"].replace(RELEASE_IN_MESSAGE, names[number]))
        for flag in data["flags"] for number in flag["releases"]
    )  # fmt: skip
    found = all_releases.execute(
        "SELECT DISTINCT severity, rule, page, release, message FROM quality_flags"
    ).fetchall()
    assert packed == Counter(found)
    # What differs in nothing but the release is told once.
    assert len(data["flags"]) < len(found) / 2


def test_the_series_of_a_pair_have_a_point_in_its_releases(data: dict[str, Any]) -> None:
    printed = [{point[0] for point in series["points"]} for series in data["series"]]
    for comparison in data["comparisons"]:
        for *_, bases, targets in comparison["groups"]:
            assert all(comparison["base"] in printed[series] for series in bases)
            others = bases if targets is None else targets
            assert all(comparison["target"] in printed[series] for series in others)


def test_verdicts_follow_the_order_of_the_columns(
    all_releases: duckdb.DuckDBPyConnection, data: dict[str, Any]
) -> None:
    slots = [(column["metric"], column["statistic"]) for column in data["columns"]]
    assert slots == sorted(slots)
    releases = [release["release"] for release in data["releases"]]
    sides = releases.index("2.19.1"), releases.index("2.20.2")
    (comparison,) = (one for one in data["comparisons"] if (one["base"], one["target"]) == sides)
    number = next(
        place
        for place, series in enumerate(data["series"])
        if series["name"].startswith("bert-base-cased, inf2.xlarge, optimized for latency")
        and {point[0] for point in series["points"]} >= set(sides)
    )
    (letters,) = (
        group[2] for group in comparison["groups"] if number in group[5] and group[6] is None
    )
    found = all_releases.execute(
        "SELECT verdict FROM release_comparisons AS c JOIN history AS h "
        "ON h.benchmark_id = c.base_benchmark_id AND h.metric = c.metric "
        "AND h.statistic = c.statistic WHERE base_release = '2.19.1' "
        "AND target_release = '2.20.2' AND series_id = ? ORDER BY c.metric, c.statistic",
        [data["series"][number]["id"]],
    ).fetchall()
    assert [list(VERDICTS)[ord(letter) - ord("a")] for letter in letters] == [v for (v,) in found]


def test_it_opens_on_the_newest_minor_against_the_one_before(data: dict[str, Any]) -> None:
    names = [release["release"] for release in data["releases"]]
    minors = {release["minor"]: release["release"] for release in data["releases"]}
    opening = data["opening"]
    assert [names[opening["base"]], names[opening["target"]]] == list(minors.values())[-2:]


@pytest.fixture(scope="module")
def many_small(shelf: Shelf) -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a warehouse of many releases with little in each."""

    def fill(root: Path) -> None:
        names = ("2.17.0", "2.18.0", "2.18.1", "2.18.2", "2.19.0", "2.19.1", "2.20.0", "2.20.2")
        rows = [a_release(name, rows=1) for name in names]
        publish(root, rows, source="a test", now=NOW)
        build_database(root)

    with open_warehouse(shelf.folder("many-small", fill)) as connection:
        yield connection


@pytest.fixture(scope="module")
def small_data(many_small: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Return the page's data of the small releases; never change it."""
    return report_data(many_small, Opening())


@pytest.mark.parametrize(
    ("opening", "sides"),
    [
        (Opening("2.17", "2.18"), ("2.17.0", "2.18.2")),
        (Opening(target="2.19.0"), ("2.18.2", "2.19.0")),
        (Opening(target="2.18.1"), ("2.17.0", "2.18.1")),
        (Opening("2.18", "2.20"), ("2.18.2", "2.20.2")),
        (Opening("2.20.2", "2.17.0"), ("2.20.2", "2.17.0")),
    ],
)
def test_it_opens_on_the_releases_that_are_asked_for(
    many_small: duckdb.DuckDBPyConnection, opening: Opening, sides: tuple[str, str]
) -> None:
    data = report_data(many_small, opening)
    names = [release["release"] for release in data["releases"]]
    base, target = data["opening"]["base"], data["opening"]["target"]
    assert (names[base], names[target]) == sides
    assert any((one["base"], one["target"]) == (base, target) for one in data["comparisons"])


@pytest.mark.parametrize(
    ("opening", "reason"),
    [
        (Opening("2.19", "2.19"), "both 2.19.1"),
        (Opening(target="9.9"), "9.9"),
    ],
)
def test_releases_that_make_no_comparison_are_refused(
    many_small: duckdb.DuckDBPyConnection, opening: Opening, reason: str
) -> None:
    with pytest.raises(UsageError, match=reason):
        report_data(many_small, opening)


def test_the_oldest_release_has_none_to_be_compared_with(
    many_small: duckdb.DuckDBPyConnection,
) -> None:
    with pytest.raises(UsageError, match=r"no release before 2\.17\.0"):
        report_data(many_small, Opening(target="2.17.0"))


def test_one_release_alone_has_a_page_without_comparisons(one_release: Path) -> None:
    with open_warehouse(one_release) as connection:
        data = report_data(connection, Opening())
    assert data["opening"] == {"base": None, "target": None, "model": ""}
    assert data["comparisons"] == []
    assert len(data["series"]) == 2


def test_it_is_plain_json(data: dict[str, Any]) -> None:
    assert json.loads(json.dumps(data, allow_nan=False)) == data


def test_it_is_the_same_each_time(
    many_small: duckdb.DuckDBPyConnection, small_data: dict[str, Any]
) -> None:
    assert json.dumps(report_data(many_small, Opening())) == json.dumps(small_data)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_a_figure_has_the_kind_and_direction_that_its_metric_declares(metric: Metric) -> None:
    assert (kind(metric.name), better(metric.name)) == (metric.kind, metric.better)
    for statistic in (*metric.statistics, "p90", "max", "unstated"):
        words = label(metric.name, statistic)
        assert not words[0].islower()
        assert not re.search(r"[{},;.]|unstated|\b(of|in)$", words), words


def test_labels_are_words_without_a_unit() -> None:
    assert label("ttft", "p50") == "Median time to first token"
    assert label("throughput", "mean") == "Mean throughput"
    assert label("cost", "mean") == "Cost"
    assert label("latency", "unstated") == "Latency"
    statistics = ("mean", "p50", "p99", "stated")
    assert [is_typical(statistic) for statistic in statistics] == [True, True, False, False]


def test_a_metric_of_newer_software_has_its_name_alone() -> None:
    assert label("wing_flaps", "p90") == "wing flaps p90"
    assert (kind("wing_flaps"), better("wing_flaps")) == (None, None)
