"""A source's own address: which texts may be one.

This module checks an address as text, without a request. Addresses that upstream wrote are checked
in `pipelines.sources.addresses`.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from pipelines.errors import UsageError

_LIKE = "write it like https://docs.example.org or http://127.0.0.1:8000"


def checked_address(text: str) -> str:
    """Return a source's address without a slash at its end.

    Raises:
        UsageError: The text cannot be an address of a site.
    """
    import httpx

    try:
        parts = urlsplit(text)
        _ = parts.port
        httpx.URL(text)
    except (ValueError, httpx.InvalidURL) as error:
        raise UsageError(f"{text!r} is not an address ({error}); {_LIKE}") from error
    faults = {
        "it has no host": not parts.hostname,
        "it is neither http nor https": parts.scheme not in ("http", "https"),
        "it has blanks": any(letter.isspace() or not letter.isprintable() for letter in text),
        "it has a user's name, which the archive would keep": "@" in parts.netloc,
        "it goes on after its path": bool(parts.query or parts.fragment) or text[-1] in "?#",
    }
    for fault, met in faults.items():
        if met:
            raise UsageError(f"{text!r} is not an address of a site: {fault}; {_LIKE}")
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path}".rstrip("/")


def origin(url: str) -> str:
    """Return the part of an address that says whom to ask: scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
