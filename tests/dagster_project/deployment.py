"""A site on loopback and a Dagster instance with our definitions over it.

Put here what sets the scene for what runs by itself; no test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import dagster as dg

from pipelines.contract import TABLES

if TYPE_CHECKING:
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

    def observe(self, tags: dict[str, str] | None = None) -> None:
        """Run the observation job."""
        job = self.defs.resolve_job_def("observe_documentation")
        assert job.execute_in_process(instance=self.instance, tags=tags or {}).success

    def tick(self) -> dict[str, set[str | None]]:
        """Evaluate all conditions; gives the partitions requested of each asset."""
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

    def notice(self) -> list[Any]:
        """Evaluate the sensor of new releases."""
        sensor = self.defs.resolve_sensor_def("notice_new_releases")
        given = {name: self.resources[name] for name in ("documentation", "dataset")}
        with dg.build_sensor_context(instance=self.instance, resources=given) as context:
            return list(sensor(context))  # type: ignore[call-overload]

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
        """Run the assets requested; tells whether all of that went well."""
        partitions = sorted({key for keys in requested.values() for key in keys if key})
        done = [self._execute([table.name for table in TABLES], one) for one in partitions]
        if "warehouse" in requested:
            done.append(self._execute(["warehouse", "benchmark_results"]))
        return all(done)

    def _execute(self, assets: list[str], partition: str | None = None) -> bool:
        done = self.defs.resolve_job_def("build").execute_in_process(
            instance=self.instance,
            partition_key=partition,
            asset_selection=[dg.AssetKey(name) for name in assets],
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            raise_on_error=False,
        )
        return bool(done.success)


def an_instance(home: Path, history: str) -> dg.DagsterInstance:
    """Return an instance that keeps its history `on disk` or `in memory`."""
    if history == "on disk":
        return dg.DagsterInstance.local_temp(str(home))
    return dg.DagsterInstance.ephemeral(str(home))
