"""Sensors: the one that runs a command when a version was published, and which ones there are."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import dagster as dg
import pytest

from dagster_project.definitions import defs
from dagster_project.resources import Dataset
from dagster_project.sensors import all_sensors, change_sensor

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = "NEURON_WAREHOUSE_ON_CHANGE"


def _evaluate(root: Path, cursor: str | None) -> tuple[Any, str | None]:
    given = {"dataset": Dataset(root=str(root))}
    with (
        dg.DagsterInstance.ephemeral() as instance,
        dg.build_sensor_context(instance=instance, resources=given, cursor=cursor) as context,
    ):
        return change_sensor()(context), context.cursor


def test_a_new_version_runs_the_command_with_what_changed_since(
    grown_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(COMMAND, "cat > got")
    result, cursor = _evaluate(grown_root, "1")
    assert (result.skip_message, cursor) == ("Ran the command for version 2.", "2")
    facts = json.loads((tmp_path / "got").read_text("utf-8"))
    assert (facts["version"], facts["new_releases"]) == (2, ["2.20.1"])


@pytest.mark.parametrize("cursor", [None, "2"])
def test_a_version_that_was_there_before_runs_nothing(
    grown_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cursor: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(COMMAND, "touch got")
    result, now = _evaluate(grown_root, cursor)
    assert (result.skip_message, now) == ("No version was published.", "2")
    assert not (tmp_path / "got").exists()


def test_a_command_that_fails_is_said_in_the_tick(
    grown_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(COMMAND, "exit 7")
    result, cursor = _evaluate(grown_root, "1")
    assert "failed (ended with exit code 7)" in result.skip_message
    assert cursor == "2"


@pytest.mark.parametrize("is_on", [True, False])
def test_automation_starts_every_sensor_but_the_command_s(
    monkeypatch: pytest.MonkeyPatch, *, is_on: bool
) -> None:
    monkeypatch.delenv(COMMAND, raising=False)
    running = {
        sensor.name
        for sensor in all_sensors(is_on=is_on)
        if sensor.default_status is dg.DefaultSensorStatus.RUNNING
    }
    always = {"keep_partitions"}
    others = {
        "notice_new_releases",
        "run_what_changed",
        "tell_of_failures",
        "tell_what_to_look_at",
    }
    assert running == (always | others if is_on else always)


def test_one_sensor_runs_every_asset_and_check_that_has_a_condition() -> None:
    # Dagster adds a sensor of its own for what ours leaves out.
    sensors = defs.get_repository_def().sensor_defs
    (ours,) = (one for one in sensors if isinstance(one, dg.AutomationConditionSensorDefinition))
    assert ours.name == "run_what_changed"


def test_the_live_site_s_check_runs_once_a_day() -> None:
    check = dg.AssetCheckKey(dg.AssetKey("neuron_documentation"), "looked_at_lately")
    wanted = dg.AssetSelection.all_asset_checks()
    requested = []
    cursor = None
    with dg.DagsterInstance.ephemeral() as instance:
        for moment in ("11:00", "11:40", "11:50"):
            result = dg.evaluate_automation_conditions(
                defs,
                instance,
                wanted,
                evaluation_time=datetime.fromisoformat(f"2026-09-01T{moment}+00:00"),
                cursor=cursor,
            )
            cursor = result.cursor
            requested.append(check in {one.key for one in result.results if one.true_subset.size})
    assert requested == [False, True, False]
