"""What runs by itself: observations by the clock, new releases, and words when a run fails.

Here belong schedules, sensors and the job that reads a release which is no partition yet. When
assets run after an observation is said by their conditions, in `conditions`.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import closing

import dagster as dg

from dagster_project.build.publish_releases import Outcome, publish_releases
from dagster_project.resources import Dataset, Documentation
from dagster_project.triggers import DATA_VERSION_TAG, NEWEST, OBSERVE_TAG, SITE_POOL
from pipelines.clock import now
from pipelines.contract import TABLES
from pipelines.errors import AbsentError, NeuronWarehouseError, SourceError
from pipelines.releases import release_order
from warehouse.database.bring_up import build_database
from warehouse.output.visible import visible
from warehouse.versions import newest

AUTOMATION_VARIABLE = "NEURON_WAREHOUSE_AUTOMATION"
NEW_RELEASE_JOB = "read_new_release"
OBSERVE_JOB = "observe_documentation"
_SIX_HOURS = 6 * 60 * 60
_RETRIES = {"dagster/max_retries": "2"}
_RETRY = dg.RetryPolicy(max_retries=2, delay=600, backoff=dg.Backoff.EXPONENTIAL)
_GUIDE = "docs/operations.md says what each message means and what to do"


class NewRelease(dg.Config):
    """Which release to read."""

    release: str


@dg.op(pool=SITE_POOL, retry_policy=_RETRY)
def publish_new_release(
    context: dg.OpExecutionContext,
    config: NewRelease,
    documentation: Documentation,
    dataset: Dataset,
) -> None:
    """Read a release that the checked-in list does not name yet, and publish it."""
    with closing(documentation.open(dataset.root)) as site:
        outcome = publish_releases(
            site, dataset.root, [config.release], policy=documentation.policy
        )
    for error in outcome.refused.values():
        may_pass = isinstance(error, SourceError) and not isinstance(error, AbsentError)
        raise dg.Failure(description=visible(str(error)), allow_retries=may_pass)
    build_database(dataset.root)
    for event in _materializations(outcome, config.release):
        context.log_event(event)
    context.log.info(
        "%s is published; add it to pipelines/releases.txt, which makes it a partition",
        config.release,
    )


@dg.failure_hook(name="say_what_to_do")
def say_what_to_do(context: dg.HookContext) -> None:
    """Log what a person must do about a failed step."""
    context.log.error(failure_advice(context.job_name, [str(context.op_exception)]))


@dg.job(name=NEW_RELEASE_JOB, executor_def=dg.in_process_executor, hooks={say_what_to_do})
def read_new_release() -> None:
    """Read one new release."""
    publish_new_release()


def failure_advice(job: str, messages: Sequence[str]) -> str:
    """Return the text for a failed run: its messages, each with its remedy, and a guide."""
    lines = [line for message in messages for line in message.splitlines() if line.strip()]
    lines = list(map(visible, lines))
    return "\n".join([f"{job} failed; the last good data stays.", *lines, f"{_GUIDE}."])


def new_releases(
    available: Sequence[str], known: Sequence[str], published: Sequence[str]
) -> tuple[str, ...]:
    """Return the site's releases that are neither partitions nor published, and not before them."""
    oldest = min(map(release_order, known), default=0)
    return tuple(
        release
        for release in available
        if release not in {*known, *published} and release_order(release) > oldest
    )


def automation_definitions(releases: Sequence[str]) -> dg.Definitions:
    """Return schedules, sensors and jobs over these releases."""
    running = os.environ.get(AUTOMATION_VARIABLE) == "on"
    observe_job = dg.define_asset_job(
        OBSERVE_JOB,
        selection=dg.AssetSelection.assets("neuron_documentation"),
        description="Looks at the documentation; what changed is then read by itself.",
        executor_def=dg.in_process_executor,
        hooks={say_what_to_do},
    )
    return dg.Definitions(
        jobs=[observe_job, read_new_release],
        schedules=[
            _schedule("observe_newest_daily", "17 5 * * *", {OBSERVE_TAG: NEWEST}, running=running),
            _schedule("observe_all_weekly", "43 5 * * 0", {}, running=running),
        ],
        sensors=[
            _new_release_sensor(releases, running=running),
            _condition_sensor(running=running),
            _failure_sensor(running=running),
        ],
    )


def _schedule(
    name: str, cron: str, tags: dict[str, str], *, running: bool
) -> dg.ScheduleDefinition:
    return dg.ScheduleDefinition(
        name=name,
        job_name=OBSERVE_JOB,
        cron_schedule=cron,
        execution_timezone="UTC",
        tags=_RETRIES | tags,
        default_status=dg.DefaultScheduleStatus.RUNNING
        if running
        else dg.DefaultScheduleStatus.STOPPED,
    )


def _status(*, running: bool) -> dg.DefaultSensorStatus:
    return dg.DefaultSensorStatus.RUNNING if running else dg.DefaultSensorStatus.STOPPED


def _condition_sensor(*, running: bool) -> dg.AutomationConditionSensorDefinition:
    return dg.AutomationConditionSensorDefinition(
        "run_what_changed",
        target=dg.AssetSelection.all(),
        run_tags=_RETRIES,
        default_status=_status(running=running),
        description="Runs the assets whose inputs have another data version than before.",
    )


def _new_release_sensor(releases: Sequence[str], *, running: bool) -> dg.SensorDefinition:
    @dg.sensor(
        name="notice_new_releases",
        job_name=NEW_RELEASE_JOB,
        minimum_interval_seconds=_SIX_HOURS,
        default_status=_status(running=running),
    )
    def notice_new_releases(
        documentation: Documentation, dataset: Dataset
    ) -> Iterator[dg.RunRequest | dg.SkipReason]:
        """Request a run for each release that the sitemap names and nobody has read."""
        try:
            with closing(documentation.open(dataset.root)) as site:
                available = site.releases()
        except NeuronWarehouseError as error:
            yield dg.SkipReason(str(error))
            return
        descriptor = newest(dataset.root)
        published = descriptor.releases if descriptor else ()
        found = new_releases(available, releases, published)
        if not found:
            yield dg.SkipReason("The site has no release that is not known.")
        for release in found:
            config = {"ops": {"publish_new_release": {"config": {"release": release}}}}
            # Once a day: one that could not be read yet is asked for again tomorrow.
            key = f"new-release-{release}-{now():%Y-%m-%d}"
            yield dg.RunRequest(run_key=key, run_config=config, tags=_RETRIES)

    return notice_new_releases


def _failure_sensor(*, running: bool) -> dg.SensorDefinition:
    @dg.run_failure_sensor(name="tell_of_failures", default_status=_status(running=running))
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


def _materializations(outcome: Outcome, release: str) -> Iterator[dg.AssetMaterialization]:
    for table in TABLES:
        yield dg.AssetMaterialization(
            table.name,
            partition=release,
            tags={DATA_VERSION_TAG: outcome.data_version(table.name, release)},
        )
    yield dg.AssetMaterialization("warehouse")
