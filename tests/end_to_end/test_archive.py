"""The archive: complete, readable by others, repaired when torn, and enough to rebuild all."""

from __future__ import annotations

import gzip
import re
import shutil
import time
from typing import TYPE_CHECKING

import pytest
from sphobjinv import Inventory, compress
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from pipelines.errors import SourceError
from pipelines.sources.archive import Archive
from pipelines.sources.site import PUBLIC_SITE
from tests.end_to_end.live import OTHER, PAGE, RELEASE, Scene
from tests.forms import some
from warehouse.database.build_file import build_database

if TYPE_CHECKING:
    from pathlib import Path

NEWEST = "000001.warc.gz"
TUTORIAL = "frameworks/torch/torch-neuronx/tutorials/training/bert.html"
"""A page that rows of the site's training page link to."""


def _rebuilt(scene: Scene, folder: Path) -> Scene:
    shutil.copytree(scene.root / "archive", folder / "archive")
    rebuilt = Scene(scene.site, scene.web, folder)
    scene.web.forget()
    rebuilt.publish("archive")
    assert not scene.web.asked
    return rebuilt


def test_the_dataset_is_rebuilt_from_the_archive_alone_byte_for_byte(
    scene: Scene, tmp_path: Path
) -> None:
    scene.site.edit(RELEASE, PAGE, "5043.38", "5043.99")
    scene.publish()
    scene.site.edit(OTHER, PAGE, "<body>", "<body><p></p>")
    scene.publish()
    scene.site.edit(RELEASE, PAGE, "5043.99", "5044.00")
    scene.publish()
    good = scene.site.page(RELEASE, PAGE).read_bytes()
    scene.site.page(RELEASE, PAGE).write_bytes(good[:20_000])
    assert scene.publish().exit_code == 4
    rebuilt = _rebuilt(scene, tmp_path / "rebuilt")
    assert rebuilt.live_files() == scene.live_files()
    build_database(rebuilt.root)
    numbers = "SELECT change_number, before, after FROM capture_changes ORDER BY ALL"
    assert [tuple(row.values()) for row in rebuilt.answer(numbers)] == [
        (1, "5043.38", "5043.99"),
        (2, "5043.99", "5044.00"),
    ]


@pytest.mark.stress
@pytest.mark.parametrize("page", [PAGE, "whats-new"])
@pytest.mark.parametrize("status", some((404, 500), 2))
def test_a_build_that_could_not_fetch_a_page_is_rebuilt_byte_for_byte(
    scene: Scene, tmp_path: Path, page: str, status: int
) -> None:
    path = scene.site.page(RELEASE, page).relative_to(scene.site.folder)
    scene.web.faults[f"/{path}"] = lambda handler: handler.answer(status, b"", {})
    outcome = scene.publish()
    assert [one.page for one in outcome.held_back[RELEASE]] == [page]
    rebuilt = _rebuilt(scene, tmp_path / "rebuilt")
    assert rebuilt.live_files() == scene.live_files()


def test_a_script_that_the_site_lacks_is_flagged_and_once_more_from_the_archive(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # All answers are of one second: which is the newest shows in their order alone.
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(time.time()) + 1))
    base = f"/en/v{RELEASE}/"
    listed, unlisted, gone = (f"{base}src/{name}.html" for name in ("listed", "unlisted", "gone"))
    links = iter(("outside-of-tables", gone, unlisted, listed, "/en/v2.19.0/src/gone.html"))
    path = scene.site.page(RELEASE, PAGE)
    elsewhere = re.compile(r'href="https://github\.com[^"]*"')
    page = elsewhere.sub(lambda one: f'href="{next(links, one[0][6:-1])}"', path.read_text("utf-8"))
    assert next(links, None) is None
    path.write_text(page, "utf-8")
    scene.build()
    # An inventory that lists no page says of none that it is not there.
    assert not scene.web.counts()[gone]
    _list_pages(scene, listed, base + TUTORIAL)
    unlisted_file = scene.site.folder / unlisted[1:]
    unlisted_file.parent.mkdir()
    unlisted_file.write_text("<html><body>A script</body></html>", "utf-8")
    for _ in range(2):
        scene.web.forget()
        assert scene.told() == (0, "")
        asked = scene.web.counts()
        assert (asked[gone], asked[unlisted], asked[listed]) == (1, 1, 0)
        assert not any("v2.19.0" in one for one in asked)
        flags = scene.answer("FROM quality_flags WHERE rule = 'dead-script'")
        assert [flag["observed"] for flag in flags] == [PUBLIC_SITE + gone]
    assert _rebuilt(scene, tmp_path / "rebuilt").live_files() == scene.live_files()
    (scene.site.folder / gone[1:]).write_text("<html><body>A script</body></html>", "utf-8")
    scene.build()
    assert not scene.answer("FROM quality_flags WHERE rule = 'dead-script'")
    assert _rebuilt(scene, tmp_path / "again").live_files() == scene.live_files()


