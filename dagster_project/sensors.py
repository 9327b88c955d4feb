"""Sensors: they keep the list of releases, notice new ones, and say what happened.

This module has one function for each sensor. Put texts into `advice`, partitions into
`partitions`; when assets run after an observation lives in `triggers`.
Dagster reads annotations when it loads the module, so they are not postponed here.
"""

import os
from collections.abc import Sequence
from contextlib import closing

import dagster as dg

from dagster_project.advice import attention_advice, check_messages, failure_advice
from dagster_project.build.announce import ON_CHANGE_VARIABLE, announce
from dagster_project.build.build_report import report_versions
from dagster_project.build.fingerprint import is_live
from dagster_project.build.watching import read_watches, watch_path
from dagster_project.graph import BUILD_JOB
from dagster_project.partitions import NAME, additions
from dagster_project.resources import Dataset, Documentation
from dagster_project.triggers import RETRIES
from pipelines.errors import NeuronWarehouseError
from pipelines.releases import known_releases, release_order
from warehouse.versions import newest
from warehouse.visible import visible

_SIX_HOURS = 6 * 60 * 60
_A_MINUTE = 60
_Result = dg.SensorResult | dg.SkipReason


def all_sensors(*, is_on: bool) -> list[dg.SensorDefinition]:
    """Return every sensor.

    Args:
        is_on: True to start them by default. The one that only keeps the list of partitions, and
            asks no site, always starts.
    """
    return [
        keep_partitions_sensor(),
        new_release_sensor(is_on=is_on),
        condition_sensor(is_on=is_on),
        failure_sensor(is_on=is_on),
        attention_sensor(is_on=is_on),
        change_sensor(),
    ]


def keep_partitions_sensor() -> dg.SensorDefinition:
    """Define the sensor by which a new instance has its partitions at once."""

    @dg.sensor(
        name="keep_partitions",
        job_name=BUILD_JOB,
        minimum_interval_seconds=_A_MINUTE,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Makes each release of the list, the dataset and a local source a partition.",
    )
    def keep_partitions(
        context: dg.SensorEvaluationContext, documentation: Documentation, dataset: Dataset
    ) -> _Result:
        wanted = (*known_releases(), *_local_releases(documentation, dataset))
        found = additions(context.instance.get_dynamic_partitions(NAME), wanted)
        if not found.added:
            return dg.SkipReason("Every release is a partition.")
        return dg.SensorResult(dynamic_partitions_requests=found.requests())

    return keep_partitions


def new_release_sensor(*, is_on: bool) -> dg.SensorDefinition:
    """Define the sensor that has each release published that the site adds."""

    @dg.sensor(
        name="notice_new_releases",
        job_name=BUILD_JOB,
        minimum_interval_seconds=_SIX_HOURS,
        default_status=_status(is_on=is_on),
        description="Makes a release that the site adds a partition, and publishes it.",
    )
    def notice_new_releases(
        context: dg.SensorEvaluationContext, documentation: Documentation, dataset: Dataset
    ) -> _Result:
        try:
            with closing(documentation.open(dataset.root)) as site:
                available = site.releases()
        except NeuronWarehouseError as error:
            return dg.SkipReason(visible(str(error)))
        present = context.instance.get_dynamic_partitions(NAME)
        found = new_releases(available, (*known_releases(), *present))
        if not found:
            return dg.SkipReason("The site has no release that is not known.")
        return dg.SensorResult(
            dynamic_partitions_requests=additions(present, found).requests(),
            run_requests=[
                dg.RunRequest(run_key=f"new-release-{one}", partition_key=one, tags=RETRIES)
                for one in found
            ],
        )

    return notice_new_releases


