"""Everything that can go wrong at a live site, one test each, on a real server.

After each the warehouse answers as before, the message and the exit code are the documented ones,
and the next clean run heals. The messages are listed in docs/operations.md.
"""

from __future__ import annotations

import gzip
import re
import shutil
import time
from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.live import OTHER, PAGE, RELEASE, Scene
from tests.loopback import Handler, write_sitemap

if TYPE_CHECKING:
    from collections.abc import Callable

HTML = {"Content-Type": "text/html"}
STAYS = "last good data stays"


def _status(status: int, **headers: str) -> Callable[[Handler], None]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.answer(status, b"<html>no</html>", HTML | named)


def _body(body: bytes, **headers: str) -> Callable[[Handler], None]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.answer(200, body, HTML | named)


def _late(handler: Handler) -> None:
    time.sleep(0.6)
    handler.answer(200, b"<html></html>", HTML)


def _stalling(handler: Handler) -> None:
    handler.begin(200, HTML | {"Content-Length": "100000"})
    handler.write(b"<html>" * 100)
    time.sleep(0.6)
    handler.hang_up()


def _cut_short(handler: Handler) -> None:
    handler.begin(200, HTML | {"Content-Length": "100000"})
    handler.write(b"<html>" * 100)
    handler.hang_up()


def _short_length(handler: Handler) -> None:
    body = (handler.site.folder / handler.path.lstrip("/")).read_bytes()
    handler.begin(200, HTML | {"Content-Length": str(len(body) // 2)})
    handler.write(body)
    handler.hang_up()


def _endless(handler: Handler) -> None:
    handler.begin(200, HTML | {"Connection": "close"})
    handler.hang_up()
    for _ in range(50):
        handler.write(b"<p>again</p>" * 87_382)


def _redirect(target: str) -> Callable[[Handler], None]:
    return lambda handler: handler.answer(302, b"", {"Location": target})


def _bomb() -> bytes:
    return gzip.compress(bytes(4 * 1024 * 1024))


CHALLENGE = b"<html><head><title>Just a moment</title></head><body><h1>Robot?</h1></body></html>"
HERE = f"/en/v{RELEASE}/general/benchmarks/inf2/inf2-performance.html"

# What the server does in place of the page; the exit code; what the message says.
PAGE_FAULTS: dict[str, tuple[Callable[[Handler], None], int, tuple[str, ...]]] = {
    "time-out before the body": (_late, 3, ("no answer", "timed out")),
    "time-out during the body": (_stalling, 3, ("took longer", STAYS)),
    "403": (_status(403), 3, ("answered 403 Forbidden", "docs/operations.md")),
    "404": (_status(404), 3, ("answered 404 Not Found, expected 200",)),
    "429": (_status(429), 3, ("answered 429", "build again later")),
    "429 with Retry-After": (_status(429, Retry_After="3600"), 3, ("answered 429", "build again")),
    "500": (_status(500), 3, ("answered 500 Internal Server Error",)),
    "503": (_status(503), 3, ("answered 503 Service Unavailable",)),
    "truncated body": (_cut_short, 3, ("was cut short: 600 bytes came of 100000", STAYS)),
    "Content-Length too small": (_short_length, 4, ("truncated page", STAYS)),
    "gzip bomb": (
        lambda handler: handler.answer(200, _bomb(), HTML | {"Content-Encoding": "gzip"}),
        3,
        ("unpacks to more than", STAYS),
    ),
    "damaged packing": (_body(b"no gzip", Content_Encoding="gzip"), 3, ("does not unpack", STAYS)),
    "unasked packing": (_body(b"x", Content_Encoding="br"), 3, ("packed as br", STAYS)),
    "redirect loop": (_redirect(HERE + "?again"), 3, ("redirects more than 5 times", STAYS)),
    "redirect to itself": (_redirect(HERE), 3, ("redirects to", STAYS)),
    "redirect to another host": (
        _redirect("http://169.254.169.254/latest/"),
        3,
        ("redirects to http://169.254.169.254/latest/", STAYS),
    ),
    "redirect to another release": (_redirect(f"/en/v{OTHER}/x.html"), 3, ("not under", STAYS)),
    "redirect out by dots": (_redirect(f"/en/v{RELEASE}/../v{OTHER}/x.html"), 3, ("not under",)),
    "challenge page": (_body(CHALLENGE), 4, ("not the page", "Robot?", STAYS)),
    "empty file": (_body(b""), 4, ("empty page", STAYS)),
    "binary file": (_body(b"\x00\x01<html></html>"), 4, ("binary page", STAYS)),
    "wrong type": (
        _body(b"%PDF", Content_Type="application/pdf"),
        3,
        ("application/pdf", STAYS),
    ),
    "50 MB page": (_endless, 3, ("is larger than 16,777,216 bytes", STAYS)),
    "50 MB page, announced": (
        lambda handler: handler.begin(200, HTML | {"Content-Length": "52428800"}),
        3,
        ("is larger than 16,777,216 bytes", STAYS),
    ),
    "bad encoding": (
        _body('<html><meta charset="utf-8">\xff</html>'.encode("latin-1")),
        4,
        ("unreadable encoding", STAYS),
    ),
}


@pytest.mark.parametrize("name", PAGE_FAULTS)
def test_a_page_that_goes_wrong_is_refused_and_heals(scene: Scene, name: str) -> None:
    fault, code, said = PAGE_FAULTS[name]
    before, version = scene.answer(), scene.version()
    scene.web.faults[HERE] = fault
    scene.web.faults[f"{HERE}?again"] = _redirect(HERE)
    assert scene.page == HERE
    exit_code, message = scene.told(RELEASE)
    assert exit_code == code
    for part in (*said, RELEASE):
        assert part in message
    assert len(message.splitlines()) == 1
    assert scene.answer() == before
    _heals(scene, before, version)


def _heals(scene: Scene, before: list[dict[str, object]], version: int) -> None:
    scene.web.faults.clear()
    assert scene.told(RELEASE) == (0, "")
    assert scene.answer() == before
    assert scene.version() == version


def test_one_release_that_goes_wrong_does_not_stop_the_others(scene: Scene) -> None:
    scene.web.faults[HERE] = _status(500)
    scene.site.edit(OTHER, PAGE, "5043.38", "5043.99")
    outcome = scene.build()
    assert outcome.published is not None
    assert (list(outcome.refused), outcome.published.altered) == ([RELEASE], (OTHER,))


def test_after_a_429_nothing_more_is_asked_in_that_run(scene: Scene) -> None:
    scene.web.faults[HERE] = _status(429, Retry_After="3600")
    exit_code, message = scene.told()
    assert exit_code == 3
    assert f"v{OTHER}/objects.inv: not asked, since" in message
    assert "Retry-After: 3600" in message
    assert scene.web.asked[-1].path == HERE


def test_a_refused_answer_is_recorded_and_reported_each_time_and_stored_once(scene: Scene) -> None:
    scene.web.faults[HERE] = _body(CHALLENGE)
    sizes = []
    for _ in range(3):
        assert scene.told()[0] == 4
        sizes.append(sum(path.stat().st_size for path in (scene.root / "archive").glob("*.gz")))
    held = b"".join(path.read_bytes() for path in sorted((scene.root / "archive").glob("*.gz")))
    assert gzip.decompress(held).count(CHALLENGE) == 1
    assert sizes[2] - sizes[1] < 20_000


def test_a_server_that_is_gone(scene: Scene) -> None:
    before = scene.answer()
    scene.web.address, alive = "http://127.0.0.1:9", scene.web.address
    exit_code, message = scene.told()
    scene.web.address = alive
    assert exit_code == 3
    assert "http://127.0.0.1:9/robots.txt: no answer" in message
    _heals(scene, before, 1)


def _lose_a_table(scene: Scene) -> None:
    path = scene.site.page(RELEASE, PAGE)
    text = path.read_text("utf-8")
    path.write_text(re.sub(r"<table>.*?</table>", "", text, count=1, flags=re.DOTALL), "utf-8")


def _lose_the_inventory(scene: Scene) -> None:
    (scene.site.folder / scene.inventory.lstrip("/")).unlink()


def _damage_the_inventory(scene: Scene) -> None:
    path = scene.site.folder / scene.inventory.lstrip("/")
    path.write_bytes(path.read_bytes()[:-20])


def _serve_another_release(scene: Scene) -> None:
    shutil.copy(scene.site.page(OTHER, PAGE), scene.site.page(RELEASE, PAGE))


SITE_FAULTS: dict[str, tuple[Callable[[Scene], None], int, tuple[str, ...]]] = {
    "vanished table": (_lose_a_table, 4, ("lost table", "--allow-lost-tables")),
    "missing inventory": (_lose_the_inventory, 3, ("objects.inv: answered 404 Not Found",)),
    "corrupt inventory": (_damage_the_inventory, 3, ("objects.inv: is a damaged inventory",)),
    "another release's page": (_serve_another_release, 4, ("other release", STAYS)),
}


@pytest.mark.parametrize("name", SITE_FAULTS)
def test_a_site_that_goes_wrong_is_refused_and_heals(scene: Scene, name: str) -> None:
    mutate, code, said = SITE_FAULTS[name]
    before, whole = scene.answer(), scene.root.parent / "whole"
    shutil.copytree(scene.site.folder, whole)
    mutate(scene)
    exit_code, message = scene.told()
    assert exit_code == code
    for part in said:
        assert part in message
    assert scene.answer() == before
    shutil.copytree(whole, scene.site.folder, dirs_exist_ok=True)
    _heals(scene, before, 1)


def test_a_changed_theme_is_no_change(scene: Scene) -> None:
    before, files = scene.answer(), scene.live_files()
    for page in scene.site.folder.rglob("*.html"):
        text = page.read_text("utf-8")
        text = text.replace("<body>", '<body class="dark"><script src="x.js?v=9"></script>')
        page.write_text(text, "utf-8")
    outcome = scene.build()
    assert outcome.published is not None
    assert (outcome.exit_code, outcome.published.changed, outcome.published.written) == (
        0,
        False,
        (),
    )
    assert scene.live_files() == files
    _heals(scene, before, 1)


def test_a_changed_cell_is_a_new_version_and_a_listed_change(scene: Scene) -> None:
    scene.site.edit(RELEASE, PAGE, "5043.38", "5043.99")
    outcome = scene.build()
    assert outcome.published is not None
    assert (outcome.exit_code, outcome.published.altered) == (0, (RELEASE,))
    (change,) = scene.answer("FROM capture_changes")
    assert (change["release"], change["page"]) == (RELEASE, PAGE)
    assert (change["before"], change["after"], change["change"]) == (
        *("5043.38", "5043.99"),
        "altered",
    )
    assert change["noticed_at"] is not None
    assert change["record_before"] != change["record_after"]
    assert scene.told() == (0, "")
    assert scene.version() == 2
    assert len(scene.answer("FROM capture_changes")) == 1


def test_a_moved_page_is_found_by_its_label(scene: Scene) -> None:
    before = scene.answer()
    tree = scene.site.folder / "en" / f"v{RELEASE}"
    (tree / "archive").mkdir()
    old = scene.site.page(RELEASE, PAGE)
    old.rename(tree / "archive" / "inf2.html")
    from sphobjinv import Inventory, compress  # noqa: PLC0415 - only here

    inventory = Inventory(str(tree / "objects.inv"))
    text = inventory.data_file().decode()
    moved = text.replace("general/benchmarks/inf2/inf2-performance.html", "archive/inf2.html")
    assert moved != text
    (tree / "objects.inv").write_bytes(compress(moved.encode()))
    _heals(scene, before, 1)


def test_labels_that_are_gone_are_named_in_a_warning(scene: Scene) -> None:
    tree = scene.site.folder / "en"
    shutil.copytree(tree / f"v{OTHER}", tree / "v2.21.0")
    from sphobjinv import Inventory, compress  # noqa: PLC0415 - only here

    path = tree / "v2.21.0" / "objects.inv"
    text = Inventory(str(path)).data_file().decode()
    path.write_bytes(compress(re.sub("performance", "speed", text).encode()))
    write_sitemap(scene.site.folder)
    before = scene.answer()
    assert scene.told() == (0, "")
    assert scene.answer() == before
    flags = scene.answer(
        "SELECT expected FROM quality_flags WHERE release = '2.21.0' AND rule = 'missing-page'"
    )
    assert {"expected": "inf2-performance"} in flags
    assert len(flags) == 4


def test_a_sitemap_of_ten_thousand_entries(scene: Scene) -> None:
    before = scene.answer()
    write_sitemap(scene.site.folder, more=10_000)
    _heals(scene, before, 1)


@pytest.mark.parametrize("body", [b"", b"<html", b"no sitemap"])
def test_a_sitemap_that_is_none(scene: Scene, body: bytes) -> None:
    before = scene.answer()
    whole = (scene.site.folder / "sitemap.xml").read_bytes()
    (scene.site.folder / "sitemap.xml").write_bytes(body)
    exit_code, message = scene.told()
    assert exit_code == 3
    assert "sitemap.xml: is no XML" in message
    (scene.site.folder / "sitemap.xml").write_bytes(whole)
    _heals(scene, before, 1)


def test_a_clock_that_goes_backwards(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    before = scene.answer()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1577836800")
    exit_code, message = scene.told()
    assert exit_code == 3
    assert "the clock says 2020-01-01 00:00:00 UTC, which is before the newest capture" in message
    assert not scene.web.asked
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    _heals(scene, before, 1)
