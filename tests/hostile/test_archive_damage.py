"""Damaged archives: nothing is lost without a word, and what is whole is still read."""

from __future__ import annotations

import json
import os
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from pipelines.errors import SourceError
from pipelines.sources.archive import Archive
from pipelines.sources.archive.replay import ArchiveSite
from tests.hostile.archives import (
    AT,
    NAME,
    RELEASES,
    SITE,
    Sealed,
    exchange,
    foreign_record,
    page_of,
    sealed_archive,
    zeros_record,
)
from tests.hostile.own_process import measured

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RECORDS = range(10)
"""Two releases of two answers with their requests and one capture each."""


@pytest.fixture
def sealed(tmp_path: Path) -> Sealed:
    made = sealed_archive(tmp_path / "archive")
    assert len(made.places) == len(RECORDS)
    return made


def _pages(folder: Path) -> dict[tuple[str, str], bytes]:
    site = ArchiveSite(Archive(folder))
    return {
        (release, name): site.read(release, name).body
        for release in site.releases()
        for name in ("a.html", "b.html")
    }


WHOLE = {
    (release, name): page_of(release, name) for release in RELEASES for name in ("a.html", "b.html")
}


def test_a_whole_archive_is_read_alike_with_and_without_its_index(sealed: Sealed) -> None:
    assert _pages(sealed.folder) == WHOLE
    indexed = Archive(sealed.folder).records
    sealed.index.unlink()
    assert Archive(sealed.folder).records == indexed
    assert Archive(sealed.folder).damage == ()
    assert _pages(sealed.folder) == WHOLE


@pytest.mark.parametrize("number", RECORDS)
@pytest.mark.parametrize("more", [0, 1, 30])
def test_a_sealed_file_cut_anywhere_is_refused_by_file_and_byte(
    sealed: Sealed, number: int, more: int
) -> None:
    data = sealed.file.read_bytes()
    begin = sealed.places[number][0]
    archive = sealed.put(data[: begin + more], indexed=True)
    with pytest.raises(SourceError, match=rf"{NAME} is damaged at byte \d+: has {begin + more} "):
        ArchiveSite(archive)
    with pytest.raises(SourceError, match="is damaged at byte"):
        _ = Archive(sealed.folder).records


@pytest.mark.parametrize("extra", [b"x", bytes(100)])
def test_a_sealed_file_that_has_grown_is_refused(sealed: Sealed, extra: bytes) -> None:
    archive = sealed.put(sealed.file.read_bytes() + extra, indexed=True)
    with pytest.raises(SourceError, match=f"{NAME} is damaged at byte"):
        ArchiveSite(archive)


@pytest.mark.parametrize("number", RECORDS)
def test_without_an_index_a_cut_at_a_records_end_keeps_the_records_before(
    sealed: Sealed, number: int
) -> None:
    data, whole = sealed.file.read_bytes(), Archive(sealed.folder).records
    begin = sealed.places[number][0]
    archive = sealed.put(data[:begin], indexed=False)
    assert archive.records == [record for record in whole if record.offset < begin]
    assert archive.damage == ()


