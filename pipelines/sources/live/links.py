"""Whether an address leads anywhere: one polite request to whatever site it is on.

This module asks for links that a person wants to follow; pages of a documentation site are read in
`live_site`.
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from pipelines.errors import SourceError
from pipelines.sources.live.client import PoliteClient
from pipelines.sources.live.robots import read_robots

if TYPE_CHECKING:
    from pipelines.sources.politeness import Politeness

LinkState = Literal["there", "dead", "not checked"]
_ATTEMPTS = 2
_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


def link_state(address: str, rules: Politeness) -> tuple[LinkState, str]:
    """Return whether an address leads anywhere, with the reason.

    The host's `robots.txt` is asked first, and what it forbids is not asked. An answer that is
    neither the page nor its lack, such as one that turns robots away, proves nothing.

    Args:
        address: An http(s) address.
        rules: How politely to ask.
    """
    bare = urlsplit(address)._replace(fragment="").geturl()
    client = PoliteClient(bare, replace(rules, attempts=min(rules.attempts, _ATTEMPTS)))
    robots = urlsplit(bare)._replace(path="/robots.txt", query="").geturl()
    try:
        told = client.get(robots)
        body = told.body if told.status == HTTPStatus.OK else b""
        read_robots(robots, told, body).check(bare)
        status = client.get(bare).status
    except SourceError as error:
        return "not checked", str(error)
    finally:
        client.close()
    if status in _GONE:
        return "dead", f"answered {status}"
    # A redirect leads on; where to, the reader of the link will see.
    if status < HTTPStatus.BAD_REQUEST:
        return "there", f"answered {status}"
    return "not checked", f"answered {status}"
