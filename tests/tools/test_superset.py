"""The dashboard of `examples/superset`: its files fit each other, and the warehouse's columns.

What Superset makes of them is tried by `make clients`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tools.refresh_superset import DATASETS, FOLDER, dataset_file, dataset_text, stable_id
from warehouse.database.open_version import open_warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def _loaded(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return loaded


def _all_of(folder: str) -> list[dict[str, Any]]:
    return [_loaded(path) for path in sorted((FOLDER / folder).rglob("*.yaml"))]


def _columns_used(params: dict[str, Any]) -> Iterator[str]:
    yield from params.get("groupby", [])
    yield from params.get("all_columns", [])
    yield from (one["subject"] for one in params["adhoc_filters"])
    yield from (params[key] for key in ("x_axis", "entity", "series") if key in params)


@pytest.mark.parametrize("name", DATASETS)
def test_a_dataset_is_written_from_the_contract(name: str) -> None:
    said = "run: python -m tools.refresh_superset"
    assert dataset_file(name).read_text("utf-8") == dataset_text(name), said


def test_each_dataset_reads_the_one_warehouse() -> None:
    (database,) = _all_of("databases")
    assert database["uuid"] == stable_id("database")
    assert {one["database_uuid"] for one in _all_of("datasets")} == {database["uuid"]}


def test_the_queries_of_datasets_have_the_columns_that_they_declare(
    bundled_root: Path,
) -> None:
    queries = [one for one in _all_of("datasets") if "sql" in one]
    assert queries
    with open_warehouse(bundled_root) as warehouse:
        for one in queries:
            rows = warehouse.execute(f"DESCRIBE {one['sql']}").fetchall()
            declared = [(column["column_name"], column["type"]) for column in one["columns"]]
            assert [(row[0], row[1]) for row in rows] == declared


def test_charts_use_columns_that_are_there() -> None:
    datasets = {
        one["uuid"]: {column["column_name"] for column in one["columns"]}
        for one in _all_of("datasets")
    }
    for chart in _all_of("charts"):
        used = set(_columns_used(chart["params"]))
        assert used
        assert used <= datasets[chart["dataset_uuid"]], chart["slice_name"]


def test_the_dashboard_shows_every_chart_and_filters_by_columns_that_are_there() -> None:
    (dashboard,) = _all_of("dashboards")
    places = [one for one in dashboard["position"].values() if isinstance(one, dict)]
    shown = {one["meta"]["uuid"]: one["meta"] for one in places if one["type"] == "CHART"}
    charts = {one["uuid"]: one["slice_name"] for one in _all_of("charts")}
    assert {uuid: meta["sliceName"] for uuid, meta in shown.items()} == charts
    datasets = {one["uuid"]: one for one in _all_of("datasets")}
    for one in dashboard["metadata"]["native_filter_configuration"]:
        (target,) = one["targets"]
        columns = datasets[target["datasetUuid"]]["columns"]
        assert target["column"]["name"] in {column["column_name"] for column in columns}
        assert {*one["scope"]["excluded"]} < {meta["chartId"] for meta in shown.values()}
