"""Folders and addresses as sources: the same content, and errors that name what was asked."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from pipelines.errors import SourceError
from pipelines.ingest import ingest_release
from pipelines.sites import PUBLIC_SITE, FolderSite, HttpSite, Site, bundled_site, open_site
from tests.pipelines.serving import Served, serving

if TYPE_CHECKING:
    from pathlib import Path

RELEASES = (
    *("2.17.0", "2.18.0", "2.18.1", "2.18.2", "2.19.0", "2.19.1"),
    *("2.20.0", "2.20.1", "2.20.2"),
)
INVENTORY = "/en/v2.20.1/objects.inv"


def test_the_bundled_capture_holds_nine_releases_oldest_first() -> None:
    assert bundled_site().releases() == RELEASES


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
    ["../v2.19.1/objects.inv", "general/../../../capture.json", "/etc/hostname", "a\0b", "link"],
)
def test_a_path_that_leaves_its_release_is_refused(tmp_path: Path, path: str) -> None:
    tree = tmp_path / "en" / "v2.20.0"
    tree.mkdir(parents=True)
    (tmp_path / "capture.json").touch()
    (tree / "link").symlink_to(tmp_path / "capture.json")
    with pytest.raises(SourceError, match="leads out of the release's folder"):
        FolderSite(tmp_path, "a test").read("2.20.0", path)


def test_a_missing_file_of_a_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"page\.html: cannot be read \(No such file"):
        FolderSite(tmp_path, "a test").read("2.20.0", "page.html")


def test_a_source_is_opened_by_its_kind(tmp_path: Path) -> None:
    opened = [open_site(source) for source in ("bundled", str(tmp_path), "http://127.0.0.1:1/")]
    assert [type(site) for site in opened] == [FolderSite, FolderSite, HttpSite]
    assert [site.name for site in opened] == ["bundled", str(tmp_path), "http://127.0.0.1:1"]
    for site in opened:
        assert isinstance(site, Site)
        site.close()


def test_a_source_that_is_nothing_says_what_it_could_be(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"is no folder; --source takes `bundled`"):
        open_site(str(tmp_path / "nowhere"))


def test_an_address_gives_the_same_rows_as_the_folder_that_it_serves(served: Served) -> None:
    site = HttpSite(served.address + "/")
    over_http = ingest_release(site, "2.20.1").rows
    site.close()
    from_folder = ingest_release(bundled_site(), "2.20.1").rows
    for table in ("published_tables", "published_cells", "benchmarks", "measurements"):
        assert over_http[table] == from_folder[table]
    page = over_http["pages"][0]
    assert (page.http_status, page.etag) == (200, '"one"')
    assert page.url.startswith(f"{served.address}/en/v2.20.1/")
    assert page.last_modified is not None
    assert page.captured_at is not None


def test_an_address_lists_the_releases_of_its_sitemap_and_says_who_asks(served: Served) -> None:
    site = open_site(served.address)
    assert site.releases() == RELEASES
    site.close()
    assert [(path, agent.split("/")[0]) for path, agent in served.asked] == [
        ("/sitemap.xml", "neuron-warehouse")
    ]


@pytest.mark.parametrize(
    ("status", "said"),
    [(HTTPStatus.NOT_FOUND, "404 Not Found"), (HTTPStatus.INTERNAL_SERVER_ERROR, "500 Internal")],
)
def test_a_refusal_names_the_address_and_the_answer(
    served: Served, status: HTTPStatus, said: str
) -> None:
    served.faults[INVENTORY] = status
    site = HttpSite(served.address)
    with pytest.raises(SourceError, match=rf"{served.address}{INVENTORY}: answered {said}"):
        ingest_release(site, "2.20.1")
    site.close()


def test_a_redirection_is_not_followed(served: Served) -> None:
    site = HttpSite(served.address)
    with pytest.raises(SourceError, match="answered 301"):
        site.read("2.20.1", "general")
    site.close()


def test_a_server_that_does_not_answer_is_given_up_on(served: Served) -> None:
    served.silent.add(INVENTORY)
    site = HttpSite(served.address, timeout=0.1)
    start = monotonic()
    with pytest.raises(SourceError, match=r"objects\.inv: no answer \(timed out\)"):
        site.read("2.20.1", "objects.inv")
    assert monotonic() - start < 2
    site.close()


def test_a_refused_connection_names_the_address() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
        site = HttpSite(address)
        with pytest.raises(SourceError, match=rf"{address}/sitemap\.xml: no answer .*refused"):
            site.releases()
        site.close()


@pytest.mark.parametrize("address", ["http://", "http://[", "http://127.0.0.1:99999"])
def test_an_address_that_is_none_is_a_source_error(address: str) -> None:
    site = HttpSite(address)
    with pytest.raises(SourceError, match="is the address right"):
        site.releases()
    site.close()


@pytest.mark.parametrize("body", ["", "<html", "no sitemap"])
def test_a_sitemap_that_is_no_xml_is_refused(tmp_path: Path, body: str) -> None:

    (tmp_path / "sitemap.xml").write_text(body, "utf-8")
    with serving(tmp_path) as server:
        site = HttpSite(server.address)
        with pytest.raises(SourceError, match=r"sitemap\.xml: is no XML"):
            site.releases()
        site.close()


def test_a_sitemap_names_releases_by_the_roots_of_their_trees(tmp_path: Path) -> None:

    (tmp_path / "sitemap.xml").write_text(
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        "<url><loc>https://docs.example/en/latest/</loc></url>"
        "<url><loc> https://docs.example/en/v2.20.0/ </loc></url>"
        "<url><loc>https://docs.example/en/v2.9.0</loc></url>"
        "<url><loc>https://docs.example/en/v2.21.0/a/page.html</loc></url><url><loc/></url>"
        "</urlset>",
        "utf-8",
    )
    with serving(tmp_path) as server:
        site = HttpSite(server.address)
        assert site.releases() == ("2.9.0", "2.20.0")
        site.close()
