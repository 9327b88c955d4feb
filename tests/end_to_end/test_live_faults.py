"""Everything that can go wrong with a page of a live site, on a real server.

After each the page is held back, the warehouse answers as before, the message and the exit code are
the documented ones, and the next clean run heals. They are listed in docs/reference/messages.md.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.live import OTHER, PAGE, RELEASE, Scene, heals
from tests.end_to_end.messages import messages_in
from tests.forms import some
from tests.loopback import HTML, answering
from warehouse.database.build_file import build_database

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.loopback import Handler

STAYS = "last good data stays"
ROWS = ("benchmarks", "measurements")
"""The tables of which the answer is made; what they hold is the same after each fault."""
HELD = "SELECT release, page FROM quality_flags WHERE rule = 'page-held-back'"


def _body(body: bytes, **headers: str) -> Callable[[Handler], None]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.answer(200, body, HTML | named)


def _late(handler: Handler) -> None:
    handler.wait_for_the_end()


def _stalling(handler: Handler) -> None:
    handler.begin(200, HTML | {"Content-Length": "100000"})
    handler.write(b"<html>" * 100)
    handler.wait_for_the_end()


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


def _packed(size: int, packing: str = "gzip") -> Callable[[Handler], None]:
    return _body(gzip.compress(bytes(size)), Content_Encoding=packing)


CHALLENGE = b"<html><head><title>Just a moment</title></head><body><h1>Robot?</h1></body></html>"
ERROR = b"<html><head><title>Error</title></head><body><h1>500 Sorry</h1></body></html>"
HERE = f"/en/v{RELEASE}/general/benchmarks/inf2/inf2-performance.html"
TWO_RELEASES = f"/en/v{RELEASE}/../v{OTHER}/x.html"
REDIRECTS = "redirects to …, which is not under"
TOO_LARGE = "is larger than 16,777,216 bytes"
NOT_UTF8 = '<html><meta charset="utf-8">\xff</html>'.encode("latin-1")


@dataclass(frozen=True, slots=True)
class Fault:
    """What the server does in place of the page, and how the build is to end.

    `documented` is the message as docs/reference/messages.md has it; `said` is what else is in it.
    """

    happens: Callable[[Handler], None]
    exit_code: int
    documented: str
    said: tuple[str, ...] = ()


PAGE_FAULTS: dict[str, Fault] = {
    "time-out before the body": Fault(_late, 4, "no answer (…)", ("timed out",)),
    "time-out during the body": Fault(_stalling, 4, "took longer than", (STAYS,)),
    "403": Fault(answering(403), 4, "answered 403", ("Forbidden", "docs/reference/messages.md")),
    "404": Fault(answering(404), 4, "answered 404 …, expected 200", ("Not Found",)),
    "429": Fault(answering(429), 3, "answered 429", ("build again later",)),
    "429 with Retry-After": Fault(
        answering(429, Retry_After="3600"), 3, "answered 429", ("build again later",)
    ),
    "500": Fault(answering(500), 4, "answered 500", ("Internal Server Error",)),
    "503": Fault(answering(503), 4, "answered 503", ("Service Unavailable",)),
    "truncated body": Fault(_cut_short, 4, "was cut short", ("600 bytes came of 100000", STAYS)),
    "wrong Content-Length": Fault(_short_length, 4, "truncated page", (STAYS,)),
    "gzip bomb": Fault(_packed(20 * 1024 * 1024), 4, "unpacks to more than", ("16,777,216",)),
    "gzip bomb, small": Fault(_packed(4 * 1024 * 1024), 4, "unpacks to more than", ("100 times",)),
    "damaged packing": Fault(
        _body(b"no gzip", Content_Encoding="gzip"), 4, "does not unpack", (STAYS,)
    ),
    "unasked packing": Fault(_body(b"x", Content_Encoding="br"), 4, "is packed as", ("br", STAYS)),
    "redirect loop": Fault(_redirect(HERE + "?again"), 4, "redirects more than 5 times", (STAYS,)),
    "redirect to itself": Fault(_redirect(HERE), 4, REDIRECTS, (STAYS,)),
    "redirect to another host": Fault(
        _redirect("http://docs.example/x"), 4, REDIRECTS, ("http://docs.example/x", STAYS)
    ),
    "redirect to a private address": Fault(
        _redirect("http://169.254.169.254/latest/"), 4, REDIRECTS, ("169.254.169.254", STAYS)
    ),
    "redirect to another release": Fault(_redirect(f"/en/v{OTHER}/x.html"), 4, REDIRECTS, (STAYS,)),
    "redirect out by dots": Fault(_redirect(TWO_RELEASES), 4, REDIRECTS, (STAYS,)),
    "challenge page": Fault(_body(CHALLENGE), 4, "not the page", ("Robot?", STAYS)),
    "error page with status 200": Fault(_body(ERROR), 4, "not the page", ("500 Sorry", STAYS)),
    "empty file": Fault(_body(b""), 4, "empty page", (STAYS,)),
    "binary file": Fault(_body(b"\x00\x01<html></html>"), 4, "binary page", (STAYS,)),
    "wrong type": Fault(
        _body(b"%PDF", Content_Type="application/pdf"), 4, "has the type", ("application/pdf",)
    ),
    "50 MB page": Fault(_endless, 4, "is larger than", (TOO_LARGE, STAYS)),
    "50 MB page, announced": Fault(
        lambda handler: handler.begin(200, HTML | {"Content-Length": "52428800"}),
        4,
        "is larger than",
        (TOO_LARGE, STAYS),
    ),
    "bad encoding": Fault(_body(NOT_UTF8), 4, "unreadable encoding", (STAYS,)),
}
# All else must be answered in time, however busy the machine is.
QUICK = {"time-out before the body": "2", "time-out during the body": "2"}
_TOGETHER = 10
_NAMES = some(tuple(PAGE_FAULTS), 3)
# One after another, so that a fault also comes after each kind of fault, and each few heal once.
GROUPS = [_NAMES[first : first + _TOGETHER] for first in range(0, len(_NAMES), _TOGETHER)]


@pytest.mark.stress
@pytest.mark.parametrize("names", GROUPS, ids="; ".join)
def test_a_page_that_goes_wrong_is_held_back_and_heals(
    scene: Scene, names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    before, files, rows = scene.answer(), scene.live_files(), scene.rows_of(*ROWS)
    assert scene.page == HERE
    held: list[dict[str, object]] = []
    for name in names:
        # After a 429 nothing of the release could be asked, so nothing is changed.
        if PAGE_FAULTS[name].exit_code != 3:
            held = [{"release": RELEASE, "page": PAGE}]
        _check_one(scene, name, monkeypatch)
        assert scene.rows_of(*ROWS) == rows, name
        assert _held(scene) == held, name
    build_database(scene.root)
    assert scene.answer() == before
    assert scene.answer(HELD) == held
    heals(scene, before, files)


def _held(scene: Scene) -> list[dict[str, object]]:
    """Return the releases and pages that are held back."""
    flags = [flag for file in scene.rows_of("quality_flags").values() for flag in file]
    held = [flag for flag in flags if flag["rule"] == "page-held-back"]
    return [{"release": flag["release"], "page": flag["page"]} for flag in held]


def _check_one(scene: Scene, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the page go wrong in one way, build, and check what is said of it."""
    fault = PAGE_FAULTS[name]
    scene.web.faults[HERE] = fault.happens
    scene.web.faults[f"{HERE}?again"] = _redirect(HERE)
    with monkeypatch.context() as patch:
        if name in QUICK:
            patch.setenv("NEURON_WAREHOUSE_TIMEOUT", QUICK[name])
        exit_code, message = scene.told(RELEASE, whole=False)
    told = (exit_code, messages_in(exit_code, message))
    assert told == (fault.exit_code, {fault.documented}), name
    for part in (*fault.said, RELEASE):
        assert part in message, name
    assert len(message.splitlines()) == 1, name


