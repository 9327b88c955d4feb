"""A live site on loopback: what is asked of it, and of no other host."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from pipelines.errors import SourceError
from pipelines.sources.choose import open_site
from tests.loopback import Loopback, serving, write_sitemap

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATH = "/en/v2.20.1/a.html"


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    monkeypatch.setenv("NEURON_WAREHOUSE_INTERVAL", "0")
    monkeypatch.setenv("NEURON_WAREHOUSE_PATIENCE", "0")
    tree = tmp_path / "site" / "en" / "v2.20.1"
    tree.mkdir(parents=True)
    (tree / "b.html").write_text("<html>b</html>", "utf-8")
    write_sitemap(tmp_path / "site")
    with serving(tmp_path / "site") as running:
        yield running


def _redirect(web: Loopback, path: str, target: str, status: int = 302) -> None:
    web.faults[path] = lambda handler: handler.answer(status, b"", {"Location": target})


def _read(web: Loopback, root: Path) -> bytes:
    with closing(open_site(web.address, root)) as site:
        return site.read("2.20.1", "a.html").body


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_within_the_release_is_followed(
    web: Loopback, tmp_path: Path, status: int
) -> None:
    _redirect(web, PATH, "b.html", status)
    assert _read(web, tmp_path) == b"<html>b</html>"


def test_no_request_follows_a_redirect_to_another_server(web: Loopback, tmp_path: Path) -> None:
    (tmp_path / "private").mkdir()
    with serving(tmp_path / "private") as private:
        targets = (
            private.address + PATH,
            web.address.replace("127.0.0.1", "localhost") + PATH,
            web.address.replace("http", "https") + PATH,
            "http://[::1",
        )
        for target in targets:
            _redirect(web, PATH, target)
            with pytest.raises(SourceError, match="which is not under") as caught:
                _read(web, tmp_path)
            assert target in str(caught.value)
        assert private.asked == []
    assert set(web.counts()) == {"/robots.txt", PATH}


def test_rules_for_robots_are_those_of_the_host_wherever_it_moved_them(
    web: Loopback, tmp_path: Path
) -> None:
    (web.folder / "rules.txt").write_text("User-agent: *\nDisallow: /en/\n", "utf-8")
    _redirect(web, "/robots.txt", "/rules.txt")
    with (
        closing(open_site(f"{web.address}/en/mirror", tmp_path)) as site,
        pytest.raises(SourceError, match=r"not requested, because .*/robots.txt forbids it"),
    ):
        site.releases()
    assert list(web.counts()) == ["/robots.txt", "/rules.txt"]


def _self_signed(folder: Path) -> ssl.SSLContext:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, start, start.replace(year=2100))
        .add_extension(alternative, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "self-signed.pem"
    path.write_bytes(private + certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    web: Loopback, tmp_path: Path
) -> None:
    with (
        serving(web.folder, tls=_self_signed(tmp_path)) as secure,
        closing(open_site(secure.address, tmp_path)) as site,
        pytest.raises(SourceError, match=r"its certificate cannot be trusted .*self-signed"),
    ):
        site.releases()
    assert secure.asked == []
