"""Releases read by two workers at once: Dagster, with PostgreSQL, Redis and Celery.

    python -m examples.scale.workers single ROOT|bundled ROOT|pool FOLDER

`single` builds as the command does. `bundled` reads the same releases with two workers, one of
which is killed on the way. `pool` reads a site on loopback, with the pool's limit of 1, and then
with 2 to see that it is the limit that holds. What each prints is judged in `__main__`.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg

from dagster_project.resources import SOURCE_VARIABLE
from dagster_project.triggers import SITE_POOL
from examples.scale.celery_settings import BROKER_VARIABLE, PATIENCE_VARIABLE
from examples.scale.measuring import REPOSITORY
from examples.scale.servers import postgres, redis, until
from pipelines.sources.site import bundled_site
from tests.loopback import Asked, serving, write_sitemap
from tests.sites import PERFORMANCE, copy_site
from warehouse.storage.data_paths import ROOT_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

NAMES = ("one", "two")
PATIENCE = 20
"""Seconds after which a step of the killed worker goes to the other."""
LONGEST = 900
"""Seconds that all runs together may take."""
_ENDS = (dg.DagsterEventType.STEP_SUCCESS, dg.DagsterEventType.STEP_FAILURE)
_DAGSTER = """
telemetry: {{enabled: false}}
python_logs: {{python_log_level: WARNING}}
storage: {{postgres: {{postgres_url: "{address}"}}}}
concurrency: {{pools: {{default_limit: 1}}}}
"""


@dataclass
class Fleet:
    """Servers that are there for workers and runs, and the processes of both.

    Attributes:
        folder: Where the servers are.
        environment: What workers and runs are given.
        instance: Dagster's.
        workers: The workers' processes, by name.
    """

    folder: Path
    environment: Mapping[str, str]
    instance: dg.DagsterInstance
    workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @contextmanager
    def working(self, **environment: str) -> Iterator[None]:
        """Run the workers, on what these variables name."""
        self.environment = {**self.environment, **environment}
        for name in NAMES:
            command = ("celery", "--app", "examples.scale.celery_app", "worker", "--pool", "solo")
            self.workers[name] = self._start(*command, "--hostname", f"{name}@scale")
        try:
            yield
        finally:
            for worker in self.workers.values():
                worker.terminate()
            for worker in self.workers.values():
                worker.wait(60)

    def runs(self, releases: Sequence[str]) -> list[subprocess.Popen[bytes]]:
        """Begin the runs of these releases: at each moment as many as there are workers."""
        shares = [releases[at :: len(NAMES)] for at in range(len(NAMES))]
        return [self._start("examples.scale.dagster_runs", *share) for share in shares]

    def _start(self, module: str, *arguments: str) -> subprocess.Popen[bytes]:
        log = (self.folder / "log").open("ab")
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=REPOSITORY,
            env={**os.environ, **self.environment},
            stdout=log,
            stderr=log,
        )

    def kill_at_work(self, name: str) -> str:
        """Kill a worker that has ended one run, while it runs the step of another; return that."""
        found: list[str] = []

        def caught() -> bool:
            run = self._at_work(name)
            if run is None or not self.shares()[name]:
                return False
            # Stopped, it can end nothing between a last look and the kill.
            self.workers[name].send_signal(signal.SIGSTOP)
            if self._at_work(name) != run:
                self.workers[name].send_signal(signal.SIGCONT)
                return False
            self.workers[name].send_signal(signal.SIGKILL)
            found.append(run)
            return True

        until(caught, f"worker {name} to begin a step", LONGEST)
        return found[0]

    def shares(self) -> dict[str, int]:
        """Return how many runs each worker has ended well."""
        over = dg.RunsFilter(statuses=[dg.DagsterRunStatus.SUCCESS])
        last = [self.took(run.run_id)[-1:] for run in self.instance.get_runs(over)]
        return {name: last.count([name]) for name in NAMES}

    def _at_work(self, name: str) -> str | None:
        """Return the run whose step a worker has begun and not ended."""
        running = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])
        for run in self.instance.get_runs(running):
            began = dg.DagsterEventType.STEP_START in self._kinds(run.run_id)
            if began and not self._ended(run.run_id) and self.took(run.run_id)[-1:] == [name]:
                return run.run_id
        return None

    def _ended(self, run: str) -> bool:
        return not self._kinds(run).isdisjoint(_ENDS)

    def _kinds(self, run: str) -> set[dg.DagsterEventType]:
        return {
            one.dagster_event.event_type
            for one in self.instance.all_logs(run)
            if one.dagster_event is not None
        }

    def span(self, run: str) -> tuple[float, float]:
        """Return when the step of a run began and ended."""
        kinds = (dg.DagsterEventType.STEP_START, *_ENDS)
        times = [one.timestamp for kind in kinds for one in self.instance.all_logs(run, kind)]
        return min(times), max(times)

    def took(self, run: str) -> list[str]:
        """Return the names of the workers that began a run's step, in order."""
        found = []
        for one in self.instance.all_logs(run, of_type=dg.DagsterEventType.ENGINE_EVENT):
            data = one.dagster_event.event_specific_data if one.dagster_event else None
            worker = getattr(data, "metadata", {}).get("Celery worker")
            if worker is not None:
                found.append(str(worker.value).partition("@")[0])
        return found


