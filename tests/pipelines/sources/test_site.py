"""Folders and addresses as sources: the same content, and errors that name what was asked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pipelines.errors import SourceError
from pipelines.releases import known_releases
from pipelines.sources.choose import open_site
from pipelines.sources.live.live_site import LiveSite
from pipelines.sources.site import PUBLIC_SITE, FolderSite, Site, _leads_out, bundled_site

if TYPE_CHECKING:
    from pathlib import Path

RELEASES = (
    *("2.10.0", "2.12.0", "2.16.1"),
    *("2.17.0", "2.18.0", "2.18.1", "2.18.2", "2.19.0", "2.19.1"),
    *("2.20.0", "2.20.1", "2.20.2"),
    *("2.21.0", "2.24.0", "2.27.0", "2.32.0"),
)


def test_the_bundled_capture_holds_the_known_releases_oldest_first() -> None:
    assert bundled_site().releases() == known_releases() == RELEASES


def test_releases_sort_as_versions_and_other_folders_are_no_releases(tmp_path: Path) -> None:
    for name in ("v2.9.0", "v2.20.0", "v2.20", "latest", "vNext", "v2.20.0rc1", "2.21.0"):
        (tmp_path / "en" / name).mkdir(parents=True)
    assert FolderSite(tmp_path, "a test").releases() == ("2.9.0", "2.20.0")


def test_a_folder_that_is_not_laid_out_like_the_site_says_how_it_should_be(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"laid out like.*en/v2\.20\.0"):
        FolderSite(tmp_path, "a test").releases()


def test_a_page_is_known_by_its_public_address_and_the_time_of_its_capture(tmp_path: Path) -> None:
    tree = tmp_path / "en" / "v2.20.0"
    tree.mkdir(parents=True)
    (tree / "page.html").write_bytes(b"content")
    (tmp_path / "capture.json").write_text('{"captured_at": "2026-01-02T04:04:05+01:00"}', "utf-8")
    response = FolderSite(tmp_path, "a test").read("2.20.0", "page.html")
    assert response.body == b"content"
    assert response.url == f"{PUBLIC_SITE}/en/v2.20.0/page.html"
    assert response.captured_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert response.http_status is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"captured_at": 5}', '{"captured_at": "now"}'])
def test_a_damaged_capture_record_is_named(tmp_path: Path, text: str) -> None:
    tree = tmp_path / "en" / "v2.20.0"
    tree.mkdir(parents=True)
    (tree / "page.html").touch()
    (tmp_path / "capture.json").write_text(text, "utf-8")
    with pytest.raises(SourceError, match=r"capture\.json: cannot be read"):
        FolderSite(tmp_path, "a test").read("2.20.0", "page.html")


@pytest.mark.parametrize(
    "path",
    [
        *("../v2.19.1/objects.inv", "general/../../../capture.json", "/etc/hostname", "a\0b"),
        *("link", "general/out/capture.json"),
    ],
)
def test_a_path_that_leaves_its_release_is_refused(tmp_path: Path, path: str) -> None:
    tree = tmp_path / "en" / "v2.20.0"
    tree.mkdir(parents=True)
    (tmp_path / "capture.json").touch()
    (tree / "link").symlink_to(tmp_path / "capture.json")
    (tree / "general").mkdir()
    (tree / "general" / "out").symlink_to(tmp_path)
    with pytest.raises(SourceError, match="leads out of the release's folder"):
        FolderSite(tmp_path, "a test").read("2.20.0", path)


@pytest.mark.parametrize("path", ["general/../../v2.19.1", "..", "/etc", "general/../general"])
def test_a_path_that_goes_up_is_followed_before_it_is_believed(tmp_path: Path, path: str) -> None:
    (tmp_path / "v2.20.0" / "general").mkdir(parents=True)
    assert _leads_out(tmp_path / "v2.20.0", path) is not path.endswith("general")


def test_a_link_within_its_release_is_followed(tmp_path: Path) -> None:
    tree = tmp_path / "en" / "v2.20.0"
    (tree / "general").mkdir(parents=True)
    (tree / "general" / "page.html").write_bytes(b"content")
    (tree / "link").symlink_to(tree / "general")
    assert FolderSite(tmp_path, "a test").read("2.20.0", "link/page.html").body == b"content"


def test_a_missing_file_of_a_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"page\.html: cannot be read \(No such file"):
        FolderSite(tmp_path, "a test").read("2.20.0", "page.html")


def test_a_source_is_opened_by_its_kind(tmp_path: Path) -> None:
    sources = ("bundled", str(tmp_path), "http://127.0.0.1:1/", "live")
    opened = [open_site(source, tmp_path) for source in sources]
    assert [type(site) for site in opened] == [FolderSite, FolderSite, LiveSite, LiveSite]
    names = ["bundled", str(tmp_path), "http://127.0.0.1:1", PUBLIC_SITE]
    assert [site.name for site in opened] == names
    for site in opened:
        assert isinstance(site, Site)
        site.close()


# No file can have the second name.
@pytest.mark.parametrize("name", ["nowhere", "x" * 300])
def test_a_source_that_is_nothing_says_what_it_could_be(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match=r"is not a folder; --source takes `bundled`"):
        open_site(str(tmp_path / name))


def test_an_archive_needs_a_folder_of_this_machine() -> None:
    for root in (None, "s3://bucket/data"):
        with pytest.raises(SourceError, match="NEURON_WAREHOUSE_ARCHIVE"):
            open_site("live", root)


def test_an_archive_without_a_capture_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"holds no capture; .*--source live"):
        open_site("archive", tmp_path)
