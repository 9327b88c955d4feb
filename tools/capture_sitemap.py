"""The sitemap of the bundled capture: when the site last built each release.

This module copies those dates. `make_capture` writes everything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape as escape_xml

from lxml import etree

from pipelines.sources.site import PUBLIC_SITE

if TYPE_CHECKING:
    from pathlib import Path


def write_sitemap(real: Path, releases: tuple[str, ...], target: Path) -> None:
    """Write when the site last built each release, as its sitemap says."""
    root = etree.fromstring(real.read_bytes())
    wanted = {f"{PUBLIC_SITE}/en/v{release}/" for release in releases}
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append('<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">')
    for entry in root.iter("{*}url"):
        address, built = (entry.findtext(f"{{*}}{name}") or "" for name in ("loc", "lastmod"))
        if address in wanted:
            lines.append(
                f"<url><loc>{escape_xml(address)}</loc><lastmod>{escape_xml(built)}</lastmod></url>"
            )
    lines.append("</urlset>")
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
