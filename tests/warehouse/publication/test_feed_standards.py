"""The feeds against their standards: grammars of both, the rules beside them, and a feed reader."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from lxml import etree

from warehouse.publication.events import FeedEvent
from warehouse.publication.feeds import atom, json_feed

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
ATOM_GRAMMAR = etree.RelaxNG(etree.parse(HERE / "atom.rng"))
JSON_SCHEMA = Draft202012Validator(json.loads((HERE / "jsonfeed.schema.json").read_bytes()))
ATOM = "{http://www.w3.org/2005/Atom}"
ADDRESS = "https://neuron.example/site/"


def _check_atom(content: bytes) -> None:
    """Check what the standard demands, in its grammar and in its text."""
    feed = etree.fromstring(content)
    ATOM_GRAMMAR.assertValid(feed)
    entries = feed.findall(f"{ATOM}entry")
    versions = [(e.findtext(f"{ATOM}id"), e.findtext(f"{ATOM}updated")) for e in entries]
    assert len(set(versions)) == len(versions)
    for holder in (feed, *entries):
        kinds = [
            (link.get("type"), link.get("hreflang"))
            for link in holder.findall(f"{ATOM}link")
            if link.get("rel", "alternate") == "alternate"
        ]
        assert len(set(kinds)) == len(kinds) > 0
    (own,) = (link for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self")
    assert own.get("href").endswith("feed.atom")


def _check_json(content: bytes) -> None:
    raw = json.loads(content)
    JSON_SCHEMA.validate(raw)
    ids = [item["id"] for item in raw["items"]]
    assert len(set(ids)) == len(ids)


def test_the_feeds_of_the_bundled_releases_keep_to_their_standards(
    bundled_publication: Path,
) -> None:
    _check_atom((bundled_publication / "feed.atom").read_bytes())
    _check_json((bundled_publication / "feed.json").read_bytes())


_texts = st.text(min_size=1, max_size=40)
_events = st.lists(
    st.builds(
        FeedEvent,
        key=_texts,
        kind=st.sampled_from(("release", "edit", "regression")),
        when=st.datetimes(timezones=st.just(UTC)),
        title=_texts,
        text=_texts,
        path=st.just("index.html#base=2.19.1&target=2.20.2"),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda event: event.key,
)


@given(_events, st.sampled_from(("", ADDRESS)))
def test_feeds_of_any_texts_keep_to_their_standards(events: list[FeedEvent], address: str) -> None:
    _check_atom(atom(events, address))
    _check_json(json_feed(events, address))


@pytest.mark.parametrize(
    ("break_it", "check"),
    [
        (lambda text: text.replace(b"<updated>2", b"<updated>yesterday 2", 1), _check_atom),
        (lambda text: text.replace(b"<author>", b"<writer>").replace(b"</author>", b"</writer>"),
         _check_atom),
        (lambda text: text.replace(b"<id>urn:uuid:", b"<id>", 1), _check_atom),
        (lambda text: text.replace(b"<entry>", b"<entry><note/>", 1), _check_atom),
        (lambda text: text.replace(b"version/1.1", b"version/9"), _check_json),
        (lambda text: text.replace(b'"content_text"', b'"text"'), _check_json),
        (lambda text: text.replace(b"T00:00:00Z", b""), _check_json),
    ],
)  # fmt: skip
def test_the_checks_find_what_is_wrong(
    break_it: Callable[[bytes], bytes], check: Callable[[bytes], None]
) -> None:
    moment = datetime(2024, 9, 16, tzinfo=UTC)
    event = FeedEvent("release/2.20.0", "release", moment, "Neuron SDK 2.20.0", "x", "index.html")
    content = (atom if check is _check_atom else json_feed)([event], ADDRESS)
    check(content)
    broken = break_it(content)
    assert broken != content
    with pytest.raises(Exception, match=r"."):
        check(broken)


def test_a_feed_reader_reads_every_entry(bundled_publication: Path) -> None:
    feed: Any = feedparser.parse((bundled_publication / "feed.atom").read_bytes())
    items = json.loads((bundled_publication / "feed.json").read_bytes())["items"]
    assert (feed.bozo, feed.version) == (False, "atom10")
    assert [
        (one.id, one.title, one.content[0].value, one.link, [tag.term for tag in one.tags])
        for one in feed.entries
    ] == [(one["id"], one["title"], one["content_text"], one["url"], one["tags"]) for one in items]
