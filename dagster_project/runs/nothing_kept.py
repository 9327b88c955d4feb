"""A Dagster instance that keeps nothing: for a build whose history nobody can ask for later.

Dagster's own ephemeral instance writes each event into a database in memory that dies with the
process, which was more than half of Dagster's part of a build. Here the events are dropped, and
the runs are a dictionary. The build's own result comes from its steps, not from the instance.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from dagster import DagsterInstance, DagsterRun
from dagster._core.event_api import EventLogCursor, EventRecordsResult
from dagster._core.events import EVENT_TYPE_TO_PIPELINE_RUN_STATUS
from dagster._core.instance.types import InstanceType
from dagster._core.launcher.sync_in_memory_run_launcher import SyncInMemoryRunLauncher
from dagster._core.run_coordinator import DefaultRunCoordinator
from dagster._core.storage.dagster_run import RunRecord
from dagster._core.storage.event_log import EventLogStorage, InMemoryEventLogStorage
from dagster._core.storage.noop_compute_log_manager import NoOpComputeLogManager
from dagster._core.storage.root import TemporaryLocalArtifactStorage
from dagster._core.storage.runs import InMemoryRunStorage, RunStorage
from dagster._time import get_current_datetime

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dagster import EventLogEntry, RunsFilter
    from dagster._core.events import DagsterEvent

_NO_CURSOR = EventLogCursor.from_storage_id(-1).to_string()


def instance_that_keeps_nothing() -> DagsterInstance:
    """Return an instance for runs in this process; it forgets their events at once."""
    return DagsterInstance(
        instance_type=InstanceType.EPHEMERAL,
        local_artifact_storage=TemporaryLocalArtifactStorage(),  # type: ignore[no-untyped-call] # Dagster's
        run_storage=_Runs(),
        event_storage=_Events(),
        compute_log_manager=NoOpComputeLogManager(),
        run_coordinator=DefaultRunCoordinator(),
        run_launcher=SyncInMemoryRunLauncher(),
    )


def _empty(interface: Any, store: Callable[[], Any]) -> Any:
    """Return a class that answers each method of an interface as an empty store of Dagster's does.

    The interfaces have some eighty methods, and a newer Dagster may have more or may call others.
    A build calls the few below; the rest are answered as a new instance answers them.
    """

    def asked(name: str) -> Callable[..., Any]:
        def method(_self: object, *arguments: Any, **options: Any) -> Any:
            return getattr(store(), name)(*arguments, **options)

        return method

    methods = {name: asked(name) for name in interface.__abstractmethods__}
    return type(f"Empty{interface.__name__}", (interface,), methods)


@cache
def _no_events() -> InMemoryEventLogStorage:
    return InMemoryEventLogStorage()


@cache
def _no_runs() -> InMemoryRunStorage:
    return InMemoryRunStorage()


class _Events(_empty(EventLogStorage, _no_events)):  # type: ignore[misc] # made above
    """Forget each event. What is asked of assets is asked of assets without events."""

    is_persistent = False

    def store_event(self, event: EventLogEntry) -> None:
        """Forget an event."""

    def get_asset_records(self, *_arguments: Any, **_options: Any) -> list[Any]:
        """Return no record."""
        return []

    def get_latest_tags_by_partition(
        self, *_arguments: Any, **_options: Any
    ) -> Mapping[str, Mapping[str, str]]:
        """Return no tags."""
        return {}

    def fetch_observations(self, *_arguments: Any, **_options: Any) -> EventRecordsResult:
        """Return no observation."""
        return EventRecordsResult([], _NO_CURSOR, has_more=False)


class _Runs(_empty(RunStorage, _no_runs)):  # type: ignore[misc] # made above
    """Know each run as its last event left it, for as long as the process lives."""

    def __init__(self) -> None:
        self._runs: dict[str, DagsterRun] = {}

    def has_job_snapshot(self, *_arguments: Any) -> bool:
        """Return True: nobody will ask for one."""
        return True

    def has_execution_plan_snapshot(self, *_arguments: Any) -> bool:
        """Return True: nobody will ask for one."""
        return True

    def add_run(self, dagster_run: DagsterRun) -> DagsterRun:
        """Remember a run."""
        self._runs[dagster_run.run_id] = dagster_run
        return dagster_run

    def handle_run_event(self, run_id: str, event: DagsterEvent, *_: Any) -> None:
        """Change the status of a run where an event does."""
        status = EVENT_TYPE_TO_PIPELINE_RUN_STATUS.get(event.event_type)
        if status is not None and run_id in self._runs:
            self._runs[run_id] = self._runs[run_id].with_status(status)

    def get_run_records(
        self, filters: RunsFilter | None = None, *_arguments: Any, **_options: Any
    ) -> list[RunRecord]:
        """Return the runs with the identifiers of a filter, or all."""
        now = get_current_datetime()
        wanted = filters.run_ids if filters is not None and filters.run_ids else self._runs
        found = [self._runs[run_id] for run_id in wanted if run_id in self._runs]
        return [RunRecord(number, run, now, now) for number, run in enumerate(found, 1)]
