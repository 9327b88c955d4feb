"""The feeds: what becomes an entry, and both forms as their readers parse them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from pipelines.contract import Measurement
from tests.warehouse.conftest import CAPTURED, NOW, Publish, a_change, a_release
from tests.warehouse.publication.conftest import PUBLISHED
from warehouse.database.build_file import build_database
from warehouse.database.open_version import open_newest
from warehouse.publication.documents import rows_of
from warehouse.publication.events import FeedEvent, read_events
from warehouse.publication.feeds import atom, json_feed
from warehouse.publication.neighbours import compare_neighbours
from warehouse.publication.write_site import publish_site
from warehouse.versions import publish

if TYPE_CHECKING:
    from pathlib import Path

_ATOM = "{http://www.w3.org/2005/Atom}"
_ADDRESS = "https://neuron.example/"


def _event(**changes: Any) -> FeedEvent:
    facts: dict[str, Any] = {
        "key": "release/2.20.0",
        "kind": "release",
        "when": datetime(2024, 9, 16, tzinfo=UTC),
        "title": "Neuron SDK 2.20.0",
        "text": "2.19.1 → 2.20.0: no row newly measured.",
        "path": "index.html#base=2.19.1&target=2.20.0",
    }
    return FeedEvent(**facts | changes)


def _slower(release: str, factor: float) -> list[Measurement]:
    """Return figures of one row that differ from those of other releases by a factor."""
    rows = a_release(release, rows=1).rows["measurements"]
    return [
        Measurement(
            **{name: getattr(row, name) for name in Measurement.__slots__}
            | {"value": row.value * factor, "text": str(row.value * factor)}
        )
        for row in rows
        if row.metric == "throughput"
    ]


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Return the entries of two releases: the newer is slower, and one page was edited."""
    folder = tmp_path_factory.mktemp("feeds")
    root, site = folder / "data", folder / "site"
    edits = [a_change("2.20.0"), a_change("2.20.0", row=1, before=None, after="new")]
    quiet: dict[str, Any] = {"quality_flags": (), "cell_changes": ()}
    releases = (
        a_release("2.19.0", rows=1, measurements=_slower("2.19.0", 1), **quiet),
        a_release(
            "2.20.0",
            rows=1,
            measurements=_slower("2.20.0", 0.5),
            **quiet | {"cell_changes": edits},
        ),
    )
    publish(root, releases, source="a test", now=NOW)
    build_database(root)
    publish_site(root, site, address=_ADDRESS)
    found: list[dict[str, Any]] = json.loads((site / "feed.json").read_bytes())["items"]
    return found


