"""Hostile answers of a live site: one line each, never a traceback, and the rest is still read."""

from __future__ import annotations

import gzip
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.clock import now
from pipelines.errors import SourceError
from pipelines.sources import limits
from pipelines.sources.archive import Archive, Exchange
from pipelines.sources.archive.response import UnpackingError, unpacked
from pipelines.sources.choose import open_site
from pipelines.sources.live.client import _asked_wait
from pipelines.sources.live.robots import read_robots
from pipelines.sources.live.sitemap import read_last_modified, read_sitemap
from tests.loopback import HTML, Loopback, answering, serving, write_sitemap

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.loopback import Handler

RELEASE = "2.20.1"
PATH = f"/en/v{RELEASE}/a.html"


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    for name, value in (("INTERVAL", "0"), ("PATIENCE", "0"), ("TIMEOUT", "20")):
        monkeypatch.setenv(f"NEURON_WAREHOUSE_{name}", value)
    tree = tmp_path / "site" / "en" / f"v{RELEASE}"
    tree.mkdir(parents=True)
    for name in ("a", "b", "é"):
        (tree / f"{name}.html").write_text(f"<html>{name}</html>", "utf-8")
    write_sitemap(tmp_path / "site")
    with serving(tmp_path / "site") as running:
        yield running


def _read(web: Loopback, root: Path, path: str = "a.html") -> bytes:
    with closing(open_site(web.address, root)) as site:
        return site.read(RELEASE, path).body


def _refusal(web: Loopback, root: Path, path: str = "a.html") -> str:
    """Read a file that is refused, then one that is not; return the refusal."""
    with closing(open_site(web.address, root)) as site:
        with pytest.raises(SourceError) as caught:
            site.read(RELEASE, path)
        assert site.read(RELEASE, "b.html").body == b"<html>b</html>"
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    assert len(message) < 1_000
    assert Archive(root / "archive").damage == ()
    return message


@pytest.mark.parametrize(
    "status",
    [203, 206, 299, 300, 304, 305, 399, 402, 418, 451, 499, *range(520, 528), 530, 600, 999],
)
def test_a_status_of_any_number_refuses_one_page(
    web: Loopback, tmp_path: Path, status: int
) -> None:
    web.faults[PATH] = lambda handler: handler.answer(status, b"", HTML)
    assert f"answered {status}" in _refusal(web, tmp_path)


@pytest.mark.parametrize("status", [520, 525, 999])
def test_an_unknown_status_of_robots_txt_is_told_in_one_line(
    web: Loopback, tmp_path: Path, status: int
) -> None:
    web.faults["/robots.txt"] = answering(status)
    with pytest.raises(SourceError, match=f"answered {status}") as caught:
        _read(web, tmp_path)
    assert len(str(caught.value).splitlines()) == 1


RETRY_AFTER = (
    *("Fri, 31 Dec 99999999999 23:59:59 GMT", "Fri, 31 Dec 9999 23:59:59 -1400"),
    *("Mon, 01 Jan 0001 00:00:00 +1400", "9" * 5_000, "-1", "1e9", "\u00b2", "", "soon", ",,,"),
    *("Fri, 99 Foo 2026 99:99:99 GMT", "Fri, 31 Dec 2026 23:59:59 +99999999999"),
)


@pytest.mark.parametrize("text", RETRY_AFTER)
@pytest.mark.parametrize("status", [429, 503])
def test_a_retry_after_that_cannot_be_kept_is_no_traceback(
    web: Loopback, tmp_path: Path, status: int, text: str
) -> None:
    web.faults[PATH] = answering(status, Retry_After=text)
    with closing(open_site(web.address, tmp_path)) as site, pytest.raises(SourceError) as caught:
        site.read(RELEASE, "a.html")
    assert f"answered {status}" in str(caught.value)


@given(
    st.text(st.characters(max_codepoint=255), max_size=40)
    | st.from_regex(r"\w{3}, \d+ \w{3} \d+ \d+:\d+:\d+ [+-]?\d+")
)
def test_any_retry_after_is_a_wait(text: str) -> None:
    answer = Exchange("url", now(), (), 429, "", (("Retry-After", text),), b"")
    assert _asked_wait(answer) >= 0


LOCATIONS = (
    *("/en/é", "/é/x.html", "http://127.0.0.1/é", "http://exämple.org/", "//[", "http://[::1/é"),
    *("x" * 50_000, "/../é", "é" * 3_000, "\x1b[2J", ""),
)


@pytest.mark.parametrize("location", LOCATIONS)
def test_a_redirect_of_any_letters_out_of_the_release_refuses_one_page(
    web: Loopback, tmp_path: Path, location: str
) -> None:
    web.faults[PATH] = lambda handler: handler.answer(302, b"", {"Location": location})
    message = _refusal(web, tmp_path)
    assert "redirects to" in message or "answered" in message


