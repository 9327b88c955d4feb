"""Politeness, measured where it matters: at the server."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from pipelines.errors import SourceError
from tests.end_to_end.live import RELEASE, Scene

if TYPE_CHECKING:
    from tests.loopback import Handler


def test_one_request_at_a_time_each_page_once_and_no_faster_than_allowed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEURON_WAREHOUSE_INTERVAL", "0.02")
    monkeypatch.setenv("NEURON_WAREHOUSE_CONTACT", "ops@example.org")
    scene.root = scene.root.parent / "fresh"
    scene.publish()
    asked = scene.web.asked
    assert len(asked) == scene.files
    assert scene.web.most_at_once == 1
    assert max(scene.web.counts().values()) == 1
    assert all(after.at - before.at >= 0.02 for before, after in pairwise(asked))
    assert asked[0].path == "/robots.txt"
    assert {one.agent for one in asked} == {
        "neuron-warehouse/0.2 (dataset of published benchmark tables; contact: ops@example.org)"
    }


def test_an_unchanged_site_sends_no_page(scene: Scene) -> None:
    outcome = scene.publish()
    assert outcome.published is not None
    assert not outcome.published.changed
    assert scene.web.bodies() == []
    assert {one.status for one in scene.web.asked} == {304}


def test_one_changed_page_is_the_only_one_sent(scene: Scene) -> None:
    scene.site.edit(RELEASE, "inf2-inference", "5043.38", "5043.99")
    scene.publish()
    assert scene.web.bodies() == [scene.page]


def test_retry_after_is_honoured(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURON_WAREHOUSE_PATIENCE", "600")
    refusals = [1]

    def busy(handler: Handler) -> bool:
        if not refusals:
            return False
        refusals.pop()
        handler.answer(429, b"", {"Retry-After": "1"})
        return True

    scene.web.faults[scene.page] = busy
    assert scene.told(RELEASE, whole=False) == (0, "")
    first, second = (one for one in scene.web.asked if one.path == scene.page)
    assert second.at - first.at >= 1


def test_what_fails_for_a_moment_is_asked_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEURON_WAREHOUSE_PATIENCE", "600")
    answers = [500, 503]

    def failing(handler: Handler) -> bool:
        if not answers:
            return False
        handler.answer(answers.pop(), b"", {})
        return True

    scene.web.faults[scene.page] = failing
    assert scene.told(RELEASE, whole=False) == (0, "")
    one, two, three = (asked.at for asked in scene.web.asked if asked.path == scene.page)
    assert two - one >= 0.5
    assert three - two >= 1  # more than the first wait could have been


def test_robots_txt_is_obeyed(scene: Scene) -> None:
    rules = "User-agent: neuron-warehouse\nDisallow: /en/v2.20.1/\n"
    (scene.site.folder / "robots.txt").write_text(rules, "utf-8")
    exit_code, message = scene.told(whole=False)
    assert exit_code == 3
    assert f"{scene.inventory}: not requested, because" in message
    assert not [one for one in scene.web.asked if RELEASE in one.path]


def test_a_robots_txt_that_fails_forbids_all(scene: Scene) -> None:
    scene.web.faults["/robots.txt"] = lambda handler: handler.answer(500, b"", {})
    with pytest.raises(SourceError, match="so what is allowed is unknown"):
        scene.publish()
    assert set(scene.web.counts()) == {"/robots.txt"}


def test_a_delay_that_robots_txt_asks_for_is_kept_if_it_is_bearable(scene: Scene) -> None:
    rules = scene.site.folder / "robots.txt"
    rules.write_text("User-agent: *\nCrawl-delay: 0.02\n", "utf-8")
    scene.publish(None, RELEASE)
    assert all(after.at - before.at >= 0.02 for before, after in pairwise(scene.web.asked))
    rules.write_text("User-agent: *\nCrawl-delay: 3600\n", "utf-8")
    scene.web.forget()
    with pytest.raises(SourceError, match="asks for 3600 s between requests, more than 60"):
        scene.publish()
    assert set(scene.web.counts()) == {"/robots.txt"}


def test_an_interrupted_run_is_taken_up_where_it_stopped(scene: Scene) -> None:
    for index in (scene.root / "archive").glob("*.index"):
        index.unlink()
    scene.publish()
    assert set(scene.web.counts()) == {"/robots.txt", "/sitemap.xml"}
