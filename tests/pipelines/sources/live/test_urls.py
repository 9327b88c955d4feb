"""What can be the address of a site, and where a redirect may lead."""

from __future__ import annotations

import pytest

from pipelines.errors import UsageError
from pipelines.sources.addresses import lies_under, redirect_target
from pipelines.sources.choose import open_site
from pipelines.sources.live.urls import checked_address

MALFORMED = {
    "http://": "has no host",
    "http:///en/": "has no host",
    "http://[::1": "Invalid",
    "http://host:99999": "out of range",
    "http://host:port": "port",
    "http://ho st/": "blanks",
    "http://host/\n": "non-printable",
    "http://me:secret@host/": "user's name",
    "http://host/?page=1": "goes on after its path",
    "http://host/#top": "goes on after its path",
    "http://\udcff/": "",
    "ftp://host/": "neither http nor https",
    "file:///etc/": "",
    "s3://bucket/docs": "neither http nor https",
}


@pytest.mark.parametrize("source", MALFORMED)
def test_a_malformed_address_is_wrong_usage_told_in_one_line(source: str) -> None:
    with pytest.raises(UsageError, match="is not an address") as caught:
        open_site(source, "data")
    message = str(caught.value)
    assert MALFORMED[source] in message
    assert "write it like https://docs.example.org" in message
    assert len(message.splitlines()) == 1
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://Docs.Example/", "https://docs.example"),
        ("HTTP://127.0.0.1:80", "http://127.0.0.1:80"),
        ("http://[::1]:8000/mirror/", "http://[::1]:8000/mirror"),
    ],
)
def test_an_address_has_one_spelling(written: str, meant: str) -> None:
    assert checked_address(written) == meant


BOUND = "http://127.0.0.1:8000/en/v2.20.1/"
INSIDE = ("/en/v2.20.1/archive/x.html", "x.html", "?again", "http://127.0.0.1:8000/en/v2.20.1/a/b")
OUTSIDE = (
    *("http://127.0.0.1/en/v2.20.1/x", "http://127.0.0.1:8001/en/v2.20.1/x"),
    *("https://127.0.0.1:8000/en/v2.20.1/x", "http://localhost:8000/en/v2.20.1/x"),
    *("//127.0.0.2:8000/en/v2.20.1/x", "http://127.0.0.1:8000@10.0.0.1/en/v2.20.1/x"),
    *("http://127.0.0.1:80001/en/v2.20.1/x", "http://10.0.0.1/", "http://169.254.169.254/"),
    *("http://[fd00::1]/", "http://[::1", "file:///etc/passwd", "javascript:x", "data:text/html,x"),
    *("/en/v2.20.2/x.html", "/en/v2.20.10/x.html", "/en/v2.20.1", "/", ""),
    *("/en/v2.20.1/../v2.20.2/x", "/en/v2.20.1/%2e%2e/v2.20.2/x", "/en/v2.20.1/%2E./v2.20.2/x"),
    *(r"/en/v2.20.1/..\v2.20.2\x", "/en/v2.20.1/%5c..", "/en/v2.20.1/%0d%0aX: y"),
)


@pytest.mark.parametrize("location", INSIDE)
def test_a_redirect_may_lead_elsewhere_in_its_release(location: str) -> None:
    assert lies_under(redirect_target(f"{BOUND}general/y.html", location), BOUND)


@pytest.mark.parametrize("location", OUTSIDE)
def test_a_redirect_may_not_leave_host_port_scheme_or_release(location: str) -> None:
    target = redirect_target("http://127.0.0.1:8000/en/v2.20.1/y.html", location)
    assert not lies_under(target, BOUND) or target == "http://127.0.0.1:8000/en/v2.20.1/y.html"
