"""What runs by itself, on a real instance, against a site on loopback."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from dagster_project.advice import failure_advice
from dagster_project.automation import automation_definitions
from dagster_project.build import fingerprint
from dagster_project.build.fingerprint import observe, observed_releases
from dagster_project.partitions import NAME
from dagster_project.sensors import new_releases
from dagster_project.triggers import NEWEST, OBSERVE_TAG, SITE_POOL
from pipelines.contract import TABLES
from pipelines.sources.choose import open_site
from tests.dagster_project.deployment import KNOWN, Deployment
from tests.forms import only_in_full
from tests.loopback import write_sitemap
from warehouse.database.query import run_sql

pytestmark = pytest.mark.slow

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


@pytest.mark.parametrize("known", [("2.20.1",)])
def test_what_failed_is_tried_again_once_a_day_until_it_succeeds(deployed: Deployment) -> None:
    assert deployed.tick() == {}
    deployed.observe()
    requested = deployed.tick()
    assert set(requested) == EVERY_TABLE
    deployed.web.faults["/en/v2.20.1/objects.inv"] = lambda handler: handler.answer(503, b"", {})
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
            return observe(site, ["2.20.1"], report=print)["2.20.1"]

    whole = seen()
    page = deployed.site.page("2.20.1", "inf2-inference")
    page.write_bytes(b'<html><meta charset="no-such-encoding"></html>')
    assert seen() != whole


def test_one_step_at_a_time_asks_the_site(deployed: Deployment, tmp_path: Path) -> None:
    shutil.copy(Path(__file__).parents[2] / "dagster.yaml", tmp_path)
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert instance.get_concurrency_config().pool_config.default_pool_limit == 1
    tables = deployed.defs.resolve_assets_def("benchmarks")
    observing = deployed.defs.resolve_job_def("observe_documentation")
    # The check beside it reads the archive alone.
    asking = [node.definition for node in observing.nodes if node.name == "neuron_documentation"]
    nodes = [tables.op, *asking]
    assert asking
    assert {node.pool or node.tags["dagster/concurrency_key"] for node in nodes} == {SITE_POOL}


def test_a_new_release_becomes_a_partition_and_only_it_is_read(deployed: Deployment) -> None:
    assert isinstance(deployed.notice(), dg.SkipReason)
    _add_release(deployed, "2.20.2", "2.21.0")
    (request,) = deployed.notice().run_requests
    assert (request.run_key, request.partition_key) == ("new-release-2.21.0", "2.21.0")
    assert deployed.instance.get_dynamic_partitions(NAME) == [*KNOWN, "2.21.0"]

    deployed.web.forget()
    done = deployed.defs.resolve_job_def("build").execute_in_process(
        instance=deployed.instance, partition_key="2.21.0"
    )
    assert done.success
    assert {path.split("/")[2] for path in deployed.web.bodies()} == {"v2.21.0"}
    published = run_sql(deployed.root, "SELECT release FROM releases").to_pylist()
    assert published == [{"release": "2.21.0"}]
    assert deployed.instance.get_materialized_partitions(dg.AssetKey("benchmarks")) == {"2.21.0"}
    assert isinstance(deployed.notice(), dg.SkipReason)

    assert deployed.tick() == {}
    deployed.observe()
    assert deployed.tick()["benchmarks"] >= set(KNOWN)


def test_a_new_patch_of_an_older_minor_stands_in_its_place(deployed: Deployment) -> None:
    deployed.instance.add_dynamic_partitions(NAME, ["2.22.0"])
    _add_release(deployed, "2.20.2", "2.21.0")
    deployed.notice()
    assert deployed.instance.get_dynamic_partitions(NAME) == [*KNOWN, "2.21.0", "2.22.0"]


def test_a_new_instance_has_its_partitions_at_the_first_tick(deployed: Deployment) -> None:
    for release in deployed.instance.get_dynamic_partitions(NAME):
        deployed.instance.delete_dynamic_partition(NAME, release)
    sensor = deployed.defs.resolve_sensor_def("keep_partitions")
    assert sensor.default_status is dg.DefaultSensorStatus.RUNNING
    deployed.evaluate("keep_partitions", "documentation", "dataset")
    assert deployed.instance.get_dynamic_partitions(NAME) == list(KNOWN)
    assert deployed.web.asked == []
    again = deployed.evaluate("keep_partitions", "documentation", "dataset")
    assert isinstance(again, dg.SkipReason)


def test_a_failed_run_says_what_to_do(
    deployed: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    deployed.instance.add_dynamic_partitions(NAME, ["2.99.0"])
    done = deployed.defs.resolve_job_def("build").execute_in_process(
        instance=deployed.instance, partition_key="2.99.0", raise_on_error=False
    )
    assert not done.success
    sensor = deployed.defs.resolve_sensor_def("tell_of_failures")
    context = dg.build_run_status_sensor_context(
        sensor_name="tell_of_failures",
        dagster_instance=deployed.instance,
        dagster_run=done.dagster_run,
        dagster_event=done.get_run_failure_event(),
    ).for_run_failure()
    capsys.readouterr()
    sensor(context)
    logged = capsys.readouterr().err
    assert "build failed; the last good data stays." in logged
    assert "objects.inv: answered 404 Not Found" in logged
    assert "docs/reference/messages.md" in logged


# An instance that keeps nothing is given no metadata.
@pytest.mark.parametrize("history", ["on disk"])
@pytest.mark.parametrize("known", [("2.20.1",)])
def test_a_page_held_back_fails_a_check_and_is_logged_while_the_run_succeeds(
    deployed: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    check = dg.AssetCheckKey(dg.AssetKey("pages"), "no_page_held_back")
    build = deployed.defs.resolve_job_def("build").get_subset(
        asset_selection={dg.AssetKey(name) for name in EVERY_TABLE}, asset_check_selection={check}
    )
    path = deployed.site.page("2.20.1", "inf2-inference").relative_to(deployed.site.folder)
    challenge = b"<html><head><title>Wait</title></head><body><h1>Robot?</h1></body></html>"
    deployed.web.faults[f"/{path}"] = lambda handler: handler.answer(
        200, challenge, {"Content-Type": "text/html"}
    )
    done = build.execute_in_process(instance=deployed.instance, partition_key="2.20.1")
    assert done.success
    evaluations = {one.check_name: one for one in done.get_asset_check_evaluations()}
    held = evaluations["no_page_held_back"]
    assert (held.passed, held.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert held.metadata["pages_held_back"].value == 1
    event = deployed.instance.get_latest_materialization_event(dg.AssetKey("pages"))
    assert event is not None
    assert event.asset_materialization is not None
    assert "inf2-inference" in str(event.asset_materialization.metadata["held_back"].value)

    sensor = deployed.defs.resolve_sensor_def("tell_what_to_look_at")
    capsys.readouterr()
    sensor(
        dg.build_run_status_sensor_context(
            sensor_name="tell_what_to_look_at",
            dagster_instance=deployed.instance,
            dagster_run=done.dagster_run,
            dagster_event=done.get_run_success_event(),
        )
    )
    logged = capsys.readouterr().err
    assert "build published what it could read. Look at:" in logged
    assert "inf2-inference" in logged


# In short form: what failed is tried again by the same condition.
@only_in_full
@pytest.mark.stress
@pytest.mark.parametrize("known", [("2.20.1",)])
def test_a_page_held_back_is_read_again_once_a_day(
    deployed: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = deployed.site.page("2.20.1", "inf2-inference").relative_to(deployed.site.folder)
    assert deployed.tick() == {}
    deployed.observe()
    requested = deployed.tick()
    deployed.web.faults[f"/{path}"] = lambda handler: handler.answer(503, b"", {})
    deployed.run(requested)
    assert fingerprint.releases_held_back(str(deployed.root)) == {"2.20.1"}
    for day in ("2026-03-01", "2026-03-02"):
        moment = datetime.fromisoformat(f"{day}T05:00:00+00:00")
        monkeypatch.setattr(fingerprint, "now", lambda moment=moment: moment)
        deployed.tick()
        deployed.web.faults.clear()
        deployed.observe()
        assert deployed.tick()["benchmarks"] == {"2.20.1"}, day
        if day == "2026-03-01":
            deployed.web.faults[f"/{path}"] = lambda handler: handler.answer(503, b"", {})
        deployed.run({"benchmarks": {"2.20.1"}})
    assert fingerprint.releases_held_back(str(deployed.root)) == frozenset()


def _add_release(deployed: Deployment, like: str, release: str) -> None:
    """Add a release to the site: a copy of another one that says its own name."""
    tree = deployed.site.folder / "en"
    shutil.copytree(tree / f"v{like}", tree / f"v{release}")
    for page in (tree / f"v{release}").rglob("*.html"):
        page.write_text(page.read_text("utf-8").replace(like, release), "utf-8")
    write_sitemap(deployed.site.folder)


def test_the_site_being_down_is_no_failure_of_the_sensor(deployed: Deployment) -> None:
    deployed.web.faults["/robots.txt"] = lambda handler: handler.answer(503, b"", {})
    skipped = deployed.notice()
    assert isinstance(skipped, dg.SkipReason)
    assert skipped.skip_message is not None
    assert "robots.txt" in skipped.skip_message
    assert "503" in skipped.skip_message


def test_schedules_look_at_the_newest_minor_daily_and_at_all_weekly() -> None:
    schedules = {schedule.name: schedule for schedule in automation_definitions().schedules or ()}
    assert schedules["observe_newest_daily"].cron_schedule == "17 5 * * *"
    assert schedules["observe_all_weekly"].cron_schedule == "43 5 * * 0"
    available = ("2.19.1", "2.20.0", "2.20.2", "2.21.0")
    assert observed_releases(NEWEST, available, available[:3]) == ("2.20.0", "2.20.2")
    assert observed_releases("", available, available[:3]) == available[:3]


def test_what_is_new_is_neither_known_nor_older_than_all_that_is() -> None:
    available = ("1.19.0", "2.16.1", "2.17.0", "2.19.2", "2.20.2", "2.21.0", "2.22.0")
    assert new_releases(available, ("2.17.0", "2.20.2", "2.21.0")) == ("2.19.2", "2.22.0")


def test_advice_is_lines_that_a_person_can_act_on() -> None:
    text = failure_advice("build", ["one\ntwo", ""])
    assert text.splitlines()[0] == "build failed; the last good data stays."
    assert text.splitlines()[1:3] == ["one", "two"]