def _of(items: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [item for item in items if item["tags"] == [kind]]


def test_each_release_is_an_entry_with_its_conclusion(items: list[dict[str, Any]]) -> None:
    newest, oldest = _of(items, "release")
    assert newest["title"] == "Neuron SDK 2.20.0"
    assert newest["content_text"].startswith(
        "2.19.0 → 2.20.0: 1 row newly measured: throughput -50"
    )
    assert oldest["content_text"] == "It is the oldest release of this dataset."


def test_a_regression_is_an_entry_with_its_figures(items: list[dict[str, Any]]) -> None:
    (entry,) = _of(items, "regression")
    assert entry["title"].startswith("2.20.0 is worse than 2.19.0: model-0, ")
    assert entry["title"].endswith("throughput -50.0%")
    assert entry["content_text"] == "throughput: 41.5 → 20.75 inferences/s."


def test_an_edit_of_a_released_page_is_one_entry_with_its_cells(
    items: list[dict[str, Any]],
) -> None:
    (entry,) = _of(items, "edit")
    assert entry["title"] == "inf2-inference of 2.20.0 was edited: 2 cells"
    assert entry["content_text"] == "H0: “y” → “x”; H0: nothing → “new”."
    assert entry["date_published"] == CAPTURED.isoformat().replace("+00:00", "Z")


def test_an_edit_leads_to_where_the_page_shows_it(items: list[dict[str, Any]]) -> None:
    (entry,) = _of(items, "edit")
    assert entry["url"] == f"{_ADDRESS}index.html#view=trust&release=2.20.0"


def test_a_flagged_fall_is_no_regression(put: Publish, root: Path) -> None:
    put(
        a_release("2.19.0", rows=1, measurements=_slower("2.19.0", 1)),
        a_release("2.20.0", rows=1, measurements=_slower("2.20.0", 0.5)),
    )
    with open_newest(root, views=True) as connection:
        releases = rows_of(connection, "FROM releases ORDER BY release_order")
        compared = compare_neighbours(connection, releases)
        events = read_events(connection, releases, compared)
    assert {row.verdict for one in compared for row in one.rows} == {"regressed"}
    assert {event.kind for event in events} == {"release", "edit"}


def test_a_release_without_a_date_is_not_newer_than_the_next(bundled_publication: Path) -> None:
    items = json.loads((bundled_publication / "feed.json").read_bytes())["items"]
    days = {item["title"]: item["date_published"] for item in _of(items, "release")}
    assert days["Neuron SDK 2.24.0"] == days["Neuron SDK 2.27.0"] == "2025-12-19T00:00:00Z"
    assert items[0]["title"] == "Neuron SDK 2.32.0"
    assert [item["date_published"] for item in items] == sorted(
        (item["date_published"] for item in items), reverse=True
    )


def test_a_folder_that_does_not_date_its_pages_is_published_and_dated_by_its_version(
    put: Publish, root: Path, tmp_path: Path
) -> None:
    release = a_release("2.20.0")
    pages = [replace(page, captured_at=None) for page in release.rows["pages"]]
    put(replace(release, rows={**release.rows, "pages": pages}))
    build_database(root)
    publish_site(root, tmp_path / "site", address=_ADDRESS)
    items = json.loads((tmp_path / "site" / "feed.json").read_bytes())["items"]
    (entry,) = _of(items, "release")
    assert entry["date_published"] == NOW.isoformat().replace("+00:00", "Z")


def test_atom_has_what_its_standard_demands(bundled_publication: Path) -> None:
    feed = ET.fromstring((bundled_publication / "feed.atom").read_bytes())  # noqa: S314 - ours
    assert feed.tag == f"{_ATOM}feed"
    for name in ("id", "title", "updated", "author"):
        assert len(feed.findall(f"{_ATOM}{name}")) == 1
    entries = feed.findall(f"{_ATOM}entry")
    ids = [entry.findtext(f"{_ATOM}id") for entry in entries]
    assert len(set(ids)) == len(entries) > len(PUBLISHED)
    for entry in entries:
        assert all(entry.findtext(f"{_ATOM}{name}") for name in ("title", "updated", "content"))
        link = entry.find(f"{_ATOM}link")
        assert link is not None
        assert link.get("href", "").startswith("https://neuron.example/site/index.html")
    newest = max(entry.findtext(f"{_ATOM}updated") or "" for entry in entries)
    assert feed.findtext(f"{_ATOM}updated") == newest


def test_both_feeds_have_the_same_entries(bundled_publication: Path) -> None:
    feed = ET.fromstring((bundled_publication / "feed.atom").read_bytes())  # noqa: S314 - ours
    raw = json.loads((bundled_publication / "feed.json").read_bytes())
    assert raw["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["id"] for item in raw["items"]] == [
        entry.findtext(f"{_ATOM}id") for entry in feed.findall(f"{_ATOM}entry")
    ]


def test_an_event_keeps_its_identity_when_its_text_changes() -> None:
    before, after = (
        json.loads(json_feed([_event(text=text)], ""))["items"][0] for text in ("old", "new")
    )
    assert before["id"] == after["id"]
    assert before["id"].startswith("urn:uuid:")


def test_markup_and_control_characters_in_a_text_are_only_text() -> None:
    text = "<script>alert(1)</script> & \x1b[31m \u202e"
    feed = ET.fromstring(atom([_event(title=text)], _ADDRESS))  # noqa: S314 - ours
    title = feed.findtext(f"{_ATOM}entry/{_ATOM}title")
    assert title == "<script>alert(1)</script> & \\x1b[31m \\u202e"


def test_without_an_address_atom_links_are_relative_and_json_has_none() -> None:
    feed = ET.fromstring(atom([_event()], ""))  # noqa: S314 - ours
    link = feed.find(f"{_ATOM}entry/{_ATOM}link")
    assert link is not None
    assert link.get("href") == "index.html#base=2.19.1&target=2.20.0"
    raw = json.loads(json_feed([_event()], ""))
    assert "feed_url" not in raw
    assert "url" not in raw["items"][0]


def test_days_are_written_in_utc() -> None:
    raw = json.loads(json_feed([_event(when=datetime(2024, 9, 16, tzinfo=UTC))], ""))
    assert raw["items"][0]["date_published"] == f"{date(2024, 9, 16)}T00:00:00Z"
