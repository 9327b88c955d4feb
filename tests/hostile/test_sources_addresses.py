"""Addresses that upstream wrote: normalized, under their release, asked as they were checked."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from protego import Protego

from pipelines.errors import SourceError
from pipelines.sources.addresses import lies_under, redirect_target, release_file

SITE = "http://docs.example:8000/mirror"
BOUND = f"{SITE}/en/v2.20.1/"
ROBOTS = Protego.parse("User-agent: *\nDisallow: /\nAllow: /mirror/en/v2.20.1/\n")
PIECES = st.sampled_from(
    ["..", ".", "/", "//", "%2e", "%2E", "%252e", "%2f", "%5c", "\\", "a", "é", "?", "#", ";", "%"]
)
PATHS = st.lists(PIECES, max_size=10).map("".join) | st.text(max_size=12)

LEADS_OUT = (
    *("../../private/x.html", "../v2.20.2/x.html", "..", "a/../../x", "%2e%2e/x", "%2E./x"),
    *(
        "a/%2e%2e/%2e%2e/x",
        "%252e%252e/x",
        "%25252e%25252e/x",
        "..%2fx",
        "..\\x",
        "..%5cx",
        "..;/x",
    ),
    *("a\nb", "a\0b", "a\x1b[31m", "a\u202eb", "x" * 3_000),
)
WRITTEN = {
    "general/x.html": "general/x.html",
    "a/../b.html": "b.html",
    "./a/./b.html": "a/b.html",
    "%7Euser/%61.html": "~user/a.html",
    "a b.html": "a%20b.html",
    "é.html": "%C3%A9.html",
    "100%.html": "100%25.html",
    "x?y": "x%3Fy",
    "//private/x": "//private/x",
    "http://evil.example/x": "http://evil.example/x",
    "": "",
}


@pytest.mark.parametrize("path", LEADS_OUT)
def test_a_path_that_leads_out_of_its_release_is_refused_in_one_short_line(path: str) -> None:
    with pytest.raises(SourceError, match="leads out of the release's folder") as caught:
        release_file(SITE, "2.20.1", path)
    message = str(caught.value)
    assert message.isprintable()
    assert len(message) < 400


@pytest.mark.parametrize("path", WRITTEN)
def test_a_path_within_its_release_has_one_spelling(path: str) -> None:
    assert release_file(SITE, "2.20.1", path) == BOUND + WRITTEN[path]


def _holds(address: str) -> None:
    """Check that an address is asked as it was judged, and cannot be read as another place."""
    asked = httpx.URL(address)
    assert f"{asked.scheme}://{asked.host}:{asked.port}{asked.raw_path.decode()}" == address
    assert address.isascii()
    assert lies_under(address, BOUND)
    assert ROBOTS.can_fetch(address, "neuron-warehouse")


@given(PATHS)
def test_whatever_a_label_says_what_is_asked_lies_under_the_release(path: str) -> None:
    try:
        address = release_file(SITE, "2.20.1", path)
    except SourceError:
        return
    _holds(address)
    assert release_file(SITE, "2.20.1", address.removeprefix(BOUND)) == address


@given(PATHS | PATHS.map(lambda path: f"/mirror/en/v2.20.1/{path}"))
def test_whatever_a_redirect_says_what_is_asked_lies_under_the_release(location: str) -> None:
    target = redirect_target(f"{BOUND}general/y.html", location)
    if lies_under(target, BOUND):
        _holds(target)


def test_a_redirect_may_be_written_in_utf8_or_latin1_or_escaped() -> None:
    url, wanted = f"{BOUND}y.html", f"{BOUND}%C3%A9.html"
    for location in ("é.html", "é.html".encode().decode("latin-1"), "%C3%A9.html", "%c3%a9.html"):
        assert redirect_target(url, location) == wanted
