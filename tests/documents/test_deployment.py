"""Files for a server fit the code: units of systemd, the image, its ignored files, compose."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from configparser import ConfigParser
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
import yaml

from tools.documents.commands import parser_of
from tools.documents.found import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

VARIABLE = re.compile(r"NEURON_WAREHOUSE_([A-Z_]+)")
CODE = "".join(
    path.read_text("utf-8")
    for room in ("pipelines", "warehouse", "dagster_project", "neuron_warehouse")
    for path in (REPOSITORY / room).rglob("*.py")
)
FILES = (
    *("Dockerfile", "compose.yaml"),
    *("examples/systemd/neuron-warehouse.service", "examples/systemd/neuron-warehouse.timer"),
)


def _text(name: str) -> str:
    return (REPOSITORY / name).read_text("utf-8")


@pytest.mark.parametrize("name", FILES)
def test_every_variable_that_is_set_is_read_somewhere(name: str) -> None:
    for variable in VARIABLE.findall(_text(name)):
        assert re.search(rf'["}}](NEURON_WAREHOUSE_)?{variable}"', CODE), variable


def test_the_unit_runs_a_command_that_exists_and_is_started_by_its_timer() -> None:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(_text("examples/systemd/neuron-warehouse.service"))
    program, command, *arguments = shlex.split(unit["Service"]["ExecStart"])
    assert program.endswith("/bin/neuron-warehouse")
    parser_of(command).ask(arguments)
    timer = ConfigParser(strict=False, interpolation=None)
    timer.read_string(_text("examples/systemd/neuron-warehouse.timer"))
    assert "OnCalendar" in timer["Timer"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed here")
def test_systemd_accepts_the_timer() -> None:
    path = REPOSITORY / "examples" / "systemd" / "neuron-warehouse.timer"
    done = subprocess.run(
        ["systemd-analyze", "verify", str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_image_starts_a_command_that_exists() -> None:
    text = _text("Dockerfile")
    assert re.search(r'^ENTRYPOINT \["neuron-warehouse"\]$', text, re.MULTILINE)
    command, *arguments = re.findall(r'"([^"]*)"', re.findall(r"^CMD (.*)$", text, re.MULTILINE)[0])
    parser_of(command).ask(arguments)


def test_the_image_installs_what_is_pinned_with_a_python_that_is_allowed() -> None:
    text = _text("Dockerfile")
    for path in re.findall(r"--requirement (\S+)", text):
        assert (REPOSITORY / path).exists(), path
        assert f"!{path.partition('/')[0]}" in _text(".dockerignore").splitlines()
    needed = tomllib.loads(_text("pyproject.toml"))["project"]["requires-python"]
    found = re.findall(r"^FROM python:3\.(\d+)", text, re.MULTILINE)
    assert found
    assert int(found[0]) >= int(needed.removeprefix(">=3."))


def test_compose_uses_the_image_and_its_volume() -> None:
    found = yaml.safe_load(_text("compose.yaml"))
    (service,) = found["services"].values()
    assert {volume.partition(":")[0] for volume in service["volumes"]} == {*found["volumes"]}
    assert {volume.partition(":")[2] for volume in service["volumes"]} == set(
        re.findall(r"^VOLUME (\S+)$", _text("Dockerfile"), re.MULTILINE)
    )
    parser_of(service["command"][0]).ask(service["command"][1:])


@pytest.mark.slow
def test_what_goes_into_the_image_is_enough_to_install_the_package(tmp_path: Path) -> None:
    source, wheels = tmp_path / "app", tmp_path / "wheels"
    source.mkdir()
    kept = re.findall(r"^!(\S+)$", _text(".dockerignore"), re.MULTILINE)
    for name in kept:
        path = REPOSITORY / name
        if path.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(path, source / name, ignore=ignored)
        else:
            shutil.copy2(path, source / name)
    # The last line of the image's `RUN`, into a file in the place of an environment.
    options = ["--no-deps", "--no-build-isolation", "--quiet", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", str(wheels), "."]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = wheels.glob("*.whl")
    names = ZipFile(wheel).namelist()
    for needed in ("pipelines/bundled/", "warehouse/sql/", "warehouse/report/assets/"):
        assert any(name.startswith(needed) for name in names), needed