def test_a_page_that_goes_wrong_does_not_stop_any_other(scene: Scene) -> None:
    scene.web.faults[HERE] = answering(500)
    scene.site.edit(OTHER, PAGE, "5043.38", "5043.99")
    scene.site.edit(RELEASE, "trn1-training", "U22", "U20")
    outcome = scene.build()
    assert outcome.published is not None
    assert not outcome.refused
    assert {
        release: [page.page for page in pages] for release, pages in outcome.held_back.items()
    } == {RELEASE: [PAGE]}
    assert outcome.published.altered == (RELEASE, OTHER)
    edited = scene.answer("SELECT DISTINCT release, page, before FROM capture_changes ORDER BY ALL")
    assert [tuple(one.values()) for one in edited] == [
        (RELEASE, "trn1-training", "U22"),
        (OTHER, PAGE, "5043.38"),
    ]


def test_after_a_429_nothing_more_is_asked_in_that_run_and_nothing_is_changed(
    scene: Scene,
) -> None:
    files = scene.live_files()
    scene.web.faults[HERE] = answering(429, Retry_After="3600")
    exit_code, message = scene.told(whole=False)
    assert exit_code == 3
    assert "not requested, because … answered 429" in messages_in(exit_code, message)
    assert f"v{OTHER}/objects.inv: not requested, because" in message
    assert "Retry-After: 3600" in message
    assert scene.live_files() == files
    assert scene.web.asked[-1].path == HERE


def test_an_answer_that_is_no_page_is_recorded_and_reported_each_time_and_stored_once(
    scene: Scene,
) -> None:
    scene.web.faults[HERE] = _body(CHALLENGE)
    sizes = []
    for _ in range(3):
        assert scene.told(whole=False)[0] == 4
        sizes.append(sum(path.stat().st_size for path in (scene.root / "archive").glob("*.gz")))
    stored = b"".join(path.read_bytes() for path in sorted((scene.root / "archive").glob("*.gz")))
    assert gzip.decompress(stored).count(CHALLENGE) == 1
    records = len(scene.web.asked)
    assert sizes[2] - sizes[1] < 1_500 * records / 3
