"""What runs by itself, on a real instance, against a site on loopback."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import dagster as dg
import pytest

from dagster_project.automation import advice, automation_definitions, new_releases
from dagster_project.conditions import NEWEST, OBSERVE_TAG
from dagster_project.graph import make_definitions
from dagster_project.observing import observed_releases
from dagster_project.publishing import Listener
from dagster_project.resources import Dataset, Documentation
from pipelines.contract import TABLES
from tests.loopback import Loopback, serving, write_sitemap
from tests.sites import CopiedSite, copy_site
from warehouse.reading import run_sql

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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

    def observe(self, tags: dict[str, str] | None = None) -> None:
        """Run the observation job."""
        job = self.defs.resolve_job_def("observe_documentation")
        assert job.execute_in_process(instance=self.instance, tags=tags or {}).success

    def tick(self) -> dict[str, set[str | None]]:
        """Evaluate all conditions; gives the partitions requested of each asset."""
        result = dg.evaluate_automation_conditions(
            self.defs, instance=self.instance, cursor=self.cursor
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
        for partition in sorted({key for keys in requested.values() for key in keys if key}):
            self._execute([table.name for table in TABLES], partition)
        if "warehouse" in requested:
            self._execute(["warehouse", "benchmark_results"])

    def _execute(self, assets: list[str], partition: str | None = None) -> None:
        done = self.defs.resolve_job_def("build").execute_in_process(
            instance=self.instance,
            partition_key=partition,
            asset_selection=[dg.AssetKey(name) for name in assets],
            run_config={"loggers": {"console": {"config": {"log_level": "ERROR"}}}},
        )
        assert done.success


@pytest.fixture
def deployed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    monkeypatch.setenv("NEURON_WAREHOUSE_INTERVAL", "0")
    monkeypatch.setenv("NEURON_WAREHOUSE_PATIENCE", "0")
    site = copy_site(tmp_path / "site", *KNOWN, pages=PAGES)
    write_sitemap(site.folder)
    root = tmp_path / "data"
    (tmp_path / "home").mkdir()
    with (
        serving(site.folder) as web,
        dg.DagsterInstance.local_temp(str(tmp_path / "home")) as instance,
    ):
        resources = {
            "documentation": Documentation(source=web.address),
            "dataset": Dataset(root=str(root)),
            "listener": Listener(),
        }
        defs = dg.Definitions.merge(
            make_definitions(KNOWN, resources), automation_definitions(KNOWN)
        )
        yield Deployment(site, web, root, instance, defs, resources)


EVERY_TABLE = {table.name for table in TABLES}


def test_only_what_changed_runs(deployed: Deployment) -> None:
    assert deployed.tick() == {}
    deployed.observe()
    first, *_ = deployed.settle()
    assert set(first) >= EVERY_TABLE
    assert all(first[name] == set(KNOWN) for name in EVERY_TABLE)

    deployed.observe()
    deployed.web.forget()
    assert deployed.settle() == []
    assert deployed.web.asked == []

    deployed.site.edit("2.20.1", "inf2-inference", "5043.38", "5043.99")
    deployed.observe({OBSERVE_TAG: NEWEST})
    edited = deployed.settle()
    assert all(edited[0][name] == {"2.20.1"} for name in EVERY_TABLE)
    assert {name for requested in edited for name in requested} == EVERY_TABLE | {"warehouse"}
    changes = run_sql(deployed.root, "SELECT release, before, after FROM capture_changes")
    assert changes.to_pylist() == [{"release": "2.20.1", "before": "5043.38", "after": "5043.99"}]

    page = deployed.site.page("2.20.2", "inf2-inference")
    page.write_text(page.read_text("utf-8").replace("<body>", '<body class="dark">'), "utf-8")
    deployed.observe()
    themed = deployed.settle()
    assert [set(requested) for requested in themed] == [EVERY_TABLE]


def test_a_new_release_is_noticed_and_only_it_is_read(deployed: Deployment) -> None:
    def requests() -> list[Any]:
        return [one for one in deployed.notice() if isinstance(one, dg.RunRequest)]

    assert requests() == []
    tree = deployed.site.folder / "en"
    shutil.copytree(tree / "v2.20.2", tree / "v2.21.0")
    for page in (tree / "v2.21.0").rglob("*.html"):
        page.write_text(page.read_text("utf-8").replace("2.20.2", "2.21.0"), "utf-8")
    write_sitemap(deployed.site.folder)
    (request,) = requests()
    assert request.run_key == "new-release-2.21.0"
    deployed.web.forget()
    job = deployed.defs.resolve_job_def("read_new_release")
    assert job.execute_in_process(instance=deployed.instance, run_config=request.run_config).success
    assert {path.split("/")[2] for path in deployed.web.bodies()} == {"v2.21.0"}
    published = run_sql(deployed.root, "SELECT release FROM releases").to_pylist()
    assert published == [{"release": "2.21.0"}]
    assert deployed.instance.get_materialized_partitions(dg.AssetKey("benchmarks")) == {"2.21.0"}
    assert requests() == []


def test_a_failed_run_says_what_to_do(
    deployed: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    job = deployed.defs.resolve_job_def("read_new_release")
    config = {"ops": {"publish_new_release": {"config": {"release": "2.99.0"}}}}
    done = job.execute_in_process(
        instance=deployed.instance, run_config=config, raise_on_error=False
    )
    assert not done.success
    said = capsys.readouterr().err
    assert "read_new_release failed; the last good data stays." in said
    assert "objects.inv: answered 404 Not Found" in said
    assert "docs/operations.md" in said
    sensor = deployed.defs.resolve_sensor_def("tell_of_failures")
    context = dg.build_run_status_sensor_context(
        sensor_name="tell_of_failures",
        dagster_instance=deployed.instance,
        dagster_run=done.dagster_run,
        dagster_event=done.get_run_failure_event(),
    ).for_run_failure()
    sensor(context)


def test_the_site_being_down_is_no_failure_of_the_sensor(deployed: Deployment) -> None:
    deployed.web.faults["/robots.txt"] = lambda handler: handler.answer(503, b"", {})
    (skipped,) = deployed.notice()
    assert isinstance(skipped, dg.SkipReason)


def test_schedules_look_at_the_newest_minor_daily_and_at_all_weekly() -> None:
    schedules = {
        schedule.name: schedule for schedule in automation_definitions(KNOWN).schedules or ()
    }
    assert schedules["observe_newest_daily"].cron_schedule == "17 5 * * *"
    assert schedules["observe_all_weekly"].cron_schedule == "43 5 * * 0"
    available = ("2.19.1", "2.20.0", "2.20.2", "2.21.0")
    assert observed_releases(NEWEST, available, available[:3]) == ("2.20.0", "2.20.2")
    assert observed_releases("", available, available[:3]) == available[:3]


def test_what_is_new_is_neither_known_nor_published_nor_ancient() -> None:
    available = ("1.19.0", "2.16.1", "2.17.0", "2.19.2", "2.20.2", "2.21.0", "2.22.0")
    known = ("2.17.0", "2.20.2")
    assert new_releases(available, known, ("2.21.0",)) == ("2.19.2", "2.22.0")


def test_advice_is_lines_that_a_person_can_act_on() -> None:
    text = advice("build", ["one\ntwo", ""])
    assert text.splitlines()[0] == "build failed; the last good data stays."
    assert text.splitlines()[1:3] == ["one", "two"]
