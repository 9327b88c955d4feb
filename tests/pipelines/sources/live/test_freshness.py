"""Which files are not asked for again: each judgement by itself, on records made here."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pipelines.sources.archive import Archive, Capture, Stored
from pipelines.sources.live.freshness import checked_at, current_capture, dates_move, is_recent
from pipelines.sources.live.seen import Known
from pipelines.sources.site import INVENTORY_PATH, Response

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
SITE = "http://docs.example"
SITEMAP = f"{SITE}/sitemap.xml"
RELEASE = "2.20.1"


@pytest.mark.parametrize(
    ("ago", "recent"),
    [
        (timedelta(), True),
        (timedelta(seconds=1), True),
        (timedelta(days=7) - timedelta(seconds=1), True),
        (timedelta(days=7), False),
        (timedelta(days=8), False),
        (timedelta(seconds=-1), False),
    ],
)
def test_a_time_is_recent_from_now_back_to_the_given_days(ago: timedelta, recent: bool) -> None:  # noqa: FBT001
    assert is_recent(NOW, NOW - ago, 7) is recent


def test_no_time_is_not_recent_and_no_days_make_nothing_recent() -> None:
    assert not is_recent(NOW, None, 7)
    assert not is_recent(NOW, NOW, 0)
    assert is_recent(NOW, NOW - timedelta(hours=11), 0.5)


def _stored(name: str, path: str, days: int, **facts: str | None) -> Stored:
    at = (NOW - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    made = Stored(
        record_id=name,
        kind="response",
        url=path if "://" in path else f"{SITE}/{path}",
        at=at,
        status=200,
        etag=None,
        last_modified=None,
        sha256=name,
        body_of=name,
        refused=None,
        file="000001.warc.gz",
        offset=0,
        length=1,
    )
    return replace(made, **facts)  # type: ignore[arg-type]


def _known(folder: Path, *records: Stored, captures: tuple[Capture, ...] = ()) -> Known:
    archive = Archive(folder / "archive")
    archive.records.extend(records)
    known = Known(archive, None)
    for capture in captures:
        known.judged(capture)
    return known


def _capture(records: dict[str, str], built: str | None = "2026-01-01", **facts: object) -> Capture:
    return Capture(RELEASE, "2026-01-02T00:00:00Z", records, built, **facts)  # type: ignore[arg-type]


A, B = _stored("a", "a.html", 5), _stored("b", "b.html", 3)
CHECKED: dict[str, tuple[tuple[Stored, ...], dict[str, str], int | None]] = {
    "each file once: the oldest": ((A, B), {"a": "a", "b": "b"}, 5),
    "the older one was answered again": (
        (A, B, _stored("r", "a.html", 1, kind="revisit", body_of="a")),
        {"a": "a", "b": "b"},
        3,
    ),
    "a refused answer counts for nothing": (
        (A, B, _stored("r", "a.html", 1, refused="answered 500")),
        {"a": "a", "b": "b"},
        5,
    ),
    "one has been another file since": (
        (A, B, _stored("c", "a.html", 1)),
        {"a": "a", "b": "b"},
        None,
    ),
    "one record is missing": ((A,), {"a": "a", "b": "b"}, None),
    "all records are missing": ((), {"a": "a"}, None),
    "one came from another site": (
        (A, _stored("b", "http://mirror.example/b.html", 3)),
        {"a": "a", "b": "b"},
        None,
    ),
    "one came from a site of a longer name": (
        (A, _stored("b", f"{SITE}.evil/b.html", 3)),
        {"a": "a", "b": "b"},
        None,
    ),
    "no files": ((A,), {}, None),
}


@pytest.mark.parametrize("name", CHECKED)
def test_a_capture_was_checked_when_its_file_of_longest_ago_was(tmp_path: Path, name: str) -> None:
    records, held, days = CHECKED[name]
    checked = checked_at(_known(tmp_path, *records), _capture(held), SITE)
    assert checked == (None if days is None else NOW - timedelta(days=days))


def _sitemap(*dates: str) -> bytes:
    urls = "".join(
        f"<url><loc>{SITE}/en/v2.20.{patch}/</loc><lastmod>{date}</lastmod></url>"
        for patch, date in enumerate(dates)
    )
    return f"<urlset>{urls}</urlset>".encode()


FIRST, SAME, MOVED = _sitemap("1", "1"), _sitemap("1", "1", "5"), _sitemap("1", "2")
MOVES: dict[str, tuple[tuple[tuple[bytes, str | None], ...], bool]] = {
    "none": ((), False),
    "one": (((FIRST, None),), False),
    "a new address is no date that moved": (((FIRST, None), (SAME, None)), False),
    "a date that moved": (((FIRST, None), (MOVED, None)), True),
    "a date that moved long ago": (((FIRST, None), (MOVED, None), (MOVED + b" ", None)), True),
    "a refused one is no evidence": (((FIRST, None), (MOVED, "answered 500")), False),
    "nor is one that cannot be read": (((FIRST, None), (b"<html", None)), False),
    "an unreadable one lies between": (((FIRST, None), (b"<", None), (MOVED, None)), False),
    "a date that is gone has moved": (((FIRST, None), (_sitemap("1", ""), None)), True),
}


@pytest.mark.parametrize("name", MOVES)
def test_dates_move_only_where_one_address_was_seen_with_two(name: str) -> None:
    seen, moves = MOVES[name]
    bodies = {str(number): body for number, (body, _) in enumerate(seen)}
    records = [
        _stored(str(number), SITEMAP, 9 - number, refused=refused)
        for number, (_, refused) in enumerate(seen)
    ]
    found = dates_move(SITEMAP, records, lambda one: Response(one.url, bodies[one.body_of], NOW))
    assert found is moves


def test_the_same_sitemap_again_is_read_once() -> None:
    again = _stored("r", SITEMAP, 1, kind="revisit", body_of="0")
    read = []

    def reading(record: Stored) -> Response:
        read.append(record.record_id)
        return Response(record.url, FIRST, NOW)

    assert not dates_move(SITEMAP, [_stored("0", SITEMAP, 2), again], reading)
    assert len(read) == 1


INVENTORY = {INVENTORY_PATH: "i", "a": "a"}
GOOD = _capture(INVENTORY)
STANDS: dict[str, tuple[tuple[Capture, ...], str | None, str | None, bool]] = {
    "the same date and inventory": ((GOOD,), "2026-01-01", "i", True),
    "no capture": ((), "2026-01-01", "i", False),
    "another date": ((GOOD,), "2026-01-02", "i", False),
    "an older date": ((GOOD,), "2025-12-31", "i", False),
    "no date now": ((GOOD,), None, "i", False),
    "no date then": ((_capture(INVENTORY, None),), "2026-01-01", "i", False),
    "no date ever": ((_capture(INVENTORY, None),), None, "i", False),
    "another inventory": ((GOOD,), "2026-01-01", "j", False),
    "no inventory now": ((GOOD,), "2026-01-01", None, False),
    "no inventory then": ((_capture({"a": "a"}),), "2026-01-01", "i", False),
    "the last one was refused": (
        (GOOD, _capture(INVENTORY, problems=("lost table",))),
        "2026-01-01",
        "i",
        False,
    ),
    "an earlier one was refused": (
        (_capture(INVENTORY, problems=("lost table",)), GOOD),
        "2026-01-01",
        "i",
        True,
    ),
    "edited before under the same date": (
        (_capture({**INVENTORY, "a": "z"}), GOOD),
        "2026-01-01",
        "i",
        False,
    ),
    "edited before under an older date": (
        (_capture({**INVENTORY, "a": "z"}, "2025-06-01"), GOOD),
        "2026-01-01",
        "i",
        True,
    ),
    "edited long ago under an older date that did not move": (
        (_capture({"a": "y"}, "2025-06-01"), _capture({"a": "z"}, "2025-06-01"), GOOD),
        "2026-01-01",
        "i",
        True,
    ),
}


@pytest.mark.parametrize("name", STANDS)
def test_a_capture_stands_while_nothing_that_the_site_says_is_newer(
    tmp_path: Path, name: str
) -> None:
    captures, date, inventory, stands = STANDS[name]
    known = _known(tmp_path, captures=captures)
    found = current_capture(known, RELEASE, lambda _: date, inventory)
    assert found == (captures[-1] if stands else None)
