"""What the warehouse says of packages, dates and hardware, over the bundled capture."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import duckdb
import pytest

from pipelines.contract import PackageVersion
from tests.warehouse.conftest import NOW, a_release
from warehouse.comparison.software import software_lines
from warehouse.versions import newest, publish
from warehouse.versions.cross_release_flags import with_cross_release_flags

if TYPE_CHECKING:
    from pathlib import Path

DATES = "SELECT release, published_on::VARCHAR FROM releases ORDER BY release_order"


def test_every_release_has_the_date_of_its_own_heading(
    all_releases: duckdb.DuckDBPyConnection,
) -> None:
    found = dict(all_releases.execute(DATES).fetchall())
    expected = {
        "2.10.0": "2023-05-01",
        "2.12.0": "2023-07-19",
        "2.16.1": "2024-01-18",
        "2.17.0": "2024-02-13",
        "2.18.0": "2024-04-01",
        "2.18.1": "2024-04-10",
        "2.18.2": "2024-04-25",
        "2.19.0": "2024-07-03",
        "2.19.1": "2024-07-19",
        "2.20.0": "2024-09-16",
        "2.20.1": "2024-10-25",
        "2.20.2": "2024-11-20",
        # The page of package lists copies the date of 2.20.1.
        "2.21.0": "2024-12-20",
        "2.27.0": "2025-12-19",
        "2.32.0": "2026-08-17",
    }
    assert {release: found[release] for release in expected} == expected


def test_a_release_whose_own_pages_do_not_date_it_has_no_date(
    all_releases: duckdb.DuckDBPyConnection,
) -> None:
    own = all_releases.execute(
        "SELECT count(*) FROM release_dates WHERE release = '2.24.0' AND listed_on = '2.24.0'"
    ).fetchall()
    assert own == [(0,)]
    assert dict(all_releases.execute(DATES).fetchall())["2.24.0"] is None


def test_a_release_that_two_pages_date_otherwise_is_flagged(
    all_releases: duckdb.DuckDBPyConnection,
) -> None:
    dated_twice = all_releases.execute(
        "SELECT DISTINCT release FROM release_dates GROUP BY listed_on, release "
        "HAVING count(DISTINCT published_on) > 1 ORDER BY 1"
    ).fetchall()
    assert dated_twice == [("2.12.2",), ("2.21.0",), ("2.31.0",)]
    # One flag for each release that is dated twice by the pages of one docs release.
    expected = all_releases.execute(
        "SELECT listed_on, count(*) FROM (SELECT listed_on, release FROM release_dates "
        "GROUP BY ALL HAVING count(DISTINCT published_on) > 1) GROUP BY 1 ORDER BY 1"
    ).fetchall()
    flagged = all_releases.execute(
        "SELECT release, count(*) FROM quality_flags WHERE rule = 'release-dates-differ' "
        "GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert ("2.20.2", 1) in flagged
    assert ("2.32.0", 3) in flagged
    assert flagged == expected


def test_a_release_has_one_list_for_each_accelerator(
    all_releases: duckdb.DuckDBPyConnection,
) -> None:
    rows = all_releases.execute(
        "SELECT release, accelerator, product FROM release_packages GROUP BY ALL "
        "HAVING count(DISTINCT (listed_on, page)) > 1 OR count(*) <> count(DISTINCT line)"
    ).fetchall()
    assert rows == []


def test_where_its_own_page_lists_another_release_a_later_history_speaks(
    all_releases: duckdb.DuckDBPyConnection,
) -> None:
    rows = all_releases.execute(
        "SELECT DISTINCT accelerator, listed_on, page FROM release_packages "
        "WHERE release = '2.19.1' ORDER BY 1"
    ).fetchall()
    assert rows == [
        ("inf1", "2.32.0", "release-content-history"),
        ("inf2", "2.19.1", "whats-new"),
        ("trn1", "2.19.1", "whats-new"),
    ]


def test_throughput_is_divided_by_cores_and_by_money(
    all_releases: duckdb.DuckDBPyConnection,
) -> None:
    (row,) = all_releases.execute(
        "SELECT throughput_tokens_per_s, neuron_cores, tokens_per_s_per_neuron_core, "
        "implied_usd_per_hour, tokens_per_usd, inferences_per_usd FROM benchmark_results "
        "WHERE release = '2.19.1' AND throughput_tokens_per_s IS NOT NULL "
        "AND implied_usd_per_hour IS NOT NULL ORDER BY benchmark_id LIMIT 1"
    ).fetchall()
    throughput, cores, per_core, rate, per_usd, other = row
    assert per_core == pytest.approx(throughput / cores)
    assert per_usd == pytest.approx(throughput * 3600 / rate)
    assert other is None


def test_a_run_on_many_instances_has_the_cores_of_all(
    all_releases: duckdb.DuckDBPyConnection,
) -> None:
    rows = all_releases.execute(
        "SELECT DISTINCT nodes, neuron_cores FROM benchmark_results WHERE workload = 'training'"
    ).fetchall()
    assert rows
    assert all(cores == nodes * 32 for nodes, cores in rows)


def test_every_benchmark_has_its_hardware(all_releases: duckdb.DuckDBPyConnection) -> None:
    ((rows, cores),) = all_releases.execute(
        "SELECT count(*), count(neuron_cores) FROM benchmark_results"
    ).fetchall()
    assert rows == cores


def test_hardware_that_a_release_no_longer_prints_is_that_of_an_older_one(
    all_releases: duckdb.DuckDBPyConnection,
) -> None:
    trn1 = "release = '2.21.0' AND instance_type = 'trn1.2xlarge'"
    printed = all_releases.execute(f"FROM instances WHERE {trn1}").fetchall()
    assert printed == []
    cores = all_releases.execute(
        f"SELECT DISTINCT neuron_cores FROM benchmark_results WHERE {trn1}"  # noqa: S608
    ).fetchall()
    assert cores == [(2,)]


def test_compiler_runtime_and_framework_are_named_for_both_sides(
    all_releases: duckdb.DuckDBPyConnection,
) -> None:
    lines = list(software_lines(all_releases, ("2.17.0",), ("2.20.2",)))
    assert lines[0].startswith("On trn1 and inf2: neuronx-cc 2.12.68.0 → 2.15.143.0, ")
    assert lines[1].startswith("On inf1: neuron-cc 1.21.0.0 → 1.24.0.0, ")
    assert not list(software_lines(all_releases, ("1.0.0",), ("1.0.1",)))


def test_an_accelerator_that_one_side_lists_does_not_hide_the_versions_of_the_other() -> None:
    with duckdb.connect() as connection:
        connection.execute("""
            CREATE TABLE release_packages AS
            FROM (VALUES
                ('2.19.0', 'trn1', 'neuronx-cc', '2.14.1'),
                ('2.24.0', 'trn1', 'neuronx-cc', '2.19.2'),
                ('2.24.0', 'trn2', 'neuronx-cc', '2.19.3')
            ) AS t(release, accelerator, package, version)
        """)
        lines = list(software_lines(connection, ("2.19.0",), ("2.24.0",)))
    assert lines == ["On trn2 and trn1: neuronx-cc 2.14.1 → 2.19.3."]


def _listing(listed_on: str, version: str) -> PackageVersion:
    return PackageVersion(
        release="2.9.0",
        listed_on=listed_on,
        accelerator="trn1",
        component="Driver",
        package="aws-neuronx-dkms",
        version=version,
        text=f"Driver aws-neuronx-dkms-{version}",
        page="release-content-history",
        list_number=0,
        line=0,
        heading="Trn1 packages",
        product=None,
        stage=None,
    )


def test_a_list_is_compared_with_those_that_the_dataset_holds(root: Path) -> None:
    before = a_release("2.9.0", package_versions=[_listing("2.9.0", "1.0")])
    publish(root, [before], source="a test", now=NOW)
    same = a_release("2.20.0", package_versions=[_listing("2.20.0", "1.0")])
    assert with_cross_release_flags(root, {"2.20.0": same}, newest(root)).read["2.20.0"].rows == {
        **same.rows,
        "quality_flags": tuple(same.rows["quality_flags"]),
    }
    other = replace(same, rows={**same.rows, "package_versions": [_listing("2.20.0", "1.1")]})
    flags = (
        with_cross_release_flags(root, {"2.20.0": other}, newest(root))
        .read["2.20.0"]
        .rows["quality_flags"]
    )
    assert flags[-1].rule == "package-lists-differ"
    assert (flags[-1].observed, flags[-1].expected) == (
        "aws-neuronx-dkms-1.1",
        "aws-neuronx-dkms-1.0",
    )
