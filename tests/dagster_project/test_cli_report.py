"""`report` as a person calls it: the file that it writes, and how mistakes end."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.calling import Call


@pytest.fixture(scope="module")
def root(three_root: Path) -> Path:
    """Return a root of three releases; never change it."""
    return three_root


def _data(page: Path) -> dict[str, Any]:
    found = re.search(
        r'<script type="application/json" id="data">(.*?)</script>',
        page.read_text(encoding="utf-8"),
        re.DOTALL,
    )
    assert found is not None
    data: dict[str, Any] = json.loads(found.group(1))
    return data


def test_it_writes_one_file_and_names_it(call: Call, root: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    done = call("report", "--root", str(root), "-o", str(page))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Wrote {page} (0.")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_the_same_dataset_version_gives_the_same_bytes(
    call: Call, root: Path, tmp_path: Path
) -> None:
    pages = [tmp_path / name for name in ("one.html", "two.html")]
    for page, more in zip(pages, ([], ["--version", "1"]), strict=True):
        assert call("report", "--root", str(root), "-o", str(page), *more).returncode == 0
    assert pages[0].read_bytes() == pages[1].read_bytes()


def test_it_opens_as_asked(call: Call, root: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    done = call(
        "report",
        "--root",
        str(root),
        "-o",
        str(page),
        "--base",
        "2.20.1",
        "--target",
        "2.20",
        "--model",
        "bert",
    )
    assert done.returncode == 0, done.stderr
    assert _data(page)["opening"] == {"base": 1, "target": 2, "model": "bert"}


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--base", "2.21"), "2.21"),
        (("--base", "2.20", "--target", "2.20.2"), "base and target are both 2.20.2"),
        (("--target", "2.19"), "no release before 2.19.1"),
    ],
)
def test_a_comparison_that_cannot_be_is_one_line(
    call: Call, root: Path, tmp_path: Path, arguments: tuple[str, ...], reason: str
) -> None:
    page = tmp_path / "report.html"
    done = call("report", "--root", str(root), "-o", str(page), *arguments)
    assert done.returncode == 2
    assert reason in done.stderr
    assert done.stderr.count("\n") == 1
    assert not page.exists()


def test_a_page_that_cannot_be_written_is_one_line_and_changes_nothing(
    call: Call, root: Path, tmp_path: Path
) -> None:
    done = call("report", "--root", str(root), "-o", str(tmp_path / "nowhere" / "report.html"))
    assert done.returncode == 3
    assert "cannot write" in done.stderr
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


# Where no file can be, a staged one can be neither written nor deleted.
@pytest.mark.parametrize("name", ["file/report.html", "x" * 300, "x" * 255])
def test_a_name_that_no_file_can_have_is_one_line(
    call: Call, root: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "file").touch()
    done = call("report", "--root", str(root), "-o", str(tmp_path / name))
    assert done.returncode == 3
    assert done.stderr.startswith("neuron-warehouse: cannot write")
    assert done.stderr.count("\n") == 1
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_a_device_is_written_and_not_replaced(call: Call, root: Path) -> None:
    assert call("report", "--root", str(root), "-o", os.devnull).returncode == 0
    assert os.stat(os.devnull).st_size == 0  # noqa: PTH116 - a device is no file to Path


def test_a_warehouse_of_older_software_is_told_what_to_do(call: Call, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("CREATE TABLE dataset (version INTEGER)")
    done = call("report", "--root", str(tmp_path), "-o", str(tmp_path / "report.html"))
    assert done.returncode == 3
    assert "run `neuron-warehouse build`" in done.stderr


def test_a_database_of_something_else_is_told_apart(call: Call, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("CREATE TABLE releases (release VARCHAR)")
    done = call("report", "--root", str(tmp_path), "-o", str(tmp_path / "report.html"))
    assert done.returncode == 3
    assert "is not a Neuron Warehouse" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "report.html").exists()
