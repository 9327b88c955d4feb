"""What runs by itself, on a real instance, against a site on loopback."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from dagster_project.automation import automation_definitions, failure_advice, new_releases
from dagster_project.build.fingerprint import observe, observed_releases
from dagster_project.triggers import NEWEST, OBSERVE_TAG, SITE_POOL
from pipelines.clock import now
from pipelines.contract import TABLES
from pipelines.sources.choose import open_site
from tests.dagster_project.deployment import KNOWN, Deployment
from tests.loopback import write_sitemap
from warehouse.database.query import run_sql

pytestmark = pytest.mark.slow

EVERY_TABLE = {table.name for table in TABLES}


@pytest.mark.parametrize("history", ["in memory"])
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


@pytest.mark.parametrize("history", ["in memory"])
@pytest.mark.parametrize("known", [("2.20.1",)])
def test_what_failed_is_tried_again_once_a_day_until_it_succeeds(deployed: Deployment) -> None:
    path = deployed.site.page("2.20.1", "inf2-inference").relative_to(deployed.site.folder)
    assert deployed.tick() == {}
    deployed.observe()
    requested = deployed.tick()
    assert set(requested) == EVERY_TABLE
    deployed.web.faults[f"/{path}"] = lambda handler: handler.answer(503, b"", {})
    assert not deployed.succeeds(requested)
    assert deployed.tick() == {}
    deployed.time = datetime.now(UTC) + timedelta(days=1)
    requested = deployed.tick()
    assert set(requested) == EVERY_TABLE
    deployed.web.faults.clear()
    assert deployed.succeeds(requested)
    assert set(deployed.tick()) == {"warehouse"}
    deployed.time += timedelta(days=1)
    assert set(deployed.tick()) <= {"warehouse"}


def test_a_page_that_is_none_is_observed_as_another_state(deployed: Deployment) -> None:
    def seen() -> str:
        with closing(open_site(deployed.web.address, deployed.root)) as site:
            return observe(site, ["2.20.1"], tell=print)["2.20.1"]

    whole = seen()
    page = deployed.site.page("2.20.1", "inf2-inference")
    page.write_bytes(b'<html><meta charset="no-such-encoding"></html>')
    assert seen() != whole


def test_one_step_at_a_time_asks_the_site(deployed: Deployment, tmp_path: Path) -> None:
    shutil.copy(Path(__file__).parents[2] / "dagster.yaml", tmp_path)
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert instance.get_concurrency_config().pool_config.default_pool_limit == 1
    tables = deployed.defs.resolve_assets_def("benchmarks")
    jobs = [deployed.defs.resolve_job_def(n) for n in ("observe_documentation", "read_new_release")]
    nodes = [tables.op, *(node.definition for job in jobs for node in job.nodes)]
    assert {node.pool or node.tags["dagster/concurrency_key"] for node in nodes} == {SITE_POOL}


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
    assert request.run_key == f"new-release-2.21.0-{now():%Y-%m-%d}"
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
    capsys.readouterr()
    sensor(context)
    told = capsys.readouterr().err
    assert "read_new_release failed; the last good data stays." in told
    assert "objects.inv: answered 404 Not Found" in told


def test_the_site_being_down_is_no_failure_of_the_sensor(deployed: Deployment) -> None:
    deployed.web.faults["/robots.txt"] = lambda handler: handler.answer(503, b"", {})
    (skipped,) = deployed.notice()
    assert isinstance(skipped, dg.SkipReason)
    assert skipped.skip_message is not None
    assert "robots.txt" in skipped.skip_message
    assert "503" in skipped.skip_message


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
    text = failure_advice("build", ["one\ntwo", ""])
    assert text.splitlines()[0] == "build failed; the last good data stays."
    assert text.splitlines()[1:3] == ["one", "two"]