@pytest.mark.parametrize("number", RECORDS)
def test_without_an_index_a_cut_inside_a_record_is_a_gap_to_the_end(
    sealed: Sealed, number: int
) -> None:
    data, whole = sealed.file.read_bytes(), Archive(sealed.folder).records
    begin, length, _ = sealed.places[number]
    archive = sealed.put(data[: begin + length // 2], indexed=False)
    assert archive.records == [record for record in whole if record.offset < begin]
    (gap,) = archive.damage
    assert f"{NAME} is damaged at byte {begin}" in str(gap)
    assert gap.exit_code == 3


@pytest.mark.parametrize("number", RECORDS)
def test_without_an_index_a_wrong_byte_loses_one_record_and_is_reported(
    sealed: Sealed, number: int
) -> None:
    data, whole = bytearray(sealed.file.read_bytes()), Archive(sealed.folder).records
    begin, length, _ = sealed.places[number]
    data[begin + length // 2] ^= 0xFF
    archive = sealed.put(bytes(data), indexed=False)
    assert archive.records == [record for record in whole if record.offset != begin]
    (gap,) = archive.damage
    assert f"{NAME} is damaged at byte {begin}: " in str(gap)
    assert f"{length:,} bytes were skipped" in str(gap)


@pytest.mark.parametrize("number", RECORDS)
def test_with_an_index_a_wrong_byte_is_reported_or_touches_nothing_that_is_read(
    sealed: Sealed, number: int
) -> None:
    data = bytearray(sealed.file.read_bytes())
    begin, length, kind = sealed.places[number]
    data[begin + length // 2] ^= 0xFF
    sealed.put(bytes(data), indexed=True)
    if kind == "request":
        assert _pages(sealed.folder) == WHOLE
        return
    with pytest.raises(SourceError, match=f"{NAME} is damaged at byte {begin}: "):
        _pages(sealed.folder)


@pytest.mark.parametrize("at", [3, 10, 0.5, -3, -20])
def test_an_index_with_a_wrong_byte_is_refused(sealed: Sealed, at: float) -> None:
    index = bytearray(sealed.index.read_bytes())
    place = int(len(index) * at) if isinstance(at, float) else at
    index[place] = ord("7") if index[place] != ord("7") else ord("8")
    sealed.index.write_bytes(index)
    with pytest.raises(SourceError, match="is damaged at byte"):
        ArchiveSite(Archive(sealed.folder))


def _without_a_line(index: str) -> str:
    head, *lines = index.splitlines()
    return "\n".join([head, *lines[:-1]]) + "\n"


FORGED_INDEXES: dict[str, Callable[[str], str]] = {
    "no lines": lambda _: "",
    "a line lost": _without_a_line,
    "no object": lambda _: "[1]\n",
    "deeply nested": lambda _: "[" * 100_000 + "\n",
    "another type": lambda text: text.replace('"status": 200', '"status": "200"'),
    "another field": lambda text: text.replace('"status"', '"stat"'),
    "a place before the file": lambda text: text.replace('"offset": 0', '"offset": -1'),
    "a file named": lambda text: text.replace('"url"', '"file": "../../x", "url"'),
    "no date": lambda text: text.replace('"at": "2026', '"at": "soon'),
    "a date out of range": lambda text: text.replace(
        f'"at": "{AT:%Y-%m-%dT%H:%M:%SZ}"', '"at": "0001-01-01T00:00:00+14:00"'
    ),
}


@pytest.mark.parametrize("name", FORGED_INDEXES)
def test_a_forged_index_is_refused_in_one_line(sealed: Sealed, name: str) -> None:
    sealed.index.write_text(FORGED_INDEXES[name](sealed.index.read_text("utf-8")), "utf-8")
    with pytest.raises(SourceError, match="is damaged at byte") as caught:
        ArchiveSite(Archive(sealed.folder))
    assert len(str(caught.value).splitlines()) == 1
    sealed.index.unlink()
    assert _pages(sealed.folder) == WHOLE


def test_an_index_of_an_older_software_has_no_checksum_and_is_believed(sealed: Sealed) -> None:
    head, *lines = sealed.index.read_text("utf-8").splitlines()
    old = {key: value for key, value in json.loads(head).items() if key != "sha256"}
    sealed.index.write_text("\n".join([json.dumps(old), *lines]) + "\n", "utf-8")
    assert _pages(sealed.folder) == WHOLE


def test_records_that_stand_twice_are_read_once(sealed: Sealed) -> None:
    data = sealed.file.read_bytes()
    archive = sealed.put(data + data, indexed=False)
    assert archive.damage == ()
    assert _pages(sealed.folder) == WHOLE


FOREIGN = {
    "warcinfo": foreign_record("warcinfo", b"software: other\r\n"),
    "metadata": foreign_record("metadata", b"fetchTimeMs: 20\r\n"),
    "JSON metadata": foreign_record("metadata", b'{"pages": []}', "application/json"),
    "response": foreign_record("response", b"other"),
    "resource": foreign_record("resource", b"other"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_record_of_another_software_changes_nothing(sealed: Sealed, name: str) -> None:
    data, cut = sealed.file.read_bytes(), sealed.places[4][0]
    archive = sealed.put(data[:cut] + FOREIGN[name] + data[cut:], indexed=False)
    assert archive.damage == ()
    assert _pages(sealed.folder) == WHOLE


HEAD = b"WARC/1.1\r\nWARC-Type: response\r\n"
JUNK = {
    "text": b"no gzip at all" * 9,
    "a gzip member of text": zeros_record(0, b"plain text"),
    "a WARC head alone": zeros_record(0, HEAD),
    "two records in one member": zeros_record(
        0, (HEAD + b"WARC-Record-ID: <a>\r\nContent-Length: 0\r\n\r\n\r\n\r\n") * 2
    ),
    "a negative length": zeros_record(0, HEAD + b"Content-Length: -5\r\n\r\n\r\n\r\n"),
    "more zeros than a record may hold": zeros_record(20, HEAD),
    "beginnings of members": b"\x1f\x8b\x08" * 500,
    "zeros": bytes(5000),
}


@pytest.mark.parametrize("name", JUNK)
def test_junk_between_records_is_one_gap_and_the_records_after_it_are_read(
    sealed: Sealed, name: str
) -> None:
    data, cut = sealed.file.read_bytes(), sealed.places[4][0]
    archive = sealed.put(data[:cut] + JUNK[name] + data[cut:], indexed=False)
    (gap,) = archive.damage
    assert f"is damaged at byte {cut}: " in str(gap)
    assert f"{len(JUNK[name]):,} bytes were skipped" in str(gap)
    assert len(str(gap).splitlines()) == 1
    assert _pages(sealed.folder) == WHOLE


def _capture(**facts: object) -> bytes:
    whole = {"release": "2.20.0", "at": "2026-01-01T00:00:00Z", "records": {}, "problems": []}
    return json.dumps(whole | facts).encode()


FORGED_CAPTURES = {
    "no JSON": b"x",
    "a list": b"[]",
    "deeply nested": b"[" * 100_000,
    "a field lost": b'{"release": "2.20.0"}',
    "another type": _capture(records=[]),
    "numbers for records": _capture(records={"a": 1}),
    "an invalid release": _capture(release="../x"),
    "a second spelling": _capture(release="v2.20.0"),
    "an invalid date": _capture(at="soon"),
}


@pytest.mark.parametrize("name", FORGED_CAPTURES)
def test_a_forged_capture_is_refused_in_one_line(sealed: Sealed, name: str) -> None:
    data = sealed.file.read_bytes()
    forged = foreign_record("metadata", FORGED_CAPTURES[name], "application/json")
    archive = sealed.put(data + forged, indexed=False)
    with pytest.raises(SourceError, match=f"{NAME} is damaged at byte {len(data)}: a capture") as e:
        ArchiveSite(archive)
    assert len(str(e.value).splitlines()) == 1


def test_a_live_build_goes_on_after_a_torn_end_but_not_over_a_hole(sealed: Sealed) -> None:
    data = sealed.file.read_bytes()
    with closing(sealed.put(data[:-5], indexed=False)) as archive:
        (repaired,) = archive.open()
        assert repaired.lost == sealed.places[-1][1] - 5
    assert Archive(sealed.folder).damage == ()
    holed = bytearray(data)
    begin, length, _ = sealed.places[2]
    holed[begin + length // 2] ^= 0xFF
    archive = sealed.put(bytes(holed), indexed=False)
    with pytest.raises(SourceError, match=f"is damaged at byte {begin}: "):
        archive.open()
    archive.close()
    assert sealed.file.read_bytes() == holed


def test_another_body_under_a_records_name_is_refused(tmp_path: Path) -> None:
    sealed = sealed_archive(tmp_path / "one")
    url = f"{SITE}/en/v{RELEASES[0]}/a.html"
    text = sealed.index.read_text("utf-8").splitlines()
    line = json.loads(text[1])
    line["sha256"] = exchange(url, b"another").sha256
    head = {key: value for key, value in json.loads(text[0]).items() if key != "sha256"}
    forged = [json.dumps(head), json.dumps(line), *text[2:]]
    sealed.index.write_text("\n".join(forged) + "\n", "utf-8")
    with pytest.raises(SourceError, match="is damaged at byte 0: another body is there"):
        _pages(sealed.folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("which", ["file", "index"])
def test_a_pipe_in_the_place_of_a_file_is_refused_at_once(sealed: Sealed, which: str) -> None:
    path = getattr(sealed, which)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(SourceError, match="is not a regular file"):
        ArchiveSite(Archive(sealed.folder))


SCAN = """
def run(folder):
    from pipelines.sources.archive import Archive
    archive = Archive(folder)
    return [len(archive.records), len(archive.damage)]
"""


@pytest.mark.slow
def test_a_gigabyte_of_zeros_in_an_archive_file_takes_little_memory_and_time(
    sealed: Sealed,
) -> None:
    head = HEAD + b"WARC-Record-ID: <a>\r\nContent-Length: 1073741824\r\n\r\n"
    sealed.put(zeros_record(1024, head) + sealed.file.read_bytes(), indexed=False)
    found = measured(SCAN, sealed.folder)
    assert found.answer == [6, 1]
    assert found.mebibytes < 100
    assert found.seconds < 5


@pytest.mark.parametrize(
    "junk",
    [
        b"\x1f\x8b\x08" * 2_000_000,
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\xff\xff" * 400_000,
    ],
    ids=["beginnings", "empty blocks"],
)
def test_looking_for_the_next_record_in_junk_is_bounded(sealed: Sealed, junk: bytes) -> None:
    sealed.put(junk + sealed.file.read_bytes(), indexed=False)
    found = measured(SCAN, sealed.folder)
    assert found.answer[1] == 1  # type: ignore[index]
    assert found.mebibytes < 100
    assert found.seconds < 10


@pytest.mark.slow
def test_scanning_takes_twice_the_time_for_twice_the_records(tmp_path: Path) -> None:
    sealed = sealed_archive(tmp_path / "archive")
    data = sealed.file.read_bytes()
    seconds = []
    for times in (200, 800):
        sealed.put(data * times, indexed=False)
        found = measured(SCAN, sealed.folder)
        assert found.answer == [6 * times, 0]
        seconds.append(found.seconds)
    assert seconds[1] < 8 * max(seconds[0], 0.2)
