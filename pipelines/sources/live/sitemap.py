"""What `sitemap.xml` says: which releases the site has, and when it built each last.

This module reads the file. Which releases are wanted is decided in `pipelines.releases`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipelines.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

PATH = "sitemap.xml"
_LONGEST_DATE = 64
_RELEASE_ROOT = re.compile(r"/en/v(\d+\.\d[^/]*)/?", re.ASCII)


def read_sitemap(url: str, body: bytes) -> Mapping[str, str | None]:
    """Return each release's last build, as the sitemap writes it; other addresses are left out.

    A misspelt release, such as `v02.20.0` or `v2.33`, is included.

    Raises:
        SourceError: The bytes are not a sitemap.
    """
    dates = read_last_modified(url, body)
    matches = {address: _RELEASE_ROOT.fullmatch(_path(address)) for address in dates}
    return {match[1]: dates[address] for address, match in matches.items() if match}


def read_last_modified(url: str, body: bytes) -> Mapping[str, str | None]:
    """Return each address's date, as the sitemap writes it; None for one without a date.

    Raises:
        SourceError: The bytes are not a sitemap.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceError(f"{url}: is not XML ({error}); is it a sitemap?") from error
    return {
        (entry.findtext("{*}loc") or "").strip(): _date(
            (entry.findtext("{*}lastmod") or "").strip()
        )
        for entry in root.iter("{*}url")
    }


def _date(text: str) -> str | None:
    return text if text and len(text) <= _LONGEST_DATE else None


def _path(location: str) -> str:
    try:
        return urlsplit(location).path
    except ValueError:
        return ""