@pytest.mark.parametrize("location", ["é.html", "é.html".encode().decode("latin-1"), "%C3%A9.html"])
def test_a_redirect_of_other_letters_within_the_release_is_followed(
    web: Loopback, tmp_path: Path, location: str
) -> None:
    web.faults[PATH] = lambda handler: handler.answer(302, b"", {"Location": location})
    web.faults["/en/v2.20.1/%C3%A9.html"] = lambda handler: handler.answer(200, b"<p>e</p>", HTML)
    assert _read(web, tmp_path) == b"<p>e</p>"
    assert Archive(tmp_path / "archive").records[-1].url == f"{web.address}/en/v2.20.1/%C3%A9.html"


@pytest.mark.parametrize(
    "label", ["../../private/x.html", "%2e%2e/%2e%2e/private/x.html", "a/../../../private/x.html"]
)
def test_a_label_that_leads_out_is_refused_before_anything_is_asked(
    web: Loopback, tmp_path: Path, label: str
) -> None:
    (web.folder / "robots.txt").write_text("User-agent: *\nDisallow: /private/\n", "utf-8")
    assert "leads out of the release's folder" in _refusal(web, tmp_path, label)
    assert not [asked for asked in web.counts() if "private" in asked]


@pytest.mark.parametrize("label", ["x/../private/y.html", "./private/y.html", "%70rivate/y.html"])
def test_robots_txt_is_asked_about_the_address_that_would_be_asked(
    web: Loopback, tmp_path: Path, label: str
) -> None:
    rules = f"User-agent: *\nDisallow: /en/v{RELEASE}/private/\n"
    (web.folder / "robots.txt").write_text(rules, "utf-8")
    assert "forbids it" in _refusal(web, tmp_path, label)
    assert not [asked for asked in web.counts() if "rivate" in asked]


PAGE_OF_RULES = b"<html><body><pre>\nUser-agent: *\nDisallow: /en/v2.20.1/a\n</pre></body></html>"


@pytest.mark.parametrize(
    "body",
    [b"<!DOCTYPE html><html>" + b"x" * 5_000 + b"</html>", b"\xff\xfe\x00" * 99, b"", b"Disallow"],
)
def test_a_robots_txt_without_rules_stops_nothing(
    web: Loopback, tmp_path: Path, body: bytes
) -> None:
    web.faults["/robots.txt"] = lambda handler: handler.answer(200, body, HTML)
    assert _read(web, tmp_path) == b"<html>a</html>"


@pytest.mark.parametrize("more", [b"", b"# comment\n" * 60_000, b"\n" * 17_000_000])
def test_the_rules_in_a_robots_txt_of_any_type_and_size_are_kept_to(
    web: Loopback, tmp_path: Path, more: bytes
) -> None:
    def answer(handler: Handler) -> None:
        handler.begin(200, HTML | {"Connection": "close"})
        handler.hang_up()
        handler.write(PAGE_OF_RULES + more)

    web.faults["/robots.txt"] = answer
    assert "forbids it" in _refusal(web, tmp_path)


def test_a_robots_txt_of_endless_wildcards_is_read_in_time() -> None:
    answer = Exchange("url", now(), (), 200, "OK", (), b"")
    line = "Disallow: /" + "*a" * 900 + "b\n"
    body = ("User-agent: *\n" + line * 250 + "Disallow: /x" + "y" * 10_000 + "\n").encode()
    began = time.process_time()
    read_robots("url", answer, body).check("http://docs.example/" + "a" * 1_900)
    assert time.process_time() - began < 5


def _sitemap(*names: str, date: str = "2026-01-01") -> bytes:
    urls = "".join(
        f"<url><loc>https://docs.example/en/{name}/</loc><lastmod>{date}</lastmod></url>"
        for name in names
    )
    return f"<urlset>{urls}</urlset>".encode()


SPELT_OTHERWISE = ("v02.20.1", "v2.20.1000", f"v2.{'9' * 5_000}.0", f"v{'0' * 5_000}.1.0")


@pytest.mark.parametrize("name", SPELT_OTHERWISE)
def test_a_release_of_another_spelling_is_left_out_with_a_warning(
    web: Loopback, tmp_path: Path, name: str
) -> None:
    body = _sitemap("latest", f"v{RELEASE}", name)
    web.faults["/sitemap.xml"] = lambda handler: handler.answer(200, body, {})
    with closing(open_site(web.address, tmp_path)) as site:
        assert site.releases() == (RELEASE,)
        (notice,) = site.notices
    assert f"sitemap.xml: '{name[1:40]}" in notice
    assert "not read as a release" in notice
    assert len(notice) < 300


HOSTILE_SITEMAPS = {
    "deeply nested": b"<a>" * 100_000,
    "entities": b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><urlset>&d;</urlset>',
    "a file": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><urlset>&b;</urlset>',
    "no address": b"<urlset><url/><url><loc/></url><url><loc>http://[</loc></url></urlset>",
    "nothing": b"",
}


@pytest.mark.parametrize("name", HOSTILE_SITEMAPS)
def test_a_hostile_sitemap_names_no_release_or_is_refused(name: str) -> None:
    try:
        assert read_sitemap("url", HOSTILE_SITEMAPS[name]) == {}
    except SourceError as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017 - refusing is one right answer


def test_a_date_as_long_as_a_book_is_none() -> None:
    assert set(read_last_modified("url", _sitemap("v2.20.1", date="2" * 10_000)).values()) == {None}


