"""What runs by itself: looking at the documentation by the clock, and all sensors.

This module has schedules and the job that they start. What is noticed in between lives in
`sensors`; when assets run after an observation, in `triggers`.
"""

from __future__ import annotations

import os

import dagster as dg

from dagster_project.advice import say_what_to_do
from dagster_project.sensors import all_sensors
from dagster_project.triggers import NEWEST, OBSERVE_TAG, RETRIES

AUTOMATION_VARIABLE = "NEURON_WAREHOUSE_AUTOMATION"
OBSERVE_JOB = "observe_documentation"


def automation_definitions() -> dg.Definitions:
    """Return schedules, sensors and their job; they run if the environment turns them on."""
    is_on = os.environ.get(AUTOMATION_VARIABLE) == "on"
    observe_job = dg.define_asset_job(
        OBSERVE_JOB,
        selection=dg.AssetSelection.assets("neuron_documentation"),
        description="Looks at the documentation; what changed is then read by itself.",
        executor_def=dg.in_process_executor,
        hooks={say_what_to_do},
    )
    return dg.Definitions(
        jobs=[observe_job],
        schedules=[
            _schedule("observe_newest_daily", "17 5 * * *", {OBSERVE_TAG: NEWEST}, is_on=is_on),
            _schedule("observe_all_weekly", "43 5 * * 0", {}, is_on=is_on),
        ],
        sensors=all_sensors(is_on=is_on),
    )


def _schedule(name: str, cron: str, tags: dict[str, str], *, is_on: bool) -> dg.ScheduleDefinition:
    running, stopped = dg.DefaultScheduleStatus.RUNNING, dg.DefaultScheduleStatus.STOPPED
    return dg.ScheduleDefinition(
        name=name,
        job_name=OBSERVE_JOB,
        cron_schedule=cron,
        execution_timezone="UTC",
        tags=RETRIES | tags,
        default_status=running if is_on else stopped,
    )
