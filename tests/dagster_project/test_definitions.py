"""The code location: what `dg` and the web page see."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from dagster_project.definitions import defs
from pipelines.contract import TABLES
from pipelines.releases import known_releases

REPOSITORY = Path(__file__).resolve().parents[2]
EVERYTHING = {table.name for table in TABLES} | {
    "neuron_documentation",
    "warehouse",
    "benchmark_results",
}


def _specs() -> dict[str, dg.AssetSpec]:
    return {spec.key.to_user_string(): spec for spec in defs.resolve_all_asset_specs()}


def test_every_table_of_the_contract_is_an_asset() -> None:
    assert set(_specs()) == EVERYTHING


def test_every_asset_has_a_group_a_kind_and_a_description() -> None:
    for name, spec in _specs().items():
        assert spec.group_name not in (None, "default"), name
        assert spec.kinds, name
        assert spec.description, name


def test_every_table_shows_its_columns_with_their_descriptions() -> None:
    specs = _specs()
    for table in TABLES:
        schema = specs[table.name].metadata["dagster/column_schema"]
        assert [column.name for column in schema.columns] == [c.name for c in table.columns]
        assert all(column.description for column in schema.columns)


def test_tables_are_partitioned_by_the_releases_of_the_checked_in_list() -> None:
    for table in TABLES:
        partitions = _specs()[table.name].partitions_def
        assert partitions is not None
        assert tuple(partitions.get_partition_keys()) == known_releases()


def test_a_release_flows_from_the_documentation_to_the_view() -> None:
    graph = defs.resolve_asset_graph()
    upstream = graph.get_ancestor_asset_keys(dg.AssetKey("benchmark_results"))
    assert {key.to_user_string() for key in upstream} == EVERYTHING - {"benchmark_results"}


def test_each_table_has_a_blocking_check_of_its_contract() -> None:
    graph = defs.resolve_asset_graph()
    specs = {
        (key.asset_key.to_user_string(), key.name): graph.get_check_spec(key)
        for key in graph.asset_check_keys
    }
    for table in TABLES:
        assert specs[table.name, "contract"].blocking
    assert not specs["quality_flags", "no_error_flags"].blocking


@pytest.mark.slow
def test_dg_accepts_the_definitions() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("dg")), "check", "defs"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
