"""The code location: what `dg` and the web page see."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from dagster_project.definitions import defs
from dagster_project.serving import SERVED
from pipelines.contract import TABLES
from pipelines.releases import known_releases
from tests.forms import only_in_full
from warehouse.views.all_views import views

REPOSITORY = Path(__file__).resolve().parents[2]
EVERYTHING = {table.name for table in TABLES} | {"neuron_documentation", *SERVED}


def _specs() -> dict[str, dg.AssetSpec]:
    return {spec.key.to_user_string(): spec for spec in defs.resolve_all_asset_specs()}


def test_every_table_and_every_view_is_an_asset() -> None:
    assert set(_specs()) == EVERYTHING
    assert {view.name for view in views()} < EVERYTHING


def test_every_asset_has_a_group_a_kind_and_a_description() -> None:
    for name, spec in _specs().items():
        assert spec.group_name not in (None, "default"), name
        assert spec.kinds, name
        assert spec.description, name


def test_every_table_and_view_shows_its_columns_with_their_descriptions() -> None:
    specs = _specs()
    for one in (*TABLES, *views()):
        schema = specs[one.name].metadata["dagster/column_schema"]
        assert [column.name for column in schema.columns] == [c.name for c in one.columns]
        assert all(column.description for column in schema.columns)
        # Tables and views name their types alike.
        assert all(column.type.isupper() for column in schema.columns)


def test_tables_are_partitioned_by_release_also_before_an_instance_knows_any() -> None:
    for table in TABLES:
        partitions = _specs()[table.name].partitions_def
        assert partitions is not None
        assert tuple(partitions.get_partition_keys()) == known_releases()


@pytest.mark.parametrize("view", [view.name for view in views()])
def test_a_release_flows_from_the_documentation_to_each_view(view: str) -> None:
    graph = defs.resolve_asset_graph()
    upstream = graph.get_ancestor_asset_keys(dg.AssetKey(view))
    assert {key.to_user_string() for key in upstream} == EVERYTHING - set(SERVED) | {"warehouse"}


def test_groups_point_one_way() -> None:
    groups = {name: spec.group_name for name, spec in _specs().items()}
    edges = {
        (groups[dep.asset_key.to_user_string()], groups[name])
        for name, spec in _specs().items()
        for dep in spec.deps
        if groups[dep.asset_key.to_user_string()] != groups[name]
    }
    while loose := {group for _, group in edges} - {group for group, _ in edges}:
        edges = {edge for edge in edges if edge[1] not in loose}
    assert edges == set(), "these groups form a circle"


def test_the_link_to_the_lineage_opens_every_group() -> None:
    text = (REPOSITORY / "docs/how-to/operate/dagster.md").read_text("utf-8")
    (link,) = re.findall(r"http://localhost:3000/asset-groups\?expanded=([^)\s]+)", text)
    opened = [one.removeprefix("global@global:") for one in link.split(",")]
    assert sorted(opened) == sorted({str(spec.group_name) for spec in _specs().values()})


def test_each_table_has_a_blocking_check_for_each_kind_of_promise() -> None:
    graph = defs.resolve_asset_graph()
    specs = {
        (key.asset_key.to_user_string(), key.name): graph.get_check_spec(key)
        for key in graph.asset_check_keys
    }
    for table in TABLES:
        assert specs[table.name, "no_missing_values"].blocking
        assert specs[table.name, "unique_key"].blocking
    assert specs["benchmarks", "references_exist"].blocking
    assert specs["quality_flags", "known_values"].blocking
    assert not specs["quality_flags", "no_error_flags"].blocking
    assert not specs["pages", "no_page_held_back"].blocking
    assert not specs["neuron_documentation", "looked_at_lately"].blocking


# In short form: the other tests load the same definitions.
@only_in_full
@pytest.mark.stress
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


# In short form, `dg check defs` and the builds of `test_run` and `test_cli` stand for it.
@only_in_full
@pytest.mark.stress
def test_one_release_can_be_launched_in_a_fresh_checkout(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("dg")),
            "launch",
            "--assets",
            "*",
            "--partition",
            "2.20.2",
        ],
        cwd=REPOSITORY,
        env={"PATH": "/usr/bin:/bin", "NEURON_WAREHOUSE_ROOT": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert said.splitlines()[-1].startswith("Done: dataset version 1, 1 release, in ")
