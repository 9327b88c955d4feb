"""The page's data: it holds what the views say, packed, and opens on the newest minor."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.errors import UsageError
from tests.warehouse.conftest import Publish, a_release
from warehouse.comparison.verdicts import VERDICTS
from warehouse.database.build_file import build_database
from warehouse.database.query import open_warehouse
from warehouse.report.data import Opening, report_data
from warehouse.report.labels import better, is_typical, kind, label

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb


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
    for series in data["series"][::40]:
        release, setup = series["points"][-1][0], series["points"][-1][6]
        columns = ", ".join(f"{name}::VARCHAR" for name in (*names["identity"], *names["setup"]))
        packed = [*series["values"], *data["setups"][setup]]
        found = all_releases.execute(
            f"SELECT DISTINCT {columns} FROM history WHERE series_id = ? AND release = ?",  # noqa: S608
            [series["id"], data["releases"][release]["release"]],
        ).fetchall()
        texts = tuple(None if one is None else data["texts"][one] for one in packed)
        assert found == [texts]


def test_every_release_is_compared_with_every_later_one(data: dict[str, Any]) -> None:
    count = len(data["releases"])
    pairs = [(one["base"], one["target"]) for one in data["comparisons"]]
    assert pairs == [(base, target) for base in range(count) for target in range(base + 1, count)]


def test_the_verdicts_of_a_comparison_are_those_of_the_view(
    all_releases: duckdb.DuckDBPyConnection, data: dict[str, Any]
) -> None:
    names = list(VERDICTS)
    for comparison in data["comparisons"][::5]:
        base, target = (
            data["releases"][comparison[side]]["release"] for side in ("base", "target")
        )
        packed: Counter[tuple[Any, ...]] = Counter()
        for match, changed, letters, remeasured, _, _, bases, targets in comparison["groups"]:
            rows = max(len(bases), len(bases if targets is None else targets))
            for letter in letters:
                verdict = names[ord(letter) - ord("a")]
                packed[match, data["texts"][changed], bool(remeasured), verdict] += rows
        found = all_releases.execute(
            "SELECT match, changed, remeasured, verdict, count(*) FROM release_comparisons "
            "WHERE base_release = ? AND target_release = ? GROUP BY ALL",
            [base, target],
        ).fetchall()
        assert packed == {tuple(key): number for *key, number in found}


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
        group[2] for group in comparison["groups"] if number in group[6] and group[7] is None
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
    all_releases: duckdb.DuckDBPyConnection, opening: Opening, sides: tuple[str, str]
) -> None:
    data = report_data(all_releases, opening)
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
    all_releases: duckdb.DuckDBPyConnection, opening: Opening, reason: str
) -> None:
    with pytest.raises(UsageError, match=reason):
        report_data(all_releases, opening)


def test_the_oldest_release_has_none_to_be_compared_with(
    all_releases: duckdb.DuckDBPyConnection, data: dict[str, Any]
) -> None:
    oldest = data["releases"][0]["release"]
    with pytest.raises(UsageError, match=f"no release before {oldest}"):
        report_data(all_releases, Opening(target=oldest))


def test_one_release_alone_has_a_page_without_comparisons(root: Path, put: Publish) -> None:
    put(a_release("2.9.0"))
    build_database(root)
    with open_warehouse(root) as connection:
        data = report_data(connection, Opening())
    assert data["opening"] == {"base": None, "target": None, "model": ""}
    assert data["comparisons"] == []
    assert len(data["series"]) == 2


def test_it_is_plain_json_and_the_same_each_time(
    all_releases: duckdb.DuckDBPyConnection, data: dict[str, Any]
) -> None:
    text = json.dumps(data, allow_nan=False)
    assert json.dumps(report_data(all_releases, Opening()), allow_nan=False) == text


def test_a_figure_has_a_label_a_kind_and_a_direction() -> None:
    assert label("ttft", "p50", "ms") == "Median time to first token"
    assert label("power", "p90", "W") == "power p90"
    statistics = ("mean", "p50", "p99", "stated")
    assert [is_typical(statistic) for statistic in statistics] == [True, True, False, False]
    assert [kind(unit) for unit in ("tokens/s", "ms", "USD/h")] == ["speed", "time", "money"]
    assert [better(unit) for unit in ("tokens/s", "ms", "USD/h")] == ["higher", "lower", "lower"]