def _list_pages(scene: Scene, *pages: str) -> None:
    """Let the inventory list pages, as Sphinx does: those of the site, and some more."""
    path = scene.site.folder / scene.inventory[1:]
    base = f"/en/v{RELEASE}/"
    lines = "".join(
        f"\n{page.removeprefix(base)} std:doc -1 {page.removeprefix(base)} A title"
        for page in pages
    )
    path.write_bytes(compress(Inventory(str(path)).data_file() + lines.encode()))


def test_a_page_points_to_the_bytes_that_it_was_read_from(scene: Scene) -> None:
    (page,) = scene.answer(f"FROM pages WHERE release = '{RELEASE}' AND page = '{PAGE}'")
    archive = Archive(scene.root / "archive")
    body, _ = archive.payload(archive.by_id[str(page["archive_record"])])
    assert body == scene.site.page(RELEASE, PAGE).read_bytes()


def test_another_reader_of_web_archives_reads_it(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    scene.publish()
    kinds: dict[str, list[str]] = {}
    for path in sorted((scene.root / "archive").glob("*.warc.gz")):
        with path.open("rb") as file:
            kinds[path.name] = [record.rec_type for record in ArchiveIterator(file)]
        checker = Checker(type("Options", (), {"inputs": [str(path)], "verbose": True})())
        assert checker.process_all() == 0, capsys.readouterr().out
    first, second = kinds.values()
    assert first.count("response") == first.count("request") == scene.files
    assert first.count("metadata") == 2
    assert second == ["revisit", "request"] * scene.files


@pytest.mark.parametrize("lost", [1, 7, 200])
def test_a_torn_file_loses_only_what_was_being_written(scene: Scene, lost: int) -> None:
    folder = scene.root / "archive"
    whole = Archive(folder).records
    torn = (folder / NEWEST).read_bytes()[:-lost]
    (folder / NEWEST).write_bytes(torn)
    (folder / NEWEST.replace(".warc.gz", ".index")).unlink()
    assert Archive(folder).records == whole[:-1]
    outcome = scene.publish()
    assert outcome.exit_code == 0
    (notice,) = outcome.notices
    assert f"{NEWEST} was torn when a build was killed" in notice
    assert (folder / "torn" / NEWEST).read_bytes() == torn
    gzip.decompress((folder / NEWEST).read_bytes())
    assert scene.publish().notices == ()


def test_a_damaged_record_is_named(scene: Scene) -> None:
    path = scene.root / "archive" / NEWEST
    data = bytearray(path.read_bytes())
    record = next(r for r in Archive(path.parent).records if r.url.endswith("performance.html"))
    data[record.offset + record.length // 2] ^= 0xFF
    path.write_bytes(bytes(data))
    outcome = scene.publish("archive")
    assert outcome.exit_code == 3
    (message,) = (str(error) for error in outcome.refused.values())
    assert f"{NEWEST} is damaged at byte {record.offset}: does not unpack" in message
    assert "restore it from a copy" in message


@pytest.mark.parametrize("share", [0.999, 0.5])
def test_a_sealed_file_that_is_cut_changes_nothing(scene: Scene, share: float) -> None:
    before, path = scene.answer(), scene.root / "archive" / NEWEST
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    for source in ("archive", None):
        with pytest.raises(SourceError, match=f"{NEWEST} is damaged at byte") as caught:
            scene.build(source)
        assert caught.value.exit_code == 3
    assert scene.answer() == before
    assert not scene.web.asked


def test_a_gap_in_a_file_without_an_index_is_reported_and_the_rest_is_built(
    scene: Scene, tmp_path: Path
) -> None:
    folder = tmp_path / "rebuilt" / "archive"
    shutil.copytree(scene.root / "archive", folder)
    capture = next(r for r in Archive(folder).records if f"/v{RELEASE}/" in r.url and not r.status)
    data = bytearray((folder / NEWEST).read_bytes())
    data[capture.offset + capture.length // 2] ^= 0xFF
    (folder / NEWEST).write_bytes(data)
    (folder / NEWEST.replace(".warc.gz", ".index")).unlink()
    outcome = Scene(scene.site, scene.web, folder.parent).publish("archive")
    assert list(outcome.prepared) == [OTHER]
    assert outcome.exit_code == 3
    (error,) = outcome.errors
    assert f"{NEWEST} is damaged at byte {capture.offset}: " in str(error)


def test_two_builds_do_not_ask_at_once(scene: Scene) -> None:
    other = Archive(scene.root / "archive")
    other.open()
    with pytest.raises(SourceError, match="another build is reading a site into it"):
        scene.publish()
    assert scene.web.asked == []
    other.close()
    assert scene.publish().exit_code == 0


def test_a_folder_that_cannot_be_made_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder can be in it")
    with pytest.raises(SourceError, match=r"cannot write .*file"):
        Archive(tmp_path / "file" / "archive").open()


def test_a_session_that_kept_nothing_leaves_what_it_found(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    for folder in (there / "data" / "archive", there):
        archive = Archive(folder)
        archive.open()
        archive.close()
        assert list(there.iterdir()) == []