def test_a_sitemap_of_very_many_releases_is_refused(web: Loopback, tmp_path: Path) -> None:
    body = _sitemap(*(f"v1.{one}.{two}" for one in range(40) for two in range(40)))
    web.faults["/sitemap.xml"] = lambda handler: handler.answer(200, body, {})
    with (
        closing(open_site(web.address, tmp_path)) as site,
        pytest.raises(SourceError, match="has 1,600 releases, more than 1,000"),
    ):
        site.releases()


def _dripping_head(handler: Handler) -> None:
    handler.close_connection = True
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    for _ in range(2_000):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.02)


def _dripping_status(handler: Handler) -> None:
    handler.close_connection = True
    for _ in range(2_000):
        handler.wfile.write(b"HTTP/1.1 102 Wait\r\n\r\n")
        handler.wfile.flush()
        time.sleep(0.02)


def _dripping_body(handler: Handler) -> None:
    handler.begin(200, HTML | {"Content-Length": "1000000"})
    handler.close_connection = True
    for _ in range(2_000):
        handler.write(b"x")
        time.sleep(0.02)


DRIPS = {
    "the head": (_dripping_head, "takes longer than 1.2 s"),
    "interim answers": (_dripping_status, "takes longer than 1.2 s"),
    "the body": (_dripping_body, "took longer than 1.2 s"),
}


@pytest.mark.parametrize("name", DRIPS)
def test_an_answer_that_drips_ends_at_the_deadline(
    web: Loopback, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drip, said = DRIPS[name]
    monkeypatch.setenv("NEURON_WAREHOUSE_TIMEOUT", "0.3")
    web.faults[PATH] = drip
    with closing(open_site(web.address, tmp_path)) as site:
        assert site.read(RELEASE, "b.html").body
        began = time.monotonic()
        with pytest.raises(SourceError, match=said):
            site.read(RELEASE, "a.html")
        # The whole answer would take forty seconds; a busy machine may be slow to stop it.
        assert time.monotonic() - began < 20


def test_after_five_addresses_without_an_answer_nothing_more_is_asked(
    web: Loopback, tmp_path: Path
) -> None:
    names = [f"n{number}.html" for number in range(limits.MOST_SILENT_ADDRESSES + 2)]
    for name in names:
        web.faults[f"/en/v{RELEASE}/{name}"] = lambda handler: handler.hang_up()
    with closing(open_site(web.address, tmp_path)) as site:
        messages = []
        for name in names:
            with pytest.raises(SourceError) as caught:
                site.read(RELEASE, name)
            messages.append(str(caught.value))
    assert ["not requested" in message for message in messages] == [False] * 5 + [True] * 2
    assert "not requested, because the last 5 addresses gave no answer" in messages[-1]


MEMBERS = {
    "one": gzip.compress(b"ab"),
    "two": gzip.compress(b"a") + gzip.compress(b"b"),
    "an empty one first": gzip.compress(b"") + gzip.compress(b"ab"),
    "an empty one last": gzip.compress(b"ab") + gzip.compress(b""),
    "zeros behind": gzip.compress(b"ab") + bytes(512),
}


@pytest.mark.parametrize("name", MEMBERS)
def test_all_members_of_a_gzip_body_are_read(web: Loopback, tmp_path: Path, name: str) -> None:
    headers = HTML | {"Content-Encoding": "gzip"}
    web.faults[PATH] = lambda handler: handler.answer(200, MEMBERS[name], headers)
    assert _read(web, tmp_path) == b"ab"


BAD_PACKING = {
    "nothing": (b"", "cut short"),
    "a second member cut short": (gzip.compress(b"a") + gzip.compress(b"b")[:-4], "cut short"),
    "a second member damaged": (
        gzip.compress(b"a") + gzip.compress(b"b" * 9)[:-8] + bytes(8),
        "unpack",
    ),
    "junk behind": (gzip.compress(b"a") + b"<table>", "goes on for 7 bytes after the end"),
    "very many members": (gzip.compress(b"") * 100_000, "more than 1,000 parts"),
    "a bomb of many members": (gzip.compress(bytes(2**20)) * 20, "more than 16,777,216 bytes"),
}


@pytest.mark.parametrize("name", BAD_PACKING)
def test_a_packing_that_is_not_read_whole_is_refused(name: str) -> None:
    body, said = BAD_PACKING[name]
    began = time.process_time()
    with pytest.raises(UnpackingError, match=said):
        unpacked(body, "gzip")
    assert time.process_time() - began < 5


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=5), st.data())
def test_members_are_joined_and_any_cut_is_refused(parts: list[bytes], data: st.DataObject) -> None:
    body = b"".join(gzip.compress(part, mtime=0) for part in parts)
    assert unpacked(body, "gzip") == b"".join(parts)
    cut = data.draw(st.integers(0, len(body) - 1))
    ends = {
        sum(len(gzip.compress(part, mtime=0)) for part in parts[:n]) for n in range(1, len(parts))
    }
    if cut not in ends:
        with pytest.raises(UnpackingError):
            unpacked(body[:cut], "gzip")
