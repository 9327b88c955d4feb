"""Addresses of a release's files, built from what upstream wrote.

This module does the one check on every such address: it is brought into the form in which it will
be requested, and must lie under its release. Put here what folders, archives and live sites share;
the check of a source's own address lives in `live.urls`, the rules for robots in `live.robots`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urljoin, urlsplit

from pipelines.errors import SourceError
from pipelines.sources.limits import MOST_ADDRESS_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHOWN = 120
_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_IN_A_PATH = "/!$&'()*+,;=:@%"
_IN_A_QUERY = _IN_A_PATH + "?"


def release_root(base: str, release: str) -> str:
    """Return the address under which all files of a release lie; `base` has no slash at its end."""
    return f"{base}/en/v{release}/"


def release_file(base: str, release: str, path: str) -> str:
    """Return the address of a file of a release.

    Args:
        base: The site's address, without a slash at its end.
        release: Such as `2.20.0`.
        path: The file's path in the release's tree, as upstream wrote it.

    Raises:
        SourceError: The address would not lie under the release.
    """
    bound = release_root(base, release)
    if len(path) <= MOST_ADDRESS_LENGTH and "\\" not in path and path.isprintable():
        # In a path of the tree, `?` and `#` are letters of a name.
        address = _normal(bound + _quoted(path, _IN_A_PATH))
        if address is not None and lies_under(address, bound):
            return address
    raise SourceError(
        f"{clipped(path)} leads out of the release's folder {bound}; nothing was requested"
    )


def redirect_target(url: str, location: str) -> str:
    """Return where a redirect leads, in the form in which it would be requested.

    Args:
        url: The address that answered.
        location: Its `Location` header, each byte as one character.

    Returns:
        An address without a fragment, or `location` unchanged if it is no address.
    """
    try:
        written = location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        written = location
    if len(written) > MOST_ADDRESS_LENGTH or "\\" in written or not written.isprintable():
        return location
    try:
        target = _normal(urljoin(url, written))
    except ValueError:
        return location
    return location if target is None else target


def lies_under(address: str, bound: str) -> bool:
    """Return whether an address is under another, whatever its escapes mean to a server."""
    return address.startswith(bound) and all(
        "\\" not in path and path.isprintable() and not _climbs(path)
        for path in _readings(urlsplit(address).path)
    )


def clipped(text: str) -> str:
    """Return a text from upstream for a message: quoted, and not too long."""
    return repr(text) if len(text) <= _SHOWN else f"{text[:_SHOWN]!r}…"


def _climbs(path: str) -> bool:
    """Return whether a path has a `..`, which some servers also see in `..;a=b`."""
    return any(segment.partition(";")[0] == ".." for segment in path.split("/"))


def _readings(path: str) -> Iterator[str]:
    """Yield a path with its escapes undone no time, once, and so on until none is left."""
    yield path
    while (plain := unquote(path)) != path:
        path = plain
        yield path


def _normal(address: str) -> str | None:
    """Return an address as RFC 3986 normalizes it, without its fragment; None if it has no host."""
    parts = urlsplit(address)
    if not parts.scheme or not parts.netloc or not parts.netloc.isascii():
        return None
    path = _without_dots(_quoted(parts.path, _IN_A_PATH)) or "/"
    query = f"?{_quoted(parts.query, _IN_A_QUERY)}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc.lower()}{path}{query}"


def _quoted(text: str, safe: str) -> str:
    """Return a text with all that needs an escape escaped, and nothing else."""
    lone = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text)
    return _ESCAPED.sub(_unescaped, quote(lone, safe=safe + "~", errors="replace"))


def _unescaped(match: re.Match[str]) -> str:
    letter = chr(int(match[1], 16))
    return letter if letter in _UNRESERVED else match[0].upper()


def _without_dots(path: str) -> str:
    """Return a path without `.` and `..`; a `..` above the top is dropped, as servers do."""
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments[1:]:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)