def new_releases(available: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """Return the site's releases that are not known and not older than all that are.

    Args:
        available: The site's releases, oldest first.
        known: Releases that are partitions already.
    """
    oldest = min(map(release_order, known), default=0)
    return tuple(one for one in available if one not in known and release_order(one) > oldest)


def condition_sensor(*, is_on: bool) -> dg.AutomationConditionSensorDefinition:
    """Define the sensor that runs assets when their conditions hold."""
    return dg.AutomationConditionSensorDefinition(
        "run_what_changed",
        # A check of the source belongs to no asset that runs, so that it is not among `all()`.
        target=dg.AssetSelection.all() | dg.AssetSelection.all_asset_checks(),
        run_tags=RETRIES,
        default_status=_status(is_on=is_on),
        description="Runs the assets whose inputs have another data version than before, and each "
        "day the check that a live site was looked at.",
    )


def failure_sensor(*, is_on: bool) -> dg.SensorDefinition:
    """Define the sensor that logs what to do about a failed run."""

    @dg.run_failure_sensor(name="tell_of_failures", default_status=_status(is_on=is_on))
    def tell_of_failures(context: dg.RunFailureSensorContext) -> None:
        """Log what a person must do about a failed run."""
        events = context.get_step_failure_events()
        errors = [event.step_failure_data.error for event in events]
        messages = [error.message for error in errors if error is not None]
        context.log.error(
            failure_advice(
                context.dagster_run.job_name, messages or [context.failure_event.message or ""]
            )
        )

    return tell_of_failures


def attention_sensor(*, is_on: bool) -> dg.SensorDefinition:
    """Define the sensor that logs what a run published and a person should look at."""

    @dg.run_status_sensor(
        run_status=dg.DagsterRunStatus.SUCCESS,
        name="tell_what_to_look_at",
        default_status=_status(is_on=is_on),
    )
    def tell_what_to_look_at(context: dg.RunStatusSensorContext) -> None:
        """Log what failed checks of a run that succeeded say."""
        events = context.instance.all_logs(
            context.dagster_run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION
        )
        found = [
            event.dagster_event.asset_check_evaluation_data
            for event in events
            if event.dagster_event is not None
        ]
        messages = check_messages(found)
        if messages:
            context.log.error(attention_advice(context.dagster_run.job_name, messages))

    return tell_what_to_look_at


def change_sensor() -> dg.SensorDefinition:
    """Define the sensor that runs a command when a version was published.

    It starts where the environment names a command; its cursor is the version that
    the command was run for last.
    """
    command = os.environ.get(ON_CHANGE_VARIABLE, "")

    @dg.sensor(
        name="run_on_change",
        job_name=BUILD_JOB,
        minimum_interval_seconds=_A_MINUTE,
        default_status=_status(is_on=bool(command)),
        description=f"Runs the command of {ON_CHANGE_VARIABLE} when a version was published.",
    )
    def run_on_change(context: dg.SensorEvaluationContext, dataset: Dataset) -> _Result:
        version = newest(dataset.root)
        number = version.version if version else 0
        last = int(context.cursor) if context.cursor else number
        context.update_cursor(str(number))
        if number <= last or not command:
            return dg.SkipReason("No version was published.")
        watches = read_watches(watch_path(None))
        warning = announce(report_versions(dataset.root, last or None, watches), command)
        return dg.SkipReason(
            visible(warning) if warning else f"Ran the command for version {number}."
        )

    return run_on_change


def _status(*, is_on: bool) -> dg.DefaultSensorStatus:
    return dg.DefaultSensorStatus.RUNNING if is_on else dg.DefaultSensorStatus.STOPPED


def _local_releases(documentation: Documentation, dataset: Dataset) -> tuple[str, ...]:
    """Return the releases that can be listed without a network: published ones, and a folder's."""
    found: tuple[str, ...] = ()
    try:
        version = newest(dataset.root)
        found = version.releases if version else ()
        if not is_live(documentation.source):
            with closing(documentation.open(dataset.root)) as site:
                found += site.releases()
    except NeuronWarehouseError:
        # The steps that read it say what is wrong with it.
        return found
    return found