@contextmanager
def fleet() -> Iterator[Fleet]:
    """Start the servers, and return what works on them."""
    with ExitStack() as stack:
        # A socket's path must be short.
        folder, database = (
            Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nw"))) for _ in range(2)
        )
        address = stack.enter_context(postgres(database))
        broker = stack.enter_context(redis(folder))
        (folder / "dagster.yaml").write_text(_DAGSTER.format(address=address), "utf-8")
        environment = {
            "DAGSTER_HOME": str(folder),
            BROKER_VARIABLE: broker,
            PATIENCE_VARIABLE: str(PATIENCE),
        }
        os.environ["DAGSTER_HOME"] = str(folder)
        instance = stack.enter_context(dg.DagsterInstance.get())
        try:
            yield Fleet(folder, environment, instance)
        except BaseException:
            print((folder / "log").read_text("utf-8", "replace")[-8000:], file=sys.stderr)
            raise


def wait_for(runs: Sequence[subprocess.Popen[bytes]]) -> bool:
    """Wait until all runs have ended; return whether all succeeded."""
    until(lambda: all(run.poll() is not None for run in runs), "the runs to end", LONGEST)
    return all(run.returncode == 0 for run in runs)


def single(root: str) -> int:
    """Build a root with the command; return how many releases there are."""
    command = [sys.executable, "-m", "dagster_project", "build", "--root", root]
    subprocess.run(command, cwd=REPOSITORY, check=True, stdout=sys.stderr)
    return len(bundled_site().releases())


def bundled(root: str) -> dict[str, Any]:
    """Read all bundled releases into a root with two workers; one is killed."""
    releases = bundled_site().releases()
    with fleet() as all_of_it:
        all_of_it.instance.event_log_storage.set_concurrency_slots(SITE_POOL, len(NAMES))
        with all_of_it.working(**{SOURCE_VARIABLE: "bundled", ROOT_VARIABLE: root}):
            runs = all_of_it.runs(releases)
            run = all_of_it.kill_at_work(NAMES[0])
            succeeded = wait_for(runs)
        return {
            "succeeded": succeeded,
            "killed_run": all_of_it.took(run),
            "shares": all_of_it.shares(),
            "killed_with": -(all_of_it.workers[NAMES[0]].returncode or 0),
        }


def pool(folder: str) -> list[dict[str, Any]]:
    """Read a live site with the limits 1 and 2; return what came of each."""
    work = Path(folder)
    releases = bundled_site().releases()[-6:]
    site = copy_site(work / "site", *releases, pages=PERFORMANCE)
    write_sitemap(site.folder)
    hurried = {"NEURON_WAREHOUSE_INTERVAL": "0.3", "NEURON_WAREHOUSE_CONTACT": "scale@example.org"}
    found = []
    with fleet() as all_of_it, serving(site.folder) as web:
        for limit in (1, len(NAMES)):
            web.forget()
            web.most_at_once = 0
            all_of_it.instance.event_log_storage.set_concurrency_slots(SITE_POOL, limit)
            root = str(work / f"data-{limit}")
            given = {SOURCE_VARIABLE: web.address, ROOT_VARIABLE: root, **hurried}
            before = {run.run_id for run in all_of_it.instance.get_runs()}
            with all_of_it.working(**given):
                succeeded = wait_for(all_of_it.runs(releases))
            runs = [run.run_id for run in all_of_it.instance.get_runs()]
            found.append(
                {
                    "limit": limit,
                    "releases": len(releases),
                    "succeeded": succeeded,
                    "requests": len(web.asked),
                    "requests_at_once": web.most_at_once,
                    "readings_overlap": overlap([*spans(web.asked).values()]),
                    "steps_overlap": overlap(
                        [all_of_it.span(run) for run in runs if run not in before]
                    ),
                }
            )
    return found


def spans(asked: Sequence[Asked]) -> dict[str, tuple[float, float]]:
    """Return when the first and the last request of each release came."""
    found: dict[str, tuple[float, float]] = {}
    for one in asked:
        if one.path.startswith("/en/v"):
            release = one.path.split("/")[2]
            first, last = found.get(release, (one.at, one.at))
            found[release] = (min(first, one.at), max(last, one.at))
    return found


def overlap(times: Sequence[tuple[float, float]]) -> bool:
    """Return whether some two of these spans have a moment in common."""
    return any(a[0] <= b[1] and b[0] <= a[1] for a, b in combinations(times, 2))


PARTS: Mapping[str, Callable[[str], Any]] = {"single": single, "bundled": bundled, "pool": pool}


def main(arguments: Sequence[str]) -> None:
    """Run a part, and print what came of it."""
    part, folder = arguments
    print(json.dumps(PARTS[part](folder)))


if __name__ == "__main__":
    main(sys.argv[1:])
