"""How a figure was measured: its script at a tag, its SDK's packages, its settings, dead links."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.errors import UsageError
from pipelines.sources.live.links import link_state
from pipelines.sources.politeness import Politeness
from tests.loopback import answering, serving
from tests.warehouse.conftest import NOW, a_benchmark, a_flag, a_package, a_release
from warehouse.database.build_file import build_database
from warehouse.database.open_version import open_warehouse
from warehouse.packages.differences import packages_of
from warehouse.questions.reproducing.recipe import Recipe, find_benchmark, read_recipe
from warehouse.questions.reproducing.told_recipe import packages_remark, recipe_lines
from warehouse.versions import publish

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from pipelines.contract import ReleaseTables
    from tests.calling import Call
    from tests.shelf import Shelf

REPO = "https://github.com/aws-neuron"
SAMPLE = f"{REPO}/aws-neuron-samples/blob/master/a.ipynb"
UNTAGGED = f"{REPO}/aws-neuron-sdk/blob/master/src/b.py"
QUICK = Politeness(interval=0, patience=0, timeout=20)


def _release(release: str, *scripts: str, **tables: Any) -> ReleaseTables:
    row = a_benchmark(
        release,
        comparison_key="k",
        model="m",
        measured_release="2.17.0",
        framework="PyTorch",
        framework_version="1.13.1",
        scripts=scripts,
    )
    return a_release(release, rows=1, benchmarks=[row], **{"quality_flags": (), **tables})


@pytest.fixture(scope="module")
def made(shelf: Shelf) -> Path:
    """Return a root of two releases that print one measurement with other scripts."""
    tagged = f"{REPO}/aws-neuron-sdk/blob/v2.18.0/src/c.py"
    packages = [
        replace(a_package("2.18.0", line, package=name, version=version), release="2.17.1")
        for line, (name, version) in enumerate(
            [
                ("neuronx-cc", "2.13"),
                ("torch-neuronx", "1.13.1.1.14"),
                ("torch-neuronx", "2.1.2.2.1"),
                ("torch_xla", "2.1.6"),
            ]
        )
    ]
    flag = a_flag("2.19.0", rule="dead-script", severity="warning", observed=UNTAGGED)

    def fill(root: Path) -> None:
        older = _release("2.18.0", UNTAGGED, SAMPLE, tagged, package_versions=packages)
        newer = _release("2.19.0", f"{REPO}/archive/new.py", quality_flags=[flag])
        publish(root, [older, newer], source="a test", now=NOW)
        build_database(root)

    return shelf.folder("made-recipe", fill)


@pytest.fixture(scope="module")
def recipe(made: Path) -> Recipe:
    """Return the recipe of the newer row."""
    with open_warehouse(made) as connection:
        benchmarks = connection.execute("SELECT release, benchmark_id FROM benchmarks").fetchall()
        return read_recipe(connection, dict(benchmarks)["2.19.0"])


def test_scripts_are_those_of_the_page_that_printed_the_measurement_first(recipe: Recipe) -> None:
    assert recipe.release == "2.19.0"
    assert recipe.scripts_of == "2.18.0"
    assert [(script.address, script.at_tag) for script in recipe.scripts] == [
        (UNTAGGED, f"{REPO}/aws-neuron-sdk/blob/v2.18.0/src/b.py"),
        (SAMPLE, None),
        (f"{REPO}/aws-neuron-sdk/blob/v2.18.0/src/c.py",) * 2,
    ]
    text = "\n".join(recipe_lines(recipe))
    assert "v2.18.0/src/b.py (dead, flag dead-script); printed by 2.18.0 without a tag" in text
    assert "a.ipynb (not checked); no tag: the address is of the newest state" in text
    assert "also printed  Column 2, Odd 1" in text


def test_the_macro_says_what_the_command_says(made: Path, recipe: Recipe) -> None:
    with open_warehouse(made) as connection:
        columns = "scripts_of, scripts, scripts_at_tag, dead_scripts, listed_release, attributes"
        (row,) = connection.execute(
            f"SELECT {columns} FROM reproduce('{recipe.benchmark_id[:8].upper()}')"  # noqa: S608
        ).fetchall()
    at_tag = [script.to_open for script in recipe.scripts]
    dead = [script.address for script in recipe.scripts if script.state == "dead"]
    addresses = [script.address for script in recipe.scripts]
    assert row == ("2.18.0", addresses, at_tag, dead, "2.17.1", recipe.attributes)
    assert dead == [UNTAGGED]


def test_packages_are_those_of_the_minor_and_of_the_rows_framework(recipe: Recipe) -> None:
    assert recipe.measured_release == "2.17.0"
    assert recipe.listed == "2.17.1"
    assert [(one.package, one.version) for one in recipe.packages] == [
        ("neuronx-cc", "2.13"),
        ("torch-neuronx", "1.13.1.1.14"),
    ]
    assert packages_remark(recipe).startswith(
        "2 of 2.17.1; no page lists those of 2.17.0 (2 more are for other versions of PyTorch): "
    )
    none = replace(recipe, listed=None, packages=())
    assert packages_remark(none) == "no page lists those of 2.17.0"


def test_a_version_that_no_package_fits_leaves_all_of_them(
    all_releases: duckdb.DuckDBPyConnection,
) -> None:
    ((name,),) = all_releases.execute(
        "SELECT any_value(benchmark_id) FROM benchmarks "
        "WHERE measured_release = '2.18.0' AND framework = 'Transformers NeuronX'"
    ).fetchall()
    found = read_recipe(all_releases, name)
    assert found.listed == "2.18.0"
    listed = packages_of(all_releases, "2.18.0", found.accelerator)
    assert found.packages == listed != ()


def test_every_real_row_has_the_packages_of_its_sdk_or_of_a_patch_of_it(
    all_releases: duckdb.DuckDBPyConnection,
) -> None:
    rows = all_releases.execute(
        "SELECT any_value(benchmark_id), measured_release FROM benchmarks "
        "WHERE measured_release IN ('2.26.0', '2.20.0') GROUP BY measured_release ORDER BY ALL"
    ).fetchall()
    listed = {sdk: read_recipe(all_releases, benchmark).listed for benchmark, sdk in rows}
    assert listed == {"2.26.0": "2.26.1", "2.20.0": "2.20.0"}


def test_the_command_prints_pins_alone(
    bundled_root: Path, all_releases: duckdb.DuckDBPyConnection, call: Call
) -> None:
    ((name,),) = all_releases.execute(
        "SELECT any_value(benchmark_id) FROM benchmarks WHERE measured_release = '2.18.0' "
        "AND framework_version = '1.13.1' AND accelerator = 'inf2'"
    ).fetchall()
    arguments = ("reproduce", name[:10], "--root", str(bundled_root))
    lines = call(*arguments, "--pin", "requirements").stdout.splitlines()
    assert lines[0] == "# Neuron SDK 2.18.0, inf2"
    assert any(line.startswith("torch-neuronx==1.13.1.") for line in lines)
    assert not any(line.startswith("torch-neuronx==2") for line in lines)
    (row,) = json.loads(call(*arguments, "--format", "json").stdout)
    assert row["benchmark_id"] == name
    assert {"name": "framework_version", "value": "1.13.1"} in row["software"]
    assert {script["state"] for script in row["scripts"]} == {"not checked"}


@pytest.mark.parametrize(
    ("text", "says"),
    [("zzzz", "unknown benchmark 'zzzz' (nearest: "), ("ab", "is no benchmark's name")],
)
def test_an_unknown_benchmark_is_one_line(
    bundled_root: Path, call: Call, text: str, says: str
) -> None:
    called = call("reproduce", text, "--root", str(bundled_root))
    assert called.returncode == 2
    assert says in called.stderr
    assert called.stderr.count("\n") == 1


def test_a_start_that_several_have_asks_for_more(
    all_releases: duckdb.DuckDBPyConnection,
) -> None:
    ((start,),) = all_releases.execute(
        "SELECT left(benchmark_id, 4) AS start FROM benchmarks GROUP BY start "
        "HAVING count(DISTINCT benchmark_id) > 1 LIMIT 1"
    ).fetchall()
    with pytest.raises(UsageError, match="write more of it"):
        find_benchmark(all_releases, start)


def test_a_link_is_there_dead_or_not_to_be_told(tmp_path: Path) -> None:
    (tmp_path / "there.py").write_text("x")
    (tmp_path / "kept.py").write_text("x")
    (tmp_path / "robots.txt").write_text("User-agent: *\nDisallow: /kept.py\n")
    with serving(tmp_path) as site:
        site.faults["/shy.py"] = answering(403)
        site.faults["/moved.py"] = answering(302, Location="/there.py")
        states = {
            name: link_state(f"{site.address}/{name}.py", QUICK)[0]
            for name in ("there", "moved", "gone", "shy", "kept")
        }
        assert "/kept.py" not in site.counts()
        address = site.address
    assert states == {
        "there": "there",
        "moved": "there",
        "gone": "dead",
        "shy": "not checked",
        "kept": "not checked",
    }
    assert link_state(f"{address}/there.py", QUICK)[0] == "not checked"


@pytest.mark.slow
def test_the_command_asks_for_scripts_only_if_it_is_told_to(tmp_path: Path, call: Call) -> None:
    with serving(tmp_path) as site:
        root = tmp_path / "root"
        publish(root, [_release("2.18.0", f"{site.address}/lost.py")], source="a test", now=NOW)
        build_database(root)
        with open_warehouse(root) as connection:
            ((name,),) = connection.execute("SELECT benchmark_id FROM benchmarks").fetchall()
        assert "lost.py (not checked)" in call("reproduce", name, "--root", str(root)).stdout
        assert not site.asked
        checked = call("reproduce", name, "--root", str(root), "--check").stdout
        assert "lost.py (dead, answered 404)" in checked
