"""Hostile folders: whatever lies in the place of a file, one line, at once, in little memory."""

from __future__ import annotations

import os
import socket
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import AbsentError, SourceError
from pipelines.pages.inventory import read_inventory
from pipelines.sources import limits
from pipelines.sources.site import FolderSite
from tests.hostile.own_process import measured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

RELEASE = "2.20.1"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    made = tmp_path / "site" / "en" / f"v{RELEASE}"
    made.mkdir(parents=True)
    (made / "good.html").write_bytes(b"<html>good</html>")
    return made


def _site(tree: Path) -> FolderSite:
    return FolderSite(tree.parents[1], "made")


def _socket(path: Path) -> None:
    place = os.getcwd()  # noqa: PTH109 - an address of a socket must be short
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(place)


IRREGULAR: dict[str, tuple[Callable[[Path], object], str]] = {
    "a pipe": (os.mkfifo, "is not a regular file"),
    "a socket": (_socket, "is not a regular file"),
    "a device": (lambda path: path.symlink_to("/dev/zero"), "leads out of the release's folder"),
    "a folder": (lambda path: path.mkdir(), "is not a regular file"),
    "a link to itself": (lambda path: path.symlink_to(path.name), "[Ss]ym(bolic )?link"),
    "a link out": (lambda path: path.symlink_to("/etc/passwd"), "leads out"),
    "a large file": (lambda path: os.truncate(path, 2**40), "is larger than 16,777,216 bytes"),
}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("name", IRREGULAR)
def test_what_is_no_page_is_refused_in_one_line_and_its_neighbour_is_read(
    tree: Path, name: str
) -> None:
    make, said = IRREGULAR[name]
    path = tree / "bad.html"
    if name == "a large file":
        path.touch()
    make(path)
    with pytest.raises(SourceError, match=said) as caught:
        _site(tree).read(RELEASE, "bad.html")
    assert len(str(caught.value).splitlines()) == 1
    assert _site(tree).read(RELEASE, "good.html").body == b"<html>good</html>"


def test_a_release_that_is_a_link_to_itself_stops_no_other(tree: Path) -> None:
    (tree.parent / "v2.21.0").symlink_to("v2.21.0")
    site = _site(tree)
    assert site.releases() == (RELEASE, "2.21.0")
    with pytest.raises(SourceError, match=r"v2\.21\.0"):
        site.read("2.21.0", "good.html")
    assert site.read(RELEASE, "good.html").body


def test_a_folder_that_is_a_link_to_itself_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "en").symlink_to("en")
    with pytest.raises(SourceError, match="cannot be listed"):
        FolderSite(tmp_path, "made").releases()


