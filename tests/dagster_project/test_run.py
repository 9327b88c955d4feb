"""Whole builds in this process: what is published, refused, kept and recorded."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import dagster as dg
import pytest

from dagster_project.build.build_request import BuildRequest, plan_releases
from dagster_project.build.publish_releases import BuildSession, Outcome
from dagster_project.graph import make_definitions
from dagster_project.resources import Dataset, Documentation
from dagster_project.runs.build_run import run_build
from dagster_project.serving import SERVED
from pipelines.errors import PromiseError, SourceError, UsageError
from pipelines.policy import DEFAULT, Policy
from tests.dagster_project.conftest import THREE
from tests.forms import FULL, only_in_full
from tests.sites import copy_site
from tests.warehouse.conftest import NOW, a_benchmark, a_release
from warehouse.database.build_file import build_database
from warehouse.database.query import run_sql
from warehouse.versions import prepare, publish, restore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.calling import Call
    from tests.sites import CopiedSite

pytestmark = pytest.mark.slow


def _build(site: CopiedSite, root: Path, policy: Policy = DEFAULT) -> Outcome:
    request = BuildRequest(source=str(site.folder), root=str(root), policy=policy)
    return run_build(request, plan_releases(request), BuildSession())


def _answer(root: Path, sql: str) -> list[tuple[object, ...]]:
    table = run_sql(root, sql)
    return [tuple(row.values()) for row in table.to_pylist()]


COUNTS = "SELECT release, count(*) FROM benchmarks GROUP BY ALL ORDER BY ALL"


def test_a_second_build_without_changes_writes_no_file(site: CopiedSite, built: Path) -> None:
    root = built
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()}
    second = _build(site, root)
    assert not second.published.changed
    assert second.published.written == ()
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()} == before


def test_one_release_that_fails_does_not_stop_the_others(site: CopiedSite, tmp_path: Path) -> None:
    root = tmp_path / "data"
    (site.folder / "en" / "v2.20.1" / "objects.inv").unlink()
    outcome = _build(site, root)
    assert list(outcome.refused) == ["2.20.1"]
    assert outcome.exit_code == 3
    assert _answer(root, COUNTS) == [("2.19.1", 229), ("2.20.2", 146)]


def test_a_page_that_went_bad_keeps_its_last_good_rows(site: CopiedSite, built: Path) -> None:
    root = built
    good = _answer(root, "SELECT * EXCLUDE (row) FROM benchmarks ORDER BY benchmark_id")
    site.page("2.20.1", "trn1-training").write_bytes(b"")
    outcome = _build(site, root)
    assert not outcome.refused
    (held,) = outcome.held_back["2.20.1"]
    assert (held.page, held.has_last_rows, outcome.exit_code) == ("trn1-training", True, 4)
    assert _answer(root, "SELECT * EXCLUDE (row) FROM benchmarks ORDER BY benchmark_id") == good


def test_nothing_is_made_where_no_release_can_be_read(site: CopiedSite, tmp_path: Path) -> None:
    root = tmp_path / "data"
    for release in THREE:
        (site.folder / "en" / f"v{release}" / "objects.inv").unlink()
    outcome = _build(site, root)
    assert outcome.published is None
    assert len(outcome.refused) == 3
    assert not root.exists()


def test_a_column_that_cannot_be_read_holds_its_page_back_only_when_strict(
    tmp_path: Path,
) -> None:
    site = copy_site(tmp_path / "site", "2.20.1", pages=("inf2-inference", "trn1-training"))
    site.edit("2.20.1", "trn1-training", "<th>Optimizer</th>", "<th>Solver</th>")
    assert _build(site, tmp_path / "data").exit_code == 0
    kept = _answer(
        tmp_path / "data",
        "SELECT DISTINCT attributes['Solver'] FROM benchmarks WHERE "
        "release = '2.20.1' AND workload = 'training' ORDER BY ALL",
    )
    assert kept == [("AdamW",), ("Lamb",)]
    strict = _build(site, tmp_path / "strict", Policy(strict=True))
    assert [page.page for page in strict.held_back["2.20.1"]] == ["trn1-training"]


def test_a_release_that_the_checked_in_list_does_not_name_is_built(
    site: CopiedSite, tmp_path: Path
) -> None:
    tree = site.folder / "en"
    (tree / "v2.20.2").rename(tree / "v2.21.0")
    for page in (tree / "v2.21.0").rglob("*.html"):
        page.write_text(page.read_text("utf-8").replace("2.20.2", "2.21.0"), "utf-8")
    _build(site, tmp_path / "data")
    assert ("2.21.0", 146) in _answer(tmp_path / "data", COUNTS)


def test_a_minor_stands_for_its_latest_patch(site: CopiedSite) -> None:
    request = BuildRequest(source=str(site.folder), root="unused", releases=("2.20",))
    assert plan_releases(request) == ("2.20.2",)


def test_an_unknown_release_is_told_with_those_there_are(site: CopiedSite) -> None:
    request = BuildRequest(source=str(site.folder), root="unused", releases=("2.18",))
    with pytest.raises(UsageError, match=r"2\.19\.1, 2\.20\.1, 2\.20\.2"):
        plan_releases(request)


def test_a_source_that_names_no_release_is_refused(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    request = BuildRequest(source=str(tmp_path), root="unused")
    with pytest.raises(SourceError, match="names no release"):
        plan_releases(request)


def _without_checks(definitions: dg.Definitions) -> dg.JobDefinition:
    """Return the build without its asset checks, which are half of its steps."""
    job = definitions.resolve_job_def("build")
    assets = {*job.asset_layer.asset_graph.materializable_asset_keys}
    return job.get_subset(asset_selection=assets, asset_check_selection=set())


@contextmanager
def _ran(
    site: CopiedSite, folder: Path, *, raise_on_error: bool = True
) -> Iterator[tuple[dg.DagsterInstance, dg.ExecuteInProcessResult]]:
    """Build all three releases as one range, with a history on disk; yield it and the result."""
    definitions = make_definitions(
        dg.StaticPartitionsDefinition(list(THREE)),
        {
            "documentation": Documentation(source=str(site.folder)),
            "dataset": Dataset(root=str(folder / "data")),
            "session": BuildSession(),
        },
    )
    home = folder / "history"
    home.mkdir()
    with dg.DagsterInstance.local_temp(str(home)) as instance:
        job = definitions.resolve_job_def("build") if FULL else _without_checks(definitions)
        result = job.execute_in_process(
            instance=instance,
            tags={
                "dagster/asset_partition_range_start": THREE[0],
                "dagster/asset_partition_range_end": THREE[-1],
            },
            raise_on_error=raise_on_error,
        )
        yield instance, result


def _publish_broken(root: Path) -> None:
    """Publish release 2.18.0 with an empty text, which the checks before that would refuse."""
    benchmark = replace(a_benchmark("2.18.0"), task="")
    broken = prepare(a_release("2.18.0", benchmarks=[benchmark]), checked=True)
    publish(root, [broken], source="a test", now=NOW)


@pytest.mark.parametrize("kept", [False, True], ids=["", "with a kept history"])
def test_rows_that_break_a_promise_make_no_file_and_are_one_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, kept: bool
) -> None:
    root = tmp_path / "data"
    _publish_broken(root)
    site = copy_site(tmp_path / "site", "2.20.2", pages=("trn1-training",))
    monkeypatch.chdir(tmp_path)
    request = BuildRequest(source=str(site.folder), root=str(root), keep_history=kept)
    broken = r"version 2 breaks .*promises .*`benchmarks` .*: 1 in 2\.18\.0.*"
    with pytest.raises(PromiseError, match=broken) as caught:
        run_build(request, plan_releases(request), BuildSession())
    assert "\n" not in str(caught.value)
    assert not (root / "warehouse.duckdb").exists()
    publish(root, [prepare(a_release("2.18.0"))], source="a test", now=NOW)
    assert run_build(request, plan_releases(request), BuildSession()).rebuilt


def test_a_broken_promise_hides_no_other_message(call: Call, tmp_path: Path) -> None:
    root = tmp_path / "data"
    _publish_broken(root)
    site = copy_site(tmp_path / "site", "2.20.1", "2.20.2", pages=("trn1-training",))
    (site.folder / "en" / "v2.20.1" / "objects.inv").unlink()
    done = call("build", "--source", str(site.folder), "--root", str(root))
    assert done.returncode == 4
    lost, broken = done.stderr.splitlines()
    assert "2.20.1" in lost
    assert "objects.inv" in lost
    assert "breaks what the contract promises" in broken


def test_a_session_serves_builds_with_and_without_a_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = copy_site(tmp_path / "site", "2.20.1", "2.20.2", pages=("trn1-training",))
    monkeypatch.chdir(tmp_path)
    session = BuildSession()
    for release, kept in (("2.20.1", False), ("2.20.2", True)):
        request = BuildRequest(str(site.folder), str(tmp_path / "data"), keep_history=kept)
        assert list(run_build(request, (release,), session).prepared) == [release]


def test_the_file_of_a_restored_version_is_held_against_the_contract(
    site: CopiedSite, tmp_path: Path
) -> None:
    root = tmp_path / "data"
    _publish_broken(root)
    publish(root, [prepare(a_release("2.18.0"))], source="a test", now=NOW)
    _build(site, root)
    restore(root, 1, now=NOW)
    build_database(root)
    with pytest.raises(PromiseError, match=r"1 in 2\.18\.0"):
        build_database(root, checking=True)


def test_the_file_asked_for_alone_is_held_against_the_contract(tmp_path: Path) -> None:
    root = tmp_path / "data"
    _publish_broken(root)
    definitions = make_definitions(
        dg.StaticPartitionsDefinition(["2.18.0"]),
        {
            "documentation": Documentation(source="bundled"),
            "dataset": Dataset(root=str(root)),
            "session": BuildSession(),
        },
    )
    job = definitions.resolve_job_def("build")
    with pytest.raises(PromiseError, match=r"1 in 2\.18\.0"):
        job.execute_in_process(
            asset_selection=[dg.AssetKey(name) for name in SERVED],
            tags={
                "dagster/asset_partition_range_start": "2.18.0",
                "dagster/asset_partition_range_end": "2.18.0",
            },
        )
    assert not (root / "warehouse.duckdb").exists()


def test_a_kept_history_tells_each_release_apart(site: CopiedSite, tmp_path: Path) -> None:
    (site.folder / "en" / "v2.20.1" / "objects.inv").unlink()
    with _ran(site, tmp_path, raise_on_error=False) as (instance, result):
        assert not result.success
        benchmarks = dg.AssetKey("benchmarks")
        done = instance.get_materialized_partitions(benchmarks)
        assert done == {"2.19.1", "2.20.2"}
        event = instance.get_latest_materialization_event(benchmarks)
    assert event is not None
    assert event.asset_materialization.partition == "2.20.2"
    assert event.asset_materialization.metadata["dagster/row_count"].value == 146


# In short form: `test_a_kept_history_tells_each_release_apart` has the same run.
@only_in_full
@pytest.mark.stress
def test_releases_of_a_range_are_reported_with_the_newest_last(
    site: CopiedSite, tmp_path: Path
) -> None:
    with _ran(site, tmp_path) as (instance, result):
        assert result.success
        event = instance.get_latest_materialization_event(dg.AssetKey("measurements"))
        assert event is not None
        assert event.asset_materialization is not None
        told = event.asset_materialization
        view = instance.get_latest_materialization_event(dg.AssetKey("benchmark_results"))
    assert told.partition == "2.20.2"
    assert told.metadata["median_throughput_inferences_per_s"].value > 0
    assert (
        "| release | model | metric | statistic | value | unit |" in told.metadata["preview"].value
    )
    assert view is not None
    assert view.asset_materialization is not None
    assert view.asset_materialization.metadata["dagster/row_count"].value == 229 + 2 * 146
    assert "| release | model | instance_type | page |" in (
        view.asset_materialization.metadata["preview"].value
    )
    checks = {one.check_name: one.passed for one in result.get_asset_check_evaluations()}
    assert checks["no_error_flags"]
    assert set(checks.values()) == {True}


def test_one_check_can_be_run_alone(site: CopiedSite, built: Path) -> None:
    definitions = make_definitions(
        dg.StaticPartitionsDefinition(["2.20.2"]),
        {
            "documentation": Documentation(source=str(site.folder)),
            "dataset": Dataset(root=str(built)),
            "session": BuildSession(),
        },
    )
    key = dg.AssetCheckKey(dg.AssetKey("benchmarks"), "unique_key")
    job = dg.define_asset_job("one", selection=dg.AssetSelection.checks(key))
    one = dg.Definitions.merge(definitions, dg.Definitions(jobs=[job]))
    result = one.resolve_job_def("one").execute_in_process()
    (evaluation,) = result.get_asset_check_evaluations()
    assert (evaluation.check_name, evaluation.passed) == ("unique_key", True)


def test_a_newer_release_changes_the_flags_of_an_older_one_and_reports_it(tmp_path: Path) -> None:
    releases = ("2.17.0", "2.18.0", "2.18.2")
    site = copy_site(tmp_path / "site", *releases, pages=("inf2-inference",))
    definitions = make_definitions(
        dg.StaticPartitionsDefinition(list(releases)),
        {
            "documentation": Documentation(source=str(site.folder)),
            "dataset": Dataset(root=str(tmp_path / "data")),
            "session": BuildSession(),
        },
    )
    job = _without_checks(definitions)
    flagged = "SELECT release FROM quality_flags WHERE rule = 'jumped-back' GROUP BY ALL"
    with dg.DagsterInstance.ephemeral() as instance:
        for first, last in (("2.17.0", "2.18.0"), ("2.18.2", "2.18.2")):
            job.execute_in_process(
                instance=instance,
                tags={
                    "dagster/asset_partition_range_start": first,
                    "dagster/asset_partition_range_end": last,
                },
            )
        assert _answer(tmp_path / "data", flagged) == [("2.18.0",)]
        records = instance.fetch_materializations(dg.AssetKey("quality_flags"), limit=9).records
    reported = [record.partition_key for record in records]
    assert sorted(reported) == ["2.17.0", "2.18.0", "2.18.0", "2.18.2"]
