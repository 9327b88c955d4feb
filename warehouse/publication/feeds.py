"""The feeds: events as Atom and as JSON Feed.

This module writes both forms. Which events there are is decided in `events`. Identities derive from
an event's key, so that a feed reader shows no event twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from warehouse.publication.documents import json_document
from warehouse.versions.descriptor import ATTRIBUTION, stored_time
from warehouse.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warehouse.publication.events import FeedEvent

ATOM, JSON_FEED = "feed.atom", "feed.json"
_TITLE = "Neuron Warehouse: releases, silent edits, regressions"
_AUTHOR = "The Neuron Warehouse authors"
_ATOM = "http://www.w3.org/2005/Atom"


def atom(events: Sequence[FeedEvent], address: str) -> bytes:
    """Return events as an Atom feed (RFC 4287).

    Args:
        events: The events, the newest first; at least one.
        address: The address of the site, with a slash at its end. If it is empty, links are
            relative to the feed's own address, as Atom allows.
    """
    feed = ET.Element("feed", {"xmlns": _ATOM})
    _add(feed, "id", _identity("feed"))
    _add(feed, "title", _TITLE)
    _add(feed, "updated", stored_time(max(event.when for event in events)))
    _add(_child(feed, "author"), "name", _AUTHOR)
    _add(feed, "rights", ATTRIBUTION)
    _child(feed, "link", rel="self", href=f"{address}{ATOM}", type="application/atom+xml")
    _child(feed, "link", rel="alternate", href=f"{address}index.html", type="text/html")
    for event in events:
        _entry(feed, event, address)
    ET.indent(feed, " ")
    text: str = ET.tostring(feed, "unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _entry(feed: ET.Element, event: FeedEvent, address: str) -> None:
    entry = _child(feed, "entry")
    _add(entry, "id", _identity(event.key))
    _add(entry, "title", event.title)
    _add(entry, "updated", stored_time(event.when))
    _add(entry, "published", stored_time(event.when))
    _child(entry, "category", term=event.kind)
    _child(entry, "link", rel="alternate", href=f"{address}{event.path}", type="text/html")
    _add(entry, "content", event.text)


def _child(parent: ET.Element, name: str, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, name, attributes)


def _add(parent: ET.Element, name: str, text: str) -> None:
    # XML has no form for control characters.
    _child(parent, name).text = visible(text)


def json_feed(events: Sequence[FeedEvent], address: str) -> bytes:
    """Return events as a JSON Feed (version 1.1).

    Args:
        events: The events, the newest first.
        address: As for `atom`; without it, entries have no links, since JSON Feed has no relative
            ones.
    """
    links = (
        {"home_page_url": f"{address}index.html", "feed_url": f"{address}{JSON_FEED}"}
        if address
        else {}
    )
    return json_document(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": _TITLE,
            "description": ATTRIBUTION,
            **links,
            "authors": [{"name": _AUTHOR}],
            "language": "en",
            "items": [_item(event, address) for event in events],
        }
    )


def _item(event: FeedEvent, address: str) -> dict[str, Any]:
    return {
        "id": _identity(event.key),
        **({"url": f"{address}{event.path}"} if address else {}),
        "title": visible(event.title),
        "content_text": visible(event.text),
        "date_published": stored_time(event.when),
        "tags": [event.kind],
    }


def _identity(key: str) -> str:
    """Return the identity of the feed or of an event: the same on every site that shows it."""
    return uuid5(NAMESPACE_URL, f"neuron-warehouse/{key}").urn
