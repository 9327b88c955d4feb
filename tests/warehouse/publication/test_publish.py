"""Writing the site: what is there, what a second publication writes, and what is refused."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pipelines.contract import TABLES
from pipelines.errors import SourceError, UsageError
from tests.warehouse.conftest import NOW, Publish, a_release, contents, state, tree
from warehouse.database.build_file import build_database
from warehouse.publication.sheets import FORMS
from warehouse.publication.write_site import Publication, publish_site
from warehouse.storage.local import LocalWriter

if TYPE_CHECKING:
    from pathlib import Path

    from tests.calling import Call

pytestmark = pytest.mark.slow


def _files(site: Path) -> dict[str, str]:
    return {path: data for path, data in tree(site).items() if not path.startswith(".aside")}


@dataclass(frozen=True)
class _First:
    """A first publication: what it says it did, and what was there at each of its stages."""

    site: Path
    done: Publication
    stages: list[tuple[set[str], bool]]


@pytest.fixture(scope="module")
def first(built_once: Path, tmp_path_factory: pytest.TempPathFactory) -> _First:
    """Publish the small dataset; the site is never changed."""
    site = tmp_path_factory.mktemp("first") / "site"
    write, stages = LocalWriter.write_once, list[tuple[set[str], bool]]()

    def watched(writer: LocalWriter, files: dict[str, bytes]) -> object:
        stages.append((set(files), (site / "index.html").exists()))
        return write(writer, files)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LocalWriter, "write_once", watched)
        done = publish_site(built_once, site)
    return _First(site, done, stages)


def test_a_site_has_the_page_the_tables_the_api_and_the_feeds(first: _First) -> None:
    found = _files(first.site)
    tables = {f"{table.name}.{form}" for table in TABLES for form in FORMS}
    assert {f"{folder}/{name}" for folder in ("data/latest", "data/v1") for name in tables} <= {
        *found
    }
    assert {
        "index.html",
        "datapackage.json",
        "croissant.json",
        "CITATION.cff",
        "LICENSE.txt",
        "feed.atom",
        "feed.json",
        "api/v1/releases.json",
        "api/v1/releases/2.9.0.json",
        "api/v1/models/model-0.json",
        "api/v1/compare/2.9.0/2.20.0.json",
        "api/v1/openapi.json",
    } <= {*found}
    done = first.done
    assert (done.version, set(done.written), done.removed) == (1, set(found), ())


def test_publishing_again_writes_nothing_and_leaves_what_is_beside(built: Path, site: Path) -> None:
    (site / "CNAME").write_text("neuron.example")
    before = {path: state(site / path) for path in _files(site)}
    again = publish_site(built, site)
    assert (again.written, again.removed) == ((), ())
    assert again.unchanged == len(before) - 1
    assert {path: state(site / path) for path in _files(site)} == before


def test_one_dataset_version_gives_the_same_bytes(first: _First, published_once: Path) -> None:
    assert _files(first.site) == _files(published_once)


def test_a_new_version_changes_only_what_it_changed(built: Path, site: Path, put: Publish) -> None:
    old = _files(site)
    put(a_release("2.21.0"), now=NOW + timedelta(days=1))
    build_database(built)
    done = publish_site(built, site)
    new = _files(site)
    assert {path for path in new if old.get(path) != new[path]} == set(done.written)
    assert "api/v1/releases/2.21.0.json" in done.written
    unchanged = {
        "api/v1/releases/2.9.0.json",
        "api/v1/compare/2.9.0/2.20.0.json",
        "LICENSE.txt",
        *(path for path in old if path.startswith("data/v1/")),
    }
    assert unchanged.isdisjoint(done.written)
    assert unchanged <= {*new}


def test_files_of_a_release_that_is_gone_are_removed_and_old_versions_stay(
    site: Path, root: Path, put: Publish
) -> None:
    put(a_release("2.20.0"))
    put(a_release("2.20.0", rows=3), now=NOW + timedelta(days=1))
    build_database(root)
    done = publish_site(root, site)
    assert set(done.removed) == {
        "api/v1/releases/2.9.0.json",
        "api/v1/compare/2.9.0/2.20.0.json",
    }
    assert not (site / "api/v1/releases/2.9.0.json").exists()
    assert (site / "data/v1/releases.csv").exists()
    assert (site / "data/v2/releases.csv").exists()


def test_a_dataset_of_one_release_has_a_site_without_comparisons(
    one_release: Path, tmp_path: Path
) -> None:
    publish_site(one_release, tmp_path / "site")
    site = tmp_path / "site"
    assert json.loads((site / "api/v1/compare.json").read_bytes()) == {"comparisons": []}
    paths = json.loads((site / "api/v1/openapi.json").read_bytes())["paths"]
    assert "/api/v1/compare/{base}/{target}.json" not in paths
    assert len(json.loads((site / "feed.json").read_bytes())["items"]) == 2


def test_the_index_is_written_last(first: _First) -> None:
    """Whatever cuts a publication off, an index never stands there without what it names."""
    assert first.stages[-1] == ({"index.html"}, False)
    assert not any(there for _, there in first.stages)


def test_a_publication_that_was_cut_off_is_finished_by_the_next(built: Path, site: Path) -> None:
    whole = _files(site)
    for path in whole:
        if not path.startswith("data/v1/b"):
            (site / path).unlink()
    publish_site(built, site)
    assert _files(site) == whole


def test_a_folder_with_other_files_is_refused_and_stays(built: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "index.html").write_text("mine")
    with pytest.raises(UsageError, match=r"holds other files \(such as 'index.html'\)"):
        publish_site(built, other)
    assert contents(other) == {"index.html": b"mine"}


def test_the_datasets_own_folder_is_refused(built: Path) -> None:
    before = tree(built)
    with pytest.raises(UsageError, match="holds other files"):
        publish_site(built, built)
    assert tree(built) == before


def test_a_damaged_file_of_the_dataset_is_an_error_and_nothing_is_written(
    built: Path, tmp_path: Path
) -> None:
    damaged = next((built / "parquet" / "pages").rglob("*.parquet"))
    damaged.write_bytes(b"x" * damaged.stat().st_size)
    with pytest.raises(SourceError, match="missing or damaged"):
        publish_site(built, tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_an_address_that_is_not_of_the_web_is_refused(built: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="must start with https://"):
        publish_site(built, tmp_path / "site", address="ftp://neuron.example")


def test_the_command_says_what_it_wrote(built: Path, tmp_path: Path, call: Call) -> None:
    site = tmp_path / "site"
    done = call("publish", str(site), "--root", str(built), "--url", "https://neuron.example")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Published dataset version 1: ")
    assert f"0 unchanged. Open {site / 'index.html'}" in done.stdout
    feed = json.loads((site / "feed.json").read_bytes())
    assert feed["home_page_url"] == "https://neuron.example/index.html"
    again = call("publish", str(site), "--root", str(built), "--url", "https://neuron.example/")
    assert again.stdout == f"No changes: {site} already shows dataset version 1.\n"


def test_a_root_without_a_dataset_is_one_line(tmp_path: Path, call: Call) -> None:
    done = call("publish", str(tmp_path / "site"), "--root", str(tmp_path / "nowhere"))
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "site").exists()
