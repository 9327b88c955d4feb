"""The bundled capture is what the script writes from the real pages: facts, in our own words."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sphobjinv
from lxml import etree

from pipelines.composition.vocabulary import RELEASE_HEADING
from pipelines.pages.catalog import ALL_PAGES
from pipelines.pages.inventory import locate, read_inventory
from pipelines.sources.site import FolderSite, bundled_site
from tests.forms import only_in_full, some

ROOT = Path(__file__).resolve().parent.parent.parent
BUNDLED = bundled_site().folder
LONG = 6  # words; shorter texts are names and labels
CAPTURED_AT = "2026-01-02T03:04:05+00:00"


def files(folder: Path) -> dict[str, Path]:
    """Return the files below a folder by their path in it."""
    return {str(p.relative_to(folder)): p for p in folder.rglob("*") if p.is_file()}


def content(path: Path) -> bytes:
    """Return a file's bytes; an inventory's unpacked, since zlib packs differently by version."""
    body = path.read_bytes()
    return sphobjinv.decompress(body) if path.suffix == ".inv" else body


@pytest.fixture(scope="module")
def written(neuron_docs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the script on the real pages, into a folder of its own."""
    folder = tmp_path_factory.mktemp("capture")
    script = ROOT / "tools" / "make_capture.py"
    options = ["--captured-at", CAPTURED_AT, "--into", folder]
    subprocess.run([sys.executable, "-W", "error", script, neuron_docs, *options], check=True)
    return folder


# In short form: the tests below look at what is bundled.
@only_in_full
@pytest.mark.stress
@pytest.mark.slow
def test_the_script_writes_the_bundled_capture_again_byte_for_byte(written: Path) -> None:
    theirs, ours = files(written), files(BUNDLED)
    assert theirs.keys() | {"README.md"} == ours.keys()
    for name in theirs.keys() - {"capture.json"}:
        assert content(theirs[name]) == content(ours[name]), name


@only_in_full
@pytest.mark.stress
@pytest.mark.slow
def test_only_the_time_of_the_capture_differs(written: Path) -> None:
    theirs, ours = (
        json.loads((folder / "capture.json").read_text("utf-8")) for folder in (written, BUNDLED)
    )
    assert theirs["captured_at"] == CAPTURED_AT
    assert theirs | {"captured_at": ours["captured_at"]} == ours


def test_the_capture_names_its_source_its_licence_and_whom_to_credit() -> None:
    facts = json.loads((BUNDLED / "capture.json").read_text("utf-8"))
    assert facts["licence"] == "CC-BY-SA-4.0"
    assert "Amazon.com, Inc. or its affiliates" in facts["attribution"]
    assert facts["source"].startswith("https://")
    assert "CC BY-SA 4.0" in (BUNDLED / "README.md").read_text("utf-8")


def _main(body: bytes) -> Any:
    page = etree.fromstring(body, etree.HTMLParser(encoding="utf-8"))
    return (page.xpath("//*[@role='main']") or page.xpath("//main"))[0]


def _words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _sentences(main: Any) -> set[str]:
    """Return the texts of a page's paragraphs and points outside its tables."""
    outside = (tag for tag in main.iter("p", "li") if not list(tag.iterancestors("table")))
    texts = (_words(tag) for tag in outside)
    return {text for text in texts if len(text.split()) > LONG}


@pytest.mark.stress
def test_no_sentence_of_the_original_is_bundled(real_site: FolderSite) -> None:
    real, bundled = real_site, bundled_site()
    checked = set()
    for release in some(bundled.releases(), 3):
        labels = read_inventory("", real.read(release, "objects.inv").body)
        places = (locate(labels, kind) for kind in ALL_PAGES)
        for path in (place.path for place in places if place):
            if not (bundled.folder / "en" / f"v{release}" / path).is_file():
                continue
            sentences = _sentences(_main(real.read(release, path).body))
            ours = _words(_main(bundled.read(release, path).body))
            # A heading such as `Neuron 2.32.0 (08/17/2026)` is a fact, however long it is.
            headed = {one for one in sentences if RELEASE_HEADING.match(one)}
            assert not {one for one in sentences - headed if one in ours}
            checked |= sentences
    assert len(checked) > 10


def test_the_bundled_markup_is_ours_alone() -> None:
    plain = {"html", "head", "meta", "title", "body", "main", "p", "div", "a", "pre", "caption"}
    table = {"table", "thead", "tbody", "tr", "th", "td", *(f"h{n}" for n in range(1, 7))}
    for path in BUNDLED.rglob("*.html"):
        tags = list(etree.fromstring(path.read_bytes(), etree.HTMLParser(encoding="utf-8")).iter())
        assert {tag.tag for tag in tags} <= plain | table
        names = {name for tag in tags for name in tag.attrib}
        assert names <= {"lang", "charset", "class", "id", "role", "aria-label", "href"}
        assert {tag.get("class") for tag in tags} == {"announcement", None}
