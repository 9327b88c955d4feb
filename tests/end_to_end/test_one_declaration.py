"""What is declared in one place reaches the whole dataset: a new metric, from page to report."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.pipelines.making import ENCODER, page_html, table_html, write_site

ROOMS = ("pipelines", "warehouse", "dagster_project")
HERE = Path(__file__).resolve().parents[2]
METRICS = """METRICS: tuple[Metric, ...] = (
    Metric(
        "energy",
        statistics=("mean",),
        units=(Unit("mJ", "mj"),),
        better="lower",
        kind="energy",
        column="energy_{noun}",
        description="{adjective} energy of an inference.",
        label="energy",
    ),
    Metric(
        "fan_speed",
        statistics=("mean",),
        units=(Unit("rpm", "rpm"),),
        better=None,
        kind="speed",
        column="fan_speed_{noun}",
        description="{adjective} speed of the fans.",
        label="fan speed",
    ),
"""
HEADERS = """METRICS: Mapping[str, MetricHeader] = {
    "energy per inference": MetricHeader("energy", "mean", {"mj": "mJ"}),
    "fan speed": MetricHeader("fan_speed", "mean", {"rpm": "rpm"}),
"""
# What the command does, without Dagster around it.
BUILD = """
from pathlib import Path
from dagster_project.build.publish_releases import publish_releases
from pipelines.sources.site import FolderSite
from warehouse.database.build_file import build_database
site = FolderSite(Path("site"), name="a test")
assert not publish_releases(site, "data", site.releases()).refused
build_database("data")
"""


def replace(path: Path, new: str) -> None:
    """Put `new` in the place of its own first line."""
    first = new.splitlines()[0]
    text = path.read_text("utf-8")
    assert text.count(first) == 1
    path.write_text(text.replace(first + "\n", new), "utf-8")


def run(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code with two more metrics, and what it builds from pages that print them."""
    folder = tmp_path_factory.mktemp("edited")
    for room in ROOMS:
        # Compiled modules are copied too: what is not edited need not be compiled again.
        ignored = shutil.ignore_patterns("bundled")
        shutil.copytree(HERE / room, folder / room, ignore=ignored)
    (registry,) = (p for p in folder.rglob("*.py") if HEADERS.splitlines()[0] in p.read_text())
    replace(folder / "pipelines" / "contract" / "metrics.py", METRICS)
    replace(registry, HEADERS)
    for release, energy, fans in (("2.19.1", "5.5", "900"), ("2.20.1", "4.4", "1800")):
        row = {"Energy per inference (mJ)": energy, "Fan Speed (rpm)": fans}
        row |= {"Neuron Version": release}
        write_site(
            folder / "site", page_html(table_html(ENCODER | row), release=release), release=release
        )
    run(folder, "-c", BUILD)
    return folder


@pytest.fixture
def warehouse(edited: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(edited / "data" / "warehouse.duckdb"), read_only=True)


def test_a_new_metric_is_measured(warehouse: duckdb.DuckDBPyConnection) -> None:
    asked = "SELECT release, value, unit FROM measurements WHERE metric = 'energy' ORDER BY release"
    assert warehouse.execute(asked).fetchall() == [("2.19.1", 5.5, "mJ"), ("2.20.1", 4.4, "mJ")]


def test_a_new_metric_has_a_column_in_the_wide_view(warehouse: duckdb.DuckDBPyConnection) -> None:
    asked = "SELECT energy_mj, fan_speed_rpm FROM benchmark_results ORDER BY release"
    assert warehouse.execute(asked).fetchall() == [(5.5, 900), (4.4, 1800)]


def test_a_new_metric_is_judged_by_its_direction(warehouse: duckdb.DuckDBPyConnection) -> None:
    asked = "SELECT metric, better, verdict, round(change, 3) FROM compare_releases('2.19', '2.20')"
    found = {metric: rest for metric, *rest in warehouse.execute(asked).fetchall()}
    assert found["energy"] == [True, "improved", -0.2]
    assert found["fan_speed"] == [None, "not-comparable", 1.0]


def test_a_new_metric_has_its_label_in_a_report(edited: Path) -> None:
    arguments = ("--root", "data", "--only", "improved,not-comparable")
    report = run(edited, "-m", "dagster_project", "compare", "2.19", "2.20", *arguments)
    assert "-20.0%  energy " in report
    assert " fan speed " in report


def test_a_new_metric_can_be_asked_for(edited: Path) -> None:
    arguments = ("--metric", "energy", "--root", "data", "--format", "csv")
    rows = run(edited, "-m", "dagster_project", "compare", "2.19", "2.20", *arguments)
    assert len(rows.splitlines()) == 2
    shown = run(edited, "-m", "dagster_project", "compare", "--help")
    assert "energy" in shown


def test_a_new_metric_is_in_the_data_dictionary(edited: Path) -> None:
    text = run(
        edited,
        "-c",
        "from warehouse.output.data_dictionary import dictionary_text; print(dictionary_text())",
    )
    assert "| `energy_mj` | number | mJ | Mean energy of an inference. |" in text
    assert "One of `energy`, `fan_speed`, `throughput`" in text
