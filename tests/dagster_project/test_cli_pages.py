"""`pages` as a person calls it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sphobjinv import DataObjStr, Inventory, compress

from dagster_project.build.build_request import BuildRequest, plan_releases
from dagster_project.build.publish_releases import BuildSession
from dagster_project.runs.build_run import run_build
from pipelines.sources.site import PUBLIC_SITE
from tests.sites import copy_site

if TYPE_CHECKING:
    from pathlib import Path

    from tests.calling import Call
    from tests.shelf import Shelf

pytestmark = pytest.mark.slow

PAGES = ("inf1-inference", "inf2-inference", "trn1-inference", "trn1-training", "whats-new")


@pytest.fixture(scope="module")
def root(shelf: Shelf) -> Path:
    """Build two releases; the inventory of the second has a page that looks like performance."""
    return shelf.folder("two-with-an-unread-page", _build) / "data"


def _build(folder: Path) -> None:
    site = copy_site(folder / "site", "2.19.1", "2.20.1", pages=PAGES)
    path = site.folder / "en" / "v2.20.1" / "objects.inv"
    inventory = Inventory(path)
    for label in ("trn2-latency", "trn2-benchmark"):
        line = DataObjStr(label, "std", "label", "-1", f"tutorials/trn2.html#{label}", "A title")
        inventory.objects.append(line)
    path.write_bytes(compress(inventory.data_file()))
    request = BuildRequest(source=str(site.folder), root=str(folder / "data"))
    run_build(request, plan_releases(request), BuildSession())


@pytest.fixture(autouse=True)
def _on_the_root(call: Call, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert call  # it clears the environment
    monkeypatch.setenv("NEURON_WAREHOUSE_ROOT", str(root))


def test_the_pages_of_the_latest_release_are_listed_with_their_counts(call: Call) -> None:
    done = call("pages", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert done.stderr == "Pages, 2.20.1: 5\n"
    rows = {row["page"]: row for row in json.loads(done.stdout)}
    assert rows.keys() == set(PAGES)
    assert rows["inf2-inference"]["benchmarks"] > 40
    assert rows["inf2-inference"]["tables"] == 12
    assert rows["whats-new"]["benchmarks"] == 0
    assert rows["whats-new"]["url"].startswith(f"{PUBLIC_SITE}/en/v2.20.1/")
    assert set(rows["whats-new"]) == {"page", "title", "last_update", "tables", "benchmarks", "url"}


def test_a_release_can_be_named_by_its_minor(call: Call) -> None:
    done = call("pages", "--release", "2.19", "--format", "csv")
    assert done.stderr == "Pages, 2.19.1: 5\n"
    assert "/en/v2.19.1/" in done.stdout


def test_an_unread_page_is_listed_with_its_address_and_its_labels(call: Call) -> None:
    done = call("pages", "--unread", "--format", "json")
    assert done.returncode == 0, done.stderr
    (row,) = json.loads(done.stdout)
    assert row["page"] == "tutorials/trn2"
    assert row["url"] == f"{PUBLIC_SITE}/en/v2.20.1/tutorials/trn2.html"
    assert "2 labels: trn2-benchmark, trn2-latency" in row["message"]


def test_a_release_without_suspects_has_an_empty_list(call: Call) -> None:
    done = call("pages", "--unread", "--release", "2.19.1", "--format", "csv")
    assert done.returncode == 0
    assert done.stdout.splitlines() == ["page,url,message"]
    assert done.stderr == "Pages that look like performance and are not read, 2.19.1: 0\n"


def test_a_release_that_is_not_there_is_one_line(call: Call) -> None:
    done = call("pages", "--release", "9.9")
    assert done.returncode == 2
    assert "'9.9'" in done.stderr
    assert "Traceback" not in done.stderr
