"""Addresses: which may be a source, and which a redirect may lead to.

Here belong judgements on an address as text. Nothing is asked here.
"""

from __future__ import annotations

from urllib.parse import unquote, urljoin, urlsplit

from pipelines.errors import UsageError

_LIKE = "write it like https://docs.example.org or http://127.0.0.1:8000"


def checked_address(text: str) -> str:
    """Return a source's address without a slash at its end; `UsageError` where it can be none."""
    import httpx

    try:
        parts = urlsplit(text)
        _ = parts.port
        httpx.URL(text)
    except (ValueError, httpx.InvalidURL) as error:
        raise UsageError(f"{text!r} is no address ({error}); {_LIKE}") from error
    faults = {
        "it names no host": not parts.hostname,
        "it is neither http nor https": parts.scheme not in ("http", "https"),
        "it holds blanks": any(letter.isspace() or not letter.isprintable() for letter in text),
        "it holds a user's name, which the archive would keep": "@" in parts.netloc,
        "it goes on after its path": bool(parts.query or parts.fragment) or text[-1] in "?#",
    }
    for fault, met in faults.items():
        if met:
            raise UsageError(f"{text!r} is no address of a site: {fault}; {_LIKE}")
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path}".rstrip("/")


def origin(url: str) -> str:
    """Return the part of an address that says whom to ask: scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def target_of(url: str, location: str) -> str:
    """Return where a redirect leads; an address that cannot be read is given as it stands."""
    try:
        return urljoin(url, location)
    except ValueError:
        return location


def lies_under(url: str, bound: str) -> bool:
    """Return whether an address is under another one, whatever its dots may mean to a server."""
    path = unquote(url[len(bound) :])
    return url.startswith(bound) and ".." not in path and "\\" not in path and path.isprintable()
