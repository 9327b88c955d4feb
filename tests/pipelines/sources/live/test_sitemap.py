"""What a sitemap says of releases."""

from __future__ import annotations

import pytest

from pipelines.errors import SourceError
from pipelines.sources.live.sitemap import read_sitemap


def _sitemap(*entries: tuple[str, str]) -> bytes:
    urls = "".join(f"<url><loc>{loc}</loc>{rest}</url>" for loc, rest in entries)
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}<urlset xmlns="http://www.sitemaps.org/s">{urls}</urlset>'.encode()


def test_releases_are_told_from_all_else() -> None:
    body = _sitemap(
        ("https://docs.example/en/v2.20.1/", "<lastmod> 2024-10-26 </lastmod>"),
        (" https://docs.example/en/v2.20.2 ", ""),
        ("https://docs.example/en/latest/", "<lastmod>2024-11-21</lastmod>"),
        ("https://docs.example/en/v2.20.1/general/", "<lastmod>2024-11-21</lastmod>"),
        ("https://[::1/en/v2.20.3/", ""),
    )
    assert read_sitemap("sitemap.xml", body) == {"2.20.1": "2024-10-26", "2.20.2": None}


@pytest.mark.parametrize("body", [b"", b"<html", b"no sitemap", b"<a>&amp;&b;</a>"])
def test_what_is_no_sitemap_is_refused_by_its_address(body: bytes) -> None:
    with pytest.raises(SourceError, match=r"sitemap\.xml: is not XML"):
        read_sitemap("sitemap.xml", body)
