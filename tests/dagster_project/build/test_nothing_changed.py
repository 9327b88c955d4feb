"""A build that would find nothing changed says so at once, and only then."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from dagster_project.build import nothing_changed
from dagster_project.build.build_request import BuildRequest
from dagster_project.build.nothing_changed import find_nothing_changed, input_of, note_build
from dagster_project.build.publish_releases import publish_releases
from pipelines.policy import Policy
from pipelines.sources.choose import open_site
from tests.loopback import serving, write_sitemap
from tests.sites import copy_site
from warehouse.database.build_file import build_database
from warehouse.storage.data_paths import CHECKSUM, FILE, LAST_BUILD, PACKAGE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.calling import Call
    from tests.shelf import Shelf

pytestmark = pytest.mark.slow

RELEASES = ("2.20.1", "2.20.2")
PAGE = "trn1-training"


@pytest.fixture(scope="session")
def noted_once(shelf: Shelf) -> Path:
    """Return a site and the root that was built from it, with its note; to be copied."""

    def fill(folder: Path) -> None:
        site = copy_site(folder / "site", *RELEASES, pages=(PAGE,))
        _build(site.folder, folder / "data")

    return shelf.folder("noted", fill)


@pytest.fixture
def noted(noted_once: Path, tmp_path: Path) -> Path:
    """Return a copy of that folder, under a name of its own."""
    shutil.copytree(noted_once, tmp_path, dirs_exist_ok=True)
    return tmp_path


def _request(folder: Path, root: Path, policy: Policy) -> BuildRequest:
    return BuildRequest(source=str(folder), root=str(root), policy=policy)


def _build(folder: Path, root: Path, name: str = "a site") -> None:
    request = _request(folder, root, Policy())
    site = _site(folder, name)
    hashed = input_of(site, request, site.releases())
    outcome = publish_releases(site, str(root), site.releases())
    build_database(root)
    note_build(str(root), hashed, outcome, site, request)


def _site(folder: Path, name: str = "a site") -> nothing_changed.FolderSite:
    return nothing_changed.FolderSite(folder, name=name)


def _is_found(
    folder: Path, *releases: str, policy: Policy | None = None, name: str = "a site"
) -> bool:
    site = _site(folder / "site", name)
    request = _request(folder / "site", folder / "data", policy or Policy())
    wanted = releases or site.releases()
    hashed = input_of(site, request, wanted)
    return find_nothing_changed(str(folder / "data"), hashed, site, wanted) is not None


def test_the_same_source_and_dataset_are_found_unchanged(noted: Path) -> None:
    assert _is_found(noted)


@pytest.mark.parametrize(
    "options",
    [
        {"policy": Policy(strict=True)},
        {"policy": Policy(lost_tables=True)},
        {"name": "another name"},
    ],
)
def test_another_option_is_another_build(noted: Path, options: dict[str, object]) -> None:
    assert not _is_found(noted, **options)  # type: ignore[arg-type]


def test_other_releases_are_another_build(noted: Path) -> None:
    assert not _is_found(noted, RELEASES[0])


def _edit(folder: Path) -> None:
    page = next((folder / "site" / "en" / "v2.20.1").rglob("*.html"))
    page.write_bytes(page.read_bytes() + b" ")


def _add(folder: Path) -> None:
    (folder / "site" / "en" / "v2.20.1" / "more.html").write_bytes(b"")


def _rename(folder: Path) -> None:
    page = next((folder / "site" / "en" / "v2.20.1").rglob("*.html"))
    page.rename(page.with_name("other.html"))


def _note_a_time(folder: Path) -> None:
    (folder / "site" / "capture.json").write_text('{"captured_at": "2026-01-01"}', "utf-8")


def _link(folder: Path) -> None:
    (folder / "site" / "en" / "link").symlink_to(folder)


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "site" / "en" / "v2.20.1" / "pipe.html")


def _parquet(folder: Path) -> Path:
    return min((folder / "data" / "parquet" / "benchmarks").rglob("*.parquet"))


def _flip(path: Path) -> None:
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


CHANGES: dict[str, Callable[[Path], object]] = {
    "an edited page": _edit,
    "a new file": _add,
    "a renamed page": _rename,
    "another time of capture": _note_a_time,
    "a link in the source": _link,
    "a pipe in the source": _pipe,
    "a damaged data file": lambda folder: _flip(_parquet(folder)),
    "a lost data file": lambda folder: _parquet(folder).unlink(),
    "a damaged warehouse file": lambda folder: _flip(folder / "data" / FILE),
    "a lost warehouse file": lambda folder: (folder / "data" / FILE).unlink(),
    "a lost description": lambda folder: (folder / "data" / PACKAGE).unlink(),
    "a lost checksum": lambda folder: (folder / "data" / CHECKSUM).unlink(),
    "a write-ahead log": lambda folder: (folder / "data" / f"{FILE}.wal").write_bytes(b""),
    "what a killed build left": lambda folder: (folder / "data" / ".aside" / "x").mkdir(
        parents=True
    ),
    "a newer version": lambda folder: publish_releases(
        open_site(str(copy_site(folder / "more", "2.19.0", pages=(PAGE,)).folder)),
        str(folder / "data"),
        ("2.19.0",),
    ),
    "a lost version": lambda folder: (folder / "data/versions/000001.json").unlink(),
    "a damaged version": lambda folder: _flip(folder / "data/versions/000001.json"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_anything_that_changed_needs_a_build(noted: Path, change: Callable[[Path], object]) -> None:
    change(noted)
    assert not _is_found(noted)


def test_other_libraries_and_other_code_need_a_build(
    noted: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(nothing_changed, "version", lambda name: f"{name} 99")
        assert not _is_found(noted)
    ours = tmp_path / "ours"
    ours.mkdir()
    (ours / "code.py").write_text("a = 1\n", "utf-8")
    monkeypatch.setattr(nothing_changed, "_code_folders", lambda: iter([ours]))
    assert not _is_found(noted)


@pytest.mark.parametrize(
    "note",
    [b"", b"{", b"[]", b"[" * 4_000, b'{"input": 1}', b"\xff", b" " * 5_000, b'{"input": null}'],
    ids=["empty", "torn", "a list", "deep", "a number", "no text", "long", "null"],
)
def test_a_note_that_is_damaged_costs_a_build(noted: Path, note: bytes) -> None:
    (noted / "data" / LAST_BUILD).write_bytes(note)
    assert not _is_found(noted)


def test_a_note_of_something_else_costs_a_build(noted: Path) -> None:
    path = noted / "data" / LAST_BUILD
    note = json.loads(path.read_bytes())
    for name in note:
        path.write_text(json.dumps(note | {name: "0" * 64}), "utf-8")
        assert not _is_found(noted)
    path.unlink()
    assert not _is_found(noted)
    os.mkfifo(path)
    assert not _is_found(noted)


def test_a_build_that_held_a_page_back_leaves_no_note(noted: Path, tmp_path: Path) -> None:
    page = next((noted / "site" / "en" / "v2.20.1").rglob("trn1-training*.html"))
    page.write_bytes(b"")
    _build(noted / "site", tmp_path / "fresh")
    assert not (tmp_path / "fresh" / LAST_BUILD).exists()


def test_a_source_that_was_edited_while_it_was_read_leaves_no_note(noted: Path) -> None:
    root = noted / "other"
    site = _site(noted / "site")
    request = _request(noted / "site", root, Policy())
    hashed = input_of(site, request, site.releases())
    outcome = publish_releases(site, str(root), site.releases())
    build_database(root)
    _edit(noted)
    note_build(str(root), hashed, outcome, site, request)
    assert not (root / LAST_BUILD).exists()


def test_a_live_site_is_always_asked(noted: Path, tmp_path: Path) -> None:
    write_sitemap(noted / "site")
    with serving(noted / "site") as web:
        site = open_site(web.address, tmp_path / "live")
        request = BuildRequest(source=web.address, root=str(tmp_path / "live"))
        assert input_of(site, request, RELEASES) is None
        site.close()


def test_dagster_runs_where_its_history_is_wanted(
    noted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = _site(noted / "site")
    kept = BuildRequest(source="x", root="x", keep_history=True)
    assert input_of(site, kept, RELEASES) is None
    monkeypatch.setenv("DAGSTER_HOME", str(noted))
    assert not _is_found(noted)


@pytest.mark.slow
def test_the_summary_is_that_of_a_build_that_read_everything(call: Call, tmp_path: Path) -> None:
    site = copy_site(tmp_path / "site", *RELEASES, pages=(PAGE,))
    for form in ("text", "json"):
        build = ("build", "--source", str(site.folder), "--root", str(tmp_path / "data"))
        assert call(*build).returncode == 0
        at_once = call(*build, "--format", form)
        (tmp_path / "data" / LAST_BUILD).unlink()
        in_full = call(*build, "--format", form)
        assert at_once == in_full