def _note(text: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(text)


CAPTURE_NOTES: dict[str, Callable[[Path], object]] = {
    "no JSON": _note(b"x"),
    "no object": _note(b"[]"),
    "nothing": _note(b""),
    "no text": _note(b"\xff\xfe"),
    "a number": _note(b'{"captured_at": 5}'),
    "nothing in it": _note(b'{"captured_at": null}'),
    "no date": _note(b'{"captured_at": "soon"}'),
    "before the first year in UTC": _note(b'{"captured_at": "0001-01-01T00:00:00+14:00"}'),
    "after the last year in UTC": _note(b'{"captured_at": "9999-12-31T23:59:59-14:00"}'),
    "before there were clocks": _note(b'{"captured_at": "0900-01-01T00:00:00"}'),
    "deeply nested": _note(b'{"captured_at": ' + b"[" * 30_000),
    "large": _note(b" " * (limits.MOST_CAPTURE_NOTE_BYTES + 1)),
    "a pipe": os.mkfifo,
    "a folder": lambda path: path.mkdir(),
    "a link to itself": lambda path: path.symlink_to(path.name),
}


@pytest.mark.parametrize("name", CAPTURE_NOTES)
def test_a_forged_capture_note_is_told_in_one_line(tree: Path, name: str) -> None:
    CAPTURE_NOTES[name](tree.parents[1] / "capture.json")
    with pytest.raises(SourceError, match=r"capture\.json: cannot be read") as caught:
        _site(tree).read(RELEASE, "good.html")
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 600


def test_a_capture_time_without_a_zone_is_in_utc(tree: Path) -> None:
    (tree.parents[1] / "capture.json").write_text('{"captured_at": "2026-01-02T03:04:05"}')
    captured = _site(tree).read(RELEASE, "good.html").captured_at
    assert captured is not None
    assert captured.isoformat() == "2026-01-02T03:04:05+00:00"


@pytest.mark.parametrize(
    "name", ["v02.20.1", "v2.20.1000", "vv2.20.1", "v2.20.01", f"v{'9' * 200}.0.0"]
)
def test_a_release_has_one_spelling(tree: Path, name: str) -> None:
    (tree.parent / name).mkdir()
    site = _site(tree)
    assert site.releases() == (RELEASE,)
    assert [name[1:60] in notice for notice in site.notices] == [True] * (name[1] != "v")


def test_a_source_of_very_many_releases_is_refused(tree: Path) -> None:
    for minor in range(limits.MOST_RELEASES + 1):
        (tree.parent / f"v{minor // 500}.{minor % 500}.0").mkdir()
    with pytest.raises(SourceError, match=r"has 1,00\d releases, more than 1,000"):
        _site(tree).releases()


@given(st.text(st.characters(), max_size=20) | st.text("./\\%2e0\n~", max_size=20))
def test_any_path_is_read_from_its_release_or_refused(
    tmp_path_factory: pytest.TempPathFactory, path: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    tree = folder / "en" / f"v{RELEASE}"
    tree.mkdir(parents=True)
    (folder / "en" / "outside.html").touch()
    try:
        FolderSite(folder, "made").read(RELEASE, path)
    except AbsentError:
        pass
    except SourceError as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017 - refusing is one right answer


INVENTORY = """
import zlib
from pipelines.errors import SourceError
from pipelines.pages.inventory import read_inventory
HEAD = b"# Sphinx inventory version 2\\n# Project: p\\n# Version: 1\\n# packed with zlib\\n"
def run(path):
    read_inventory("warm", HEAD + zlib.compress(b"a std:label 1 b c\\n"))
    try:
        return len(read_inventory("made", HEAD + path.read_bytes()))
    except SourceError as error:
        return str(error)
"""


def _packed(lines: Iterable[bytes]) -> bytes:
    return zlib.compress(b"".join(lines), 1)


def _repeated(piece: bytes, times: int) -> bytes:
    """Return what unpacks to a piece many times; it is packed once."""
    packing = zlib.compressobj(1)
    first = packing.compress(piece) + packing.flush(zlib.Z_FULL_FLUSH)
    # After a full flush, equal input is packed to equal bytes.
    another = packing.compress(piece) + packing.flush(zlib.Z_FULL_FLUSH)
    end, check = packing.flush()[:-4], 1
    for _ in range(times):
        check = zlib.adler32(piece, check)
    return first + another * (times - 1) + end + check.to_bytes(4, "big")


INVENTORIES: dict[str, tuple[Callable[[], bytes], object]] = {
    "seven hundred thousand labels": (
        lambda: _packed(b"%07d std:label -1 x.html#$ -\n" % number for number in range(700_000)),
        "unpacks to more than 16,777,216 bytes",
    ),
    "a million short lines": (
        lambda: _repeated(b"a b:c 1 d\n" * 1_000, 1_000),
        "more than 200,000 entries",
    ),
    "as many labels as may be": (
        lambda: _packed(b"%06d std:label -1 x.html#$ -\n" % number for number in range(199_999)),
        199_999,
    ),
    "a gigabyte of zeros": (lambda: _repeated(bytes(1024 * 1024), 1024), "unpacks to more than"),
    "one endless line": (lambda: _repeated(b"x std:label " * 1_000, 1_300), 0),
    "endless blanks": (lambda: _repeated(b" " * 8_000, 2_000), 0),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", INVENTORIES)
def test_an_inventory_takes_bounded_memory_and_time(tmp_path: Path, name: str) -> None:
    pack, answer = INVENTORIES[name]
    (tmp_path / "packed").write_bytes(pack())
    found = measured(INVENTORY, tmp_path / "packed")
    assert str(answer) in str(found.answer)
    assert found.mebibytes < 250
    assert found.seconds < 10


def test_bytes_after_an_inventorys_end_are_damage() -> None:
    head = b"# Sphinx inventory version 2\n#\n#\n#\n"
    packed = zlib.compress(b"a std:label 1 b c\n")
    assert list(read_inventory("made", head + packed)) == ["a"]
    with pytest.raises(SourceError, match=r"damaged inventory \(26 bytes follow its end\)"):
        read_inventory("made", head + packed + packed[:26])


PAGE = """
from pipelines.errors import SourceError
from pipelines.sources.site import FolderSite
def run(path):
    try:
        return len(FolderSite(path, "made").read("2.20.1", "large.html").body)
    except SourceError as error:
        return str(error)
"""


def test_a_page_of_a_terabyte_takes_little_memory(tree: Path) -> None:
    (tree / "large.html").touch()
    os.truncate(tree / "large.html", 2**40)
    found = measured(PAGE, tree.parents[1])
    assert "is larger than 16,777,216 bytes" in str(found.answer)
    assert found.mebibytes < 80
    assert found.seconds < 5
