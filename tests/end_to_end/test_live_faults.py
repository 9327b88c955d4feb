"""Everything that can go wrong at a live site, one test each, on a real server.

After each the warehouse answers as before, the message and the exit code are the documented ones,
and the next clean run heals. The messages are listed in docs/operations.md.
"""

from __future__ import annotations

import gzip
import time
from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.live import OTHER, PAGE, RELEASE, Scene, heals

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.loopback import Handler

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
def test_a_page_that_goes_wrong_is_refused_andheals(scene: Scene, name: str) -> None:
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
    heals(scene, before, version)


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
    records = len(scene.web.asked)
    assert sizes[2] - sizes[1] < 1_500 * records / 3
