"""A site on loopback and a Dagster instance with our definitions over it.

Put here what sets the scene for what runs by itself; no test.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import dagster as dg

from dagster_project.partitions import NAME
from dagster_project.serving import SERVED
from pipelines.contract import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from tests.loopback import Loopback
    from tests.sites import CopiedSite

KNOWN = ("2.20.1", "2.20.2")
PAGES = ("inf2-inference", "trn1-training")


@dataclass
class Deployment:
    """A site, and a Dagster instance with our definitions over it."""

    site: CopiedSite
    web: Loopback
    root: Path
    instance: dg.DagsterInstance
    defs: dg.Definitions
    resources: dict[str, Any]
    cursor: Any = None
    time: datetime | None = None
    cursor_of: dict[str, Any] = field(default_factory=dict)

    def observe(self, tags: dict[str, str] | None = None) -> None:
        """Run the observation job."""
        job = self.defs.resolve_job_def("observe_documentation")
        assert job.execute_in_process(instance=self.instance, tags=tags or {}).success

    def tick(self) -> dict[str, set[str | None]]:
        """Evaluate all conditions, and return the partitions requested of each asset."""
        with _partitions_read_once(self.instance):
            result = dg.evaluate_automation_conditions(
                self.defs, instance=self.instance, cursor=self.cursor, evaluation_time=self.time
            )
        self.cursor = result.cursor
        requested = {}
        for table in (*(table.name for table in TABLES), "warehouse"):
            keys = result.get_requested_partitions(dg.AssetKey(table))
            if keys:
                requested[table] = set(keys)
        return requested

    def notice(self) -> Any:
        """Evaluate the sensor of new releases."""
        return self.evaluate("notice_new_releases", "documentation", "dataset")

    def evaluate(self, name: str, *resources: str, cursor: str | None = None) -> Any:
        """Evaluate a sensor, and do what it asks for with partitions."""
        sensor = self.defs.resolve_sensor_def(name)
        given = {one: self.resources[one] for one in resources}
        with dg.build_sensor_context(
            instance=self.instance, resources=given, cursor=cursor
        ) as context:
            result: Any = sensor(context)
            self.cursor_of[name] = context.cursor
        for request in getattr(result, "dynamic_partitions_requests", None) or ():
            if isinstance(request, dg.AddDynamicPartitionsRequest):
                self.instance.add_dynamic_partitions(NAME, request.partition_keys)
            else:
                for key in request.partition_keys:
                    self.instance.delete_dynamic_partition(NAME, key)
        return result

    def settle(self) -> list[dict[str, set[str | None]]]:
        """Tick and run what is requested until nothing is."""
        rounds = []
        while requested := self.tick():
            rounds.append(requested)
            assert len(rounds) < 6
            self.run(requested)
        return rounds

    def run(self, requested: dict[str, set[str | None]]) -> None:
        """Run the assets requested, each partition by itself."""
        assert self.succeeds(requested)

    def succeeds(self, requested: dict[str, set[str | None]]) -> bool:
        """Run the assets requested, and return whether all of them succeeded."""
        partitions = sorted({key for keys in requested.values() for key in keys if key})
        done = [self._execute([table.name for table in TABLES], one) for one in partitions]
        if "warehouse" in requested:
            done.append(self._execute(SERVED))
        return all(done)

    def _execute(self, assets: Sequence[str], partition: str | None = None) -> bool:
        # Without the asset checks, which are half of a run's steps and change nothing here.
        job = self.defs.resolve_job_def("build").get_subset(
            asset_selection={dg.AssetKey(name) for name in assets}, asset_check_selection=set()
        )
        done = job.execute_in_process(
            instance=self.instance,
            partition_key=partition,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            raise_on_error=False,
        )
        return bool(done.success)


@contextmanager
def _partitions_read_once(instance: dg.DagsterInstance) -> Iterator[None]:
    """Let a tick ask for the list of partitions once, not for each of its 12,000 conditions."""
    instance.__dict__["get_dynamic_partitions"] = cache(instance.get_dynamic_partitions)
    try:
        yield
    finally:
        del instance.__dict__["get_dynamic_partitions"]


def an_instance(home: Path, history: str) -> dg.DagsterInstance:
    """Return an instance that keeps its history `on disk` or `in memory`."""
    if history == "on disk":
        return dg.DagsterInstance.local_temp(str(home))
    return dg.DagsterInstance.ephemeral(str(home))
